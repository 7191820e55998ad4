//! The floors on PostgreSQL: the rows of W1, by one statement for each message, and by one for 64.

use std::{
    sync::atomic::{AtomicI64, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use tokio_postgres::{Client, NoTls, Statement, types::ToSql};

use super::{super::rows::Rows, Said, Write};

/// Connections of the pool: more made F2 no faster here.
const CONNECTIONS: usize = 16;
/// Messages that F3 writes together.
const GROUP: usize = 64;
/// Connections that F3 writes through, as the gateway does.
const WRITERS: usize = 2;

/// `$1` users, `$2` versions, `$3` ids, as many as there are messages; what is alike in all follows.
const WRITE: &str = r#"
WITH said AS (
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[]) AS t("user", version, id)
), conversation AS (
    UPDATE conversations c SET version = s.version, state = $4, wake_at = $5, session_version = $6, run_id = $7,
        last_interaction = c.last_interaction + 1
    FROM said s WHERE c.bot = 'greeting' AND c.channel = 'webchat' AND c."user" = s."user" AND c.version = s.version - 1
), messages AS (
    INSERT INTO messages (id, bot, channel, "user", position, direction, kind, body, items, external_id, body_hash, run_id,
        waiting, created_at)
    SELECT m.id, 'greeting', 'webchat', s."user", s.version * 1024 + m.place, m.direction, m.kind, m.body, m.items,
        CASE WHEN m.external THEN s.id END, m.body_hash, $7, false, s.version
    FROM said s, unnest($8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bool[], $14::text[])
        WITH ORDINALITY AS m(id, direction, kind, body, items, external, body_hash, place)
)
INSERT INTO turns (bot, channel, "user", turn, run_id, at, version, event, effects_hash, start_state)
SELECT 'greeting', 'webchat', s."user", s.version, $7, s.version, $15, $16, $17, $18 FROM said s"#;

/// The parts of a message row, each as a column.
struct Columns {
    id: Vec<String>,
    direction: Vec<String>,
    kind: Vec<String>,
    body: Vec<String>,
    items: Vec<Option<String>>,
    external: Vec<bool>,
    body_hash: Vec<Option<String>>,
}

impl Columns {
    fn of(rows: &Rows) -> Self {
        let m = &rows.messages;
        Self {
            id: m.iter().map(|m| m.id.clone()).collect(),
            direction: m.iter().map(|m| m.direction.clone()).collect(),
            kind: m.iter().map(|m| m.kind.clone()).collect(),
            body: m.iter().map(|m| m.body.clone()).collect(),
            items: m.iter().map(|m| m.items.clone()).collect(),
            external: m.iter().map(|m| m.has_external_id).collect(),
            body_hash: m.iter().map(|m| m.body_hash.clone()).collect(),
        }
    }
}

/// A connection with its statement.
struct Writer {
    client: Client,
    statement: Statement,
    rows: Rows,
    columns: Columns,
}

impl Writer {
    async fn open(database: &str, rows: Rows) -> Self {
        let (client, connection) = tokio_postgres::connect(database, NoTls).await.expect("a database");
        tokio::spawn(connection);
        let plan = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
            SET enable_mergejoin = off; SET enable_bitmapscan = off; SET jit = off";
        client.batch_execute(plan).await.expect("settings of PostgreSQL");
        let statement = client.prepare(WRITE).await.expect("a statement");
        Self { client, statement, columns: Columns::of(&rows), rows }
    }

    async fn write(&self, users: &[String], versions: &[i64], ids: &[String]) {
        let (r, c) = (&self.rows, &self.columns);
        let start = r.start_state.as_deref();
        let parameters: [&(dyn ToSql + Sync); 18] = [
            &users,
            &versions,
            &ids,
            &r.state,
            &r.wake_at,
            &r.session_version,
            &r.run_id,
            &c.id,
            &c.direction,
            &c.kind,
            &c.body,
            &c.items,
            &c.external,
            &c.body_hash,
            &r.version,
            &r.event,
            &r.effects_hash,
            &start,
        ];
        let written = self.client.execute(&self.statement, &parameters).await.expect("rows that fit");
        assert_eq!(written, users.len() as u64, "every message is written");
    }
}

/// The pool of F2.
pub(crate) struct Pool {
    writers: Vec<Writer>,
    next: AtomicUsize,
    versions: Vec<AtomicI64>,
}

impl Pool {
    pub(crate) async fn open(database: &str, rows: Rows, users: usize) -> Self {
        let versions = prepare(database, &rows, users).await;
        let mut writers = Vec::new();
        for _ in 0..CONNECTIONS {
            writers.push(Writer::open(database, rows.clone()).await);
        }
        Self { writers, next: AtomicUsize::new(0), versions: versions.into_iter().map(AtomicI64::new).collect() }
    }
}

impl Write for Pool {
    async fn write(&self, said: Said) {
        let version = self.versions[said.user].fetch_add(1, Ordering::Relaxed) + 1;
        let writer = &self.writers[self.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS];
        writer.write(&[format!("u{}", said.user)], &[version], &[said.id]).await;
    }
}

/// Makes the conversations that are not there, and says which version each has.
async fn prepare(database: &str, rows: &Rows, users: usize) -> Vec<i64> {
    let (client, connection) = tokio_postgres::connect(database, NoTls).await.expect("a database");
    tokio::spawn(connection);
    let create = r#"INSERT INTO conversations (bot, channel, "user", uid, version, state, created_at, last_interaction)
        SELECT 'greeting', 'webchat', 'u' || n, 1000000000 + n, 1, $1, 0, 0 FROM generate_series(0, $2::bigint - 1) n ON CONFLICT DO NOTHING"#;
    client.execute(create, &[&rows.state, &(users as i64)]).await.expect("conversations");
    let read = r#"SELECT c.version FROM generate_series(0, $1::bigint - 1) n
        JOIN conversations c ON c.bot = 'greeting' AND c.channel = 'webchat' AND c."user" = 'u' || n ORDER BY n"#;
    client.query(read, &[&(users as i64)]).await.expect("conversations").iter().map(|row| row.get(0)).collect()
}

/// F3: as many messages a second as groups of 64 make without HTTP.
pub(crate) async fn groups(database: &str, rows: Rows, users: usize, measured: Duration) -> f64 {
    let versions = prepare(database, &rows, users).await;
    let until = Instant::now() + measured;
    let share = users / WRITERS;
    let mut writers = Vec::new();
    for n in 0..WRITERS {
        let writer = Writer::open(database, rows.clone()).await;
        let mine = versions[n * share..(n + 1) * share].to_vec();
        writers.push(tokio::spawn(write_groups(writer, n * share, mine, until)));
    }
    let mut written = 0;
    for writer in writers {
        written += writer.await.expect("a writer that ends");
    }
    written as f64 / measured.as_secs_f64()
}

async fn write_groups(writer: Writer, first: usize, mut versions: Vec<i64>, until: Instant) -> usize {
    let (mut written, mut at) = (0, 0);
    loop {
        let group: Vec<usize> = (0..GROUP).map(|n| (at + n) % versions.len()).collect();
        at += GROUP;
        group.iter().for_each(|&n| versions[n] += 1);
        let users: Vec<String> = group.iter().map(|n| format!("u{}", first + n)).collect();
        let new: Vec<i64> = group.iter().map(|&n| versions[n]).collect();
        let ids: Vec<String> = group.iter().map(|&n| format!("m{}-{first}-{n}-{}", std::process::id(), versions[n])).collect();
        writer.write(&users, &new, &ids).await;
        if Instant::now() >= until {
            return written;
        }
        written += GROUP;
    }
}
