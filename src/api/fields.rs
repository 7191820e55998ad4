//! The rules for what callers name: users, ids, texts, places.

use actix_web::HttpRequest;
use serde_json::{Map, Value};

use super::problem::Problem;
use crate::{
    flow::{Bot, limits::MESSAGE_CHARS_MAX},
    id::{Channel, UserKey},
};

/// Makes a repeat of a request harmless.
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Characters of its value.
const KEY_CHARS_MAX: usize = 255;

/// Characters of a user's id, and of a message's id.
const ID_CHARS_MAX: usize = 128;

/// A user's id: 1 to 128 characters, none of them a control character.
pub(super) fn user(id: &str) -> Result<&str, Problem> {
    let fits = (1..=ID_CHARS_MAX).contains(&id.chars().count()) && !id.chars().any(char::is_control);
    if fits { Ok(id) } else { Err(Problem::invalid("`user` has 1 to 128 characters and no control characters")) }
}

/// The value of `Idempotency-Key`, if there is one: 1 to 255 visible ASCII characters, and blanks.
pub(super) fn idempotency_key(request: &HttpRequest) -> Result<Option<&str>, Problem> {
    let mut sent = request.headers().get_all(IDEMPOTENCY_KEY);
    let (Some(first), None) = (sent.next(), sent.next()) else {
        return if request.headers().contains_key(IDEMPOTENCY_KEY) { Err(bad_key()) } else { Ok(None) };
    };
    let key = first.to_str().map_err(|_| bad_key())?.trim();
    if (1..=KEY_CHARS_MAX).contains(&key.len()) { Ok(Some(key)) } else { Err(bad_key()) }
}

fn bad_key() -> Problem {
    Problem::invalid("`Idempotency-Key` has 1 to 255 visible ASCII characters, and is sent once")
}

/// The id of a user on a channel of a bot.
pub(super) fn user_on(bot: &Bot, channel: Channel, text: &str, name: &str) -> Result<UserKey, Problem> {
    let country = bot.about().listed(channel).and_then(|listed| listed.country.as_deref());
    let user = UserKey::on(channel, text, country).filter(|id| user(id).is_ok());
    user.ok_or_else(|| match channel.is_phone() {
        true => Problem::invalid(format!("`{name}` is a phone number with the code of its country, for example +919876543210")),
        false => Problem::invalid(format!("`{name}` has 1 to 128 characters and no control characters")),
    })
}

/// A message's id: 1 to 128 visible ASCII characters.
pub(super) fn id(id: &str) -> Result<(), Problem> {
    let fits = (1..=ID_CHARS_MAX).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
    if fits { Ok(()) } else { Err(Problem::invalid("`id` has 1 to 128 visible ASCII characters")) }
}

/// What a user has typed or pressed.
pub(super) fn said(name: &str, text: String) -> Result<String, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::invalid(format!("`{name}` is empty")));
    }
    if text.len() > MESSAGE_CHARS_MAX && text.chars().count() > MESSAGE_CHARS_MAX {
        return Err(Problem::invalid(format!("`{name}` has more than {MESSAGE_CHARS_MAX} characters")));
    }
    if text.contains('\0') { Err(nul(name)) } else { Ok(text) }
}

/// The payload of a pressed item: a key, or a list of one.
pub(super) fn payload(value: Value) -> Result<String, Problem> {
    let key = match value {
        Value::Array(mut keys) if keys.len() == 1 => keys.remove(0),
        other => other,
    };
    match key {
        Value::String(key) => said("payload", key),
        _ => Err(Problem::invalid("`payload` is the key of one item, as a text or a list of one")),
    }
}

/// A place on earth: `{latitude, longitude, label?, address?}`.
pub(super) fn location(place: &Map<String, Value>) -> Result<Value, Problem> {
    let degrees = |name: &str, most: f64| {
        let value = place.get(name).filter(|value| value.as_f64().is_some_and(|degrees| degrees.abs() <= most));
        value.cloned().ok_or_else(|| Problem::invalid(format!("`location.{name}` is a number from -{most} to {most}")))
    };
    let mut known = Map::new();
    known.insert("latitude".into(), degrees("latitude", 90.0)?);
    known.insert("longitude".into(), degrees("longitude", 180.0)?);
    for name in ["label", "address"] {
        match place.get(name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.chars().count() <= MESSAGE_CHARS_MAX && !text.contains('\0') => {
                known.insert(name.into(), text.as_str().into());
            }
            Some(_) => return Err(Problem::invalid(format!("`location.{name}` is a text of at most {MESSAGE_CHARS_MAX} characters"))),
        }
    }
    Ok(Value::Object(known))
}

/// Tags: each has 1 to 64 characters, none of them a control character; at most 100 at once.
pub(super) fn tags(tags: Vec<String>) -> Result<Vec<String>, Problem> {
    let fits = |tag: &String| (1..=64).contains(&tag.chars().count()) && !tag.chars().any(char::is_control);
    if tags.len() <= 100 && tags.iter().all(fits) {
        return Ok(tags);
    }
    Err(Problem::invalid("`tags` has at most 100 tags, each of 1 to 64 characters and no control characters"))
}

/// Attributes from a caller who may set them. The store cannot hold U+0000.
pub(super) fn attributes(attributes: Map<String, Value>) -> Result<Map<String, Value>, Problem> {
    if attributes.iter().any(|(name, value)| name.contains('\0') || has_nul(value)) { Err(nul("attributes")) } else { Ok(attributes) }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

fn nul(name: &str) -> Problem {
    Problem::invalid(format!("`{name}` holds the character U+0000"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_of_users_and_messages() {
        assert!(user("u1").is_ok() && user("Ada Löf 🦀").is_ok() && user(&"x".repeat(128)).is_ok());
        assert!(user("").is_err() && user("a\nb").is_err() && user("a\0").is_err() && user(&"x".repeat(129)).is_err());
        assert!(id("0b9e-1/2").is_ok() && id(&"x".repeat(128)).is_ok());
        assert!(id("").is_err() && id("a b").is_err() && id("é").is_err() && id(&"x".repeat(129)).is_err());
    }

    #[test]
    fn texts_count_in_characters() {
        assert!(said("text", "é".repeat(4_096)).is_ok());
        for bad in ["é".repeat(4_097), String::new(), " \n".into(), "a\0b".into()] {
            assert!(said("text", bad).is_err());
        }
    }

    #[test]
    fn a_payload_is_one_key() {
        assert_eq!(payload(json!("k")).unwrap(), "k");
        assert_eq!(payload(json!(["k"])).unwrap(), "k");
        for bad in [json!([]), json!(["a", "b"]), json!(1), json!({}), json!(""), json!([["a"]]), json!(null)] {
            assert!(payload(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_location_keeps_what_is_known_of_places() {
        let place = |value: Value| location(value.as_object().unwrap());
        let given = json!({"latitude": 40.8, "longitude": 14, "label": "Napoli", "address": null, "zoom": 3});
        assert_eq!(place(given).unwrap(), json!({"latitude": 40.8, "longitude": 14, "label": "Napoli"}));
        for bad in [
            json!({}),
            json!({"latitude": 91, "longitude": 0}),
            json!({"latitude": "1", "longitude": 0}),
            json!({"latitude": 1, "longitude": 181}),
        ] {
            assert!(place(bad.clone()).is_err(), "{bad}");
        }
        assert!(place(json!({"latitude": 1, "longitude": 1, "label": "a\0"})).is_err());
    }

    #[test]
    fn attributes_hold_no_nul_at_any_depth() {
        let given = |value: Value| attributes(value.as_object().unwrap().clone());
        assert!(given(json!({"a": [1, {"b": "c"}]})).is_ok());
        assert!(
            given(json!({"a": [1, {"b": "\0"}]})).is_err() && given(json!({"\0": 1})).is_err() && given(json!({"a": {"\0": 1}})).is_err()
        );
    }
}
