//! How much the tests do that can do more.

/// `FLOWGATE_LONG`, a count that `scripts/long` sets; 1 is the quick variant.
pub(crate) fn long() -> usize {
    std::env::var_os("FLOWGATE_LONG")
        .map_or(1, |count| count.to_str().and_then(|count| count.parse().ok()).expect("FLOWGATE_LONG is a number"))
}
