//! What the gateway stands on fails: users are told to come back, and when it is well again everything goes on by itself.
//! Who judges stands outside: the clients' acknowledgements, the backend's journal and the transcript have to agree.

mod clock;
mod crowd;
mod deadlock;
mod descriptors;
mod disk;
mod judge;
mod poison;
mod postgres;
mod scene;
mod shim;
mod sqlite;

/// How much longer than in the quick variant: the count given to the long one.
fn times() -> usize {
    std::env::var_os("FLOWGATE_LONG").map_or(1, |count| count.to_str().unwrap().parse().expect("FLOWGATE_LONG is a number"))
}
