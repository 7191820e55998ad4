//! `api`: a call for its effect; shows nothing. Its attributes have been saved when it runs; here `save` takes values out of `data`.

use serde_json::Value;

use super::Then;
use crate::{
    flow::{answer::Failure, computed::Computed, engine::Engine},
    id::ApiName,
};

/// A call for its effect.
#[derive(Debug)]
pub struct CallApi {
    /// The API.
    pub name: ApiName,
    /// What its templates read as `with`.
    pub with: Vec<(String, Computed)>,
    /// Attributes to save, each from a path in `data`.
    pub save: Vec<(String, Vec<String>)>,
}

impl CallApi {
    pub(super) fn run(&self, engine: &mut Engine<'_>) -> Result<Then, Failure> {
        for (attribute, path) in &self.save {
            let value = walk(engine.data(&self.name), path);
            engine.spend_copy(value)?;
            engine.set(attribute, value.clone())?;
        }
        Ok(Then::Next)
    }
}

fn walk<'d>(data: &'d Value, path: &[String]) -> &'d Value {
    let step = |value: &'d Value, key: &String| match value {
        Value::Array(list) => key.parse::<usize>().ok().and_then(|ix| list.get(ix)),
        other => other.get(key),
    };
    path.iter().fold(data, |value, key| step(value, key).unwrap_or(&Value::Null))
}
