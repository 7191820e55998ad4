//! Rules on a compiled bot, one per file. Does not stop at the first problem.
