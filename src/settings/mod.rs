//! How this process runs, read once from arguments and environment. Knows no bots.
