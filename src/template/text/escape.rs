//! Where rendered pieces go: one text with a size limit, values escaped for their place, literals as they are.

use serde_json::Value;

use crate::template::{
    fault::Failure,
    print::{percent_encoded, print, printed},
};

/// What a rendered text is put into, so that no value can break out of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// People read it: nothing is escaped.
    Plain,
    /// A URL: each value is percent-encoded.
    Url,
    /// A JSON text: within quotes a value becomes the inside of a JSON string, elsewhere a whole JSON value.
    Json,
}

/// The text that is being made.
pub(super) struct Out {
    text: String,
    escape: Escape,
    max_bytes: usize,
    json: Place,
}

/// Where a JSON text has got to, by its literals.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Outside,
    Inside,
    /// Inside, after a backslash.
    Escaped,
}

impl Out {
    pub(super) fn new(escape: Escape, max_bytes: usize) -> Self {
        Self { text: String::with_capacity(64.min(max_bytes)), escape, max_bytes, json: Place::Outside }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    pub(super) fn literal(&mut self, text: &str) -> Result<(), Failure> {
        self.text.push_str(text);
        if self.escape == Escape::Json {
            self.json = text.chars().fold(self.json, |place, c| match (place, c) {
                (Place::Outside, '"') | (Place::Escaped, _) => Place::Inside,
                (Place::Inside, '"') => Place::Outside,
                (Place::Inside, '\\') => Place::Escaped,
                (place, _) => place,
            });
        }
        self.check()
    }

    pub(super) fn value(&mut self, value: Option<&Value>) -> Result<(), Failure> {
        let null = Value::Null;
        let value = value.unwrap_or(&null);
        match (self.escape, self.json) {
            (Escape::Plain, _) => print(value, &mut self.text),
            (Escape::Url, _) => self.text.push_str(&percent_encoded(&printed(value))),
            (Escape::Json, Place::Outside) => self.text.push_str(&value.to_string()),
            (Escape::Json, _) => {
                let quoted = Value::String(printed(value)).to_string();
                self.text.push_str(&quoted[1..quoted.len() - 1]);
                self.json = Place::Inside;
            }
        }
        self.check()
    }

    fn check(&self) -> Result<(), Failure> {
        if self.text.len() > self.max_bytes { Err(too_long(self.max_bytes)) } else { Ok(()) }
    }
}

/// # Errors
/// The value is larger than `max_bytes` as text.
pub(super) fn within(value: &Value, max_bytes: usize) -> Result<(), Failure> {
    let bytes = match value {
        Value::String(text) => text.len(),
        Value::Array(_) | Value::Object(_) => value.to_string().len(),
        _ => 0,
    };
    if bytes > max_bytes { Err(too_long(max_bytes)) } else { Ok(()) }
}

fn too_long(max_bytes: usize) -> Failure {
    Failure::limit(format!("the rendered text is longer than {max_bytes} bytes"))
}
