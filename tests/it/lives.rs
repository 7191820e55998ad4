//! The life of the real program: files that change, crashes, ends, timers, a terminal.

mod backend;
mod chat;
mod crash;
mod ends;
mod kills;
#[cfg_attr(not(feature = "crash-points"), expect(dead_code, reason = "crash points need the rest"))]
mod load;
mod process;
mod reload;
mod served;
mod several;
mod starts;
mod timers;
