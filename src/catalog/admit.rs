//! The last word before a compiled bot goes live.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{
    diagnostic::Diagnostic,
    flow::{Bot, compile::Files},
};

/// Asked before a compiled bot goes live: the gateway looks up its secrets and stores its version.
/// A refused bot keeps its last good version and is asked about again at every reload.
pub trait Admit: Send + Sync + 'static {
    /// Lets the bot go live, or says what keeps it from that.
    fn admit<'a>(&'a self, bot: &'a Arc<Bot>, files: &'a Arc<Files>) -> BoxFuture<'a, Result<(), Vec<Diagnostic>>>;
}

/// Admits every bot that compiles.
#[derive(Clone, Copy, Debug, Default)]
pub struct AdmitAll;

impl Admit for AdmitAll {
    fn admit<'a>(&'a self, _: &'a Arc<Bot>, _: &'a Arc<Files>) -> BoxFuture<'a, Result<(), Vec<Diagnostic>>> {
        Box::pin(std::future::ready(Ok(())))
    }
}
