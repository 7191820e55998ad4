//! The items of an API's answer (`buttons`, `quick_replies`, a card's buttons), as they are offered to the user.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{
    answer::{Failure, FailureKind},
    block::Offered,
    bot::BlockIx,
    effect::{Choice, SentItem, Target},
    engine::Engine,
    limits::ITEMS_MAX,
};
use crate::id::SequenceKey;

/// Adds what an API offers, after the block's own items.
pub(super) fn offer(engine: &Engine<'_>, block: BlockIx, into: Option<&str>, items: &Value, offered: &mut Offered) -> Result<(), Failure> {
    let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
    if offered.sent.len() + items.len() > ITEMS_MAX {
        return Err(Failure::new(FailureKind::Limit, format!("a message has more than {ITEMS_MAX} items")));
    }
    items.iter().for_each(|item| one(engine, block, into, item, offered));
    Ok(())
}

fn one(engine: &Engine<'_>, block: BlockIx, into: Option<&str>, item: &Value, offered: &mut Offered) {
    let text = |key: &str| item[key].as_str().map(str::to_owned);
    let (title, description) = (text("title").unwrap_or_default(), text("description").filter(|d| !d.is_empty()));
    let label = Choice { title: title.clone(), description: description.clone(), payload: None, once: false, url: None, phone: None };
    match item["type"].as_str() {
        Some("url") => offered.link(Choice { url: text("value"), ..label }),
        Some("phone") => offered.link(Choice { phone: text("value"), ..label }),
        Some("basic") => offered.link(label),
        _ => match target(engine, &item["value"]) {
            Some(target) => {
                let sent = SentItem {
                    payload: String::new(),
                    title: title.clone(),
                    also: Vec::new(),
                    value: title.clone().into(),
                    into: into.filter(|into| engine.fitting(into, title.clone().into()).is_ok()).map(str::to_owned),
                    set: pairs(item["extra"].as_str().unwrap_or_default()),
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
}

/// The sequence that an item names by key or number; an unknown one makes the item a mere label.
fn target(engine: &Engine<'_>, value: &Value) -> Option<Target> {
    let name = value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|n| n.to_string()))?;
    if name.is_empty() {
        return Some(Target::Next);
    }
    engine.bot().find_sequence(&name).map(|s| Target::Sequence(SequenceKey::clone(&s.key)))
}

/// The pairs of `movie_id=123&name=alice`. Values may be unencoded: what does not decode stays as it is.
#[must_use]
pub(super) fn pairs(extra: &str) -> Vec<(String, Value)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().map_or_else(|_| text.to_owned(), String::from);
    extra.split('&').filter_map(|pair| pair.split_once('=')).map(|(key, value)| (key.trim().to_owned(), decode(value).into())).collect()
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
    }
}
