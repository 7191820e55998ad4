//! What `scripts/long` asks of the tests beyond what CI does: more of everything, and strict limits to what measures the machine.

use std::{
    fmt::{Debug, Display},
    ops::RangeBounds,
    time::Duration,
};

use super::patience::PATIENCE;

/// `FLOWGATE_LONG`, a count that `scripts/long` sets.
fn count() -> Option<usize> {
    let count = std::env::var_os("FLOWGATE_LONG")?;
    Some(count.to_str().and_then(|count| count.parse().ok()).expect("FLOWGATE_LONG is a number"))
}

/// How much the tests do that can do more; 1 in CI.
pub(crate) fn long() -> usize {
    count().unwrap_or(1)
}

/// Whether the machine is measured: `scripts/long` does, on one that is idle. In CI no verdict hangs on a clock.
pub(crate) fn measures() -> bool {
    count().is_some()
}

/// A limit of time: the strict one where the machine is measured, elsewhere what is longer than anything takes.
pub(crate) fn limit(strict: Duration) -> Duration {
    if measures() { strict } else { strict.max(PATIENCE) }
}

/// Judges a time by its limit.
#[track_caller]
pub(crate) fn took(what: impl Display, time: Duration, strict: Duration) {
    let limit = limit(strict);
    assert!(time <= limit, "{what}: {time:?}, and not more than {limit:?}");
}

/// Judges a figure that says something of the machine: where that is measured.
#[track_caller]
pub(crate) fn figure<F: Debug + PartialOrd>(what: impl Display, figure: F, limits: impl RangeBounds<F> + Debug) {
    assert!(!measures() || limits.contains(&figure), "{what}: {figure:?}, and not within {limits:?}");
}
