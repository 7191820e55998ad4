//! What accounts own and may use, by a file of the operator (`--accounts`), which rules over what bots say of themselves.
//! Without such a file a bot belongs to the account that its `bot.yaml` names, and may use everything.

mod judge;
mod pattern;
mod read;

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::id::{AccountId, BotKey};
use pattern::Pattern;

/// Whose a bot is that the file gives to nobody.
const DEFAULT: &str = "1";

/// Accounts, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Accounts(Vec<Account>);

/// What an account owns and may use: what is not listed is refused.
#[derive(Clone, Debug)]
struct Account {
    id: AccountId,
    bots: Vec<Pattern>,
    secrets: Vec<Pattern>,
    hosts: Vec<Pattern>,
    settings: Vec<Pattern>,
    /// All, if none are listed.
    features: Option<BTreeSet<Feature>>,
}

/// What an account may be sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Starting flows from outside.
    Triggers,
    /// Template messages to one user.
    Templates,
    /// Messages to many.
    Broadcasts,
    /// The Bot Open API.
    OpenApi,
}

impl Feature {
    /// The name in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Triggers => "triggers",
            Self::Templates => "templates",
            Self::Broadcasts => "broadcasts",
            Self::OpenApi => "open_api",
        }
    }
}

impl Accounts {
    /// The account that a bot belongs to: the first of the file that names it, else `1`.
    #[must_use]
    pub fn owner(&self, bot: &BotKey) -> AccountId {
        let named = self.0.iter().find(|account| covers(&account.bots, bot));
        named.map_or_else(|| AccountId::from(DEFAULT), |account| account.id.clone())
    }

    /// Whether an account has a feature.
    #[must_use]
    pub fn may(&self, account: &AccountId, feature: Feature) -> bool {
        self.account(account).is_none_or(|known| known.features.as_ref().is_none_or(|features| features.contains(&feature)))
    }

    /// Whether the bots of an account may read a variable of the gateway's environment as a setting.
    #[must_use]
    pub fn may_read(&self, account: &AccountId, setting: &str) -> bool {
        self.account(account).is_some_and(|known| covers(&known.settings, setting))
    }

    fn account(&self, id: &AccountId) -> Option<&Account> {
        self.0.iter().find(|account| account.id == *id)
    }
}

fn covers(patterns: &[Pattern], name: &str) -> bool {
    patterns.iter().any(|pattern| pattern.fits(name))
}

#[cfg(test)]
mod tests;
