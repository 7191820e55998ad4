//! The client against real servers on this machine, each played by hand. What would leave it, if a guard failed, is recorded.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::*;

pub(crate) mod server;

mod faults;
mod guard;
mod masks;
pub(crate) mod recorder;
mod redirects;
mod sent;
mod tokens;

const MIB: usize = 1 << 20;

fn client(egress: Egress) -> Client {
    client_with(egress, Secrets::default())
}

fn client_with(egress: Egress, secrets: Secrets) -> Client {
    Client::new(egress, Arc::new(secrets), "flowgate/test").unwrap()
}

fn get(url: impl Into<String>) -> Request {
    Request::new(Method::Get, url.into().into())
}

async fn send(request: &Request) -> Result<Response, Error> {
    client(Egress::Any).send(request, &[], in_ms(5_000), MIB, false).await
}

fn in_ms(ms: u64) -> Instant {
    Instant::now() + Duration::from_millis(ms)
}
