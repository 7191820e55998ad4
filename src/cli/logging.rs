//! The log: structured lines on stderr. `RUST_LOG` chooses what is told, as everywhere in Rust; `info` by default.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::settings::LogFormat;

/// What is told of unless `RUST_LOG` says otherwise. What `actix_http` calls an error is a client that sends what is no HTTP.
const DEFAULT: &str = "info,actix_server=warn,actix_http=off,notify=error,tokio_postgres=warn";

/// Starts the log of this process.
pub(super) fn start(format: LogFormat) {
    let chosen = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let registry = tracing_subscriber::registry().with(chosen);
    match format {
        LogFormat::Json => registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).init(),
        LogFormat::Text => {
            let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
            registry.with(fmt::layer().with_ansi(colour).with_target(false).with_writer(std::io::stderr)).init();
        }
    }
}
