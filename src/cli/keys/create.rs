//! `flowgate keys create`.

use super::{named, open, show};
use crate::{
    cli::{output, trouble::Trouble},
    id::{AccountId, BotKey},
    key::{AppGrant, BadGrant, Grant, Scope, Scopes, end},
    settings::{CreateKey, KeyScope},
    store::{IssueError, Store},
    time::Timestamp,
};

pub(super) async fn create(settings: &CreateKey) -> Result<(), Trouble> {
    let now = Timestamp::now();
    let expires_at = expiry(settings, now)?;
    let (bot, note) = (settings.bot.as_deref().map(BotKey::from), settings.note.clone());
    let store = open(&settings.database).await?;
    if let Some(bot) = &bot {
        warn_of_unknown(&store, bot).await?;
    }
    let issued = match bot {
        Some(bot) if settings.app => store.issue_app(AppGrant { bot, expires_at, note }, now).await,
        bot => store.issue_key(Grant { account: account(settings), bot, scopes: scopes(settings), expires_at, note }, now).await,
    };
    let issued = issued.map_err(explained)?;
    store.close().await;
    output::tell(&format!("{} is made, and shown this once; no gateway has to be restarted", named(&issued)));
    show(&issued)
}

fn account(settings: &CreateKey) -> Option<AccountId> {
    settings.account.as_deref().map(AccountId::from)
}

fn scopes(settings: &CreateKey) -> Scopes {
    let scope = |scope: &KeyScope| match scope {
        KeyScope::Messages => Scope::Messages,
        KeyScope::Read => Scope::Read,
        KeyScope::Send => Scope::Send,
    };
    match settings.scope.as_slice() {
        _ if settings.admin => Scopes::admin(),
        [] => Scopes::default(),
        chosen => chosen.iter().map(scope).collect(),
    }
}

fn expiry(settings: &CreateKey, now: Timestamp) -> Result<Option<Timestamp>, Trouble> {
    let wrong = || Trouble::new("--expires is a time (90d), a moment (2027-03-01T09:00:00Z) or a day (2027-03-01)");
    settings.expires.as_deref().map(|text| end(text, now).ok_or_else(wrong)).transpose()
}

fn explained(error: IssueError) -> Trouble {
    match error {
        IssueError::Grant(BadGrant::NoAccount) => {
            Trouble::new(error.to_string()).help("name the account with --account, or make an admin key with --admin")
        }
        error => error.into(),
    }
}

/// Keys are often made before the gateway runs for the first time, so this stops nobody.
async fn warn_of_unknown(store: &Store, bot: &BotKey) -> Result<(), Trouble> {
    if !store.bots().await?.contains(bot) {
        output::tell(&format!("warning: no bot \"{bot}\" was ever live with this database"));
    }
    Ok(())
}
