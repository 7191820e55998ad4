//! The log: structured lines on stderr. `RUST_LOG` chooses what is told, as everywhere in Rust; `info` by default.

use std::io::IsTerminal;

use tracing_subscriber::{
    EnvFilter,
    filter::{LevelFilter, Targets},
    fmt,
    layer::{Layer, SubscriberExt},
    registry::Registry,
    util::SubscriberInitExt,
};

use crate::settings::LogFormat;

/// What is told of unless `RUST_LOG` says otherwise. What `actix_http` calls an error is a client that sends what is no HTTP.
const DEFAULT: &str = "info,actix_server=warn,actix_http=off,notify=error,tokio_postgres=warn";

/// Libraries that tell at their lower levels what passes through them: the values of statements, addresses with their queries, headers,
/// frames. No `RUST_LOG` makes these talk.
const CARRIERS: [&str; 9] = ["actix_http", "actix_web", "diesel", "h2", "hyper", "postgres", "reqwest", "rustls", "tokio_postgres"];

/// What carriers may tell, beside whatever was chosen for all else. A name stands for all that begin with it.
fn discretion(chosen: &EnvFilter) -> Targets {
    let most = Layer::<Registry>::max_level_hint(chosen).unwrap_or(LevelFilter::TRACE); // what is left out stays cheap
    let carriers = CARRIERS.map(|target| (target, LevelFilter::WARN.min(most)));
    Targets::new().with_default(most).with_targets(carriers)
}

/// Starts the log of this process.
pub(super) fn start(format: LogFormat) {
    let chosen = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let discretion = discretion(&chosen);
    let registry = tracing_subscriber::registry().with(chosen).with(discretion);
    match format {
        LogFormat::Json => registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).init(),
        LogFormat::Text => {
            let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
            registry.with(fmt::layer().with_ansi(colour).with_target(false).with_writer(std::io::stderr)).init();
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn whatever_is_chosen_carriers_keep_what_they_carry() {
        for chosen in ["trace", "debug", "tokio_postgres=trace", "off,tokio_postgres::query=debug,hyper_util::client=trace"] {
            let discretion = discretion(&EnvFilter::new(chosen));
            for target in
                ["tokio_postgres::query", "tokio_postgres::prepare", "h2::codec", "hyper_util::client", "rustls::client::hs", "reqwest"]
            {
                assert!(!discretion.would_enable(target, &Level::INFO), "{chosen}: {target}");
            }
        }
        let discretion = discretion(&EnvFilter::new("trace"));
        assert!(discretion.would_enable("flowgate::api", &Level::TRACE) && discretion.would_enable("tokio_postgres", &Level::WARN));
    }
}
