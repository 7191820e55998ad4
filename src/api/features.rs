//! What an account may use.

use actix_web::http::StatusCode;

use super::{State, problem::Problem};
use crate::{accounts::Feature, id::BotKey};

/// Passes for bots of accounts that have the feature.
pub(super) fn wanted(state: &State, bot: &BotKey, feature: Feature) -> Result<(), Problem> {
    let Some(accounts) = &state.settings.accounts else { return Ok(()) };
    let account = accounts.owner(bot);
    let detail = || format!("account {account} has not the feature `{}`: the operator of this gateway can add it", feature.as_str());
    if accounts.may(&account, feature) { Ok(()) } else { Err(Problem::new(StatusCode::FORBIDDEN, "no-entitlement", detail())) }
}
