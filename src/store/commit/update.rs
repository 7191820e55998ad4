//! The one `UPDATE` of the hot path on SQLite. Diesel prepares an `UPDATE` of its own anew each time; as a query of ours,
//! with a type that stands for its text, it is prepared once.

use diesel::{
    QueryResult, RunQueryDsl, SqliteConnection,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Nullable, Text},
    sqlite::Sqlite,
};

use super::Turn;

/// Changes the conversation of a turn if it has the version that the turn expects.
pub(super) struct UpdateConversation<'a> {
    turn: &'a Turn,
    expected: i64,
    version: i64,
    wake_at: Option<i64>,
    lease_until: Option<i64>,
    session_version: Option<&'a str>,
    interaction: Option<i64>,
    run_id: &'a str,
    key: [&'a str; 3],
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
            session_version: commit.session_version.as_deref(),
            interaction: turn.is_interaction().then_some(commit.now.0),
            run_id: &commit.run_id,
            key: [&commit.key.bot, commit.key.channel.as_str(), &commit.key.user],
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
        out.push_sql(", session_version = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.session_version)?;
        out.push_sql(", run_id = ");
        out.push_bind_param::<Text, _>(self.run_id)?;
        out.push_sql(", last_interaction = coalesce(");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.interaction)?;
        out.push_sql(", min(last_interaction, ");
        out.push_bind_param::<BigInt, _>(&self.turn.commit.now.0)?;
        out.push_sql(")) WHERE bot = ");
        out.push_bind_param::<Text, _>(self.key[0])?;
        out.push_sql(" AND channel = ");
        out.push_bind_param::<Text, _>(self.key[1])?;
        out.push_sql(" AND \"user\" = ");
        out.push_bind_param::<Text, _>(self.key[2])?;
        out.push_sql(" AND version = ");
        out.push_bind_param::<BigInt, _>(&self.expected)
    }
}

impl RunQueryDsl<SqliteConnection> for UpdateConversation<'_> {}
