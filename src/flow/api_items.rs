//! The items of an API's answer (`buttons`, `quick_replies`, a card's buttons), as they are offered to the user.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::{
    answer::{Failure, FailureKind},
    block::Offered,
    bot::BlockIx,
    effect::{Choice, SentItem, Target},
    engine::Engine,
    limits::ITEMS_MAX,
    price,
    types::Writer,
};
use crate::id::SequenceKey;

/// What an API gives: items, one of them, or a card.
#[derive(Clone, Copy)]
pub(super) struct ApiData<'a> {
    pub api: &'a str,
    pub value: &'a Value,
}

/// Adds what an API offers, after the block's own items.
pub(super) fn offer(
    engine: &Engine<'_>,
    block: BlockIx,
    into: Option<&str>,
    data: ApiData<'_>,
    offered: &mut Offered,
) -> Result<(), Failure> {
    let items = data.value.as_array().map(Vec::as_slice).unwrap_or_default();
    if offered.sent.len() + items.len() > ITEMS_MAX {
        return Err(Failure::new(FailureKind::Limit, format!("a message has more than {ITEMS_MAX} items")));
    }
    engine.spend(price::ITEM * items.len())?;
    items.iter().try_for_each(|item| one(engine, block, into, ApiData { value: item, ..data }, offered))
}

fn one(
    engine: &Engine<'_>,
    block: BlockIx,
    into: Option<&str>,
    ApiData { api, value: item }: ApiData<'_>,
    offered: &mut Offered,
) -> Result<(), Failure> {
    let text = |key: &str| item[key].as_str().map(str::to_owned);
    let (title, description) = (text("title").unwrap_or_default(), text("description").filter(|d| !d.is_empty()));
    let label = Choice { title: title.clone(), description: description.clone(), payload: None, once: false, url: None, phone: None };
    match item["type"].as_str() {
        Some("url") => offered.link(Choice { url: text("value"), ..label }),
        Some("phone") => offered.link(Choice { phone: text("value"), ..label }),
        Some("basic") => offered.link(label),
        _ => match target(engine, &item["value"]) {
            Some(target) => {
                let written = Value::from(title.as_str());
                let typed = into.and_then(|into| engine.as_type(into, &written, Writer::Machine));
                if let (Some(into), None, Target::Next) = (into, &typed, &target) {
                    let message = format!("an item of \"{api}\" has a title that \"{into}\" does not take");
                    return Err(Failure::new(FailureKind::Value, message));
                }
                let sent = SentItem {
                    payload: String::new(),
                    title: title.clone(),
                    also: Vec::new(),
                    into: into.filter(|_| typed.is_some()).map(str::to_owned),
                    value: typed.unwrap_or(written),
                    set: Vec::new(),
                    extra: extra(engine, api, item["extra"].as_str().unwrap_or_default()),
                    skips: false,
                    once: false,
                    block: engine.bot().block(block).key,
                    target,
                };
                offered.choosable(title, description, sent);
            }
            None => offered.link(label),
        },
    }
    Ok(())
}

/// The sequence that an item names by key or number; an unknown one makes the item a mere label.
fn target(engine: &Engine<'_>, value: &Value) -> Option<Target> {
    let name = value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|n| n.to_string()))?;
    if name.is_empty() {
        return Some(Target::Next);
    }
    engine.bot().find_sequence(&name).map(|s| Target::Sequence(SequenceKey::clone(&s.key)))
}

/// What pressing an item saves: the pairs of its `extra`, as far as answers of its API may set them.
fn extra(engine: &Engine<'_>, api: &str, extra: &str) -> Map<String, Value> {
    let sets = engine.bot().apis().get(api).and_then(|api| api.sets.as_ref());
    pairs(extra).into_iter().filter(|(name, _)| sets.is_none_or(|sets| sets.contains(name))).collect()
}

/// The pairs of `movie_id=123&name=alice`.
#[must_use]
fn pairs(extra: &str) -> Vec<(String, Value)> {
    extra.split('&').filter_map(|pair| pair.split_once('=')).map(|(key, value)| (key.trim().to_owned(), decode(value).into())).collect()
}

/// A value may be unencoded: what does not decode stays as it is, `%00` among it, which no text may hold; so does the plus of `+39081`.
fn decode(text: &str) -> String {
    let signed = text.strip_prefix('+').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let spaced = signed.unwrap_or(text).replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(decoded) if !decoded.contains('\0') => format!("{}{decoded}", if signed.is_some() { "+" } else { "" }),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn extra_is_read_even_where_it_is_not_encoded() {
        assert_eq!(
            pairs("movie_id=123&name=alice%20b&q=a=b"),
            [("movie_id".into(), json!("123")), ("name".into(), json!("alice b")), ("q".into(), json!("a=b"))]
        );
        assert_eq!(pairs("x=100%&nothing"), [("x".into(), json!("100%"))]);
        assert_eq!(pairs("tel=+39081&q=a+b"), [("tel".into(), json!("+39081")), ("q".into(), json!("a b"))]);
        assert_eq!(pairs("x=a%00b"), [("x".into(), json!("a%00b"))]);
    }
}
