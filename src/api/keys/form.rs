//! What is said of keys and apps, and what is asked for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::problem::Problem,
    id::{AccountId, BotKey, KeyId},
    key::{AppGrant, Grant, Scope, Scopes, end},
    store::{Issued, KeyRow},
    time::Timestamp,
};

/// All keys and apps.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Keys {
    keys: Vec<Key>,
}

/// A key or an app, without what is secret of it.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Key {
    /// Its name: the beginning of the key, or the id of the app.
    #[schema(value_type = String, example = "1b9d6bcd-bbfd")]
    id: KeyId,
    /// `key` or `app`.
    #[schema(value_type = String, example = "key")]
    kind: &'static str,
    /// Whose bots it opens; none: those of all accounts, or that of the app.
    #[schema(value_type = Option<String>, example = "61179")]
    account: Option<AccountId>,
    /// The one bot that it opens.
    #[schema(value_type = Option<String>)]
    bot: Option<BotKey>,
    /// What it is for: `messages`, `read`, `send`, or `admin`: everything.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<&'static str>,
    /// `good`, `expired` or `revoked`.
    #[schema(value_type = String, example = "good")]
    state: &'static str,
    /// When it was made.
    created_at: String,
    /// When it ends by itself.
    expires_at: Option<String>,
    /// When it was revoked.
    revoked_at: Option<String>,
    /// When it was used last, to the minute.
    last_used_at: Option<String>,
    /// What people have to say of it.
    note: Option<String>,
}

/// What a new key is to open.
#[derive(Deserialize, ToSchema)]
pub(in crate::api) struct NewKey {
    /// `key`, which is meant if nothing is said, or `app`.
    kind: Option<String>,
    /// Whose bots. An admin key and an app have none.
    #[schema(example = "61179")]
    account: Option<String>,
    /// Only this bot; an app wants one.
    bot: Option<String>,
    /// What it is for: `messages`, `read` and `send` if nothing is said; `admin` alone: everything.
    scopes: Option<Vec<String>>,
    /// When it ends: after a time (`90d`), at a moment (`2027-03-01T09:00:00Z`) or with the beginning of a day (`2027-03-01`).
    expires: Option<String>,
    /// What people have to say of it, in a line.
    note: Option<String>,
}

/// A key that was made, or an app. What is secret of it is shown this once.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct MadeKey {
    #[serde(flatten)]
    about: Key,
    /// The key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    key: Option<String>,
    /// The id of the app.
    #[serde(rename = "appId", skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    app_id: Option<String>,
    /// The secret of the app.
    #[serde(rename = "appSecret", skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    app_secret: Option<String>,
}

/// How a key is replaced.
#[derive(Deserialize, ToSchema)]
pub(in crate::api) struct Replacement {
    /// How long the old key goes on, 30 days at most; not at all if nothing is said.
    #[schema(example = "24h")]
    pub(super) overlap: Option<String>,
}

impl NewKey {
    /// Whether an app is asked for.
    pub(super) fn is_app(&self) -> Result<bool, Problem> {
        match self.kind.as_deref() {
            None | Some("key") => Ok(false),
            Some("app") => Ok(true),
            Some(_) => Err(Problem::invalid("`kind` is `key` or `app`")),
        }
    }

    pub(super) fn grant(self, now: Timestamp) -> Result<Grant, Problem> {
        let expires_at = self.ends(now)?;
        let scopes = self.scopes.map_or_else(|| Ok(Scopes::default()), |names| scopes(&names))?;
        Ok(Grant { account: self.account.map(AccountId::from), bot: self.bot.map(BotKey::from), scopes, expires_at, note: self.note })
    }

    pub(super) fn app_grant(self, now: Timestamp) -> Result<AppGrant, Problem> {
        let expires_at = self.ends(now)?;
        if self.account.is_some() || self.scopes.is_some() {
            return Err(Problem::invalid("an app has a `bot`, and neither `account` nor `scopes`"));
        }
        let bot = self.bot.ok_or_else(|| Problem::invalid("an app wants a `bot`"))?;
        Ok(AppGrant { bot: BotKey::from(bot), expires_at, note: self.note })
    }

    fn ends(&self, now: Timestamp) -> Result<Option<Timestamp>, Problem> {
        let wrong = || Problem::invalid("`expires` is a time (\"90d\"), a moment (\"2027-03-01T09:00:00Z\") or a day (\"2027-03-01\")");
        self.expires.as_deref().map(|text| end(text, now).ok_or_else(wrong)).transpose()
    }
}

fn scopes(names: &[String]) -> Result<Scopes, Problem> {
    names.iter().map(|name| name.parse::<Scope>().map_err(|unknown| Problem::invalid(unknown.to_string()))).collect()
}

impl Keys {
    pub(super) fn of(rows: &[KeyRow], now: Timestamp) -> Self {
        Self { keys: rows.iter().map(|row| Key::of(row, now)).collect() }
    }
}

impl Key {
    fn of(row: &KeyRow, now: Timestamp) -> Self {
        let moment = |at: Option<Timestamp>| at.map(Timestamp::rfc3339);
        Self {
            id: row.id.clone(),
            kind: row.kind.as_str(),
            account: row.account.clone(),
            bot: row.bot.clone(),
            scopes: row.scopes.iter().map(Scope::as_str).collect(),
            state: row.state(now),
            created_at: row.created_at.rfc3339(),
            expires_at: moment(row.expires_at),
            revoked_at: moment(row.revoked_at),
            last_used_at: moment(row.last_used_at),
            note: row.note.clone(),
        }
    }
}

impl MadeKey {
    pub(super) fn of(issued: &Issued, now: Timestamp) -> Self {
        let about = Key::of(issued.row(), now);
        let bare = Self { about, key: None, app_id: None, app_secret: None };
        match issued {
            Issued::Key(_, key) => Self { key: Some(key.expose().to_owned()), ..bare },
            Issued::App(row, secret) => Self { app_id: Some(row.id.to_string()), app_secret: Some(secret.expose().to_owned()), ..bare },
        }
    }
}
