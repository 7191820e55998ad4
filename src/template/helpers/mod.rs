//! The helpers of templates: pure functions of their values and of what surrounds the evaluation. None of them fails: what
//! does not fit is shown as it is, since a user is better served by `tomorrow` than by an error.

mod currency;
mod locale;
mod logic;
mod moments;
mod numbers;
mod opening;
mod price;
mod relative;
mod words;

pub use opening::{STEPS as OPENING_STEPS, opening};
use std::borrow::Cow;

use serde_json::Value;

use super::{budget::Budget, fault::nearest_alias, roots::Env};
pub(super) use logic::truthy;

/// A helper of templates.
pub struct Helper {
    /// Its name.
    pub name: &'static str,
    /// How it is written, without the braces.
    pub usage: &'static str,
    /// What it gives.
    pub meaning: &'static str,
    /// The fewest and the most values.
    pub arguments: (usize, usize),
    /// Its options, written `name=value`.
    pub named: &'static [&'static str],
    /// The steps that it takes, beside those for the size of what it is given and gives.
    pub(super) price: fn(&Args<'_>) -> usize,
    pub(super) call: fn(&Args<'_>) -> Value,
}

/// What a helper is called with; an absent value is null.
pub(super) struct Args<'a> {
    pub(super) values: &'a [Cow<'a, Value>],
    pub(super) named: &'a [(&'a str, Cow<'a, Value>)],
    pub(super) env: &'a Env,
    pub(super) budget: &'a Budget,
}

impl Args<'_> {
    fn get(&self, at: usize) -> &Value {
        self.values.get(at).map_or(&Value::Null, |value| value)
    }

    fn named(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(key, _)| *key == name).map(|(_, value)| &**value)
    }
}

impl std::fmt::Debug for Helper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

const fn helper(
    name: &'static str,
    arguments: (usize, usize),
    usage: &'static str,
    meaning: &'static str,
    price: fn(&Args<'_>) -> usize,
    call: fn(&Args<'_>) -> Value,
) -> Helper {
    Helper { name, usage, meaning, arguments, named: &[], price, call }
}

const MANY: usize = 8;

/// Every helper there is.
pub const HELPERS: &[Helper] = &[
    helper("upper", (1, 1), "upper city", "the text in upper case", price::cased, words::upper),
    helper("lower", (1, 1), "lower city", "the text in lower case", price::cased, words::lower),
    helper("capitalize", (1, 1), "capitalize city", "the text with its first letter in upper case", price::none, words::capitalize),
    helper("trim", (1, 1), "trim city", "the text without outer space", price::none, words::trim),
    helper("truncate", (2, 2), "truncate note 80", "the text, cut to so many characters with … at its end", price::none, words::truncate),
    helper("join", (1, 2), "join tags \", \"", "the elements of a list as one text", price::joined, words::join),
    helper("default", (2, MANY), "default nickname \"you\"", "the first value that is not empty", price::none, words::default),
    helper("len", (1, 1), "len cart", "the number of elements or characters", price::none, words::len),
    helper("json", (1, 1), "json cart", "the value as JSON", price::none, words::json),
    helper("url", (1, 1), "url city", "the text percent-encoded, for a link in a text", price::escaped, words::url),
    helper("eq", (2, 2), "eq size \"large\"", "whether both are equal", price::none, logic::eq),
    helper("ne", (2, 2), "ne size \"large\"", "whether they differ", price::none, logic::ne),
    helper("gt", (2, 2), "gt total 50", "whether the first is larger, or later", price::ordered, logic::gt),
    helper("lt", (2, 2), "lt total 50", "whether the first is smaller, or earlier", price::ordered, logic::lt),
    helper("and", (2, MANY), "and vip (gt total 50)", "whether all hold", price::none, logic::and),
    helper("or", (2, MANY), "or vip (gt total 50)", "whether one holds", price::none, logic::or),
    helper("not", (1, 1), "not vip", "whether it does not hold", price::none, logic::not),
    helper(
        "date",
        (1, 2),
        "date day \"long\"",
        "the date as the user's language writes it: short, medium (the default), long, full",
        price::formatted,
        moments::date,
    ),
    helper("time", (1, 1), "time now", "the time of day as the user's language writes it", price::formatted, moments::time),
    helper(
        "datetime",
        (1, 2),
        "datetime now \"long\"",
        "date and time as the user's language writes them",
        price::formatted,
        moments::datetime,
    ),
    helper("ago", (1, 1), "ago ordered_at", "how long since then, or until then: 3 days ago, in 2 hours", price::formatted, moments::ago),
    helper(
        "number",
        (1, 2),
        "number distance 1",
        "the number as the user's language writes it, with so many places",
        price::formatted,
        numbers::number,
    ),
    helper("money", (1, 2), "money total \"EUR\"", "the amount in the bot's currency, or the one named", price::formatted, numbers::money),
    helper("percent", (1, 2), "percent 0.25", "the share in per cent, with so many places", price::formatted, numbers::percent),
    Helper {
        name: "plural",
        usage: "plural count one=\"# item\" other=\"# items\"",
        meaning: "the form that the user's language has for the number, which stands for #",
        arguments: (1, 1),
        named: &["zero", "one", "two", "few", "many", "other"],
        price: price::plural,
        call: numbers::plural,
    },
    // Its text is compiled with the template; it never comes to the call.
    helper("calc", (1, 1), "calc \"price * 2\"", "the value of an expression", price::none, |args| args.get(0).clone()),
];

pub(super) fn find(name: &str) -> Option<&'static Helper> {
    HELPERS.iter().find(|helper| helper.name == name)
}

/// What helpers are called elsewhere.
const ALIASES: &[(&str, &str)] = &[
    ("uppercase", "upper"),
    ("upcase", "upper"),
    ("toUpperCase", "upper"),
    ("lowercase", "lower"),
    ("downcase", "lower"),
    ("toLowerCase", "lower"),
    ("capfirst", "capitalize"),
    ("title", "capitalize"),
    ("length", "len"),
    ("size", "len"),
    ("count", "len"),
    ("currency", "money"),
    ("price", "money"),
    ("urlencode", "url"),
    ("encodeURIComponent", "url"),
    ("tojson", "json"),
    ("stringify", "json"),
    ("strftime", "date"),
    ("formatDate", "date"),
    ("pluralize", "plural"),
    ("timeago", "ago"),
    ("fromNow", "ago"),
];

/// The helper that is meant by a name from elsewhere, or by a slip.
pub(super) fn similar(name: &str) -> Option<&'static str> {
    nearest_alias(name, HELPERS.iter().map(|helper| helper.name), ALIASES)
}

pub(super) fn unknown_help(name: &str) -> String {
    match (name, similar(name)) {
        ("gte" | "ge" | "lte" | "le", _) => "write it as an expression: `(calc \"a >= b\")`".to_owned(),
        (_, Some(similar)) => format!("a helper with a similar name exists: `{similar}`"),
        (_, None) => format!("to show an attribute write `{{{{{name}}}}}`; the helpers are {}", names()),
    }
}

fn names() -> String {
    HELPERS.iter().map(|helper| helper.name).collect::<Vec<_>>().join(", ")
}
