//! Whether an item may be chosen again later.

use serde::{Deserialize, Serialize};

/// Whether an item acts only while its question is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "bool", into = "bool")]
pub enum Once {
    /// It acts at any time.
    #[default]
    No,
    /// It acts once, as each of its kind does: quick replies, and what passes over a question. That is not stored with each.
    Always,
    /// It acts once, by `once: true`.
    Chosen,
}

impl Once {
    /// Whether it does.
    #[must_use]
    pub const fn holds(self) -> bool {
        !matches!(self, Self::No)
    }

    /// Whether its kind says it.
    pub(super) const fn is_plain(&self) -> bool {
        !matches!(self, Self::Chosen)
    }
}

impl From<bool> for Once {
    fn from(once: bool) -> Self {
        if once { Self::Chosen } else { Self::No }
    }
}

impl From<Once> for bool {
    fn from(once: Once) -> Self {
        once.holds()
    }
}
