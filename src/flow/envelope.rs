//! Checking an answer: envelope, output type and `response`. One check for live answers, samples and tests.

use serde_json::{Map, Value, json};

use super::{
    answer::{Envelope, Failure, FailureKind},
    api::Api,
    limits::ITEMS_MAX,
};
use crate::language::Output;

/// An answer as the backend gives it: status and body.
///
/// # Errors
/// A failure of kind `status`, `refused` or `shape`.
pub fn check(api: &Api, status: u16, body: &Value) -> Result<Envelope, Failure> {
    if !(200..300).contains(&status) {
        return Err(Failure { kind: FailureKind::Status, status: Some(status), message: format!("the API answered with status {status}") });
    }
    if !api.envelope {
        return data_of(api, body.clone(), Map::new(), status);
    }
    let Some(envelope) = body.as_object() else { return Err(shape(status, "the answer is no JSON object")) };
    match envelope.get("success") {
        None | Some(Value::Bool(true)) => {}
        Some(Value::Bool(false)) => return Err(refused(envelope, status)),
        Some(_) => return Err(shape(status, "`success` is neither true nor false")),
    }
    let attributes = match envelope.get("attributes") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(map)) => map.clone(),
        Some(_) => return Err(shape(status, "`attributes` is no object")),
    };
    data_of(api, envelope.get("data").cloned().unwrap_or_default(), attributes, status)
}

/// An answer as a sample or a test writes it; without the envelope only `data` and `status` count.
///
/// # Errors
/// As [`check`].
pub fn check_sample(api: &Api, answer: &Value) -> Result<Envelope, Failure> {
    let status = answer["status"].as_u64().and_then(|s| u16::try_from(s).ok()).unwrap_or(200);
    if api.envelope { check(api, status, answer) } else { check(api, status, &answer["data"]) }
}

/// An answer written in YAML: `success` is true and `status` 200 if they are not given.
#[must_use]
pub fn written(data: Option<Value>, success: Option<bool>, attributes: Option<Value>, message: Option<&str>, status: Option<u16>) -> Value {
    let mut answer = json!({"success": success.unwrap_or(true), "status": status.unwrap_or(200)});
    if let Some(data) = data {
        answer["data"] = data;
    }
    if let Some(attributes) = attributes {
        answer["attributes"] = attributes;
    }
    if let Some(message) = message {
        answer["message"] = message.into();
    }
    answer
}

fn shape(status: u16, message: impl Into<String>) -> Failure {
    Failure { kind: FailureKind::Shape, status: Some(status), message: message.into() }
}

fn refused(envelope: &Map<String, Value>, status: u16) -> Failure {
    let message = envelope.get("message").and_then(Value::as_str).filter(|m| !m.is_empty()).unwrap_or("the API refused");
    // one line: it goes into the log
    let message = message.chars().take(500).map(|c| if c.is_control() { ' ' } else { c }).collect();
    Failure { kind: FailureKind::Refused, status: Some(status), message }
}

fn data_of(api: &Api, mut data: Value, attributes: Map<String, Value>, status: u16) -> Result<Envelope, Failure> {
    if data.is_null() && api.envelope {
        data = nothing(api.output);
    }
    if api.envelope {
        break_lines(&mut data);
        fits_output(api.output, &data).map_err(|message| shape(status, message))?;
    }
    let shows_nothing = data == nothing(api.output) && api.envelope;
    if let Some((_, validator)) = api.response.as_ref().filter(|_| !shows_nothing)
        && let Some(error) = validator.iter_errors(&data).next()
    {
        // without the value, which is what somebody said, and may be a secret that the backend echoes
        let fact = error.masked_with("the value");
        return Err(shape(status, format!("`data` does not fit `response`: {}{fact}", at(error.instance_path().as_str()))));
    }
    Ok(Envelope { data, attributes, status })
}

fn at(pointer: &str) -> String {
    if pointer.is_empty() { String::new() } else { format!("{pointer}: ") }
}

/// What an answer without data shows: nothing.
fn nothing(output: Output) -> Value {
    match output {
        Output::Text => "".into(),
        Output::Image | Output::Json => Value::Null,
        Output::Gallery | Output::Buttons | Output::QuickReplies | Output::List => json!([]),
    }
}

/// The two characters `\n` become a newline.
fn break_lines(data: &mut Value) {
    match data {
        Value::String(text) if text.contains("\\n") => *text = text.replace("\\n", "\n"),
        Value::Array(list) => list.iter_mut().for_each(break_lines),
        Value::Object(map) => map.values_mut().for_each(break_lines),
        _ => {}
    }
}

fn fits_output(output: Output, data: &Value) -> Result<(), String> {
    match output {
        Output::Json => Ok(()),
        Output::Text if data.is_string() => Ok(()),
        Output::Text => Err("`data` is no text".to_owned()),
        Output::Image => fits_image(data),
        Output::Buttons => items(data, &["sequence", "url", "phone", "basic"]),
        Output::QuickReplies | Output::List => items(data, &["sequence", "basic"]),
        Output::Gallery => each(data, |card| {
            title(card)?;
            optional_texts(card, &["subtitle", "image", "url"])?;
            if card.get("buttons").is_none_or(Value::is_null) {
                Ok(())
            } else {
                items(&card["buttons"], &["sequence", "url", "phone", "basic"])
            }
        }),
    }
}

fn fits_image(data: &Value) -> Result<(), String> {
    match (data, data["type"].as_str(), data["url"].is_string()) {
        (Value::Null, ..) | (_, Some("image" | "audio" | "video"), true) => Ok(()),
        _ => Err("`data` is not {\"type\": \"image\" | \"audio\" | \"video\", \"url\": …}".to_owned()),
    }
}

fn each(data: &Value, fits: impl Fn(&Value) -> Result<(), String>) -> Result<(), String> {
    let list = data.as_array().ok_or("`data` is no list")?;
    if list.len() > ITEMS_MAX {
        return Err(format!("`data` has more than {ITEMS_MAX} elements"));
    }
    list.iter().enumerate().try_for_each(|(ix, element)| fits(element).map_err(|message| format!("element {ix}: {message}")))
}

fn items(data: &Value, types: &[&str]) -> Result<(), String> {
    each(data, |item| {
        title(item)?;
        optional_texts(item, &["extra", "description", "section"])?;
        let kind = item["type"].as_str().unwrap_or("sequence");
        if !types.contains(&kind) {
            return Err(format!("its type is none of {}", types.join(", ")));
        }
        let fits =
            item["value"].is_string() || (kind == "sequence" && item["value"].is_u64()) || (kind == "basic" && item["value"].is_null());
        if fits { Ok(()) } else { Err("it has no `value`".to_owned()) }
    })
}

fn title(of: &Value) -> Result<(), String> {
    if of["title"].as_str().is_some_and(|t| !t.trim().is_empty()) { Ok(()) } else { Err("it has no `title`".to_owned()) }
}

fn optional_texts(of: &Value, keys: &[&str]) -> Result<(), String> {
    match keys.iter().find(|key| of.get(**key).is_some_and(|v| !v.is_null() && !v.is_string())) {
        Some(key) => Err(format!("its `{key}` is no text")),
        None => Ok(()),
    }
}
