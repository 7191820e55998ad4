//! Items: what a user can choose, press or follow, and the branches of a decision.

use super::{
    block::with_block_keys,
    values::{Said, Written},
};
use crate::yaml::{Node, Spanned};

with_block_keys! {
    /// Something to choose: it stores its value, runs `set`, then does what it says. With `url` or `phone` it is a link.
    pub struct Item {
        /// What the user sees.
        pub title: Said,
        /// A second line.
        pub description: Option<Said>,
        /// What choosing it stores; the title by default.
        pub value: Option<Node>,
        /// Other words that choose it when typed.
        pub also: Option<Vec<Spanned<Written>>>,
        /// The item is offered only if this is true.
        pub when: Option<Said>,
        /// A link: pressing it opens the page.
        pub url: Option<Said>,
        /// A phone number: pressing it calls.
        pub phone: Option<Said>,
        /// Makes one item for each element of this list (an expression).
        pub each: Option<Said>,
        /// The name of the element, with `each`.
        #[serde(rename = "as")]
        pub element: Option<Spanned<String>>,
    }
}

with_block_keys! {
    /// A branch of `decide`: done if `when` is true; the last may have no `when`.
    pub struct Branch {
        /// The condition.
        pub when: Option<Said>,
    }
}

/// A card of a gallery.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Its title.
    pub title: Said,
    /// A second line.
    pub subtitle: Option<Said>,
    /// The link of its picture.
    pub image: Option<Said>,
    /// Where a click on it leads.
    pub url: Option<Said>,
    /// Its buttons.
    pub buttons: Option<Vec<Spanned<Item>>>,
    /// The card is shown only if this is true.
    pub when: Option<Said>,
    /// Makes one card for each element of this list (an expression).
    pub each: Option<Said>,
    /// The name of the element, with `each`.
    #[serde(rename = "as")]
    pub element: Option<Spanned<String>>,
}
