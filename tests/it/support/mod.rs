//! The doors through which tests enter a layer.

pub(crate) mod play;
pub(crate) mod walk;
