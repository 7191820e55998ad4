//! Whether a running session can go on in another version of its bot: only where its question still means the same.

use super::{
    bot::Bot,
    conversation::{Conversation, Frame, Session},
};

/// Whether a session may move to this version: every block it waits in, or comes back to, is there exactly once, in the same
/// sequence, and asks for the same thing. `flowgate diff` uses the very same rule.
#[must_use]
pub fn moves_to(session: &Session, bot: &Bot) -> bool {
    session.calling.is_none() && session.frames.iter().all(|frame| stands(frame, bot))
}

/// The conversation on this version, if its session is on another: moved, or ended where it cannot be.
#[must_use]
pub fn moved(conversation: &Conversation, bot: &Bot) -> Option<Conversation> {
    let session = conversation.session.as_ref().filter(|s| s.version != *bot.version())?;
    let session = moves_to(session, bot).then(|| Session { version: bot.version().clone(), ..session.clone() });
    Some(Conversation { session, ..conversation.clone() })
}

fn stands(frame: &Frame, bot: &Bot) -> bool {
    let Some(key) = frame.at else { return true };
    let Some((_, block)) = bot.find_block(key).filter(|(_, b)| b.unique) else { return false };
    let sequence = block.sequence.map(|ix| &bot.sequence(ix).key);
    let same_question = frame.asked.as_ref().is_none_or(|asked| block.kind.question().is_some_and(|q| q.asks == asked.asks));
    sequence == frame.sequence.as_ref() && same_question
}
