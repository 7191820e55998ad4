//! The limits of one run and one user. They count per run, in the conversation, so no loop can hang a server.

/// Characters of a message in.
pub const MESSAGE_CHARS_MAX: usize = 4_096;
/// Bytes of one attribute: of its text, or as JSON. The longest message fits, in any script.
pub const ATTRIBUTE_BYTES_MAX: usize = 4 * MESSAGE_CHARS_MAX;
/// Bytes of all attributes of a user, as JSON.
pub const ATTRIBUTES_BYTES_MAX: usize = 128 * 1024;
/// Bytes of a session, as JSON; beyond, the oldest open questions are forgotten.
pub const SESSION_BYTES_MAX: usize = 256 * 1024;
/// Bytes of a question with its items, and of the inputs of a `run`: a quarter of a session.
pub const QUESTION_BYTES_MAX: usize = SESSION_BYTES_MAX / 4;
/// Blocks of one run.
pub const BLOCKS_MAX: u32 = 1_000;
/// Messages of one run.
pub const MESSAGES_MAX: u32 = 50;
/// Calls of one run.
pub const CALLS_MAX: u32 = 20;
/// Steps of one run: what its templates, expressions, patterns and values take, by their sizes. Some 40 ms of a core at worst.
pub const STEPS_MAX: u64 = 2_000_000;
/// Steps that a run which went over them may still take to tell the user.
pub const STEPS_GRACE: u64 = 100_000;
/// Steps that a turn may take where it keeps others waiting: less than a millisecond. Ordinary ones take a twentieth of it.
pub const STEPS_AT_ONCE: u64 = 20_000;
/// What a run that went over a limit may still do to tell the user.
pub const GRACE: u32 = 10;
/// Tags of a user; beyond, none is added.
pub const TAGS_MAX: usize = 256;
/// Starts from outside that wait while a human has the conversation; beyond, the oldest is dropped.
pub const HELD_STARTS_MAX: usize = 20;
/// How deep `run` goes.
pub const DEPTH_MAX: usize = 16;
/// How many activations a session holds; beyond, the oldest open questions are forgotten.
pub const FRAMES_MAX: usize = 32;
/// Elements of `each`, and items of one message.
pub const ITEMS_MAX: usize = 100;
