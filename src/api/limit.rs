//! How often one address may ask for what costs us something: a bucket of tokens per address, in bounded memory.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Requests that an address may make at once.
const BURST: u32 = 30;
/// After which time one more is allowed.
const PAUSE: Duration = Duration::from_secs(2);
/// Addresses remembered; beyond, those least in use are forgotten.
const ADDRESSES_MAX: u64 = 50_000;

/// When the bucket of each address is full again.
pub(super) struct Limiter(moka::sync::Cache<IpAddr, Arc<Mutex<Instant>>>);

impl Default for Limiter {
    fn default() -> Self {
        Self(moka::sync::Cache::builder().max_capacity(ADDRESSES_MAX).time_to_idle(PAUSE * BURST).build())
    }
}

impl Limiter {
    /// Takes one token, or says how long until there is one.
    pub(super) fn take(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let bucket = self.0.get_with(network(address), || Arc::new(Mutex::new(now)));
        let mut full_at = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let next = (*full_at).max(now) + PAUSE;
        let over = (next - now).saturating_sub(PAUSE * BURST);
        if !over.is_zero() {
            return Err(over);
        }
        *full_at = next;
        Ok(())
    }
}

/// Whoever has one IPv6 address has all of its /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_one_at_a_time() {
        let (limiter, start) = (Limiter::default(), Instant::now());
        let ada = "192.0.2.1".parse().unwrap();
        for _ in 0..BURST {
            assert_eq!(limiter.take(ada, start), Ok(()));
        }
        assert_eq!(limiter.take(ada, start), Err(PAUSE));
        assert_eq!(limiter.take("192.0.2.2".parse().unwrap(), start), Ok(()));
        assert_eq!(limiter.take(ada, start + PAUSE), Ok(()));
        assert!(limiter.take(ada, start + PAUSE).is_err());
        assert_eq!(limiter.take(ada, start + PAUSE * (BURST + 1)), Ok(()));
    }

    #[test]
    fn a_network_counts_as_one_address() {
        let (limiter, start) = (Limiter::default(), Instant::now());
        for host in 0..BURST {
            assert_eq!(limiter.take(format!("2001:db8::{host:x}").parse().unwrap(), start), Ok(()));
        }
        assert!(limiter.take("2001:db8::ffff:1".parse().unwrap(), start).is_err());
        assert_eq!(limiter.take("2001:db8:0:1::1".parse().unwrap(), start), Ok(()));
    }
}
