//! The secrets of one call, each read once: what is sent is what is looked for in the answer, also when a file is replaced meanwhile.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use super::{
    pieces::{BYTES_MIN, secrets_in},
    request::Request,
    secrets::{MissingSecret, SecretRef, Secrets},
};

/// Shown in place of a token that was fetched, and of what it was fetched with.
const FETCHED: &str = "${oauth2}";

/// A fetched token that is shorter is not looked for. It was drawn by a machine, so it is no word and hardly an amount.
const TOKEN_BYTES_MIN: usize = 4;

/// A secret with the name that is shown in its place.
pub(super) type Known = (String, SecretString);

/// What the references of one request stand for, for as long as its call takes.
pub(super) struct Keyring(BTreeMap<SecretRef, Result<SecretString, MissingSecret>>);

impl Keyring {
    /// Reads what `request` refers to.
    pub(super) fn of(request: &Request, secrets: &Secrets) -> Self {
        Self(request.secrets().into_iter().map(|secret| (secret.clone(), secrets.resolve(secret))).collect())
    }

    /// The value.
    pub(super) fn get(&self, secret: &SecretRef) -> Result<SecretString, MissingSecret> {
        let unread = || Err(MissingSecret { secret: secret.clone(), reason: "is not one of this request".to_owned() });
        self.0.get(secret).cloned().unwrap_or_else(unread)
    }

    /// All that is secret of what `request` is sent with; a secret without a value keeps it from being sent.
    pub(super) fn known(&self, request: &Request) -> Vec<Known> {
        let values = self.0.iter().filter_map(|(secret, value)| Some((secret.to_string(), value.as_ref().ok()?)));
        let mut known: Vec<_> = values.flat_map(|(name, value)| known_as(&name, value)).collect();
        let pair = request.auth.basic(self).ok().flatten();
        known.extend(pair.filter(|pair| pair.len() >= BYTES_MIN).map(|pair| (FETCHED.to_owned(), pair.into())));
        known
    }
}

/// What is secret of a value, by the name of its reference.
pub(super) fn known_as(name: &str, value: &SecretString) -> Vec<Known> {
    secrets_in(value.expose_secret()).into_iter().map(|secret| (name.to_owned(), secret.into())).collect()
}

/// A token that was fetched.
pub(super) fn fetched(token: &SecretString) -> Option<Known> {
    (token.expose_secret().len() >= TOKEN_BYTES_MIN).then(|| (FETCHED.to_owned(), token.clone()))
}
