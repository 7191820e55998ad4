//! The matchers of a test: patterns compile, and none of them holds for everything.

use super::Checker;
use crate::{
    language::Matcher,
    yaml::{Kind, Node},
};

impl Checker<'_> {
    /// Looks at the matchers within a value. `value` sees what the value as a whole is compared with by `not` or `equals`.
    pub(super) fn matchers(&mut self, node: &Node, value: &mut dyn FnMut(&mut Self, &Node)) {
        match (Matcher::of(node), &node.kind) {
            (Some(Matcher::Matches(pattern)), _) => self.pattern(pattern),
            (Some(Matcher::Contains(part)), _) if part.as_written() == Some("") => self.problems.matches_everything(self.place(node.span)),
            (Some(Matcher::Contains(part)), _) => self.matchers(part, &mut |_, _| ()),
            (Some(Matcher::Not(other)), _) if Matcher::of(other).is_some() => self.matchers(other, value),
            (Some(Matcher::Not(other)), _) => {
                value(self, other);
                self.matchers(other, &mut |_, _| ());
            }
            (Some(Matcher::Equals(whole)), _) => value(self, whole),
            (None, Kind::List(nodes)) => nodes.iter().for_each(|node| self.matchers(node, &mut |_, _| ())),
            (None, Kind::Map(entries)) => entries.iter().for_each(|(_, node)| self.matchers(node, &mut |_, _| ())),
            (None, _) => {}
        }
    }

    fn pattern(&mut self, node: &Node) {
        let pattern = node.as_written().unwrap_or_default();
        if pattern.is_empty() {
            self.problems.matches_everything(self.place(node.span));
        } else if let Err(error) = regex::Regex::new(pattern) {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            self.problems.bad_pattern(self.place(node.span), reason);
        }
    }
}
