//! The HTTP surface, on a real server.

mod access;
mod cafe;
mod dialects;
mod events;
mod input;
mod keys;
mod limits;
mod lists;
mod matrix;
mod messages;
mod open;
mod operate;
mod pages;
mod platform;
mod starts;
mod triggers;
mod void;
