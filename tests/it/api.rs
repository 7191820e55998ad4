//! The HTTP surface, on a real server.

mod access;
mod dialects;
mod events;
mod input;
mod keys;
mod limits;
mod matrix;
mod messages;
mod operate;
mod pages;
mod starts;
mod void;
