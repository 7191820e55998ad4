//! From a folder of bots to the snapshot that conversations run on.
//! Owns reading folders, the last good version of every bot, and watching for changes; never runs a flow.
//!
//! ```text
//! folder -> settled scan -> each changed bot by itself: loaded -> admitted -> a new snapshot
//! ```
//!
//! `check`, `test`, `chat` and `serve` read with [`read`] and compile with [`load`]; start-up is a reload from empty.

mod admit;
mod attempt;
mod directories;
mod folder;
mod git;
mod listing;
mod live;
mod load;
mod reload;
mod report;
mod scan;
mod settle;
mod snapshot;
mod watch;

pub use admit::{Admit, AdmitAll};
pub use folder::{ENTRIES_MAX, FILES_MAX, Folder, MIB_MAX};
pub use load::{Loaded, load, load_all};
pub use reload::Catalog;
pub use report::{Published, Refused, Report};
pub use scan::{PathError, read};
pub use snapshot::{Entry, Snapshot, State};
pub use watch::{Watch, WatchHandle};
