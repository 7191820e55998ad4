//! What requests of this API hold: bodies as clients write them, dates, channels, pages.

use serde_json::{Map, Value};

use crate::{api::problem::Problem, id::Channel, time::Timestamp};

/// A text of a body; null is like nothing.
pub(super) fn text<'b>(body: &'b Map<String, Value>, name: &str) -> Result<Option<&'b str>, Problem> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Problem::invalid(format!("`{name}` is a text"))),
    }
}

/// The same, where there has to be one.
pub(super) fn wanted<'b>(body: &'b Map<String, Value>, name: &str) -> Result<&'b str, Problem> {
    text(body, name)?.filter(|text| !text.is_empty()).ok_or_else(|| Problem::invalid(format!("`{name}` is missing")))
}

/// A channel by its number, which may be written as a text.
pub(super) fn channel(name: &str, number: &Value) -> Result<Channel, Problem> {
    let read = number.as_u64().or_else(|| number.as_str()?.parse().ok());
    let channel = read.and_then(|number| Channel::ALL.iter().find(|channel| u64::from(channel.platform_id()) == number));
    channel
        .copied()
        .ok_or_else(|| Problem::invalid(format!("`{name}` is the number of a channel, 1010 to 1021, for example 1014 for whatsapp")))
}

/// A moment in any form of ISO 8601.
pub(super) fn moment(name: &str, text: &str) -> Result<Timestamp, Problem> {
    Timestamp::iso(text).ok_or_else(|| Problem::invalid(format!("`{name}` is a date such as 2021-10-01T00:00:00.000Z")))
}

/// The moment behind a range that ends with this one. Where that is the begin of a day, the range ends with the day before, so that
/// ranges of whole days have nothing in common.
pub(super) fn until(end: Timestamp) -> Timestamp {
    if Timestamp::of_day(end.day()) == end { end } else { end.plus_ms(1) }
}
