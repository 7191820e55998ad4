//! The updates of the hot path on SQLite. Diesel prepares an `UPDATE` of its own anew each time; as a query of ours, with a type
//! that stands for its text, it is prepared once.

use diesel::{
    QueryResult, RunQueryDsl, SqliteConnection,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Bool, Integer, Nullable, Text},
    sqlite::Sqlite,
};

use super::Turn;

const OF_CONVERSATION: &str = r#"m.bot = conversations.bot AND m.channel = conversations.channel AND m."user" = conversations."user""#;

/// The row of a conversation.
fn of_key<'b>(key: [&'b str; 3], out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
    out.push_sql(" WHERE bot = ");
    out.push_bind_param::<Text, _>(key[0])?;
    out.push_sql(" AND channel = ");
    out.push_bind_param::<Text, _>(key[1])?;
    out.push_sql(" AND \"user\" = ");
    out.push_bind_param::<Text, _>(key[2])
}

/// The whole claim of a turn in one statement, as on PostgreSQL: changes its conversation if that has the version that the
/// turn expects, the id of its message is new, and the inbox holds nothing older.
pub(super) struct UpdateConversation<'a> {
    turn: &'a Turn,
    expected: i64,
    version: i64,
    wake_at: Option<i64>,
    lease_until: Option<i64>,
    interaction: Option<i64>,
    last_input_at: Option<i64>,
    run_id: &'a str,
    key: [&'a str; 3],
    external_id: Option<&'a str>,
    passes_inbox: bool,
    takes: Option<&'a str>,
}

impl<'a> UpdateConversation<'a> {
    pub(super) fn new(turn: &'a Turn, expected: i64) -> Self {
        let commit = &turn.commit;
        Self {
            turn,
            expected,
            version: turn.version(),
            wake_at: commit.wake_at.map(|at| at.0),
            lease_until: commit.lease_until.map(|at| at.0),
            last_input_at: commit.last_input_at.map(|at| at.0),
            interaction: turn.is_interaction().then_some(commit.now.0),
            run_id: &commit.run_id,
            key: [&commit.key.bot, commit.key.channel.as_str(), &commit.key.user],
            external_id: turn.external_id(),
            passes_inbox: !turn.minds_inbox(),
            takes: commit.takes.as_deref(),
        }
    }
}

impl QueryId for UpdateConversation<'_> {
    type QueryId = UpdateConversation<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Sqlite> for UpdateConversation<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("UPDATE conversations SET version = ");
        out.push_bind_param::<BigInt, _>(&self.version)?;
        out.push_sql(", state = ");
        out.push_bind_param::<Text, _>(&self.turn.commit.state)?;
        out.push_sql(", wake_at = ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.wake_at)?;
        out.push_sql(", lease_until = ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.lease_until)?;
        out.push_sql(", run_id = ");
        out.push_bind_param::<Text, _>(self.run_id)?;
        out.push_sql(", last_interaction = coalesce(");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.interaction)?;
        out.push_sql(", min(last_interaction, ");
        out.push_bind_param::<BigInt, _>(&self.turn.commit.now.0)?;
        out.push_sql(")), last_input_at = ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.last_input_at)?;
        out.push_sql(", waits_at = ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.turn.commit.waits_at)?;
        out.push_sql(", generation = ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.turn.commit.generation)?;
        out.push_sql(", indexed_to = indexed_to + (indexed_to = version AND \"indexed\" = ");
        out.push_bind_param::<Integer, _>(&self.turn.commit.index.version)?;
        out.push_sql(")");
        of_key(self.key, &mut out)?;
        out.push_sql(" AND version = ");
        out.push_bind_param::<BigInt, _>(&self.expected)?;
        out.push_sql(" AND NOT EXISTS (SELECT 1 FROM messages m WHERE ");
        out.push_sql(OF_CONVERSATION);
        out.push_sql(" AND m.external_id = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.external_id)?;
        out.push_sql(") AND (");
        out.push_bind_param::<Bool, _>(&self.passes_inbox)?;
        out.push_sql(" OR (SELECT m.id FROM messages m WHERE ");
        out.push_sql(OF_CONVERSATION);
        out.push_sql(" AND m.waiting ORDER BY m.position LIMIT 1) IS ");
        out.push_bind_param::<Nullable<Text>, _>(&self.takes)?;
        out.push_sql(")");
        Ok(())
    }
}

impl RunQueryDsl<SqliteConnection> for UpdateConversation<'_> {}

/// The version of the session and the day of the last message. SQLite writes a page of each index whose column is set, changed or
/// not, and few turns change these.
pub(super) struct UpdateIndexed<'a> {
    session_version: Option<&'a str>,
    last_day: Option<i32>,
    key: [&'a str; 3],
}

impl<'a> UpdateIndexed<'a> {
    pub(super) fn new(turn: &'a Turn, last_day: Option<i32>) -> Self {
        let key = &turn.commit.key;
        Self { session_version: turn.commit.session_version.as_deref(), last_day, key: [&key.bot, key.channel.as_str(), &key.user] }
    }
}

impl QueryId for UpdateIndexed<'_> {
    type QueryId = UpdateIndexed<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Sqlite> for UpdateIndexed<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("UPDATE conversations SET session_version = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.session_version)?;
        out.push_sql(", last_day = ");
        out.push_bind_param::<Nullable<Integer>, _>(&self.last_day)?;
        of_key(self.key, &mut out)
    }
}

impl RunQueryDsl<SqliteConnection> for UpdateIndexed<'_> {}
