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
