//! The process dies at each point of the path of a message (`src/crash.rs`), and what it leaves is judged from outside.
#![cfg(test)]
#![cfg(debug_assertions)] // an optimised program has no such points

mod cases;
mod points;
mod timers;

#[path = "../it/lives/backend.rs"]
#[expect(dead_code, reason = "others need the rest")]
mod backend;
#[path = "../it/lives/load/mod.rs"]
#[expect(dead_code, reason = "others need the rest")]
mod load;
#[path = "../it/lives/process.rs"]
#[expect(dead_code, reason = "others need the rest")]
mod process;
#[path = "../it/lives/served.rs"]
#[expect(dead_code, reason = "others need the rest")]
mod served;
#[path = "../it/support/mod.rs"]
#[expect(dead_code, reason = "others need the rest")]
mod support;
