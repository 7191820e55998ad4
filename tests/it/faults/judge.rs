//! The judge from outside: what clients were told, what the backend was asked for, and what the transcript says.

use std::collections::BTreeMap;

use super::crowd::{Seen, buys, text};
use crate::lives::{backend::Backend, served::Served};

/// What the judge counted.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Answered messages.
    pub(super) messages: usize,
    /// Purchases of which the users do not know how they went.
    pub(super) interrupted: usize,
}

/// Every acknowledged message stands in the transcript once, in order, with the answer that its sender got; nothing else does;
/// no POST has left twice, and what the user was told of it is true.
pub(super) async fn judge(served: &Served, backend: &Backend, seen: &Seen) -> Verdict {
    let posts = posts(backend);
    let mut verdict = Verdict::default();
    for (user, answers) in &seen.acknowledged {
        let lines = answers.iter().zip(1..).flat_map(|(answer, n)| [format!("user: {}", text(n)), format!("bot: {answer}")]);
        let told: Vec<String> = lines.collect();
        let transcript = served.whole_transcript("till", user, told.len()).await;
        for (place, (line, told)) in transcript.iter().zip(&told).enumerate() {
            assert_eq!(line, told, "{user}, line {place} of {}", transcript.len());
        }
        assert_eq!(transcript.len(), told.len(), "{user}");
        for (answer, n) in answers.iter().zip(1..) {
            verdict.messages += 1;
            verdict.interrupted += usize::from(is_right(user, n, answer, &posts));
        }
    }
    verdict
}

/// Asserts that the answer counts right and that the backend agrees. True if the purchase was interrupted.
fn is_right(user: &str, n: usize, answer: &str, posts: &BTreeMap<String, usize>) -> bool {
    let made = posts.get(&format!("/buy/{user}/{n}")).copied().unwrap_or(0);
    if !buys(n) {
        assert_eq!(answer, n.to_string(), "{user}");
        return false;
    }
    assert!(made <= 1, "the POST of {user}'s message {n} was made {made} times");
    let interrupted = answer == format!("{n} interrupted");
    let never_left = answer == format!("{n} connect") && made == 0;
    assert!(interrupted || never_left || (answer == format!("{n} done") && made == 1), "{user}: {answer}, {made} POSTs");
    interrupted
}

fn posts(backend: &Backend) -> BTreeMap<String, usize> {
    let mut posts = BTreeMap::new();
    for called in backend.journal() {
        *posts.entry(called.path).or_default() += 1;
    }
    posts
}
