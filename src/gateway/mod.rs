//! Receive, run, commit, perform; conversation queues; timers. No HTTP types, no SQL.
