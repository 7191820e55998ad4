//! `sequences/**/*.yaml`.

use super::{
    block::Block,
    values::{Said, VersionOne},
};
use crate::yaml::Spanned;

/// One sequence of blocks.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "A sequence")]
pub struct SequenceFile {
    /// The version of the language.
    pub version: VersionOne,
    /// The key of the sequence, unique in its bot: letters, digits, `_`, `.` and `-`, the first a letter or digit, at most 64.
    #[schemars(regex(pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"))]
    pub sequence: Spanned<String>,
    /// A number by which API answers may name it.
    pub number: Option<Spanned<u64>>,
    /// What people call it.
    pub title: Option<Said>,
    /// Attributes that a start from outside has to bring.
    pub needs: Option<Vec<Spanned<String>>>,
    /// What it does.
    #[schemars(length(min = 1))]
    pub blocks: Vec<Spanned<Block>>,
}
