//! Text to a tree in which every key and value has a place; limits against bombs. Does not know what a bot is.
//!
//! ```text
//! text -> source (encoding, size, characters) -> events (granit-parser) -> build, anchor, lookalike, map, scalar -> Doc
//!                                                    \-> syntax, quote: why it is not YAML, and how to quote it
//! Doc -> rules: what YAML lets pass and an author did not mean
//!     -> shape: a JSON Schema, every error at its place
//!     -> de: serde, with places for those who ask (Spanned, Entries, Literal, Node)
//! ```
//!
//! YAML 1.2 words; no key twice, no tags, one document in a file. Aliases and merge keys work within bounds.
//! What YAML would quietly load as something else is an error that shows the quoted form.

mod anchor;
mod build;
mod de;
mod document;
mod entries;
mod error;
mod events;
mod literal;
mod lookalike;
mod map;
mod quote;
mod rules;
mod scalar;
pub mod shape;
mod source;
mod spanned;
mod syntax;
mod tree;

#[cfg(test)]
mod tests;

pub use document::{Doc, Located, load, load_bytes};
pub use entries::Entries;
pub use error::ReadError;
pub use literal::Literal;
pub use rules::{comments_in_text, empty_values};
pub use spanned::Spanned;
pub use tree::{Form, Key, Kind, Node, Span};
