//! The life of the real program: files that change, crashes, ends, timers, a terminal.

mod accounts;
pub(crate) mod backend;
mod chat;
mod closed;
mod crash;
mod ends;
mod fire;
mod hanging;
mod heavy;
mod keyed;
mod keys;
mod kills;
#[expect(dead_code, reason = "`tests/crash` needs the rest")]
mod load;
mod malformed;
mod nginx;
mod operator;
mod overload;
mod private;
pub(crate) mod process;
mod reload;
pub(crate) mod served;
mod several;
mod starts;
mod timers;
mod upgrade;
mod wire;
