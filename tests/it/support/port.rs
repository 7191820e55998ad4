//! A port at which nobody listens.

use std::{
    net::TcpListener,
    ops::Range,
    sync::atomic::{AtomicU32, Ordering},
};

/// Below those that a system gives to connections and listeners that ask for any: a port that was free a moment ago stays so.
const QUIET: Range<u16> = 12_000..32_000;

/// It is free, and stays free until somebody asks for this very one.
pub(crate) fn free() -> u16 {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(97); // other processes begin elsewhere
    for _ in QUIET {
        let place = first.wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed)) % u32::from(QUIET.end - QUIET.start);
        let port = QUIET.start + u16::try_from(place).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port of {QUIET:?} is free")
}
