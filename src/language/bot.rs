//! `bot.yaml`: the bot as a whole.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use super::{
    block::{ToDo, with_block_keys},
    channels::Channels,
    types::{ElementDecl, TypeName, Types},
    values::{Duration, One, Said, VersionOne, Written},
};
use crate::yaml::{Entries, Node, Spanned};

/// A bot: its attributes, triggers, channels and defaults.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "A bot")]
pub struct BotFile {
    /// The version of the language.
    pub version: VersionOne,
    /// The key of the bot, which is the name of its folder: letters, digits, `_`, `.` and `-`, the first a letter or digit, at most 64.
    #[schemars(regex(pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"))]
    pub bot: Spanned<String>,
    /// What people call it.
    pub name: Option<Said>,
    /// What it is for, in a sentence; shown where people choose a bot.
    pub description: Option<Said>,
    /// Who owns it: digits, "1" by default.
    #[schemars(with = "Option<Written>")]
    pub account: Option<Said>,
    /// Its language, for example `en` or `fr-CA`; `en` by default.
    pub language: Option<Spanned<String>>,
    /// Its time zone, for example `Europe/Rome`; `UTC` by default.
    pub timezone: Option<Spanned<String>>,
    /// Its currency, for example `EUR`; used by `money`.
    pub currency: Option<Spanned<String>>,
    /// The sequence that runs when a user writes and no session is open.
    pub start: Spanned<String>,
    /// The sequence that runs when nothing matches what a user wrote.
    pub fallback: Option<Spanned<String>>,
    /// What the user is told when a block fails and nothing nearer answers for it.
    pub on_error: Option<ToDo>,
    /// How long a session lives without input.
    pub session: Option<SessionDecl>,
    /// The attributes of a user. Declared, so that a typo is an error and not an empty string.
    pub attributes: Option<Entries<Spanned<AttributeDecl>>>,
    /// The channels on which it speaks.
    pub channels: Option<Channels>,
    /// What starts by what a user writes, tried in order.
    pub triggers: Option<Vec<Spanned<Trigger>>>,
    /// When it is open: the roots `open` and `opens_at`.
    pub hours: Option<Spanned<Hours>>,
    /// Built-in wording to replace, by type or by name.
    pub messages: Option<Entries<Said>>,
    /// Words after which the user gets no message that they did not ask for, until they write START.
    pub opt_out: Option<Vec<Spanned<Written>>>,
}

/// How long a session lives.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionDecl {
    /// How long without input: 24h by default, 30d at most.
    pub timeout: Option<Spanned<Duration>>,
    /// What to do when it ends so.
    pub on_timeout: Option<ToDo>,
}

/// An attribute of the user.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeDecl {
    /// Its type, or a list of types.
    #[serde(rename = "type")]
    pub types: Types,
    /// Its value until one is set.
    pub default: Option<Node>,
    /// Personal data: masked in logs.
    pub pii: Option<bool>,
    /// Found fast by the platform API.
    pub indexed: Option<bool>,
    /// `user` keeps it for good (the default), `session` until the session ends.
    pub keep: Option<Keep>,
    /// For a list: the type of its elements, or the fields of each.
    pub of: Option<ElementDecl>,
    /// For an object: its fields.
    pub fields: Option<Entries<Spanned<TypeName>>>,
    /// A note for people.
    pub note: Option<Said>,
}

/// How long an attribute is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// For good.
    User,
    /// Until the session ends.
    Session,
}

with_block_keys! {
    /// A trigger: what the user's words start, whatever goes on.
    pub struct Trigger {
        /// Whole messages; case and accents do not matter.
        pub keywords: Option<Vec<Spanned<Written>>>,
        /// Whole words somewhere in the message.
        pub contains: Option<Vec<Spanned<Written>>>,
        /// A regular expression for the whole message; case does not matter. Its groups are `match.name`.
        pub pattern: Option<Spanned<String>>,
        /// Goes before the items and the answer of an open question.
        pub interrupt: Option<bool>,
    }
}

/// Opening hours: days or ranges of days, each `closed` or spans of time; and the dates on which it is closed.
#[derive(Clone, Debug)]
pub struct Hours {
    /// `mon-fri`, `sun` … with `closed` or spans such as `12:00-15:00`.
    pub days: Vec<(Spanned<String>, One<Spanned<String>>)>,
    /// Single dates on which it is closed.
    pub closed: Vec<Spanned<String>>,
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = Entries::<One<Spanned<String>>>::deserialize(deserializer)?;
        let (closed, days): (Vec<_>, Vec<_>) = entries.0.into_iter().partition(|(key, _)| key.value == "closed");
        Ok(Self { days, closed: closed.into_iter().flat_map(|(_, dates)| dates.0).collect() })
    }
}

impl JsonSchema for Hours {
    fn schema_name() -> Cow<'static, str> {
        "Hours".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let day = "(mon|tue|wed|thu|fri|sat|sun)";
        let span = json_schema!({"type": "string", "pattern": "^([01]?[0-9]|2[0-4]):[0-5][0-9]-([01]?[0-9]|2[0-4]):[0-5][0-9]$", "description": "A span of time such as 12:00-15:00; one that ends after midnight is fine."});
        json_schema!({
            "type": "object",
            "description": "Opening hours in the bot's time zone, for example {mon-fri: [\"12:00-15:00\", \"18:00-02:00\"], sun: closed, closed: [2026-12-25]}.",
            "properties": {"closed": {"type": "array", "items": {"type": "string", "format": "date"}, "description": "Dates on which it is closed."}},
            "patternProperties": {format!("^{day}(-{day})?$"): {"anyOf": [{"const": "closed"}, span, {"type": "array", "items": span, "minItems": 1}]}},
            "additionalProperties": false
        })
    }
}
