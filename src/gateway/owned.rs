//! Before a bot goes live: whether it is of the account that owns it, and uses what that account may use.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::Admission;
use crate::{
    accounts::Accounts,
    catalog::Admit,
    diagnostic::{Diagnostic, Problems},
    flow::{Bot, compile::Files},
};

/// An admission by what accounts own, and then by everything else.
pub struct OwnedAdmission {
    /// What accounts own and may use.
    pub accounts: Accounts,
    /// Everything else.
    pub admission: Admission,
}

impl Admit for OwnedAdmission {
    fn admit<'a>(&'a self, bot: &'a Arc<Bot>, files: &'a Arc<Files>) -> BoxFuture<'a, Result<(), Vec<Diagnostic>>> {
        let mut problems = Problems::default();
        self.accounts.judge(bot, &files.shown("bot.yaml"), self.admission.secrets.as_deref(), &mut problems);
        if problems.any_error() {
            return Box::pin(std::future::ready(Err(problems.into_sorted())));
        }
        self.admission.admit(bot, files)
    }
}
