//! The floors on SQLite: the rows of W1 through one writer, in a transaction for each message, and in one for 64.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use diesel::{
    Connection, QueryResult, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_query,
    sql_types::{BigInt, Binary, Nullable, Text},
    sqlite::Sqlite,
};
use tokio::sync::oneshot;

use super::{
    super::rows::{Message, Rows},
    Said, Write,
};

const GROUP: usize = 64;

const UPDATE: &str = "UPDATE conversations SET version = ?, state = ?, wake_at = ?, session_version = ?, run_id = ?, \
    last_interaction = last_interaction + 1 WHERE bot = 'greeting' AND channel = 'webchat' AND \"user\" = ? AND version = ?";
const MESSAGE: &str = "INSERT INTO messages (id, bot, channel, \"user\", position, direction, kind, body, items, external_id, \
    body_hash, run_id, waiting, created_at) VALUES (?, 'greeting', 'webchat', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)";
const TURN: &str = "INSERT INTO turns (bot, channel, \"user\", turn, run_id, at, version, event, effects_hash, start_state) \
    VALUES ('greeting', 'webchat', ?, ?, ?, ?, ?, ?, ?, ?)";

/// A statement that is prepared once: its kind stands for its text.
macro_rules! statement {
    ($name:ident, $sql:expr, $($field:ident: $type:ty as $sql_type:ty,)*) => {
        struct $name<'a> {
            $($field: $type,)*
            of: std::marker::PhantomData<&'a ()>,
        }
        impl QueryFragment<Sqlite> for $name<'_> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                let mut parts = $sql.split('?');
                out.push_sql(parts.next().unwrap_or_default());
                $(
                    out.push_bind_param::<$sql_type, _>(&self.$field)?;
                    out.push_sql(parts.next().unwrap_or_default());
                )*
                Ok(())
            }
        }
        impl QueryId for $name<'_> {
            type QueryId = $name<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }
        impl RunQueryDsl<SqliteConnection> for $name<'_> {}
    };
}

statement!(Update, UPDATE,
    version: i64 as BigInt, state: &'a str as Text, wake_at: Option<i64> as Nullable<BigInt>,
    session_version: Option<&'a str> as Nullable<Text>, run_id: &'a str as Text, user: &'a str as Text, expected: i64 as BigInt,);
statement!(Insert, MESSAGE,
    id: &'a str as Text, user: &'a str as Text, position: i64 as BigInt, direction: &'a str as Text, kind: &'a str as Text,
    body: &'a str as Text, items: Option<&'a str> as Nullable<Text>, external_id: Option<&'a str> as Nullable<Text>,
    body_hash: Option<&'a str> as Nullable<Text>, run_id: &'a str as Text, created_at: i64 as BigInt,);
statement!(Log, TURN,
    user: &'a str as Text, turn: i64 as BigInt, run_id: &'a str as Text, at: i64 as BigInt, version: &'a str as Text,
    event: &'a str as Text, effects_hash: &'a str as Text, start_state: Option<&'a [u8]> as Nullable<Binary>,);

/// A connection, and the version that each conversation has.
struct Rower {
    connection: SqliteConnection,
    rows: Rows,
    versions: Vec<i64>,
}

impl Rower {
    fn open(database: &str, synchronous: &str, rows: Rows, users: usize) -> Self {
        let path = database.strip_prefix("sqlite://").expect("sqlite://PATH");
        let mut connection = SqliteConnection::establish(path).expect("a file");
        // the pages and the cache of the gateway
        let pragmas = format!(
            "PRAGMA page_size = 2048; PRAGMA busy_timeout = 5000; PRAGMA journal_mode = wal; PRAGMA synchronous = {synchronous}; \
             PRAGMA cache_size = -65536"
        );
        connection.batch_execute(&pragmas).expect("pragmas");
        let versions = prepare(&mut connection, &rows, users);
        Self { connection, rows, versions }
    }

    fn transaction(&mut self, said: &[Said]) {
        self.connection.batch_execute("BEGIN IMMEDIATE").expect("nobody else writes");
        for one in said {
            self.write(one).expect("rows that fit");
        }
        self.connection.batch_execute("COMMIT").expect("a disk with room");
    }

    fn write(&mut self, said: &Said) -> QueryResult<()> {
        let (r, c, of) = (&self.rows, &mut self.connection, std::marker::PhantomData);
        self.versions[said.user] += 1;
        let (user, version) = (&*format!("u{}", said.user), self.versions[said.user]);
        let (state, session_version, run_id) = (&*r.state, r.session_version.as_deref(), &*r.run_id);
        let updated = Update { version, state, wake_at: r.wake_at, session_version, run_id, user, expected: version - 1, of }.execute(c)?;
        assert_eq!(updated, 1, "the conversation is there");
        for (place, m) in (0..).zip(&r.messages) {
            let Message { id, direction, kind, body, items, has_external_id, body_hash } = m;
            let external_id = has_external_id.then_some(&*said.id);
            let (items, body_hash, position) = (items.as_deref(), body_hash.as_deref(), version * 1024 + place);
            Insert { id, user, position, direction, kind, body, items, external_id, body_hash, run_id, created_at: version, of }
                .execute(c)?;
        }
        let (event, effects_hash, start_state) = (&*r.event, &*r.effects_hash, r.start_state.as_deref());
        Log { user, turn: version, run_id, at: version, version: &r.version, event, effects_hash, start_state, of }.execute(c)?;
        Ok(())
    }
}

fn prepare(connection: &mut SqliteConnection, rows: &Rows, users: usize) -> Vec<i64> {
    #[derive(diesel::QueryableByName)]
    struct Version {
        #[diesel(sql_type = BigInt)]
        version: i64,
    }
    let numbers = "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n + 1 < ?)";
    let create = format!(
        "INSERT OR IGNORE INTO conversations (bot, channel, \"user\", uid, version, state, created_at, last_interaction) \
        {numbers} SELECT 'greeting', 'webchat', 'u' || n, 1000000000 + n, 1, ?, 0, 0 FROM s"
    );
    sql_query(create).bind::<BigInt, _>(users as i64).bind::<Text, _>(&rows.state).execute(connection).expect("conversations");
    let read = format!(
        "{numbers} SELECT c.version FROM s JOIN conversations c ON c.bot = 'greeting' AND c.channel = 'webchat' \
        AND c.\"user\" = 'u' || n ORDER BY n"
    );
    let versions: Vec<Version> = sql_query(read).bind::<BigInt, _>(users as i64).load(connection).expect("conversations");
    versions.into_iter().map(|row| row.version).collect()
}

/// The one writer of F2: a thread that writes what it is given, one after the other.
pub(crate) struct Writer(mpsc::Sender<(Said, oneshot::Sender<()>)>);

impl Writer {
    pub(crate) fn open(database: &str, synchronous: &str, rows: Rows, users: usize) -> Self {
        let mut rower = Rower::open(database, synchronous, rows, users);
        let (sender, jobs) = mpsc::channel::<(Said, oneshot::Sender<()>)>();
        thread::spawn(move || {
            for (said, written) in jobs {
                rower.transaction(&[said]);
                let _caller_is_gone = written.send(());
            }
        });
        Self(sender)
    }
}

impl Write for Writer {
    async fn write(&self, said: Said) {
        let (sender, written) = oneshot::channel();
        self.0.send((said, sender)).expect("the writer lives");
        written.await.expect("the writer lives");
    }
}

/// F3: as many messages a second as groups of 64 make without HTTP.
pub(crate) fn groups(database: &str, synchronous: &str, rows: Rows, users: usize, measured: Duration) -> f64 {
    let mut rower = Rower::open(database, synchronous, rows, users);
    let until = Instant::now() + measured;
    let mut written = 0;
    loop {
        let said = |n: usize| Said {
            user: (written + n) % users,
            id: format!("g{}-{}", std::process::id(), rower.versions[(written + n) % users]),
        };
        let group: Vec<Said> = (0..GROUP).map(said).collect();
        rower.transaction(&group);
        if Instant::now() >= until {
            return written as f64 / measured.as_secs_f64();
        }
        written += GROUP;
    }
}
