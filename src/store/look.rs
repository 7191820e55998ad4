//! The two looks that a message may need before its turn, on PostgreSQL for many messages at once.

use tokio_postgres::{Row, types::ToSql};

use super::{
    ConversationRow, StoreError,
    database::{ANSWER_MAX, silence},
    link::Way,
    postgres::{Connector, with_cause},
    together::Look,
};
use crate::{
    id::{ConversationKey, RunId, Version},
    time::Timestamp,
};

/// `LATERAL` and `LIMIT`: each question finds its row through the index, however few rows there were when the plan was made.
const CONVERSATIONS: &str = r#"SELECT q.number, c.uid, c.version, c.state, c.wake_at, c.lease_until, c.session_version, c.run_id,
        c.created_at, c.last_interaction
    FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS q(bot, channel, "user", number)
    CROSS JOIN LATERAL (SELECT * FROM conversations c WHERE c."user" = q."user" AND c.bot = q.bot AND c.channel = q.channel LIMIT 1) c"#;

const KNOWN: &str = r#"SELECT q.number
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS q(bot, channel, "user", external_id, number)
    CROSS JOIN LATERAL (SELECT FROM messages m
        WHERE m."user" = q."user" AND m.bot = q.bot AND m.channel = q.channel AND m.external_id = q.external_id LIMIT 1) m"#;

/// Conversations as they are stored.
pub(super) struct Conversations(Way);

/// Whether messages have arrived before, by the ids that the other side gave them.
pub(super) struct Known(Way);

impl Conversations {
    pub(super) fn new(connector: Connector) -> Self {
        Self(Way::new(connector, &[CONVERSATIONS]))
    }
}

impl Known {
    pub(super) fn new(connector: Connector) -> Self {
        Self(Way::new(connector, &[KNOWN]))
    }
}

impl Look for Conversations {
    type Question = ConversationKey;
    type Answer = Option<ConversationRow>;

    async fn look(&self, keys: Vec<ConversationKey>) -> Result<Vec<Self::Answer>, StoreError> {
        let [bots, channels, users] = columns(keys.iter());
        let rows = ask(&self.0, &[&bots, &channels, &users]).await?;
        let mut found: Vec<Option<Row>> = keys.iter().map(|_| None).collect();
        for row in rows {
            let at = place(&row);
            found[at] = Some(row);
        }
        let read = |(key, row): (_, Option<Row>)| row.map(|row| conversation(key, &row)).transpose();
        keys.into_iter().zip(found).map(read).collect::<Result<_, _>>().map_err(|error| StoreError::Unavailable(with_cause(&error)))
    }
}

impl Look for Known {
    type Question = (ConversationKey, String);
    type Answer = bool;

    async fn look(&self, messages: Vec<Self::Question>) -> Result<Vec<bool>, StoreError> {
        let [bots, channels, users] = columns(messages.iter().map(|(key, _)| key));
        let ids: Vec<&str> = messages.iter().map(|(_, id)| id.as_str()).collect();
        let mut known = vec![false; messages.len()];
        for row in ask(&self.0, &[&bots, &channels, &users, &ids]).await? {
            known[place(&row)] = true;
        }
        Ok(known)
    }
}

/// A connection on which something went wrong is not used again. If it was lost, others may be well: it is asked once more.
async fn ask(way: &Way, questions: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
    let mut again = true;
    loop {
        let link = way.link().await?;
        let answer = link.ask(0, questions).await;
        match answer {
            Some(Ok(rows)) => return Ok(rows),
            Some(Err(_)) if std::mem::take(&mut again) => way.leave(&link),
            Some(Err(error)) => {
                way.leave(&link);
                return Err(StoreError::Unavailable(with_cause(&error)));
            }
            None => {
                way.leave(&link);
                return Err(StoreError::Unavailable(silence(ANSWER_MAX)));
            }
        }
    }
}

fn columns<'k>(keys: impl Iterator<Item = &'k ConversationKey> + Clone) -> [Vec<&'k str>; 3] {
    [
        keys.clone().map(|key| &*key.bot).collect(),
        keys.clone().map(|key| key.channel.as_str()).collect(),
        keys.map(|key| &*key.user).collect(),
    ]
}

/// Which question a row answers; the statement numbers them from 1.
fn place(row: &Row) -> usize {
    usize::try_from(row.get::<_, i64>(0) - 1).expect("the statement numbers the questions from 1")
}

fn conversation(key: ConversationKey, row: &Row) -> Result<ConversationRow, tokio_postgres::Error> {
    Ok(ConversationRow {
        key,
        uid: row.try_get(1)?,
        version: row.try_get(2)?,
        state: row.try_get(3)?,
        wake_at: row.try_get::<_, Option<i64>>(4)?.map(Timestamp),
        lease_until: row.try_get::<_, Option<i64>>(5)?.map(Timestamp),
        session_version: row.try_get::<_, Option<String>>(6)?.map(Version::from),
        run_id: row.try_get::<_, Option<String>>(7)?.map(RunId::from),
        created_at: Timestamp(row.try_get(8)?),
        last_interaction: Timestamp(row.try_get(9)?),
    })
}
