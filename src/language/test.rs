//! `tests/**/*.yaml`: conversation tests.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use super::expectation::Expectation;
use super::expected::{Expected, ExpectedItems};
use super::values::{Duration, One, Said, VersionOne, Written};
use crate::yaml::{Entries, Kind, Node, Spanned};

/// One conversation, step by step.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "A conversation test")]
pub struct TestFile {
    /// The version of the language.
    pub version: VersionOne,
    /// What it shows.
    pub test: Said,
    /// A note for people.
    pub note: Option<Said>,
    /// The channel; webchat by default.
    pub channel: Option<Spanned<String>>,
    /// The moment of the first step, in the bot's time zone: `2026-03-02T19:00`. A fixed day by default.
    pub now: Option<Spanned<String>>,
    /// What is known of the user beforehand.
    pub user: Option<Entries<Node>>,
    /// Answers of APIs, in turn; the last repeats. By default an API answers with its sample.
    pub apis: Option<Entries<One<Spanned<FailsDecl>>>>,
    /// The conversation.
    #[schemars(length(min = 1))]
    pub steps: Vec<Spanned<Step>>,
}

/// An answer of an API in a test, or how it fails.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailsDecl {
    /// The kind of failure, for example `timeout`.
    pub fails: Option<Spanned<String>>,
    /// The payload.
    pub data: Option<Node>,
    /// Whether the backend did what was asked: true by default.
    pub success: Option<bool>,
    /// For logs.
    pub message: Option<String>,
    /// Attributes to save on the user.
    pub attributes: Option<Node>,
    /// The status: 200 by default.
    pub status: Option<u16>,
}

/// A step is one thing: what somebody does, or what is expected.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["start"]}, {"required": ["bot"]}, {"required": ["user"]}, {"required": ["wait"]}, {"required": ["expect"]}]))]
pub struct Step {
    /// A start from outside.
    pub start: Option<StartStep>,
    /// What the bot says next; `none`: it says nothing.
    pub bot: Option<BotStep>,
    /// What the user does.
    pub user: Option<UserStep>,
    /// Time passes.
    pub wait: Option<Spanned<Duration>>,
    /// What holds now.
    pub expect: Option<Expectation>,
}

/// A start from outside.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartStep {
    /// The sequence.
    pub sequence: Spanned<String>,
    /// Attributes to set first.
    pub attributes: Option<Entries<Node>>,
}

/// What the bot is expected to say.
#[derive(Clone, Debug)]
pub enum BotStep {
    /// Nothing.
    Silent,
    /// A message in which everything named here is found.
    Message(Node),
}

impl<'de> Deserialize<'de> for BotStep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Node::deserialize(deserializer)?;
        match &node.kind {
            Kind::Map(_) => Ok(Self::Message(node)),
            Kind::Text(text) if text == "none" => Ok(Self::Silent),
            _ => Err(de::Error::custom("`bot` is `none` or a mapping such as {text: \"Hello\"}")),
        }
    }
}

impl JsonSchema for BotStep {
    fn schema_name() -> Cow<'static, str> {
        "BotStep".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut matcher = |words: &str| {
            let mut matcher = generator.subschema_for::<Expected>();
            matcher.insert("description".into(), words.into());
            matcher
        };
        let kind = matcher("The block's name, for example text or buttons.");
        let (text, url, caption, name) =
            (matcher("Its text."), matcher("Its link."), matcher("The text beside it."), matcher("The name of the file."));
        let items = generator.subschema_for::<ExpectedItems>();
        json_schema!({"description": "The next message of the bot, such as {text: Hello}; `none` if it says nothing.", "anyOf": [{"const": "none"}, {"type": "object", "description": "Matches partially: what is not named is not compared.",
            "properties": {"type": kind, "text": text, "url": url, "caption": caption, "name": name, "items": items},
            "additionalProperties": false}]})
    }
}

/// What the user does.
#[derive(Clone, Debug)]
pub enum UserStep {
    /// Types a text.
    Text(String),
    /// Presses an item by its title, of the last message that has it, or of the one with a given text.
    Press {
        /// The title.
        title: Spanned<String>,
        /// A part of the text of the message it belongs to, or of the title of its card.
        within: Option<Spanned<String>>,
    },
    /// Sends a place.
    Location(Node),
}

/// The long form of a user's step.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserForm {
    press: Option<Spanned<String>>,
    #[serde(rename = "in")]
    within: Option<Spanned<String>>,
    location: Option<Node>,
}

impl<'de> Deserialize<'de> for UserStep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Node::deserialize(deserializer)?;
        if !matches!(node.kind, Kind::Map(_)) {
            return node.read::<Written>().map(|text| Self::Text(text.0)).map_err(de::Error::custom);
        }
        match node.read::<UserForm>().map_err(de::Error::custom)? {
            UserForm { press: Some(title), within, location: None } => Ok(Self::Press { title, within }),
            UserForm { press: None, within: None, location: Some(place) } => Ok(Self::Location(place)),
            _ => Err(de::Error::custom("write a text, {press: Title} or {location: …}")),
        }
    }
}

impl JsonSchema for UserStep {
    fn schema_name() -> Cow<'static, str> {
        "UserStep".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<Written>();
        let described = |words: &str| json_schema!({"type": "string", "description": words});
        let degrees =
            |most: i32, description: &str| json_schema!({"type": "number", "minimum": -most, "maximum": most, "description": description});
        let place = json_schema!({"type": "object", "description": "The user sends a place.",
            "properties": {"latitude": degrees(90, "Degrees north."), "longitude": degrees(180, "Degrees east."), "label": described("The name of the place."), "address": described("Its address.")},
            "required": ["latitude", "longitude"], "additionalProperties": false});
        json_schema!({"description": "What the user does: a text that is typed, {press: Title} or {location: …}.", "anyOf": [
            text,
            {"type": "object", "properties": {
                "press": {"type": "string", "description": "The title of the item that is pressed."},
                "in": {"type": "string", "description": "A part of the text of the message whose item it is, or of the title of its card; by default the last message that has such an item."},
            }, "required": ["press"], "additionalProperties": false},
            {"type": "object", "properties": {"location": place}, "required": ["location"], "additionalProperties": false}]})
    }
}
