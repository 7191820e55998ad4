//! The first errors of a file. A validator gathers every error that there is before it shows one, each with all that it
//! belongs to, so of a long file full of mistakes only as much is looked at as has enough of them.

use jsonschema::{ValidationError, Validator, error::ValidationErrorKind as Fault};
use serde_json::{Map, Value};

/// So many values are looked at together at first; then twice as many, and so on.
const PART: usize = 1_000;
/// A mapping with fewer entries is never cut: what it has to have could be missing.
const WHOLE: usize = 64;

/// Calls with the first errors of a file: as many as are wanted or more, or all. Not called if there is none.
pub(super) fn with_errors(file: &Value, validator: &Validator, wanted: usize, tell: impl FnOnce(&[ValidationError<'_>])) {
    if validator.is_valid(file) {
        return;
    }
    let (mut size, mut step) = (first_fault(file, validator), PART);
    loop {
        let mut left = size;
        let part = part(file, &mut left);
        let errors: Vec<_> = validator.iter_errors(&part).filter(|error| !is_of_the_cut(error, file)).collect();
        if left > 0 || errors.len() >= wanted {
            return tell(&errors);
        }
        size += step;
        step *= 2;
    }
}

/// About how many values it takes to meet the first error.
fn first_fault(file: &Value, validator: &Validator) -> usize {
    let (mut fine, mut faulty) = (0, values(file));
    while faulty - fine > PART {
        let middle = usize::midpoint(fine, faulty);
        match validator.is_valid(&part(file, &mut middle.clone())) {
            true => fine = middle,
            false => faulty = middle,
        }
    }
    faulty
}

fn values(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(values).sum(),
        Value::Object(entries) => entries.values().map(values).sum(),
        _ => 0,
    }
}

/// The first of the values of a file; every list that is not empty keeps an entry.
fn part(value: &Value, left: &mut usize) -> Value {
    *left = left.saturating_sub(1);
    match value {
        Value::Array(items) => {
            let mut some = Vec::new();
            for item in items {
                if *left == 0 && !some.is_empty() {
                    break;
                }
                some.push(part(item, left));
            }
            Value::Array(some)
        }
        Value::Object(entries) => {
            let mut some = Map::new();
            for (key, value) in entries {
                if *left == 0 && some.len() >= WHOLE {
                    break;
                }
                some.insert(key.clone(), part(value, left));
            }
            Value::Object(some)
        }
        other => other.clone(),
    }
}

/// Whether an error is that of a part only: the key that is missing stands in the file.
fn is_of_the_cut(error: &ValidationError<'_>, file: &Value) -> bool {
    let Fault::Required { property } = error.kind() else { return false };
    let whole = file.pointer(error.instance_path().as_str());
    property.as_str().is_some_and(|key| whole.is_some_and(|mapping| mapping.get(key).is_some()))
}
