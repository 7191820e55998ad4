//! API keys and the secrets of apps: their form, what is public of them, and the hash that is kept in their place.
//! Knows no request and no table.

mod end;
mod grant;
mod scope;

use std::fmt;

use crate::id::KeyId;

pub use end::{end, overlap_ms};
pub use grant::{AppGrant, BadGrant, Grant};
pub use scope::{Scope, Scopes, UnknownScope};

/// Where the UUID of a key has its hyphens.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];
/// How long a UUID is.
const UUID_CHARS: usize = 36;
/// How many letters and digits follow it.
const TAIL_CHARS: usize = 7;
/// How much of a key names it. What is left cannot be guessed by who sees the names and the hashes of all keys.
const ID_CHARS: usize = 13;
/// Letters and digits of the secret of an app.
const SECRET_CHARS: usize = 40;

const ALPHANUMERICS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// An API key: a random UUID in lower case, `-`, 7 letters and digits. It shows itself to nobody.
#[derive(Clone)]
pub struct ApiKey(String);

impl ApiKey {
    /// A new one, from the randomness of the system.
    ///
    /// # Errors
    /// When the system has none.
    pub fn random() -> Result<Self, NoChance> {
        let uuid = uuid::Builder::from_random_bytes(random()?).into_uuid();
        Ok(Self(format!("{}-{}", uuid.hyphenated(), alphanumerics(TAIL_CHARS)?)))
    }

    /// The key, if the text has its form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |(at, byte): (usize, u8)| match at {
            UUID_CHARS => byte == b'-',
            at if HYPHENS.contains(&at) => byte == b'-',
            at if at < UUID_CHARS => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            _ => byte.is_ascii_alphanumeric(),
        };
        let has_form = text.len() == UUID_CHARS + 1 + TAIL_CHARS && text.bytes().enumerate().all(fits);
        has_form.then(|| Self(text.to_owned()))
    }

    /// The beginning, by which the key is named and found.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::from(&self.0[..ID_CHARS])
    }

    /// What is kept in its place.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }

    /// The key itself: for the one answer that shows it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({}…)", &self.0[..ID_CHARS])
    }
}

/// The secret of an app. It shows itself to nobody.
#[derive(Clone)]
pub struct AppSecret(String);

impl AppSecret {
    /// A new one, from the randomness of the system.
    ///
    /// # Errors
    /// When the system has none.
    pub fn random() -> Result<Self, NoChance> {
        alphanumerics(SECRET_CHARS).map(Self)
    }

    /// What is kept in its place.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }

    /// The secret itself: for the one answer that shows it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSecret(…)")
    }
}

/// A new id for an app.
///
/// # Errors
/// When the system has no randomness.
pub fn app_id() -> Result<KeyId, NoChance> {
    Ok(KeyId::from(uuid::Builder::from_random_bytes(random()?).into_uuid().hyphenated().to_string()))
}

/// What is kept of a secret. Two are compared in constant time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyHash(blake3::Hash);

impl KeyHash {
    /// Of a whole secret.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(blake3::hash(secret.as_bytes()))
    }

    /// The hash as it is kept.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        <[u8; 32]>::try_from(bytes).ok().map(|bytes| Self(blake3::Hash::from_bytes(bytes)))
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(…)")
    }
}

/// The system gives no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes: {0}")]
pub struct NoChance(String);

fn random<const N: usize>() -> Result<[u8; N], NoChance> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| NoChance(error.to_string()))?;
    Ok(bytes)
}

/// As many letters and digits, each as likely as any other: bytes that would favour some are left out.
fn alphanumerics(count: usize) -> Result<String, NoChance> {
    let fair = u8::MAX - u8::MAX % 62;
    let mut text = String::with_capacity(count);
    while text.len() < count {
        let fitting = random::<64>()?.into_iter().filter(|byte| *byte < fair);
        text.extend(fitting.take(count - text.len()).map(|byte| char::from(ALPHANUMERICS[usize::from(byte % 62)])));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const KEY: &str = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed-AbCdEf1";

    #[test]
    fn a_new_key_has_the_form_and_is_like_no_other() {
        let keys: Vec<ApiKey> = (0..200).map(|_| ApiKey::random().unwrap()).collect();
        for key in &keys {
            assert!(ApiKey::parse(key.expose()).is_some(), "{}", key.expose());
            assert!(uuid::Uuid::parse_str(&key.expose()[..36]).is_ok_and(|uuid| uuid.get_version_num() == 4));
        }
        let tails: BTreeSet<u8> = keys.iter().flat_map(|key| key.expose()[37..].bytes()).collect();
        assert!(tails.len() > 50, "letters and digits of all kinds: {tails:?}");
        assert_eq!(keys.iter().map(ApiKey::id).collect::<BTreeSet<_>>().len(), keys.len());
    }

    #[test]
    fn only_the_form_is_a_key() {
        assert_eq!(ApiKey::parse(KEY).unwrap().id().as_str(), "1b9d6bcd-bbfd");
        for (at, byte) in KEY.bytes().enumerate() {
            let mut changed = KEY.as_bytes().to_vec();
            changed[at] = if byte == b'-' { b'a' } else { b'-' };
            assert!(ApiKey::parse(&String::from_utf8(changed).unwrap()).is_none(), "{at}");
        }
        for bad in ["", &KEY[1..], &KEY[..43], &format!("{KEY}x"), &format!(" {KEY}"), &KEY.to_uppercase(), &KEY.replace("bbfd", "é1")] {
            assert!(ApiKey::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_hash_is_of_the_whole_and_written_as_it_is_read() {
        let hash = ApiKey::parse(KEY).unwrap().hash();
        assert_eq!(KeyHash::read(hash.as_bytes()), Some(hash));
        assert_ne!(ApiKey::parse(&KEY.replace("Ef1", "Ef2")).unwrap().hash(), hash);
        assert_eq!(KeyHash::read(b"nonsense"), None);
    }

    #[test]
    fn nothing_shows_a_secret() {
        let (key, secret) = (ApiKey::parse(KEY).unwrap(), AppSecret::random().unwrap());
        assert_eq!(format!("{key:?} {secret:?} {:?}", key.hash()), "ApiKey(1b9d6bcd-bbfd…) AppSecret(…) KeyHash(…)");
        assert!(secret.expose().len() == 40 && ApiKey::parse(secret.expose()).is_none());
    }
}
