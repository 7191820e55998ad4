//! Helpers for texts and lists.

use serde_json::Value;

use super::Args;
use crate::template::{
    number::Num,
    print::{percent_encoded, print_list, printed},
};

pub(super) fn upper(args: &Args<'_>) -> Value {
    printed(args.get(0)).to_uppercase().into()
}

pub(super) fn lower(args: &Args<'_>) -> Value {
    printed(args.get(0)).to_lowercase().into()
}

pub(super) fn capitalize(args: &Args<'_>) -> Value {
    let text = printed(args.get(0));
    let mut rest = text.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest.as_str().chars()).collect::<String>().into()
}

pub(super) fn trim(args: &Args<'_>) -> Value {
    printed(args.get(0)).trim().into()
}

pub(super) fn truncate(args: &Args<'_>) -> Value {
    let text = printed(args.get(0));
    let most = args.get(1).as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    if text.chars().count() <= most {
        return text.into();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end()).into()
}

pub(super) fn join(args: &Args<'_>) -> Value {
    let between = if args.values.len() > 1 { printed(args.get(1)) } else { ", ".to_owned() };
    match args.get(0) {
        Value::Array(list) => {
            let mut out = String::new();
            print_list(list, &between, &mut out);
            out.into()
        }
        other => printed(other).into(),
    }
}

pub(super) fn default(args: &Args<'_>) -> Value {
    let empty = |value: &Value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
    args.values.iter().find(|value| !empty(value)).map_or(Value::Null, |value| value.as_ref().clone())
}

pub(super) fn len(args: &Args<'_>) -> Value {
    match args.get(0) {
        Value::Array(list) => list.len(),
        Value::Object(map) => map.len(),
        other => printed(other).chars().count(),
    }
    .into()
}

pub(super) fn json(args: &Args<'_>) -> Value {
    let value = args.get(0);
    // A whole number is one, also where it came as 3.0.
    Num::of(value).and_then(Num::value).as_ref().unwrap_or(value).to_string().into()
}

pub(super) fn url(args: &Args<'_>) -> Value {
    percent_encoded(&printed(args.get(0))).into()
}
