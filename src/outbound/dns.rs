//! Resolves names. Addresses are judged when they are dialled, after the name is resolved, so a name that changes its
//! address between check and use gains nothing.

use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use super::{
    address::{Egress, Refused},
    error::OUT_OF_DESCRIPTORS,
};

/// Look-ups at one moment. They block a thread each, and a name server that is silent holds it for half a minute:
/// without a bound they would use up the threads that everything else needs, the database too.
const LOOKUPS_MAX: usize = 64;

/// Resolves names for the client, and hands on only addresses that may be called.
pub(super) struct Guard {
    egress: Egress,
    lookups: Arc<Semaphore>,
}

impl Guard {
    pub(super) fn new(egress: Egress) -> Self {
        Self { egress, lookups: Arc::new(Semaphore::new(LOOKUPS_MAX)) }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (egress, lookups) = (self.egress, self.lookups.clone());
        Box::pin(async move {
            let permit = lookups.acquire_owned().await?;
            let lookup = move || {
                let found = (name.as_str(), 0).to_socket_addrs().map_err(|error| not_found(&error));
                drop(permit);
                found
            };
            let found = tokio::task::spawn_blocking(lookup).await??;
            Ok(Box::new(allowed(found, egress)?.into_iter()) as Addrs)
        })
    }
}

/// An error with a code of this machine (`EAI_SYSTEM`) says that nobody was asked. Without descriptors some systems say instead
/// that there is no such name.
fn not_found(error: &io::Error) -> Refused {
    if error.raw_os_error().is_some() || no_descriptors() { Refused::NotLookedUp } else { Refused::UnknownHost }
}

fn no_descriptors() -> bool {
    std::fs::File::open("/dev/null").is_err_and(|error| error.raw_os_error().is_some_and(|code| OUT_OF_DESCRIPTORS.contains(&code)))
}

fn allowed(found: impl Iterator<Item = SocketAddr>, egress: Egress) -> Result<Vec<SocketAddr>, Refused> {
    let mut why = Refused::UnknownHost;
    let fit = found.filter(|address| egress.judge(address.ip()).map_err(|refused| why = refused).is_ok()).collect::<Vec<_>>();
    if fit.is_empty() { Err(why) } else { Ok(fit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_allowed_addresses_of_a_name_are_handed_on() {
        let found = ["127.0.0.1:0", "8.8.8.8:0", "169.254.169.254:0"].map(|a| a.parse::<SocketAddr>().unwrap());
        assert_eq!(allowed(found.into_iter(), Egress::Public), Ok(vec![found[1]]));
        assert_eq!(allowed(found.into_iter(), Egress::Any), Ok(vec![found[0], found[1]]));
        assert_eq!(allowed(found[2..].iter().copied(), Egress::Any), Err(Refused::Metadata));
        assert_eq!(allowed(std::iter::empty(), Egress::Any), Err(Refused::UnknownHost));
    }

    #[test]
    fn a_look_up_that_this_machine_could_not_make_is_not_an_unknown_name() {
        assert_eq!(not_found(&io::Error::other("failed to lookup address information: Name or service not known")), Refused::UnknownHost);
        assert_eq!(not_found(&io::Error::from_raw_os_error(16)), Refused::NotLookedUp);
    }
}
