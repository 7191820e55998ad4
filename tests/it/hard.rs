//! Hard cases on real servers, as users and operators see them: backends that misbehave, messages that come together,
//! secrets, forged input. Whatever happens, a user gets an answer.

mod always;
mod backend;
mod bombs;
mod bots;
mod canaries;
mod dialled;
mod erased;
mod faults;
mod forged;
mod hostile;
mod many;
mod missing;
mod outside;
mod presses;
mod served;
mod talk;
mod together;
mod vault;
