//! Sequences to which nothing in the bot leads.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    diagnostic::Problems,
    flow::{Bot, Sequence},
    graph::reached,
    language::Output,
};

pub(super) fn check(bot: &Bot, problems: &mut Problems) {
    let offered = offers_sequences(bot);
    let called = bot.sequences().iter().filter(|s| s.outside || (s.numbered && offered)).chain(named_by_samples(bot));
    let reached = reached(bot, bot.roots().chain(called.map(|s| s.first)));
    let used: BTreeSet<_> = reached.iter().filter_map(|ix| bot.block(*ix).sequence).map(|ix| &bot.sequence(ix).key).collect();
    for sequence in bot.sequences().iter().filter(|s| !used.contains(&s.key)) {
        problems.unused_sequence(sequence.place.clone(), &sequence.key);
    }
}

/// Answers with items may start sequences that nobody can know of.
fn offers_sequences(bot: &Bot) -> bool {
    let offers = [Output::Buttons, Output::QuickReplies, Output::Gallery, Output::List];
    bot.apis().values().any(|api| offers.contains(&api.output))
}

/// The sequences that the items of the samples start.
fn named_by_samples(bot: &Bot) -> Vec<&Sequence> {
    let mut named = Vec::new();
    for envelope in bot.apis().values().filter_map(|api| api.sample.as_ref()?.as_ref().ok()) {
        values(&envelope.data, &mut |name| named.extend(bot.find_sequence(name)));
    }
    named
}

/// Calls `seen` with every `value` in a piece of JSON.
fn values(json: &Value, seen: &mut dyn FnMut(&str)) {
    match json {
        Value::Array(list) => list.iter().for_each(|item| values(item, seen)),
        Value::Object(map) => {
            if let Some(value) = map.get("value").and_then(Value::as_str) {
                seen(value);
            }
            map.values().for_each(|item| values(item, seen));
        }
        _ => {}
    }
}
