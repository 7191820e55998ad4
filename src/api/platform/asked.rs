//! What a client asks for, in the query and in the body.

use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::flow::names;

/// Whom a flow is started for, and with what.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Asked {
    /// As the client calls it.
    pub channel: Option<String>,
    /// `user.phone_no`.
    pub user: Option<String>,
    /// All others.
    pub attributes: Map<String, Value>,
}

impl Asked {
    /// The query wins.
    pub(super) fn of(query: &str, body: Map<String, Value>) -> Self {
        let mut asked = Self::default();
        body.into_iter().for_each(|(name, value)| asked.take(&name, value));
        let queries = form_urlencoded::parse(query.as_bytes());
        queries.for_each(|(name, value)| asked.take(&name, unplussed(&name, &value).into()));
        asked
    }

    fn take(&mut self, name: &str, value: Value) {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "authorization" => {}             // the credential, never an attribute
            "user" if value.is_object() => {} // no form of the API has it
            "channel" | "user.channel" => self.channel = text(&value).or(self.channel.take()),
            "user.phone_no" => self.user = text(&value).or(self.user.take()),
            _ => {
                self.attributes.insert(attribute(name, &lower).to_owned(), value);
            }
        }
    }
}

/// `user.NAME` is a built-in attribute; everything else is what it is.
fn attribute<'a>(name: &'a str, lower: &'a str) -> &'a str {
    let built_in = lower.strip_prefix("user.").filter(|name| names::SETTABLE.contains(name) || names::READ_ONLY.contains(name));
    built_in.unwrap_or(name)
}

/// The text of a text or a number that says something.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// In a query `+` is a blank: at the beginning of a phone number it was meant.
fn unplussed(name: &str, value: &str) -> String {
    match value.strip_prefix(' ') {
        Some(rest) if name.eq_ignore_ascii_case("user.phone_no") && rest.starts_with(|c: char| c.is_ascii_digit()) => format!("+{rest}"),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(query: &str, body: Value) -> Asked {
        Asked::of(query, body.as_object().unwrap().clone())
    }

    #[test]
    fn names_are_read_in_any_case() {
        let query = "User.Phone_No=+4930123456&USER.USER_NAME=Salman&Channel=Whatsapp&invoiceId=INV-1&Authorization=Basic%20x";
        let read = asked(query, json!({}));
        assert_eq!((read.channel.as_deref(), read.user.as_deref()), (Some("Whatsapp"), Some("+4930123456")));
        assert_eq!(Value::Object(read.attributes), json!({"user_name": "Salman", "invoiceId": "INV-1"}));
    }

    #[test]
    fn the_query_wins_over_the_body() {
        let body =
            json!({"user.channel": "web", "user.phone_no": 919876543210_u64, "status": "Open", "items": [{"sku": 1}], "user": {"a": 1}});
        let read = asked("status=Paid&user.phone_no=u%2F2", body);
        assert_eq!((read.channel.as_deref(), read.user.as_deref()), (Some("web"), Some("u/2")));
        assert_eq!(Value::Object(read.attributes), json!({"status": "Paid", "items": [{"sku": 1}]}));
    }

    #[test]
    fn what_says_nothing_names_nobody() {
        let read = asked("channel=&user.phone_no=%20", json!({"user.phone_no": null, "user.foo": 1, "user.uid": 7}));
        assert_eq!((read.channel, read.user), (None, None));
        assert_eq!(Value::Object(read.attributes), json!({"user.foo": 1, "uid": 7}));
    }
}
