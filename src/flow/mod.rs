//! The compiled bot, the conversation, and `advance`. No I/O, no clock, no randomness, no async.
