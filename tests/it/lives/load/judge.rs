//! The judge: from what users have sent and got, what the transcript shows and what the backend was asked, whether anything
//! was lost, came twice, or came in another order. It asks no process.

use std::{collections::BTreeMap, time::Instant};

use super::{
    super::backend::Called,
    bot::RESULT,
    stream::Line,
    user::{Journal, Sent},
};

/// What somebody outside has noticed of a process that died: between these moments.
pub(super) type Death = (Instant, Instant);

/// Judges one user's conversation.
pub(super) fn conversation(journal: &Journal, transcript: &[Line], deaths: &[Death]) {
    let (user, sent) = (&journal.user, &journal.sent);
    assert!(transcript.is_sorted_by(|a, b| a.place < b.place), "{user}: a place is taken twice: {transcript:#?}");
    let (heard, said): (Vec<&Line>, Vec<&Line>) = transcript.iter().partition(|line| line.from == "user");
    let told = |ids: &mut dyn Iterator<Item = &str>| ids.collect::<Vec<_>>().join(" ");
    assert_eq!(
        told(&mut heard.iter().map(|line| &*line.id)),
        told(&mut sent.iter().map(|sent| &*sent.message.id)),
        "{user}: what was heard, and what was sent"
    );
    let mut rest = said.iter();
    for (heard, sent) in heard.iter().zip(sent) {
        let answer: Vec<&&Line> = rest.by_ref().take(sent.message.expects.len()).collect();
        let texts: Vec<&str> = answer.iter().map(|line| &*line.text).collect();
        assert!(fits(sent, &texts, deaths), "{user} got {texts:?} for {sent:#?}\nof {transcript:#?}");
        assert_eq!(texts, sent.answer, "{user}: the transcript, and what was answered to {:?}", sent.message);
        assert!(answer.iter().all(|line| line.place > heard.place), "{user}: an answer before its question: {transcript:#?}");
    }
    assert_eq!(rest.next(), None, "{user}: nobody has asked for that\n{transcript:#?}");
    streamed(journal, transcript);
}

/// Whether a message was answered as the model says.
fn fits(sent: &Sent, answer: &[&str], deaths: &[Death]) -> bool {
    let cut_off = sent.message.text == "buy" && deaths.iter().any(|(before, after)| sent.begun <= *after && *before <= sent.ended);
    let one = |expected: &str, actual: &str| match expected.strip_suffix(RESULT) {
        Some(begin) => actual.strip_prefix(begin).is_some_and(|result| result == "done" || (cut_off && result == "interrupted")),
        None => expected == actual,
    };
    answer.len() == sent.message.expects.len() && sent.message.expects.iter().zip(answer).all(|(expected, actual)| one(expected, actual))
}

/// Who followed the conversation from process to process has seen the same, as far as was looked.
fn streamed(journal: &Journal, transcript: &[Line]) {
    let seen = &journal.seen.borrow().lines;
    assert!(transcript.starts_with(seen), "{}: the stream has shown {seen:#?}\nof {transcript:#?}", journal.user);
}

/// Judges what the backend was asked: a POST once at the most, what may come again with the same key, and nothing else.
pub(super) fn calls(journals: &[Journal], called: &[Called]) {
    let mut by_path: BTreeMap<&str, Vec<&Called>> = BTreeMap::new();
    for call in called {
        by_path.entry(&call.path).or_default().push(call);
    }
    for sent in journals.iter().flat_map(|journal| &journal.sent) {
        let Some(path) = &sent.message.path else { continue };
        let calls = by_path.remove(&**path).unwrap_or_default();
        let may_repeat = sent.message.text != "buy";
        let done = sent.answer.iter().any(|line| line.ends_with(": done"));
        assert!(may_repeat || calls.len() <= 1, "a POST was made again: {calls:#?}");
        assert!(!done || !calls.is_empty(), "nobody has called {path}: {sent:#?}");
        let method = if sent.message.text == "look" { "GET" } else { "POST" };
        assert!(calls.iter().all(|call| call.method == method), "{calls:#?}");
    }
    // a GET may leave for a turn that is then never written, because another process was first
    by_path.retain(|_, calls| calls.iter().any(|call| call.method != "GET"));
    assert!(by_path.is_empty(), "nobody has asked for {by_path:#?}");
}

/// A key names one call: a POST has one, the same when it is repeated, and a GET has none.
pub(super) fn keys(called: &[Called]) {
    let (mut paths, mut keys) = (BTreeMap::new(), BTreeMap::new());
    for call in called.iter().filter(|call| call.method != "GET") {
        assert_eq!(*paths.entry(&call.key).or_insert(&call.path), &call.path, "two calls have the key {}", call.key);
        assert_eq!(*keys.entry(&call.path).or_insert(&call.key), &call.key, "a call has two keys: {}", call.path);
    }
    let lacks = |call: &&Called| call.key.is_empty() != (call.method == "GET");
    assert_eq!(called.iter().find(lacks).map(|call| &call.path), None, "a POST without a key, or a GET with one");
}
