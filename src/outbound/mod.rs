//! The guarded HTTP client (addresses, redirects, sizes, deadlines) and secrets by reference.
//! All HTTP that leaves the process goes through [`Client`]: API calls, channels, media, webhooks.
//! Knows no bots, logs nothing, and puts no secret, URL or header value into an error.

mod address;
mod client;
mod dns;
mod error;
mod keyring;
mod mask;
mod parts;
mod pieces;
mod prepare;
mod reading;
mod request;
mod secrets;
mod spelling;
mod split;
mod token;

pub use address::Egress;
pub use client::{Client, Response};
pub use error::{Error, Kind};
pub use mask::Mask;
pub use parts::{Json, Part, Parts};
pub use prepare::header_name_allowed;
pub use request::{Auth, Body, Method, Request};
pub use secrets::{MissingSecret, SecretRef, Secrets};
pub use split::{BadRef, Piece, split_secrets};

#[cfg(test)]
pub(crate) mod tests;
