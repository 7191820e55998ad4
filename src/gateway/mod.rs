//! Receive, run, commit, perform: the path of a message, from its arrival to the end of the run it causes.
//!
//! ```text
//! receive ── lane of the conversation ── load (cache, store) ── advance ── commit ── perform ──┐
//!                                            ^                                   (calls)       │
//!                                            └────────────────── Answers ──────────────────────┘
//! ```
//!
//! Nothing has left the process before the commit, except GETs. No HTTP types, no SQL.

mod answers;
mod arrival;
mod at_work;
mod cache;
mod calls;
mod clock;
mod commit;
mod heavy;
mod history;
mod inbound;
mod inbox;
mod interacted;
mod json;
mod keys;
mod lane;
mod log;
mod looks;
mod owned;
mod person;
mod places;
mod press;
mod progress;
mod recovery;
mod repeat;
mod replay;
mod reply;
mod run;
mod spoken;
mod start;
mod tokens;
mod totals;
mod transcript;
mod turn;
mod users;
mod versions;
mod walker;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use tokio::{
    runtime::Handle,
    sync::{Notify, broadcast, watch},
    task::JoinHandle,
};

pub use history::{Cursor, Page};
pub use inbound::{Happening, Inbound, Said};
pub use interacted::{Between, Interacted};
pub use owned::OwnedAdmission;
pub use replay::{Replayed, run_again};
pub use reply::{Refusal, Reply, Told};
pub use spoken::{Heard, Message, Spoken};
pub use start::{anybody, request_id};
pub use transcript::Line;
pub use users::{User, Users};
pub use versions::Admission;

use crate::{
    catalog::Catalog,
    flow::Bot,
    id::{BotKey, ConversationKey},
    integrations::Integrations,
    store::{AppTokenKey, Store, TokenKeys},
};
use at_work::AtWork;
use cache::Cache;
use heavy::Heavy;
use lane::Lanes;
use places::Places;
use progress::Waiting;
use versions::Versions;

/// Runs the conversations of all bots. A clone is another handle to the same gateway.
#[derive(Clone)]
pub struct Gateway {
    inner: Arc<Inner>,
}

/// What the gateway works with.
pub struct Parts {
    /// The bots.
    pub catalog: Arc<Catalog>,
    /// The database.
    pub store: Store,
    /// The way to the backends; none: APIs answer with their samples.
    pub integrations: Option<Integrations>,
}

struct Inner {
    catalog: Arc<Catalog>,
    store: Store,
    integrations: Option<Integrations>,
    places: Places,
    heavy: Heavy,
    versions: Versions,
    cache: Cache,
    lanes: Lanes,
    waiting: Waiting,
    at_work: AtWork,
    app_token_key: AppTokenKey,
    token_keys: watch::Sender<Arc<TokenKeys>>,
    keys: keys::Held,
    totals: totals::Totals,
    runtime: Handle,
    running: AtomicUsize,
    closing: AtomicBool,
    idle: Notify,
}

impl Gateway {
    /// Starts the gateway: what was left undone is taken up again.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn start(parts: Parts) -> Result<Self, Refusal> {
        let token_keys = watch::Sender::new(Arc::new(parts.store.token_keys().await?));
        let app_token_key = parts.store.app_token_key().await?;
        let keys = keys::Held::start(&parts.store).await?;
        let gateway = Self {
            inner: Arc::new(Inner {
                places: Places::default(),
                heavy: Heavy::default(),
                versions: Versions::default(),
                catalog: parts.catalog,
                store: parts.store,
                integrations: parts.integrations,
                cache: Cache::default(),
                lanes: Lanes::default(),
                waiting: Waiting::default(),
                at_work: AtWork::default(),
                app_token_key,
                token_keys,
                keys,
                totals: totals::Totals::default(),
                runtime: Handle::current(),
                running: AtomicUsize::new(0),
                closing: AtomicBool::new(false),
                idle: Notify::new(),
            }),
        };
        recovery::start(&gateway).await?;
        tokens::follow(&gateway);
        keys::follow(&gateway);
        walker::start(&gateway);
        Ok(gateway)
    }

    /// The bots.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.inner.catalog
    }

    /// The live version of a bot.
    #[must_use]
    pub fn bot(&self, key: &BotKey) -> Option<Arc<Bot>> {
        self.inner.catalog.snapshot().bot(key)
    }

    /// Hints that a conversation has new messages, from all processes that share the database.
    #[must_use]
    pub fn follow(&self) -> broadcast::Receiver<ConversationKey> {
        self.inner.store.subscribe()
    }

    /// Takes nothing more, and returns when every run has ended and is committed.
    pub async fn close(&self) {
        self.inner.closing.store(true, Ordering::SeqCst);
        loop {
            let idle = self.inner.idle.notified();
            if self.inner.running.load(Ordering::SeqCst) == 0 {
                break;
            }
            idle.await;
        }
        self.inner.keys.end(&self.inner.store).await;
        self.inner.store.close().await;
    }

    /// Runs something to its end, whoever waits for it: no client, timeout or handler can cancel it half-way.
    fn spawn(&self, run: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        let inner = self.inner.clone();
        inner.running.fetch_add(1, Ordering::SeqCst);
        let counted = Counted(inner);
        self.inner.runtime.clone().spawn(async move {
            let _counted = counted;
            run.await;
        })
    }
}

/// Counts a run as long as it lives, also when it panics.
struct Counted(Arc<Inner>);

impl Drop for Counted {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.idle.notify_waiters();
        }
    }
}
