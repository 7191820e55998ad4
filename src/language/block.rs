//! Blocks: what a sequence is made of, and what can stand wherever something is to be done.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use super::{
    item::{Branch, Card, Item},
    types::Expect,
    values::{Always, One, Said},
};
use crate::yaml::{Entries, Kind, Node, Spanned};

/// Gives a struct the keys of all blocks beside its own fields. They are repeated here, and only here, because
/// `flatten` would cost the messages their places.
macro_rules! with_block_keys {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            /// Names the block within its sequence: for `goto`, and to know a question again after an edit.
            pub id: Option<crate::yaml::Spanned<String>>,
            /// A note for people; the gateway ignores it.
            pub note: Option<Box<crate::language::Said>>,
            /// What to do when this block fails; the flow then goes on with the next block.
            pub on_error: Option<crate::language::ToDo>,
            /// Tells equal texts apart for translators.
            pub context: Option<Box<crate::yaml::Spanned<String>>>,
            /// Says a text.
            pub text: Option<crate::yaml::Spanned<crate::language::TextSay>>,
            /// Shows a picture.
            pub image: Option<Box<crate::yaml::Spanned<crate::language::MediaSay>>>,
            /// Plays a sound.
            pub audio: Option<Box<crate::yaml::Spanned<crate::language::MediaSay>>>,
            /// Plays a film.
            pub video: Option<Box<crate::yaml::Spanned<crate::language::MediaSay>>>,
            /// Sends a document.
            pub file: Option<Box<crate::yaml::Spanned<crate::language::FileSay>>>,
            /// Shows cards side by side; does not wait.
            pub gallery: Option<Box<crate::yaml::Spanned<crate::language::Gallery>>>,
            /// Shows a text with buttons and waits for a choice.
            pub buttons: Option<Box<crate::yaml::Spanned<crate::language::Choices>>>,
            /// Shows a text with quick replies and waits for a choice.
            pub quick_replies: Option<Box<crate::yaml::Spanned<crate::language::Choices>>>,
            /// Asks for a free answer and waits for it.
            pub ask: Option<Box<crate::yaml::Spanned<crate::language::Ask>>>,
            /// Sets attributes, in the order written.
            pub set: Option<Box<crate::yaml::Spanned<crate::yaml::Entries<crate::yaml::Node>>>>,
            /// Calls an API for its effect; shows nothing.
            pub api: Option<Box<crate::yaml::Spanned<crate::language::ApiCall>>>,
            /// Does the first of its branches whose `when` is true.
            pub decide: Option<Box<crate::yaml::Spanned<Vec<crate::yaml::Spanned<crate::language::Branch>>>>>,
            /// A group of blocks.
            pub blocks: Option<Box<crate::yaml::Spanned<Vec<crate::yaml::Spanned<crate::language::Block>>>>>,
            /// Leaves for a block of this sequence, a sequence, or `sequence#block`.
            pub goto: Option<crate::yaml::Spanned<String>>,
            /// Runs a sequence and comes back.
            pub run: Option<Box<crate::yaml::Spanned<crate::language::RunBlock>>>,
            /// Comes back early from a sequence that was run.
            #[serde(rename = "return")]
            pub back: Option<crate::yaml::Spanned<crate::language::Always>>,
            /// Ends the session.
            pub end: Option<crate::yaml::Spanned<crate::language::Always>>,
        }

        impl $name {
            /// The block that is written here, and what belongs to it wherever it stands.
            #[must_use]
            pub fn doing(&self) -> crate::language::Doing<'_> {
                crate::language::Doing {
                    id: self.id.as_ref(), on_error: self.on_error.as_ref(), context: self.context.as_deref(), text: self.text.as_ref(),
                    image: self.image.as_deref(), audio: self.audio.as_deref(), video: self.video.as_deref(), file: self.file.as_deref(),
                    gallery: self.gallery.as_deref(), buttons: self.buttons.as_deref(), quick_replies: self.quick_replies.as_deref(),
                    ask: self.ask.as_deref(), set: self.set.as_deref(), api: self.api.as_deref(), decide: self.decide.as_deref(),
                    blocks: self.blocks.as_deref(), goto: self.goto.as_ref(), run: self.run.as_deref(), back: self.back.as_ref(), end: self.end.as_ref(),
                }
            }
        }
    };
}
pub(super) use with_block_keys;

/// What is to be done at some place: the block keys found there (a compiler's view on [`Block`], [`Item`], [`Branch`], a trigger or a `skip`).
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each field is the block key of its name")]
pub struct Doing<'a> {
    pub id: Option<&'a Spanned<String>>,
    pub on_error: Option<&'a ToDo>,
    pub context: Option<&'a Spanned<String>>,
    pub text: Option<&'a Spanned<TextSay>>,
    pub image: Option<&'a Spanned<MediaSay>>,
    pub audio: Option<&'a Spanned<MediaSay>>,
    pub video: Option<&'a Spanned<MediaSay>>,
    pub file: Option<&'a Spanned<FileSay>>,
    pub gallery: Option<&'a Spanned<Gallery>>,
    pub buttons: Option<&'a Spanned<Choices>>,
    pub quick_replies: Option<&'a Spanned<Choices>>,
    pub ask: Option<&'a Spanned<Ask>>,
    pub set: Option<&'a Spanned<Entries<Node>>>,
    pub api: Option<&'a Spanned<ApiCall>>,
    pub decide: Option<&'a Spanned<Vec<Spanned<Branch>>>>,
    pub blocks: Option<&'a Spanned<Vec<Spanned<Block>>>>,
    pub goto: Option<&'a Spanned<String>>,
    pub run: Option<&'a Spanned<RunBlock>>,
    pub back: Option<&'a Spanned<Always>>,
    pub end: Option<&'a Spanned<Always>>,
}

with_block_keys! {
    /// A block does one thing: it has exactly one block key. Where several things are to be done stands a list of blocks.
    pub struct Block {
        /// An expression: the block is skipped unless it is true.
        pub when: Option<Said>,
        /// The channels on which the block runs; elsewhere it is skipped.
        pub channels: Option<Vec<Spanned<String>>>,
    }
}

/// One block or a list of blocks.
pub type ToDo = One<Spanned<Block>>;

with_block_keys! {
    /// Lets the user pass over a question (stores null), then does what it says.
    pub struct Skip {
        /// What the user presses or types.
        pub title: Said,
    }
}

/// What a `text` block says: a text, or one of several at random.
#[derive(Clone, Debug)]
pub enum TextSay {
    /// This text.
    One(Said),
    /// One of these.
    Any(Vec<Said>),
}

/// The long form of a `text` block.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TextForm {
    /// The text.
    text: Option<Said>,
    /// One of these texts is said, drawn at random.
    any: Option<Vec<Said>>,
}

impl<'de> Deserialize<'de> for TextSay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Node::deserialize(deserializer)?;
        if !matches!(node.kind, Kind::Map(_)) {
            return node.read::<Said>().map(Self::One).map_err(de::Error::custom);
        }
        match node.read::<TextForm>().map_err(de::Error::custom)? {
            TextForm { text: Some(text), any: None } => Ok(Self::One(text)),
            TextForm { text: None, any: Some(any) } if !any.is_empty() => Ok(Self::Any(any)),
            _ => Err(de::Error::custom("a text block has either `text` or `any`, a list of texts")),
        }
    }
}

/// A schema that is used here with words of its own.
fn described(schema: &Schema, words: &str) -> Schema {
    let mut schema = schema.clone();
    schema.insert("description".into(), words.into());
    schema
}

impl JsonSchema for TextSay {
    fn schema_name() -> Cow<'static, str> {
        "TextBlock".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<super::values::Written>();
        let one = described(&text, "The text that is said.");
        json_schema!({"description": "A text, {text: …}, or {any: […]}: one of several at random.", "anyOf": [text,
            {"type": "object", "properties": {"text": one}, "required": ["text"], "additionalProperties": false},
            {"type": "object", "properties": {"any": {"type": "array", "items": text, "minItems": 1, "description": "One of these texts is said, drawn at random."}}, "required": ["any"], "additionalProperties": false}]})
    }
}

/// What an `image`, `audio` or `video` block shows.
#[derive(Clone, Debug)]
pub enum MediaSay {
    /// A link.
    Url {
        /// The link.
        url: Said,
        /// A text beside it.
        caption: Option<Said>,
    },
    /// What an API answers.
    Api(Spanned<String>),
    /// A file attribute, `"{{photo}}"`.
    Attribute(Said),
}

/// The long form of a media block.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MediaForm {
    url: Option<Said>,
    caption: Option<Said>,
    api: Option<Spanned<String>>,
}

impl<'de> Deserialize<'de> for MediaSay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Node::deserialize(deserializer)?;
        if !matches!(node.kind, Kind::Map(_)) {
            return node.read::<Said>().map(Self::Attribute).map_err(de::Error::custom);
        }
        match node.read::<MediaForm>().map_err(de::Error::custom)? {
            MediaForm { url: Some(url), caption, api: None } => Ok(Self::Url { url, caption }),
            MediaForm { url: None, caption: None, api: Some(api) } => Ok(Self::Api(api)),
            _ => Err(de::Error::custom("a media block has either `url` (and `caption`) or `api`")),
        }
    }
}

impl JsonSchema for MediaSay {
    fn schema_name() -> Cow<'static, str> {
        "MediaBlock".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<super::values::Written>();
        let (url, caption) = (described(&text, "The link of the file."), described(&text, "A text beside it."));
        json_schema!({"description": "A link {url: …, caption: …}, an API {api: name}, or a file attribute such as \"{{photo}}\".", "anyOf": [
            {"type": "object", "properties": {"url": url, "caption": caption}, "required": ["url"], "additionalProperties": false},
            {"type": "object", "properties": {"api": {"type": "string", "description": "An API whose output is image."}}, "required": ["api"], "additionalProperties": false},
            {"type": "string", "description": "A file attribute, for example \"{{photo}}\"."}]})
    }
}

/// A document.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "file")]
pub struct FileSay {
    /// Where it is.
    pub url: Said,
    /// The name that the user sees.
    pub name: Option<Said>,
    /// A text beside it.
    pub caption: Option<Said>,
}

/// Cards, written here, from an API, or both.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gallery {
    /// The cards.
    pub items: Option<Vec<Spanned<Card>>>,
    /// An API whose output is gallery; its cards come after the others.
    pub api: Option<Spanned<String>>,
}

/// A question with a free answer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The question.
    pub text: Said,
    /// The attribute that takes the answer.
    pub into: Option<Spanned<String>>,
    /// What fits as an answer; a string by default.
    pub expect: Option<Expect>,
    /// What to say, and how often to ask again, when an answer does not fit.
    pub retry: Option<Retry>,
    /// Lets the user pass over the question.
    pub skip: Option<Box<Spanned<Skip>>>,
    /// What to do with an answer that nothing else takes; the question stays open.
    pub otherwise: Option<ToDo>,
}

/// A question with items to choose from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// The question.
    pub text: Said,
    /// What there is to choose.
    pub items: Option<Vec<Spanned<Item>>>,
    /// An API that gives more items, after the others.
    pub api: Option<Spanned<String>>,
    /// The items act only while the question is open, so that a press acts once; quick replies always do so.
    pub once: Option<Spanned<bool>>,
    /// The attribute that takes the chosen value.
    pub into: Option<Spanned<String>>,
    /// What fits as a typed answer beside the items; nothing by default.
    pub expect: Option<Expect>,
    /// What to say, and how often to ask again, when an answer does not fit.
    pub retry: Option<Retry>,
    /// Lets the user pass over the question.
    pub skip: Option<Box<Spanned<Skip>>>,
    /// What to do with an answer that nothing else takes; the question stays open.
    pub otherwise: Option<ToDo>,
}

/// How a question is asked again.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Said in place of the question's own text.
    pub text: Option<Said>,
    /// How often: 3 by default, 0 for never.
    pub times: Option<u32>,
}

/// A call of an API: its name, or with inputs and results.
#[derive(Clone, Debug)]
pub struct ApiCall {
    /// The API.
    pub name: Spanned<String>,
    /// Values that its templates read as `with.…`.
    pub with: Option<Entries<Node>>,
    /// Attributes to save, each from a path in `data`.
    pub save: Option<Entries<Spanned<String>>>,
}

/// The long form of an `api` block.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ApiCallForm {
    /// The API.
    name: Spanned<String>,
    /// Values that its templates read as `with.…`.
    with: Option<Entries<Node>>,
    /// Attributes to save, each from a path in `data`, for example `order_id: id` or `first: items.0.title`.
    save: Option<Entries<Spanned<String>>>,
}

impl<'de> Deserialize<'de> for ApiCall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Node::deserialize(deserializer)?;
        if matches!(node.kind, Kind::Map(_)) {
            let form = node.read::<ApiCallForm>().map_err(de::Error::custom)?;
            return Ok(Self { name: form.name, with: form.with, save: form.save });
        }
        node.read().map(|name| Self { name, with: None, save: None }).map_err(de::Error::custom)
    }
}

impl JsonSchema for ApiCall {
    fn schema_name() -> Cow<'static, str> {
        "ApiBlock".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let form = generator.subschema_for::<ApiCallForm>();
        json_schema!({"description": "An API to call: its name, or {name: …, with: …, save: …}.", "anyOf": [{"type": "string", "description": "The name of the API."}, form]})
    }
}

/// A subroutine: a sequence, or a sequence with inputs.
#[derive(Clone, Debug)]
pub struct RunBlock {
    /// The sequence.
    pub sequence: Spanned<String>,
    /// Values that it reads as `with.…`.
    pub with: Option<Entries<Node>>,
}

/// The long form of a `run` block.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RunForm {
    /// The sequence.
    sequence: Spanned<String>,
    /// Values that it reads as `with.…`.
    with: Option<Entries<Node>>,
}

impl<'de> Deserialize<'de> for RunBlock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Node::deserialize(deserializer)?;
        if matches!(node.kind, Kind::Map(_)) {
            let form = node.read::<RunForm>().map_err(de::Error::custom)?;
            return Ok(Self { sequence: form.sequence, with: form.with });
        }
        node.read().map(|sequence| Self { sequence, with: None }).map_err(de::Error::custom)
    }
}

impl JsonSchema for RunBlock {
    fn schema_name() -> Cow<'static, str> {
        "RunBlock".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let form = generator.subschema_for::<RunForm>();
        json_schema!({"description": "A sequence to run: its key, or {sequence: …, with: …}.", "anyOf": [{"type": "string", "description": "The sequence to run."}, form]})
    }
}
