//! A JSON Schema on a file: every error at the key or value that is to blame, in words for a bot author.
//! Of a choice (`oneOf`, `anyOf`) only the branch that was meant is told about; `branch` picks it.

mod branch;
mod first;
mod known;
mod words;

use jsonschema::{ValidationError, Validator, error::ValidationErrorKind as Fault};
use serde_json::Value;

use self::words::{expected_types, found};
use super::{document::Doc, quote::quoted};
use crate::diagnostic::{Place, Problems};

/// So many errors of one file are looked for at least, if there are so many: one more than are told of it.
const ERRORS_WANTED: usize = Problems::OF_FILE_MAX + 1;

/// A schema, ready to check files with.
#[derive(Debug)]
pub struct Shape {
    schema: Value,
    validator: Validator,
}

impl Shape {
    /// Compiles a schema; the error says what is wrong with it. Schemas are never fetched.
    pub fn new(schema: Value) -> Result<Self, String> {
        let validator = jsonschema::options().offline().build(&schema).map_err(|error| error.to_string())?;
        Ok(Self { schema, validator })
    }
}

/// Tells everything about a file that its schema refuses. A value that is blamed already is not blamed again.
pub fn check(doc: &Doc, shape: &Shape, problems: &mut Problems) {
    let json = doc.to_json();
    let check = Check { doc, schema: &shape.schema };
    let mut found = Problems::default();
    first::with_errors(&json, &shape.validator, ERRORS_WANTED, |errors| check.tell_all(errors, &mut found));
    problems.append_unblamed(found);
}

/// Those of the keys that a mapping has.
fn present(mapping: &Value, keys: &[&str]) -> Vec<String> {
    keys.iter().filter(|key| mapping.get(**key).is_some()).map(|key| (*key).to_owned()).collect()
}

struct Check<'a> {
    doc: &'a Doc,
    schema: &'a Value,
}

impl Check<'_> {
    fn tell_all(&self, errors: &[ValidationError<'_>], problems: &mut Problems) {
        for error in errors {
            match error.kind() {
                Fault::Required { property } => {
                    let unknown = branch::refused_keys(error.instance_path().as_str(), errors);
                    let unknown: Vec<&str> = unknown.iter().map(String::as_str).collect();
                    problems.missing_key(self.place(error.instance_path().as_str()), property.as_str().unwrap_or_default(), &unknown);
                }
                // The key that was meant is told already: it is one that nothing knows.
                Fault::OneOfNotValid { .. }
                    if !branch::refused_keys(error.instance_path().as_str(), errors).is_empty() && self.keys_of_choice(error).is_some() => {
                }
                _ => self.tell(error, problems),
            }
        }
    }

    fn tell(&self, error: &ValidationError<'_>, problems: &mut Problems) {
        let pointer = error.instance_path().as_str();
        let place = self.place(pointer);
        match error.kind() {
            Fault::AnyOf { context } | Fault::OneOfNotValid { context } => self.tell_branches(error, context, problems),
            Fault::AdditionalProperties { unexpected } | Fault::UnevaluatedProperties { unexpected } => {
                let known = self.known(error);
                for key in unexpected.iter().take(ERRORS_WANTED) {
                    match self.around(error).is_some_and(|schema| schema.get("patternProperties").is_some()) {
                        true => problems.unknown_key_of_pattern(self.key(pointer, key), key, self.help(error).as_deref()),
                        false => problems.unknown_key(self.key(pointer, key), key, &known),
                    }
                }
            }
            Fault::Type { .. } => self.tell_type(error, &expected_types([error]), problems),
            Fault::Enum { options } => self.tell_choice(place, error, options.as_array().map_or(&[], Vec::as_slice), None, problems),
            Fault::Constant { expected_value } => self.tell_choice(place, error, std::slice::from_ref(expected_value), None, problems),
            Fault::MinItems { .. } => problems.wrong_value(place, words::sentence(error), None),
            Fault::PropertyNames { error: inner } => self.tell_bad_key(pointer, inner, problems),
            Fault::FalseSchema | Fault::Not { .. } => problems.not_allowed_here(self.key_place(pointer), &found(error.instance())),
            Fault::OneOfMultipleValid { .. } => match self.keys_of_choice(error) {
                Some(keys) => self.tell_exclusive(pointer, &present(error.instance(), &keys), self.help(error).as_deref(), problems),
                None => problems.fits_several_forms(place),
            },
            Fault::Pattern { .. } if self.described(error).is_some() => {
                problems.not_possible(place, &words::bare(error.instance()), self.help(error).as_deref());
            }
            _ => problems.wrong_value(place, words::sentence(error), self.help(error).as_deref()),
        }
    }

    fn tell_branches(&self, error: &ValidationError<'_>, context: &[Vec<ValidationError<'static>>], problems: &mut Problems) {
        let pointer = error.instance_path().as_str();
        match branch::pick(pointer, context) {
            branch::Meant::One(errors) => self.tell_all(errors, problems),
            branch::Meant::Types(errors) => self.tell_type(error, &expected_types(errors), problems),
            branch::Meant::Values(inner, options) => {
                let help = self.help(error).filter(|_| options.len() == 1);
                self.tell_choice(self.place(inner.instance_path().as_str()), inner, &options, help.as_deref(), problems);
            }
            branch::Meant::Keys { unknown, missing, exclusive } => {
                let known = self.known_of_all(pointer, context);
                unknown.iter().for_each(|key| problems.unknown_key(self.key(pointer, key), key, &known));
                if !exclusive.is_empty() {
                    self.tell_exclusive(pointer, &exclusive, None, problems);
                } else if unknown.is_empty() {
                    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
                    problems.missing_one_of(self.place(pointer), &missing);
                }
            }
        }
    }

    /// Blames the last of the keys, as they stand in the file.
    fn tell_exclusive(&self, pointer: &str, keys: &[String], help: Option<&str>, problems: &mut Problems) {
        let mut keys: Vec<(Place, &str)> = keys.iter().map(|key| (self.key(pointer, key), key.as_str())).collect();
        keys.sort();
        let names: Vec<&str> = keys.iter().map(|(_, key)| *key).collect();
        if let Some((place, _)) = keys.pop() {
            problems.keys_exclude_each_other(place, &names, help);
        }
    }

    /// The keys of a choice that is nothing but "exactly one of these keys".
    fn keys_of_choice(&self, error: &ValidationError<'_>) -> Option<Vec<&str>> {
        let branches = self.schema.pointer(error.schema_path().as_str())?.as_array()?;
        branches
            .iter()
            .map(|branch| branch.get("required").filter(|_| branch.as_object().is_some_and(|b| b.len() == 1))?.get(0)?.as_str())
            .collect()
    }

    /// What the schema says about what is expected, as help.
    fn help(&self, error: &ValidationError<'_>) -> Option<String> {
        self.described(error).map(words::as_help)
    }

    /// Brackets in place of a text were probably meant to be part of it.
    fn tell_type(&self, error: &ValidationError<'_>, expected: &str, problems: &mut Problems) {
        let pointer = error.instance_path().as_str();
        let written = self.doc.locate(pointer).value.of(&self.doc.text);
        let is_text = expected.contains("a text") && written.starts_with(['[', '{']);
        let quoting = is_text.then(|| format!("if a text is meant, quote it: {}", quoted(written)));
        let patterned = self.around(error).is_some_and(|schema| schema.get("pattern").is_some());
        let help = quoting.or_else(|| self.help(error).filter(|_| patterned));
        problems.wrong_type(self.place(pointer), expected, &found(error.instance()), help);
    }

    fn tell_choice(&self, place: Place, error: &ValidationError<'_>, options: &[Value], help: Option<&str>, problems: &mut Problems) {
        let allowed: Vec<String> = options.iter().map(Value::to_string).collect();
        let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
        problems.wrong_choice(place, &found(error.instance()), error.instance().as_str(), &allowed, help);
    }

    fn tell_bad_key(&self, pointer: &str, inner: &ValidationError<'_>, problems: &mut Problems) {
        let key = inner.instance().as_str().unwrap_or_default();
        problems.wrong_value(self.key(pointer, key), format!("the key {}", words::sentence(inner)), self.help(inner).as_deref());
    }

    /// The place of a value; of one that was left out, the place of its key.
    fn place(&self, pointer: &str) -> Place {
        let at = self.doc.locate(pointer);
        self.doc.place(at.key.filter(|_| at.value.is_empty()).unwrap_or(at.value))
    }

    fn key_place(&self, pointer: &str) -> Place {
        let at = self.doc.locate(pointer);
        self.doc.place(at.key.unwrap_or(at.value))
    }

    /// The place of a key of the mapping at `pointer`.
    fn key(&self, pointer: &str, key: &str) -> Place {
        self.key_place(&format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")))
    }
}
