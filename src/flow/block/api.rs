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
        let data = engine.data(&self.name).clone();
        for (attribute, path) in &self.save {
            engine.set(attribute, walk(&data, path))?;
        }
        Ok(Then::Next)
    }
}

fn walk(data: &Value, path: &[String]) -> Value {
    let step = |value: &Value, key: &String| match value {
        Value::Array(list) => key.parse::<usize>().ok().and_then(|ix| list.get(ix)).cloned().unwrap_or_default(),
        other => other.get(key).cloned().unwrap_or_default(),
    };
    path.iter().fold(data.clone(), |value, key| step(&value, key))
}
