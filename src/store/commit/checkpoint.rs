//! Moving what was committed from the write-ahead log into the file, beside the commits instead of inside one of them.

use diesel::connection::SimpleConnection;
use diesel_async::pooled_connection::deadpool::Pool;
use tokio::task::JoinHandle;

use super::super::{
    StoreError,
    database::{Lite, soon},
};

/// About 80 MiB of the log: a page that many turns change is moved once.
const TURNS_BETWEEN: usize = 4_000;

/// Counts turns, and starts a checkpoint when it is time.
pub(super) struct Checkpoints {
    readers: Pool<Lite>,
    writer: Pool<Lite>,
    turns: usize,
    running: Option<JoinHandle<()>>,
}

impl Checkpoints {
    pub(super) fn new(readers: Pool<Lite>, writer: Pool<Lite>) -> Self {
        Self { readers, writer, turns: 0, running: None }
    }

    pub(super) fn count(&mut self, turns: usize) {
        self.turns += turns;
        if self.turns < TURNS_BETWEEN || self.running.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        self.turns = 0;
        let (readers, writer) = (self.readers.clone(), self.writer.clone());
        self.running = Some(tokio::spawn(async move {
            if let Err(error) = checkpoint(&readers, &writer).await {
                tracing::warn!(%error, "a checkpoint of the database failed; it is tried again");
            }
        }));
    }
}

/// Most of the log while others write, then the little that came meanwhile while nobody does: only a log that is moved
/// as a whole starts from its beginning again.
async fn checkpoint(readers: &Pool<Lite>, writer: &Pool<Lite>) -> Result<(), StoreError> {
    for pool in [readers, writer] {
        let mut connection = soon(pool.get()).await?;
        connection.spawn_blocking(|c| c.batch_execute("PRAGMA wal_checkpoint(PASSIVE)")).await?;
    }
    Ok(())
}
