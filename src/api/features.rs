//! What an account may use.

use actix_web::http::StatusCode;

use super::{State, problem::Problem};
use crate::{accounts::Feature, flow::Bot};

/// Passes for bots of accounts that have the feature.
pub(super) fn wanted(state: &State, bot: &Bot, feature: Feature) -> Result<(), Problem> {
    let account = &bot.about().account;
    let may = state.settings.accounts.as_ref().is_none_or(|accounts| accounts.may(account, feature));
    let detail = || format!("account {account} has not the feature `{}`: the operator of this gateway can add it", feature.as_str());
    if may { Ok(()) } else { Err(Problem::new(StatusCode::FORBIDDEN, "no-entitlement", detail())) }
}
