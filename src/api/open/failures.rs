//! Logins that failed: an address that goes on failing with an app is slowed down. Others who use the app notice nothing.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use moka::sync::Cache;

use crate::api::{limit::network, problem::Problem};

/// How often a login may fail before it has to wait.
const FREE: u32 = 10;
/// The wait after the first failure beyond; each further one doubles it.
const WAIT: Duration = Duration::from_secs(2);
/// The longest wait.
const WAIT_MAX: Duration = Duration::from_secs(300);
/// After which time without a failure all is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(900);
/// Pairs of address and app that are remembered; beyond, those least in use are forgotten.
const PAIRS_MAX: u64 = 50_000;

/// An address, and a hash of what it takes for the id of an app: that may be as long as it likes.
type Pair = (IpAddr, [u8; 32]);

/// Failures of one address with one app.
#[derive(Clone, Copy)]
struct Failed {
    times: u32,
    until: Instant,
}

/// Failures in a row, by address and app.
pub(in crate::api) struct Failures(Cache<Pair, Failed>);

impl Default for Failures {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(PAIRS_MAX).time_to_idle(FORGOTTEN).build())
    }
}

impl Failures {
    /// Passes those who need not wait.
    pub(super) fn pass(&self, address: IpAddr, app: &str, now: Instant) -> Result<(), Problem> {
        let until = self.0.get(&pair(address, app)).map_or(now, |failed| failed.until);
        if until <= now { Ok(()) } else { Err(Problem::too_many("too-many-failures", "too many logins failed", until - now)) }
    }

    /// Takes note of a failure.
    pub(super) fn note(&self, address: IpAddr, app: &str, now: Instant) {
        self.0.entry(pair(address, app)).and_upsert_with(|before| {
            let times = before.map_or(0, |entry| entry.into_value().times).saturating_add(1);
            Failed { times, until: now + wait(times) }
        });
    }

    /// Forgets the failures of one who has shown the secret.
    pub(super) fn forget(&self, address: IpAddr, app: &str) {
        self.0.invalidate(&pair(address, app));
    }
}

fn pair(address: IpAddr, app: &str) -> Pair {
    (network(address), *blake3::hash(app.as_bytes()).as_bytes())
}

fn wait(times: u32) -> Duration {
    match times.saturating_sub(FREE) {
        0 => Duration::ZERO,
        beyond => WAIT.saturating_mul(1 << (beyond - 1).min(10)).min(WAIT_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_in_a_row_make_one_wait_longer_and_longer() {
        let (failures, now) = (Failures::default(), Instant::now());
        let ada: IpAddr = "192.0.2.1".parse().unwrap();
        let passes = |address: IpAddr, app, at| failures.pass(address, app, at).is_ok();
        for _ in 0..FREE {
            assert!(passes(ada, "app", now));
            failures.note(ada, "app", now);
        }
        assert!(passes(ada, "app", now));
        failures.note(ada, "app", now);
        assert!(!passes(ada, "app", now) && passes(ada, "app", now + WAIT));
        assert!(passes(ada, "other", now) && passes("192.0.2.2".parse().unwrap(), "app", now), "others need not wait");
        failures.note(ada, "app", now);
        assert!(!passes(ada, "app", now + WAIT) && passes(ada, "app", now + 2 * WAIT));
        (0..100).for_each(|_| failures.note(ada, "app", now));
        assert!(passes(ada, "app", now + WAIT_MAX), "there is an end to it");
        failures.forget(ada, "app");
        assert!(passes(ada, "app", now));
    }
}
