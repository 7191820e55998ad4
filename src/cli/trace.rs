//! What decided, in words: for every trace the block, its file and line, and the values it read. For `chat` and `test`.

use crate::flow::{BlockIx, Bot, Trace, Traced};

/// One line; none for what the messages themselves show.
pub(super) fn line(bot: &Bot, trace: &Trace) -> Option<String> {
    let place = trace.block.map(|ix| place(bot, ix)).unwrap_or_default();
    let what = match &trace.what {
        Traced::Ran => trace.block.map_or_else(String::new, |ix| bot.block(ix).kind.word().to_owned()),
        Traced::Decided { condition, truth, values } => format!("when {condition} → {truth}{}", read(values)),
        Traced::Took { branch } => format!("takes branch {}", branch + 1),
        Traced::Triggered { trigger } => format!("trigger {} fires", trigger + 1),
        Traced::Answered { how, value } => format!("answer ({how}): {value}"),
        Traced::Repeated => "pressed again at once: the same press".to_owned(),
        Traced::TooLate { title } => format!("the question of {title} is not open any more"),
        Traced::Missed { times } => format!("the answer does not fit ({times})"),
        Traced::Set { name, value } => format!("{name} = {value}"),
        Traced::Refused { name } => format!("a value from outside does not fit {name}"),
        Traced::Called { apis } => format!("calls {}", apis.join(", ")),
        Traced::Failed { kind, message } => format!("fails ({kind}): {message}"),
        Traced::Dropped { sequence } => format!("a start of {sequence} that waited is dropped: too many wait"),
        Traced::Began => "a session begins".to_owned(),
        Traced::Ended { why } => format!("the session ends ({why})"),
        Traced::Forgot => "the oldest open questions are forgotten".to_owned(),
        Traced::Said { .. } => return None,
    };
    Some(format!("↳ {what}{place}"))
}

fn place(bot: &Bot, ix: BlockIx) -> String {
    let block = bot.block(ix);
    let id = block.id.as_ref().map(|id| format!(" \"{id}\"")).unwrap_or_default();
    format!("  {}:{}{id}", block.file, block.line)
}

fn read(values: &[(String, serde_json::Value)]) -> String {
    if values.is_empty() {
        return String::new();
    }
    format!("  ({})", values.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", "))
}
