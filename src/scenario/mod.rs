//! Conversation tests: run on a compiled bot with given API answers and a virtual clock. No network, no database.
