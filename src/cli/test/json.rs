//! For scripts: one object with all bots, their tests, and why those failed that did.

use serde_json::{Value, json};

use super::{Ran, Tested, conversation::Line};
use crate::scenario::Failure;

pub(super) fn json(all: &[Tested]) -> String {
    let report = json!({
        "passed": all.iter().map(Tested::passed).sum::<usize>(),
        "failed": all.iter().map(Tested::failed).sum::<usize>(),
        "bots": all.iter().map(bot).collect::<Vec<_>>(),
    });
    format!("{report:#}")
}

fn bot(tested: &Tested) -> Value {
    json!({
        "bot": tested.bot.files.key,
        "passed": tested.passed(),
        "failed": tested.failed(),
        "tests": tested.all().iter().map(test).collect::<Vec<_>>(),
        "diagnostics": tested.bot.diagnostics,
    })
}

fn test(Ran { outcome, conversation, .. }: &Ran) -> Value {
    let mut test = json!({
        "name": outcome.name,
        "file": outcome.place.file,
        "line": outcome.place.line,
        "passed": outcome.passed(),
    });
    if let Some(why) = &outcome.failure {
        test["failure"] = failure(why);
    }
    if !conversation.is_empty() {
        test["conversation"] = conversation.iter().map(Line::json).collect();
    }
    test
}

fn failure(failure: &Failure) -> Value {
    let mut said = json!({
        "message": failure.message,
        "file": failure.step.file,
        "line": failure.step.line,
        "column": failure.step.column,
        "expected": failure.expected,
        "actual": failure.actual,
    });
    if let Some(block) = &failure.block {
        said["block"] = json!({"file": block.file, "line": block.line});
    }
    said
}
