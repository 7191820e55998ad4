//! The runs of this process that wait for the answers of their calls: whatever the clock says of their leases, nobody here
//! gives them up.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::id::RunId;

/// Runs with calls out.
#[derive(Default)]
pub(super) struct AtWork(Mutex<HashSet<RunId>>);

/// A run has calls out until this is dropped.
pub(super) struct Working<'a> {
    runs: &'a AtWork,
    run: RunId,
}

impl AtWork {
    pub(super) fn begin(&self, run: &RunId) -> Working<'_> {
        self.runs().insert(run.clone());
        Working { runs: self, run: run.clone() }
    }

    pub(super) fn holds(&self, run: &RunId) -> bool {
        self.runs().contains(run)
    }

    fn runs(&self) -> MutexGuard<'_, HashSet<RunId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.runs.runs().remove(&self.run);
    }
}
