//! `{{…}}`, `<<api>>` and CEL: compile, list what they read, evaluate under a budget. No clock, no I/O.
