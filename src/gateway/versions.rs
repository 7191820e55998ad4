//! Which version of a bot a conversation runs on: the live one where its question still means the same, else its own.

use std::{collections::BTreeMap, io::Read as _, io::Write as _, sync::Arc};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use super::{Gateway, reply::Refusal, turn::Before};
use crate::{
    catalog::Admit,
    diagnostic::{Diagnostic, Place, Problems},
    flow::{
        Bot,
        compile::{Files, Parsed, compile},
        moved, moves_to,
    },
    id::{BotKey, ConversationKey, Version},
    outbound::Secrets,
    store::{Store, StoreError, VersionRow},
    time::Timestamp,
};

/// Older versions kept compiled.
const KEPT: u64 = 200;

/// Older versions that sessions still run on, by what they are and what is live: how APIs are called comes from there.
pub(super) struct Versions(moka::sync::Cache<(BotKey, Version, Version), Arc<Bot>>);

impl Default for Versions {
    fn default() -> Self {
        Self(moka::sync::Cache::new(KEPT))
    }
}

impl Gateway {
    /// The bot that a conversation runs on now, and the conversation moved to it where that is possible.
    pub(super) async fn bot_for(&self, key: &ConversationKey, before: Before) -> Result<(Arc<Bot>, Before), Refusal> {
        let live = self.bot(&key.bot).ok_or(Refusal::UnknownBot)?;
        let Some(session) = before.conversation.session.as_ref().filter(|s| s.version != *live.version()) else {
            return Ok((live, before));
        };
        if !moves_to(session, &live) {
            if let Some(own) = Box::pin(self.older(&key.bot, &session.version, &live)).await? {
                return Ok((own, before));
            }
            tracing::error!(bot = %key.bot, version = %session.version, "version {} is gone: a session on it ends", session.version);
        }
        let conversation = moved(&before.conversation, &live).map_or(before.conversation, Arc::new);
        Ok((live, Before { conversation, ..before }))
    }

    pub(super) async fn older(&self, bot: &BotKey, version: &Version, live: &Arc<Bot>) -> Result<Option<Arc<Bot>>, Refusal> {
        let name = (bot.clone(), version.clone(), live.version().clone());
        if let Some(known) = self.inner.versions.0.get(&name) {
            return Ok(Some(known));
        }
        let Some(row) = self.inner.store.of(bot).version(version).await? else { return Ok(None) };
        let (key, live) = (bot.clone(), live.clone());
        let compiled = tokio::task::spawn_blocking(move || restore(&key, &row.files).map(|old| Arc::new(old.calling_like(&live))))
            .await
            .ok()
            .flatten();
        if let Some(compiled) = &compiled {
            self.inner.versions.0.insert(name, compiled.clone());
        }
        Ok(compiled)
    }
}

fn restore(key: &BotKey, packed: &[u8]) -> Option<Bot> {
    let files = Files { key: key.clone(), folder: format!("stored/{key}"), contents: unpack(packed)? };
    let mut problems = Problems::default();
    compile(&Parsed::read(&files, &mut problems), &mut problems)
}

/// The files of a version as one compressed value.
fn pack(contents: &BTreeMap<String, Arc<[u8]>>) -> Vec<u8> {
    let texts: BTreeMap<&str, String> =
        contents.iter().map(|(path, content)| (path.as_str(), String::from_utf8_lossy(content).into_owned())).collect();
    let json = serde_json::to_vec(&texts).expect("texts by path are plain JSON");
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(&json).and_then(|()| packer.finish()).expect("writing to memory cannot fail")
}

fn unpack(packed: &[u8]) -> Option<BTreeMap<String, Arc<[u8]>>> {
    let mut json = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut json).ok()?;
    let texts: BTreeMap<String, String> = serde_json::from_slice(&json).ok()?;
    Some(texts.into_iter().map(|(path, text)| (path, text.into_bytes().into())).collect())
}

/// What a bot has to pass before it goes live: its secrets are there, and its version is stored before its first session.
pub struct Admission {
    /// Where versions are stored.
    pub store: Store,
    /// The secrets of this process; none offline, where none are needed.
    pub secrets: Option<Arc<Secrets>>,
}

impl Admission {
    fn missing_secrets(&self, bot: &Bot, files: &Files) -> Vec<Diagnostic> {
        let Some(secrets) = &self.secrets else { return Vec::new() };
        let mut problems = Problems::default();
        for missing in secrets.check(bot.secrets()) {
            let place = bot.place_of(&missing.secret).unwrap_or_else(|| Place::start_of(&files.shown("bot.yaml")));
            problems.missing_secret(place, &missing.to_string());
        }
        problems.into_sorted()
    }

    async fn store_version(&self, bot: &Bot, files: &Files) -> Result<(), Vec<Diagnostic>> {
        let row = VersionRow { hash: bot.version().clone(), files: pack(&files.contents), git_commit: None, created_at: Timestamp::now() };
        self.publish(bot, &row).await.map_err(|error| {
            let mut problems = Problems::default();
            problems.version_not_stored(Place::start_of(&files.shown("bot.yaml")), &error.to_string());
            problems.into_sorted()
        })
    }
}

impl Admission {
    /// Stores a version, and says that it is the live one from now on: what is neither live nor in use is deleted later.
    async fn publish(&self, bot: &Bot, row: &VersionRow) -> Result<(), StoreError> {
        self.store.put_version(bot.key(), row).await?;
        let latest = self.store.latest_generation(bot.key()).await?;
        if latest.is_none_or(|generation| generation.hash != row.hash) {
            self.store.add_generation(bot.key(), &row.hash, "folder", row.created_at).await?;
        }
        Ok(())
    }
}

impl Admit for Admission {
    fn admit<'a>(&'a self, bot: &'a Arc<Bot>, files: &'a Arc<Files>) -> futures_util::future::BoxFuture<'a, Result<(), Vec<Diagnostic>>> {
        Box::pin(async move {
            let missing = self.missing_secrets(bot, files);
            if missing.is_empty() { self.store_version(bot, files).await } else { Err(missing) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A session that began on it finishes on it, whatever stood in its tests that day.
    #[test]
    fn a_stored_version_with_a_wrong_test_is_a_bot() {
        let files = [
            ("bot.yaml", "version: 1\nbot: shop\nstart: main\n"),
            ("sequences/main.yaml", "version: 1\nsequence: main\nblocks: [{text: Hello}]\n"),
            ("tests/cut.yaml", "version: 1\ntest: ["),
        ];
        let packed =
            |files: &[(&str, &str)]| pack(&files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().into())).collect());
        assert!(restore(&"shop".into(), &packed(&files)).is_some());
        assert!(restore(&"shop".into(), &packed(&files[..1])).is_none(), "its start is not there");
    }
}
