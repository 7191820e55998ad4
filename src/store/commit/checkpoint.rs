//! Moving what was committed from the write-ahead log into the file, beside the commits instead of inside one of them.

use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel_async::pooled_connection::deadpool::Pool;
use tokio::task::JoinHandle;

use super::{
    super::{
        StoreError,
        database::{ANSWER_MAX, Lite, soon},
        sqlite::PAGE_BYTES,
    },
    Turn,
};

/// 100 MiB of the log: a page that many turns change is moved once, and commits seldom wait for the disk that moves pages.
const PAGES_BETWEEN: usize = 50_000;

/// What a turn writes besides its texts: its row, the ends of two tables and of their indexes, of which few turns share a page.
const PAGES_OF_A_TURN: usize = 6;

/// Counts what turns write, and starts a checkpoint when it is time.
pub(super) struct Checkpoints {
    readers: Pool<Lite>,
    writer: Pool<Lite>,
    pages: usize,
    running: Option<JoinHandle<()>>,
}

impl Checkpoints {
    pub(super) fn new(readers: Pool<Lite>, writer: Pool<Lite>) -> Self {
        Self { readers, writer, pages: 0, running: None }
    }

    pub(super) fn count(&mut self, turns: &[Arc<Turn>]) {
        self.pages += turns.iter().map(|turn| pages(turn)).sum::<usize>();
        if self.pages < PAGES_BETWEEN || self.running.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        self.pages = 0;
        let (readers, writer) = (self.readers.clone(), self.writer.clone());
        self.running = Some(tokio::spawn(async move {
            if let Err(error) = checkpoint(&readers, &writer).await {
                tracing::warn!(%error, "a checkpoint of the database failed; it is tried again");
            }
        }));
    }
}

fn pages(turn: &Turn) -> usize {
    let texts = turn.commit.messages.iter().map(|message| message.body.len()).sum::<usize>();
    PAGES_OF_A_TURN + (turn.commit.state.len() + texts) / PAGE_BYTES
}

/// Most of the log while others write, then the little that came meanwhile while nobody does: only a log that is moved
/// as a whole starts from its beginning again.
async fn checkpoint(readers: &Pool<Lite>, writer: &Pool<Lite>) -> Result<(), StoreError> {
    for pool in [readers, writer] {
        let mut connection = soon(pool.get(), ANSWER_MAX).await?;
        connection.spawn_blocking(|c| c.batch_execute("PRAGMA wal_checkpoint(PASSIVE)")).await?;
    }
    Ok(())
}
