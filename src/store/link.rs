//! Connections to PostgreSQL of their own, each for statements of ours that answer many at once.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::try_join_all;
use tokio_postgres::{Client, Row, Statement, types::ToSql};

use super::{
    StoreError,
    database::{ANSWER_MAX, silence},
    postgres::{Connector, HANDSHAKE_MAX, ServerError, with_cause},
    silence::Silence,
};

/// After a failed attempt to connect, all fail at once for so long.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// One plan, made when the tables may still be empty, has to do when they are full: nested loops through indexes. The settings
/// leave it no other kind of join, and the statements (`LATERAL … LIMIT 1`) no other order. Who holds a row for longer than two
/// deadlocks need to be seen (1 s each) fails the turn that wants it, not its group.
const SESSION: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
    SET enable_mergejoin = off; SET enable_bitmapscan = off; SET jit = off; SET lock_timeout = '3s'";

/// The way to the server: a connection that is made when it is wanted, and made anew when it is lost.
pub(super) struct Way {
    pub(super) connector: Connector,
    statements: &'static [&'static str],
    state: Mutex<State>,
    connecting: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    link: Option<Arc<Link>>,
    failed: Option<(Instant, StoreError)>,
}

/// A connection that is ready. What one task sends lies ready in the server when that is done with what another sent.
pub(super) struct Link {
    pub(super) client: Client,
    pub(super) session: Session,
    statements: Vec<Statement>,
    answered: Mutex<Instant>,
    silence: Arc<Silence>,
}

/// What names a session of the server for good; a process id alone is used again.
pub(super) struct Session {
    pub(super) pid: i32,
    pub(super) started: String,
}

impl Session {
    async fn of(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let row = client.query_one("SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()", &[]).await?;
        Ok(Self { pid: row.get(0), started: row.get(1) })
    }
}

impl Link {
    /// What the server says to one of the statements, by its place; none if it says nothing for 4 s. Who stands behind another waits from the moment on
    /// at which that is answered.
    pub(super) async fn ask(
        &self,
        statement: usize,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Option<Result<Vec<Row>, tokio_postgres::Error>> {
        let mut answer = std::pin::pin!(self.client.query(&self.statements[statement], parameters));
        let asked = Instant::now();
        let mut until = asked + ANSWER_MAX;
        loop {
            let said = tokio::time::timeout_at(until.into(), &mut answer).await;
            let now = Instant::now();
            match said {
                Ok(answer) => {
                    if is_said(&answer) {
                        *self.answered() = now;
                        self.silence.heard(now);
                    }
                    return Some(answer);
                }
                Err(_) if *self.answered() + ANSWER_MAX > until => until = *self.answered() + ANSWER_MAX,
                Err(_) => {
                    self.silence.note(asked, now);
                    return None;
                }
            }
        }
    }

    fn answered(&self) -> MutexGuard<'_, Instant> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that breaks says nothing of the server.
fn is_said<T>(answer: &Result<T, tokio_postgres::Error>) -> bool {
    answer.as_ref().err().is_none_or(|error| error.as_db_error().is_some())
}

impl Way {
    pub(super) fn new(connector: Connector, statements: &'static [&'static str]) -> Self {
        Self { connector, statements, state: Mutex::default(), connecting: tokio::sync::Mutex::default() }
    }

    /// The connection; while one makes it, the others wait.
    pub(super) async fn link(&self) -> Result<Arc<Link>, StoreError> {
        if let Some(known) = self.known() {
            return known;
        }
        let _others_wait = self.connecting.lock().await;
        if let Some(known) = self.known() {
            return known;
        }
        let asked = Instant::now();
        let connected = tokio::time::timeout(HANDSHAKE_MAX, self.connect()).await.unwrap_or(Err(ServerError::Silent));
        if matches!(connected, Err(ServerError::Silent)) {
            self.connector.silence.note(asked, Instant::now());
        }
        let link = Arc::new(connected.map_err(|error| self.away(StoreError::Unavailable(error.to_string())))?);
        self.state().link = Some(Arc::clone(&link));
        Ok(link)
    }

    /// The connection that there is, or why there was none a moment ago.
    fn known(&self) -> Option<Result<Arc<Link>, StoreError>> {
        if self.connector.silence.is_recent(Instant::now()) {
            return Some(Err(StoreError::Unavailable(silence(ANSWER_MAX))));
        }
        self.state().known()
    }

    /// This connection is not used again.
    pub(super) fn leave(&self, link: &Arc<Link>) {
        self.state().link.take_if(|current| Arc::ptr_eq(current, link));
    }

    /// Those who wait need not wait for the server each for itself.
    pub(super) fn away(&self, error: StoreError) -> StoreError {
        if let StoreError::Unavailable(why) | StoreError::Uncertain(why) = &error {
            self.state().failed = Some((Instant::now(), StoreError::Unavailable(why.clone())));
        }
        error
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connect(&self) -> Result<Link, ServerError> {
        let (client, connection) = self.connector.connect().await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = with_cause(&error), "a connection to the database is lost");
            }
        });
        client.batch_execute(SESSION).await?;
        let session = Session::of(&client).await?;
        let statements = try_join_all(self.statements.iter().map(|statement| client.prepare(statement))).await?;
        Ok(Link { client, session, statements, answered: Mutex::new(Instant::now()), silence: Arc::clone(&self.connector.silence) })
    }
}

impl State {
    /// The connection that there is, or why there was none a moment ago.
    fn known(&self) -> Option<Result<Arc<Link>, StoreError>> {
        if let Some(link) = self.link.as_ref().filter(|link| !link.client.is_closed()) {
            return Some(Ok(Arc::clone(link)));
        }
        let (at, error) = self.failed.as_ref()?;
        (at.elapsed() < RETRY_AFTER).then(|| Err(error.clone()))
    }
}
