//! Webchat tokens: who a visitor is, signed by this gateway. Nothing is stored.
//!
//! `base64url({"bot", "user", "key"?, "exp"}) "." base64url(mac)`

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize};

use crate::{
    id::{BotKey, KeyId, UserKey},
    store::TokenKeys,
    time::{CLOCK_SLACK_MS, Timestamp},
};

/// How long a token is good.
const LIFE_MS: i64 = 24 * 60 * 60 * 1_000;
/// Keeps tokens apart from anything else that is signed with the same key.
const PURPOSE: &[u8] = b"flowgate webchat token 1\0";

/// Who may speak as whom, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Visitor {
    pub bot: BotKey,
    pub user: UserKey,
    /// The API key that asked for it, and with which it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
    #[serde(rename = "exp")]
    pub expires_at: Timestamp,
}

/// Why a token is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    Forged,
    Expired,
}

impl Visitor {
    pub(super) fn new(bot: BotKey, user: UserKey, now: Timestamp) -> Self {
        Self { bot, user, key: None, expires_at: now.plus_ms(LIFE_MS) }
    }

    pub(super) fn sign(&self, keys: &TokenKeys) -> String {
        let claims = BASE64.encode(serde_json::to_vec(self).expect("texts and numbers have a JSON form"));
        let mac = BASE64.encode(mac(keys.of(&self.bot), &claims).as_bytes());
        format!("{claims}.{mac}")
    }

    /// Who the token is for, if this gateway has signed it and it is still good. One that is good for longer than any that is given
    /// was made by somebody else who has the key.
    pub(super) fn read(token: &str, keys: &TokenKeys, now: Timestamp) -> Result<Self, Bad> {
        let visitor = Self::verify(token, keys).filter(|visitor| visitor.expires_at <= now.plus_ms(LIFE_MS + CLOCK_SLACK_MS));
        let visitor = visitor.ok_or(Bad::Forged)?;
        if visitor.expires_at <= now { Err(Bad::Expired) } else { Ok(visitor) }
    }

    /// The bot that a token names says by which key it is judged.
    fn verify(token: &str, keys: &TokenKeys) -> Option<Self> {
        let (claims, signature) = token.split_once('.')?;
        let signature: [u8; 32] = BASE64.decode(signature).ok()?.try_into().ok()?;
        let visitor: Self = serde_json::from_slice(&BASE64.decode(claims).ok()?).ok()?;
        let genuine = mac(keys.of(&visitor.bot), claims) == blake3::Hash::from_bytes(signature); // compares in constant time
        genuine.then_some(visitor)
    }
}

fn mac(key: &[u8; 32], claims: &str) -> blake3::Hash {
    blake3::Hasher::new_keyed(key).update(PURPOSE).update(claims.as_bytes()).finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn keys() -> TokenKeys {
        TokenKeys::new([7; 32])
    }

    fn token() -> String {
        Visitor::new("shop".into(), "u1".into(), NOW).sign(&keys())
    }

    #[test]
    fn what_was_signed_is_read_for_a_day() {
        let visitor = Visitor::read(&token(), &keys(), NOW.plus_ms(LIFE_MS - 1)).unwrap();
        assert_eq!((&*visitor.bot, &*visitor.user, visitor.expires_at), ("shop", "u1", NOW.plus_ms(LIFE_MS)));
        assert_eq!(Visitor::read(&token(), &keys(), NOW.plus_ms(LIFE_MS)), Err(Bad::Expired));
    }

    #[test]
    fn no_token_is_good_for_longer_than_those_that_are_given() {
        let until = |ms| Visitor { expires_at: NOW.plus_ms(ms), ..Visitor::new("shop".into(), "u1".into(), NOW) }.sign(&keys());
        let read = |token: String| Visitor::read(&token, &keys(), NOW).map(|visitor| visitor.expires_at);
        let clocks_differ = LIFE_MS + CLOCK_SLACK_MS;
        assert_eq!(read(until(clocks_differ)), Ok(NOW.plus_ms(clocks_differ)));
        for ms in [clocks_differ + 1, 2 * LIFE_MS, i64::MAX] {
            assert_eq!(read(until(ms)), Err(Bad::Forged), "{ms}");
        }
    }

    #[test]
    fn no_changed_token_passes() {
        let token = token();
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let read = Visitor::read(&String::from_utf8(changed).unwrap(), &keys(), NOW);
            assert_eq!(read, Err(Bad::Forged), "byte {at}");
        }
        let other = Visitor::new("shop".into(), "u2".into(), NOW).sign(&keys());
        let spliced = format!("{}.{}", other.split_once('.').unwrap().0, token.split_once('.').unwrap().1);
        for forged in [spliced.as_str(), "", ".", "a.b", token.split_once('.').unwrap().0] {
            assert_eq!(Visitor::read(forged, &keys(), NOW), Err(Bad::Forged), "{forged}");
        }
        assert_eq!(Visitor::read(&token, &TokenKeys::new([8; 32]), NOW), Err(Bad::Forged));
    }
}
