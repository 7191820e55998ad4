//! What keeps a bot from going live: it says that it is another account's, or uses what its own has not.

use std::sync::Arc;

use secrecy::ExposeSecret;
use url::Url;

use super::{Account, Accounts, covers};
use crate::{
    diagnostic::{Place, Problems},
    flow::{Bot, SecretText},
    outbound::{SecretRef, Secrets},
};

impl Accounts {
    /// Tells what stands against a bot. Hosts that are secrets are looked up; without secrets, as offline, they are not judged.
    pub fn judge(&self, bot: &Bot, bot_file: &Arc<str>, secrets: Option<&Secrets>, problems: &mut Problems) {
        let (said, owner) = (&bot.about().account, self.owner(bot.key()));
        let whole = || Place::start_of(bot_file);
        if *said != owner {
            problems.not_of_account(whole(), said, &owner);
            return;
        }
        let account = self.account(&owner);
        for secret in bot.secrets().filter(|secret| !account.is_some_and(|account| account.has(secret))) {
            problems.not_listed(bot.place_of(secret).unwrap_or_else(whole), &owner, "secret", &secret.to_string());
        }
        for url in bot.apis().values().flat_map(|api| api.urls()) {
            let host = host(url, secrets);
            if let Some(host) = host.filter(|host| !account.is_some_and(|account| covers(&account.hosts, host))) {
                let shown = if url.secrets().next().is_some() { "behind a secret" } else { &host };
                problems.not_listed(url.place.clone().unwrap_or_else(whole), &owner, "host", shown);
            }
        }
    }
}

impl Account {
    fn has(&self, secret: &SecretRef) -> bool {
        let (SecretRef::Env(name) | SecretRef::File(name)) = secret;
        covers(&self.secrets, name)
    }
}

/// Where a URL leads, if that is known.
fn host(url: &SecretText, secrets: Option<&Secrets>) -> Option<String> {
    let value = |secret: &SecretRef| Some(secrets?.resolve(secret).ok()?.expose_secret().to_owned());
    let fixed = url.fixed(value)?;
    Some(Url::parse(&fixed).ok()?.host_str()?.to_owned())
}
