//! What a new key is to open, and what cannot be granted.

use super::Scopes;
use crate::{
    id::{AccountId, BotKey},
    time::Timestamp,
};

/// Characters of a note.
const NOTE_CHARS_MAX: usize = 200;
/// Characters of the name of a bot.
const BOT_CHARS_MAX: usize = 128;
/// Digits of an account.
const ACCOUNT_DIGITS_MAX: usize = 19;

/// What a new key is to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Whose bots; an admin key belongs to no account.
    pub account: Option<AccountId>,
    /// Only this one of them.
    pub bot: Option<BotKey>,
    /// What may be done with them.
    pub scopes: Scopes,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// What people have to say of it.
    pub note: Option<String>,
}

/// Why a key cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadGrant {
    /// A key without one opens nothing.
    #[error("a key belongs to an account, but for an admin key")]
    NoAccount,
    /// It would look narrower than it is.
    #[error("an admin key belongs to no account and to no bot: it opens everything")]
    NarrowAdmin,
    /// Other scopes say nothing beside it.
    #[error("an admin key has no other scope: it opens everything")]
    MoreThanAdmin,
    /// It would open nothing.
    #[error("a key has at least one scope")]
    NoScope,
    /// As in `bot.yaml`.
    #[error("an account is a number of at most 19 digits, for example \"61179\"")]
    Account,
    /// As a folder is named.
    #[error("a bot is named by its key, for example \"shop\"")]
    Bot,
    /// It would be good for no moment.
    #[error("a key ends in the future")]
    Past,
    /// For people, in a line.
    #[error("a note is a line of at most 200 characters")]
    Note,
}

impl Grant {
    /// Passes what can be granted.
    ///
    /// # Errors
    /// The first thing that stands against it.
    pub fn check(&self, now: Timestamp) -> Result<(), BadGrant> {
        let is_account =
            |account: &AccountId| (1..=ACCOUNT_DIGITS_MAX).contains(&account.len()) && account.bytes().all(|b| b.is_ascii_digit());
        let stands_against = [
            (self.scopes.iter().next().is_none(), BadGrant::NoScope),
            (self.scopes.is_admin() && self.scopes != Scopes::admin(), BadGrant::MoreThanAdmin),
            (self.scopes.is_admin() && (self.account.is_some() || self.bot.is_some()), BadGrant::NarrowAdmin),
            (!self.scopes.is_admin() && self.account.is_none(), BadGrant::NoAccount),
            (!self.account.as_ref().is_none_or(is_account), BadGrant::Account),
        ];
        let found = stands_against.into_iter().find_map(|(stands, why)| stands.then_some(why));
        found.map_or_else(|| checked(self.bot.as_ref(), self.expires_at, self.note.as_deref(), now), Err)
    }
}

/// What a new app is to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppGrant {
    /// The bot that it belongs to.
    pub bot: BotKey,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// What people have to say of it.
    pub note: Option<String>,
}

impl AppGrant {
    /// Passes what can be granted.
    ///
    /// # Errors
    /// The first thing that stands against it.
    pub fn check(&self, now: Timestamp) -> Result<(), BadGrant> {
        checked(Some(&self.bot), self.expires_at, self.note.as_deref(), now)
    }
}

/// What keys and apps have in common.
fn checked(bot: Option<&BotKey>, expires_at: Option<Timestamp>, note: Option<&str>, now: Timestamp) -> Result<(), BadGrant> {
    let is_line = |text: &str, max: usize| text.chars().count() <= max && !text.chars().any(char::is_control);
    if bot.is_some_and(|bot| bot.is_empty() || !is_line(bot, BOT_CHARS_MAX)) {
        return Err(BadGrant::Bot);
    }
    if expires_at.is_some_and(|end| end <= now) {
        return Err(BadGrant::Past);
    }
    if note.is_none_or(|note| is_line(note, NOTE_CHARS_MAX)) { Ok(()) } else { Err(BadGrant::Note) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    fn of(account: Option<&str>, scopes: &str) -> Grant {
        Grant { account: account.map(AccountId::from), bot: None, scopes: scopes.parse().unwrap(), expires_at: None, note: None }
    }

    #[test]
    fn a_key_opens_an_account_or_everything() {
        let shop = of(Some("61179"), "read");
        assert_eq!(of(Some("1"), "messages read send").check(NOW), Ok(()));
        assert_eq!(of(None, "admin").check(NOW), Ok(()));
        assert_eq!(
            Grant { bot: Some("shop".into()), expires_at: Some(Timestamp(1_001)), note: Some("é".repeat(200)), ..shop.clone() }.check(NOW),
            Ok(())
        );
        for (grant, why) in [
            (of(None, "read"), BadGrant::NoAccount),
            (of(Some("1"), "admin"), BadGrant::NarrowAdmin),
            (Grant { bot: Some("shop".into()), ..of(None, "admin") }, BadGrant::NarrowAdmin),
            (of(None, "admin read"), BadGrant::MoreThanAdmin),
            (of(Some("1"), ""), BadGrant::NoScope),
            (of(Some(""), "read"), BadGrant::Account),
            (of(Some("shop"), "read"), BadGrant::Account),
            (of(Some(&"1".repeat(20)), "read"), BadGrant::Account),
            (Grant { bot: Some("".into()), ..shop.clone() }, BadGrant::Bot),
            (Grant { bot: Some("a\0".into()), ..shop.clone() }, BadGrant::Bot),
            (Grant { expires_at: Some(NOW), ..shop.clone() }, BadGrant::Past),
            (Grant { note: Some("two\nlines".into()), ..shop.clone() }, BadGrant::Note),
            (Grant { note: Some("é".repeat(201)), ..shop }, BadGrant::Note),
        ] {
            assert_eq!(grant.check(NOW), Err(why), "{grant:?}");
        }
    }
}
