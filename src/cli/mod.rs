//! One file per command; wiring. No logic that another command needs.
