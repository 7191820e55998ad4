//! The HTTP surface, on a real server.

mod access;
mod dialects;
mod events;
mod input;
mod keys;
mod limits;
mod matrix;
mod messages;
mod open;
mod operate;
mod pages;
mod starts;
mod void;
