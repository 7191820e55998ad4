//! From the file to accounts: everything that is wrong with it at once, each with its place.

use std::{collections::BTreeSet, sync::Arc};

use serde::Deserialize;

use super::{Account, Accounts, Feature, Pattern};
use crate::{
    diagnostic::Problems,
    id::AccountId,
    yaml::{self, Doc, Entries, Spanned},
};

/// An account as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    bots: Vec<Spanned<String>>,
    #[serde(default)]
    secrets: Vec<Spanned<String>>,
    #[serde(default)]
    hosts: Vec<Spanned<String>>,
    #[serde(default)]
    settings: Vec<Spanned<String>>,
    features: Option<BTreeSet<Feature>>,
}

impl Accounts {
    /// Reads the file; none if anything is wrong with it, which is then told.
    pub fn read(file: &Arc<str>, bytes: &[u8], problems: &mut Problems) -> Option<Self> {
        let mut found = Problems::default();
        let doc = yaml::load_bytes(file, bytes, &mut found);
        let written = doc.as_ref().and_then(|doc| Some((doc, doc.read::<Entries<Written>>(&mut found)?)));
        let accounts = written.map(|(doc, entries)| accounts(doc, entries, &mut found));
        let sound = !found.any_error();
        problems.append(found);
        accounts.filter(|_| sound)
    }
}

fn accounts(doc: &Doc, entries: Entries<Written>, problems: &mut Problems) -> Accounts {
    let mut given = BTreeSet::new();
    for bot in entries.0.iter().flat_map(|(_, account)| &account.bots) {
        if !given.insert(&bot.value) {
            problems.given_twice(doc.place(bot.span), &bot.value);
        }
    }
    Accounts(entries.0.iter().map(|(id, written)| account(doc, id, written, problems)).collect())
}

fn account(doc: &Doc, id: &Spanned<String>, written: &Written, problems: &mut Problems) -> Account {
    if id.is_empty() || id.len() > 19 || !id.bytes().all(|b| b.is_ascii_digit()) {
        problems.bad_setting(doc.place(id.span), "account", id, "an account is a number, for example \"61179\"");
    }
    let mut patterns = |names: &[Spanned<String>]| {
        let read = |name: &Spanned<String>| {
            let pattern = Pattern::parse(name);
            if pattern.is_none() {
                problems.bad_setting(doc.place(name.span), "name", name, "write a name, with * for whatever is there");
            }
            pattern
        };
        names.iter().filter_map(read).collect::<Vec<_>>()
    };
    Account {
        id: AccountId::from(id.as_str()),
        bots: patterns(&written.bots),
        secrets: patterns(&written.secrets),
        hosts: patterns(&written.hosts),
        settings: patterns(&written.settings),
        features: written.features.clone(),
    }
}
