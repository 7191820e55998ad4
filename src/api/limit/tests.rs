//! The buckets, on a clock that stands until it is moved.

use governor::clock::FakeRelativeClock;

use super::*;

fn number(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap()
}

#[test]
fn a_burst_then_one_at_a_time() {
    let clock = FakeRelativeClock::default();
    let buckets = Buckets::with_clock(Quota::with_period(TOKEN_PAUSE).unwrap().allow_burst(number(TOKEN_BURST)), clock.clone());
    for _ in 0..TOKEN_BURST {
        assert_eq!(buckets.take(&"ada"), Ok(()));
    }
    assert_eq!(buckets.take(&"ada"), Err(TOKEN_PAUSE));
    assert_eq!(buckets.take(&"bob"), Ok(()));
    clock.advance(TOKEN_PAUSE);
    assert_eq!(buckets.take(&"ada"), Ok(()));
    assert!(buckets.take(&"ada").is_err());
}

#[test]
fn those_who_have_not_called_for_a_while_are_forgotten() {
    let clock = FakeRelativeClock::default();
    let buckets = Buckets::with_clock(Quota::per_second(number(10)), clock.clone());
    (0..1_000).for_each(|n| buckets.take(&n).unwrap());
    buckets.tidy();
    assert_eq!(buckets.limiter.len(), 1_000);
    clock.advance(Duration::from_secs(2));
    buckets.tidy();
    assert_eq!(buckets.limiter.len(), 0);
}

#[test]
fn a_network_counts_as_one_address() {
    let limiter = Limiter::new(Limits { key_per_second: 0, address_per_second: 0, visitor_per_minute: 0 });
    for host in 0..TOKEN_BURST {
        assert!(limiter.token(format!("2001:db8::{host:x}").parse().unwrap()).is_ok());
    }
    assert!(limiter.token("2001:db8::ffff:1".parse().unwrap()).is_err());
    assert!(limiter.token("2001:db8:0:1::1".parse().unwrap()).is_ok());
}
