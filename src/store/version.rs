//! Stored versions of bots, and the generations that say which one is live.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName,
    dsl::count_star,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;

use super::{
    Store, StoreError,
    database::{read, write},
    schema::{
        conversations,
        generations::{self, generation},
        versions,
    },
    turn::{deflate, inflate},
};
use crate::{
    id::{BotKey, Version},
    time::Timestamp,
};

/// How long a version outlives its last session.
const KEPT_MS: i64 = 24 * 60 * 60 * 1_000;

/// A stored version of a bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// The content hash of its files.
    pub hash: Version,
    /// Its files, as the caller gave them.
    pub files: Vec<u8>,
    /// The commit that they were at, when they are in a git work tree.
    pub git_commit: Option<String>,
    /// When they were stored.
    pub created_at: Timestamp,
}

/// Says that from then on a version was the live one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Higher is later.
    pub generation: i64,
    /// The version.
    pub hash: Version,
    /// Who chose it: a folder, a rollback.
    pub chosen: String,
    /// When.
    pub created_at: Timestamp,
}

type RawGeneration = (i64, String, String, i64);

fn to_generation((number, hash, chosen, created_at): RawGeneration) -> Generation {
    Generation { generation: number, hash: Version::from(hash), chosen, created_at: Timestamp(created_at) }
}

const ADD_GENERATION: &str = "INSERT INTO generations (bot, generation, hash, chosen, created_at) \
    SELECT $1, 1 + coalesce((SELECT max(g.generation) FROM generations g WHERE g.bot = $1), 0), $2, $3, $4 WHERE true \
    ON CONFLICT DO NOTHING RETURNING generation AS number";

#[derive(QueryableByName)]
struct Numbered {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// A version is in use while a session runs on it, or while it is the live one.
const IN_USE: &str = "(EXISTS (SELECT 1 FROM conversations c WHERE c.bot = versions.bot AND c.session_version = versions.hash) \
    OR versions.hash = (SELECT g.hash FROM generations g WHERE g.bot = versions.bot ORDER BY g.generation DESC LIMIT 1))";

impl Store {
    /// Stores the files of a version, compressed; once.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn put_version(&self, bot: &BotKey, version: &VersionRow) -> Result<(), StoreError> {
        let new = (
            versions::bot.eq(bot.as_str()),
            versions::hash.eq(version.hash.as_str()),
            versions::files.eq(deflate(&version.files)),
            versions::git_commit.eq(version.git_commit.as_deref()),
            versions::created_at.eq(version.created_at.0),
        );
        write!(self, c => diesel::insert_into(versions::table).values(new).on_conflict_do_nothing().execute(c).await?);
        Ok(())
    }

    /// A stored version.
    ///
    /// # Errors
    /// When the database is not available, or the stored files are damaged.
    pub async fn version(&self, bot: &BotKey, hash: &Version) -> Result<Option<VersionRow>, StoreError> {
        let columns = (versions::files, versions::git_commit, versions::created_at);
        let found = versions::table.find((bot.as_str(), hash.as_str())).select(columns);
        let raw: Option<(Vec<u8>, Option<String>, i64)> = read!(self, c => found.get_result(c).await.optional()?);
        let Some((files, git_commit, created_at)) = raw else { return Ok(None) };
        Ok(Some(VersionRow { hash: hash.clone(), files: inflate(&files)?, git_commit, created_at: Timestamp(created_at) }))
    }

    /// How many open sessions run on each version, by hash.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn sessions_per_version(&self, bot: &BotKey) -> Result<Vec<(Version, i64)>, StoreError> {
        use conversations::session_version;
        let open = conversations::table.filter(conversations::bot.eq(bot.as_str())).filter(session_version.is_not_null());
        let counted = open.group_by(session_version).order(session_version).select((session_version, count_star()));
        let rows: Vec<(Option<String>, i64)> = read!(self, c => counted.load(c).await?);
        Ok(rows.into_iter().filter_map(|(hash, n)| hash.map(|hash| (Version::from(hash), n))).collect())
    }

    /// The versions that open sessions run on, of all bots.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn versions_in_use(&self) -> Result<Vec<(BotKey, Version)>, StoreError> {
        use conversations::{bot, session_version};
        let open = conversations::table.filter(session_version.is_not_null()).select((bot, session_version)).distinct();
        let rows: Vec<(String, Option<String>)> = read!(self, c => open.order((bot, session_version)).load(c).await?);
        Ok(rows.into_iter().filter_map(|(of, hash)| Some((BotKey::from(of), Version::from(hash?)))).collect())
    }

    /// Every bot that ever was live, by name.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn bots(&self) -> Result<Vec<BotKey>, StoreError> {
        let all = generations::table.select(generations::bot).distinct().order(generations::bot);
        let rows: Vec<String> = read!(self, c => all.load(c).await?);
        Ok(rows.into_iter().map(BotKey::from).collect())
    }

    /// The generation that is live, if the bot ever was.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn latest_generation(&self, bot: &BotKey) -> Result<Option<Generation>, StoreError> {
        Ok(self.generations(bot, 1).await?.pop())
    }

    /// The last `limit` generations, the newest first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn generations(&self, bot: &BotKey, limit: i64) -> Result<Vec<Generation>, StoreError> {
        let columns = (generation, generations::hash, generations::chosen, generations::created_at);
        let newest = generations::table.filter(generations::bot.eq(bot.as_str())).order(generation.desc()).limit(limit).select(columns);
        let rows: Vec<RawGeneration> = read!(self, c => newest.load(c).await?);
        Ok(rows.into_iter().map(to_generation).collect())
    }

    /// Makes a version the live one from now on, and returns the number of the new generation.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn add_generation(&self, bot: &BotKey, hash: &Version, chosen: &str, now: Timestamp) -> Result<i64, StoreError> {
        loop {
            let insert = diesel::sql_query(ADD_GENERATION)
                .bind::<Text, _>(bot.as_str())
                .bind::<Text, _>(hash.as_str())
                .bind::<Text, _>(chosen)
                .bind::<BigInt, _>(now.0);
            let added: Option<Numbered> = write!(self, c => insert.get_result(c).await.optional()?);
            if let Some(added) = added {
                return Ok(added.number); // else another process took the number meanwhile
            }
        }
    }

    /// Deletes the versions that are not live and had no session for a day. To be called now and then: it notes when
    /// it first sees a version unused. Says how many went.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn prune_versions(&self, now: Timestamp) -> Result<usize, StoreError> {
        let used = format!("UPDATE versions SET unused_since = NULL WHERE unused_since IS NOT NULL AND {IN_USE}");
        let unused = format!("UPDATE versions SET unused_since = $1 WHERE unused_since IS NULL AND NOT {IN_USE}");
        let delete = format!("DELETE FROM versions WHERE unused_since <= $1 AND NOT {IN_USE}");
        Ok(write!(self, c => {
            diesel::sql_query(used).execute(c).await?;
            diesel::sql_query(unused).bind::<BigInt, _>(now.0).execute(c).await?;
            diesel::sql_query(delete).bind::<BigInt, _>(now.0.saturating_sub(KEPT_MS)).execute(c).await?
        }))
    }
}
