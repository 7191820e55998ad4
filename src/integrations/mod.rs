//! Performing one API call: deadline, retry, breaker. Knows no sessions.
