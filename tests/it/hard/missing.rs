//! missing
