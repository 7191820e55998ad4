//! `flowgate keys`: API keys and apps, beside the gateways that serve from the database. A secret is shown once, alone on stdout.

mod create;
mod list;

use super::{Outcome, output, trouble::Trouble, wait_for};
use crate::{
    key::{ApiKey, overlap_ms},
    settings::{DatabaseUrl, Keys, KeysAction, RevokeKey, RotateKey},
    store::{IssueError, Issued, KeyRow, Options, Store, StoreError},
    time::Timestamp,
};

/// How much of a key has to be said to name it.
const PREFIX_CHARS_MIN: usize = 4;

pub(super) fn run(settings: &Keys) -> Result<Outcome, Trouble> {
    let done = match &settings.action {
        KeysAction::Create(settings) => wait_for(create::create(settings))?,
        KeysAction::List(settings) => wait_for(list::list(settings))?,
        KeysAction::Revoke(settings) => wait_for(revoke(settings))?,
        KeysAction::Rotate(settings) => wait_for(rotate(settings))?,
    };
    done.map(|()| Outcome::Fine)
}

async fn open(database: &DatabaseUrl) -> Result<Store, Trouble> {
    Ok(Store::open(database.expose(), Options { existing: true, ..Options::default() }).await?)
}

async fn revoke(settings: &RevokeKey) -> Result<(), Trouble> {
    let store = open(&settings.database).await?;
    let key = find(&store, &settings.key).await?;
    let (revoked, id) = (store.revoke(&key.id, Timestamp::now()).await?, &key.id);
    store.close().await;
    output::tell(&match revoked {
        true => format!("the key {id} is revoked: no gateway that serves from this database takes it any more"),
        false => format!("the key {id} was revoked already"),
    });
    Ok(())
}

async fn rotate(settings: &RotateKey) -> Result<(), Trouble> {
    let overlap = settings.overlap.as_deref();
    let overlap_ms = overlap.map_or(Some(0), overlap_ms);
    let overlap_ms = overlap_ms.ok_or_else(|| Trouble::new("--overlap is a time of 30 days at most, for example 24h"))?;
    let store = open(&settings.database).await?;
    let old = find(&store, &settings.key).await?;
    let issued = store.rotate(&old, overlap_ms, Timestamp::now()).await?;
    store.close().await;
    let ends = overlap.map_or_else(|| "is revoked".to_owned(), |overlap| format!("ends in {overlap}, if not sooner"));
    output::tell(&format!("{} takes the place of {}, which {ends}", named(&issued), old.id));
    show(&issued)
}

/// The one key that is meant by itself or by its beginning.
async fn find(store: &Store, text: &str) -> Result<KeyRow, Trouble> {
    let prefix = ApiKey::parse(text).map_or_else(|| text.to_owned(), |key| key.id().to_string());
    if prefix.chars().count() < PREFIX_CHARS_MIN {
        return Err(Trouble::new(format!("a key is named by at least {PREFIX_CHARS_MIN} characters of its beginning")));
    }
    let mut found = store.all_keys().await?.into_iter().filter(|key| key.id.starts_with(&prefix));
    match (found.next(), found.next()) {
        (Some(key), None) => Ok(key),
        (Some(_), Some(_)) => Err(Trouble::new("more than one key begins like that").help("`flowgate keys list` shows their beginnings")),
        (None, _) => Err(Trouble::new("no key begins like that").help("`flowgate keys list` shows what there is")),
    }
}

/// What is secret, alone on stdout.
fn show(issued: &Issued) -> Result<(), Trouble> {
    match issued {
        Issued::Key(_, key) => output::print(key.expose()),
        Issued::App(row, secret) => output::print(&serde_json::json!({"appId": row.id, "appSecret": secret.expose()}).to_string()),
    }
}

fn named(issued: &Issued) -> String {
    match issued {
        Issued::Key(row, _) => format!("the key {}", row.id),
        Issued::App(row, _) => format!("the app {}", row.id),
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<IssueError> for Trouble {
    fn from(error: IssueError) -> Self {
        Self::new(error.to_string())
    }
}
