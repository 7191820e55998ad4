//! Points on the path of a message at which tests kill the process. Only a build with debug assertions looks for the variable
//! that chooses one; in an optimised program nothing here is left.

use std::sync::{
    LazyLock,
    atomic::{AtomicUsize, Ordering},
};

/// A point on the path of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// A message has come; nothing is written of it.
    Received,
    /// The turn is known, with its GETs; nothing is written of it.
    Advanced,
    /// The turn is being written; on SQLite it is, in a transaction that is still open.
    Writing,
    /// The turn is in the database; nobody has been told.
    Written,
    /// The gateway knows that the first turn of a run is in the database.
    Committed,
    /// A call is about to be made.
    Calling,
    /// A call is answered; nothing is written of it.
    CallAnswered,
    /// The gateway knows that the turn of the answers is in the database.
    AnswerCommitted,
    /// An event is in the inbox.
    InboxPut,
    /// The gateway knows that the turn of an event of the inbox is in the database.
    InboxTaken,
    /// A conversation whose calls were cut off has a new lease.
    TakenOver,
    /// The answer to a message has left the process.
    Replied,
    /// An event of a stream has left the process.
    Streamed,
}

impl Point {
    /// All of them, in the order of the path.
    pub const ALL: [Self; 13] = [
        Self::Received,
        Self::Advanced,
        Self::Writing,
        Self::Written,
        Self::Committed,
        Self::Calling,
        Self::CallAnswered,
        Self::AnswerCommitted,
        Self::InboxPut,
        Self::InboxTaken,
        Self::TakenOver,
        Self::Replied,
        Self::Streamed,
    ];

    /// Its name in `FLOWGATE_CRASH`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Advanced => "advanced",
            Self::Writing => "writing",
            Self::Written => "written",
            Self::Committed => "committed",
            Self::Calling => "calling",
            Self::CallAnswered => "call-answered",
            Self::AnswerCommitted => "answer-committed",
            Self::InboxPut => "inbox-put",
            Self::InboxTaken => "inbox-taken",
            Self::TakenOver => "taken-over",
            Self::Replied => "replied",
            Self::Streamed => "streamed",
        }
    }
}

/// What `FLOWGATE_CRASH` has chosen.
struct Chosen {
    point: Point,
    hits_left: AtomicUsize,
}

static CHOSEN: LazyLock<Option<Chosen>> = LazyLock::new(|| {
    let text = std::env::var_os("FLOWGATE_CRASH")?.into_string().ok();
    Some(text.as_deref().and_then(read).expect("tests write `point:number`"))
});

fn read(text: &str) -> Option<Chosen> {
    let (name, hit) = text.split_once(':')?;
    let point = Point::ALL.into_iter().find(|point| point.name() == name)?;
    Some(Chosen { point, hits_left: AtomicUsize::new(hit.parse().ok()?) })
}

fn chosen(point: Point) -> Option<&'static Chosen> {
    if cfg!(debug_assertions) { CHOSEN.as_ref().filter(|chosen| chosen.point == point) } else { None }
}

/// Whether the process is to die at this point, now or later.
#[inline]
pub(crate) fn is_chosen(point: Point) -> bool {
    chosen(point).is_some()
}

/// The process dies here if `FLOWGATE_CRASH` says so: at once, with no destructor and nothing flushed.
#[inline]
pub(crate) fn at(point: Point) {
    if chosen(point).is_some_and(|chosen| chosen.hits_left.fetch_sub(1, Ordering::SeqCst) == 1) {
        std::process::abort();
    }
}
