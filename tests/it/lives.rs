//! The life of the real program: files that change, crashes, ends, timers, a terminal.

mod backend;
mod chat;
mod crash;
mod ends;
mod reload;
mod served;
mod starts;
mod timers;
