//! Where the operator calls who has no credentials.
//!
//! What a proxy on this machine passes on looks like a call from the machine itself: the address is a loopback one, and a client
//! chooses its `Host`. So the listener for everybody is the operator's only where no proxy can be meant; else there is one apart.

use std::net::SocketAddr;

use actix_web::HttpRequest;

use super::{Settings, address};

/// Where the operator calls who has no credentials. Always directly, from this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// At the listener for everybody.
    Shared,
    /// At a listener of its own.
    Own(SocketAddr),
    /// Nowhere.
    None,
}

/// Whether a listener is the operator's door. Each has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IsDoor(pub(super) bool);

impl Door {
    /// The one of a gateway that listens here, and for its operator perhaps there.
    pub(super) fn of(listen: SocketAddr, own: Option<SocketAddr>, settings: &Settings) -> Self {
        match own {
            Some(own) => Self::Own(own),
            None if listen.ip().to_canonical().is_loopback() && !settings.behind_a_proxy() => Self::Shared,
            None => Self::None,
        }
    }
}

/// Whether the operator calls: somebody at the machine itself, by the door.
pub(super) fn is_operator(request: &HttpRequest) -> bool {
    let IsDoor(open) = *request.app_data().expect("every listener says whether it is the door");
    open && address::is_direct_loopback(request.head())
}
