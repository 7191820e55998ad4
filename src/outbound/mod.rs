//! The guarded HTTP client (addresses, redirects, sizes, deadlines) and resolved secrets. Knows no bots.
