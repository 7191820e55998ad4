//! The HTTP surface: actix routes, who may call them, the form of errors, OpenAPI, the chat page.
//! Decodes, asks the gateway, encodes; never calls `flow::advance`.
//!
//! One file per noun with its routes (`messages`, `start`, `users`, `webchat`, `events`, `bots`, `keys`, `operate`, `page`, `docs`, the folders `lists`, `platform`, `open`); the others say
//! who calls (`principal`, `credentials`, `listener`, `door`, `address`, `token`, `origins`, `features`, `limit`) and in what form (`body`, `fields`, `problem`, `dialect`).

mod address;
mod body;
mod bots;
mod connections;
mod credentials;
mod dialect;
mod docs;
mod door;
mod events;
mod features;
mod fields;
mod head;
mod keys;
mod left;
mod limit;
mod listener;
mod lists;
mod live;
mod messages;
mod metrics;
mod observe;
mod open;
mod operate;
mod origins;
mod page;
mod person;
mod platform;
mod principal;
mod problem;
mod report;
mod routes;
mod server;
mod start;
mod token;
mod triggers;
mod users;
mod webchat;

use std::sync::Arc;

use ipnet::IpNet;
use tokio::{runtime::Handle, sync::watch};
use url::Url;

pub use door::Door;
pub use limit::Limits;
pub use metrics::Metrics;
pub use server::{Listeners, Serving, serve};

use crate::{accounts::Accounts, gateway::Gateway, settings::ForwardedHeader};

/// How the server is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the world finds the gateway; pages of this origin may call as the gateway's own.
    pub public_url: Option<Url>,
    /// The proxies whose word on the client's address is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they name the client.
    pub forwarded_header: ForwardedHeader,
    /// Worker threads; none: one per core.
    pub workers: Option<usize>,
    /// What accounts may use; none: everything.
    pub accounts: Option<Accounts>,
    /// How often callers may call.
    pub limits: Limits,
    /// What `/metrics` shows.
    pub metrics: Metrics,
}

impl Settings {
    /// Whether a proxy is in front. One that is not told of cannot be told from the operator.
    fn behind_a_proxy(&self) -> bool {
        self.public_url.is_some() || !self.trusted_proxies.is_empty()
    }
}

/// What the routes work with.
struct State {
    gateway: Gateway,
    settings: Settings,
    /// For what has to go on when the client has left.
    runtime: Handle,
    live: Arc<live::Live>,
    limiter: Arc<limit::Limiter>,
    failures: open::Failures,
    document: docs::Document,
    /// True once the server is to end.
    closing: watch::Receiver<bool>,
}
