//! Text to a tree in which every key and value has a place; limits against bombs. Does not know what a bot is.
