//! Which branch of a `oneOf` or `anyOf` an author meant, by how each branch fails.
//!
//! A branch that fails only deeper down fits best; then one with keys too many; then one with keys missing; then one
//! whose name (a `const`) is another; last one of another type. If the best branches are equal, what they have in
//! common is told: all types, all names, all keys.

use std::collections::BTreeSet;

use jsonschema::{ValidationError, error::ValidationErrorKind as Fault};
use serde_json::Value;

type Branch = Vec<ValidationError<'static>>;

/// What to tell about a choice that nothing fits.
pub(super) enum Meant<'a> {
    /// The errors of the one branch that was meant.
    One(&'a [ValidationError<'static>]),
    /// No branch takes this type; these errors name those that are taken.
    Types(Vec<&'a ValidationError<'static>>),
    /// A value that is none of these.
    Values(&'a ValidationError<'static>, Vec<Value>),
    /// The keys fit no branch.
    Keys { unknown: Vec<String>, missing: Vec<String>, exclusive: Vec<String> },
}

/// How badly a branch fails; less is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Miss {
    Inside,
    KeyTooMany,
    KeyMissing,
    OtherName,
    OtherType,
}

/// Judges the branches of a choice for the value at `pointer`.
pub(super) fn pick<'a>(pointer: &str, context: &'a [Branch]) -> Meant<'a> {
    let rate =
        |branch: &Branch| (branch.iter().map(|error| miss(pointer, error)).max().unwrap_or(Miss::Inside), branch.len(), shallow(branch));
    let Some(best) = context.iter().map(rate).min() else { return Meant::One(&[]) };
    let best_branches: Vec<&'a Branch> = context.iter().filter(|branch| rate(branch) == best).collect();
    match (best.0, &best_branches[..]) {
        (Miss::OtherType, _) => other_type(pointer, context),
        (Miss::OtherName, _) => other_name(pointer, context).unwrap_or(Meant::One(best_branches[0])),
        (Miss::KeyTooMany | Miss::KeyMissing, [_, _, ..]) => keys(pointer, &best_branches),
        _ => Meant::One(best_branches[0]),
    }
}

/// The deeper a branch got before it failed, the smaller.
fn shallow(branch: &Branch) -> usize {
    let depth = branch.iter().map(|error| error.instance_path().as_str().matches('/').count()).max().unwrap_or(0);
    usize::MAX - depth
}

fn miss(pointer: &str, error: &ValidationError<'_>) -> Miss {
    let below = error.instance_path().as_str().strip_prefix(pointer).unwrap_or_default();
    let (here, child) = (below.is_empty(), below.matches('/').count() == 1);
    match error.kind() {
        Fault::AnyOf { context } | Fault::OneOfNotValid { context } if here => nested(pointer, context),
        Fault::Constant { .. } if here || child => Miss::OtherName,
        Fault::Enum { .. } if here => Miss::OtherName,
        Fault::Type { .. } | Fault::FalseSchema if here => Miss::OtherType,
        Fault::Required { .. } if here => Miss::KeyMissing,
        Fault::AdditionalProperties { .. } | Fault::UnevaluatedProperties { .. } | Fault::Not { .. } if here => Miss::KeyTooMany,
        _ => Miss::Inside,
    }
}

fn nested(pointer: &str, context: &[Branch]) -> Miss {
    let worst = |branch: &Branch| branch.iter().map(|error| miss(pointer, error)).max().unwrap_or(Miss::Inside);
    context.iter().map(worst).min().unwrap_or(Miss::Inside)
}

/// All errors of all branches, choices within choices opened.
fn flat<'a>(branches: &'a [Branch], all: &mut Vec<&'a ValidationError<'static>>) {
    for error in branches.iter().flatten() {
        match error.kind() {
            Fault::AnyOf { context } | Fault::OneOfNotValid { context } => flat(context, all),
            _ => all.push(error),
        }
    }
}

fn other_type<'a>(pointer: &str, context: &'a [Branch]) -> Meant<'a> {
    let mut all = Vec::new();
    flat(context, &mut all);
    Meant::Types(all.into_iter().filter(|e| e.instance_path().as_str() == pointer && matches!(e.kind(), Fault::Type { .. })).collect())
}

/// The names that the branches want at the same place.
fn other_name<'a>(pointer: &str, context: &'a [Branch]) -> Option<Meant<'a>> {
    let mut all = Vec::new();
    flat(context, &mut all);
    all.retain(|error| miss(pointer, error) == Miss::OtherName);
    let first = *all.first()?;
    let mut values = Vec::new();
    for error in all.into_iter().filter(|error| error.instance_path() == first.instance_path()) {
        match error.kind() {
            Fault::Constant { expected_value } => values.push((**expected_value).clone()),
            Fault::Enum { options } => values.extend(options.as_array().cloned().unwrap_or_default()),
            _ => {}
        }
    }
    Some(Meant::Values(first, values))
}

/// Several branches want other keys. A key that one of them refuses and another wants is not unknown.
fn keys<'a>(pointer: &str, branches: &[&'a Branch]) -> Meant<'a> {
    let refused: Vec<BTreeSet<String>> = branches.iter().map(|branch| refused_keys(pointer, branch)).collect();
    let by_all = refused.iter().skip(1).fold(refused.first().cloned().unwrap_or_default(), |all, one| &all & one);
    let by_any: BTreeSet<String> = refused.into_iter().flatten().collect();
    let exclusive = if by_all.is_empty() && by_any.len() > 1 { by_any.into_iter().collect() } else { Vec::new() };
    Meant::Keys { unknown: by_all.into_iter().collect(), missing: missing_keys(pointer, branches), exclusive }
}

/// The keys of the mapping at `pointer` that these errors refuse.
pub(super) fn refused_keys(pointer: &str, errors: &[ValidationError<'_>]) -> BTreeSet<String> {
    let mut refused = BTreeSet::new();
    for error in errors.iter().filter(|error| error.instance_path().as_str() == pointer) {
        if let Fault::AdditionalProperties { unexpected } | Fault::UnevaluatedProperties { unexpected } = error.kind() {
            refused.extend(unexpected.iter().cloned());
        }
    }
    refused
}

/// The keys that the branches want, each once, in their order.
fn missing_keys(pointer: &str, branches: &[&Branch]) -> Vec<String> {
    let mut missing = Vec::new();
    for error in branches.iter().flat_map(|branch| branch.iter()).filter(|error| error.instance_path().as_str() == pointer) {
        if let Fault::Required { property: Value::String(key) } = error.kind()
            && !missing.contains(key)
        {
            missing.push(key.clone());
        }
    }
    missing
}
