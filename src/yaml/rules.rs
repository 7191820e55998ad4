//! What YAML lets pass and an author did not mean. Which keys hold texts for people, the caller knows.

use super::{
    document::Doc,
    quote::{Entry, quoted},
    source,
    tree::{Form, Key, Kind, Node, Span},
};
use crate::diagnostic::Problems;

/// A comment after a single space behind an unquoted text: `text: Order #42`. Looks at the values of `keys`, wherever
/// they stand, and at the items of lists there.
pub fn comments_in_text(doc: &Doc, keys: &[&str], problems: &mut Problems) {
    each_entry(&doc.root, &mut |key, node| {
        if !keys.contains(&&*key.text) {
            return;
        }
        match &node.kind {
            Kind::List(items) => items.iter().for_each(|item| comment_behind(doc, item, problems)),
            _ => comment_behind(doc, node, problems),
        }
    });
}

/// A value that was left out: `when:`, or `goto: #ask`, which is a comment. Looks at the values of `keys`, wherever they stand.
pub fn empty_values(doc: &Doc, keys: &[&str], problems: &mut Problems) {
    each_entry(&doc.root, &mut |key, node| {
        if !keys.contains(&&*key.text) || !node.is_left_out() {
            return;
        }
        let place = doc.place(key.span);
        match rest_of_line(&doc.text, key.span).trim_start_matches([':', ' ', '\t']) {
            comment if comment.starts_with('#') => {
                let help = format!("quote the text: {}: {}", key.text, quoted(comment));
                problems.empty_but_for_comment(place, &key.text, comment, help);
            }
            _ => problems.empty_value(place, &key.text),
        }
    });
}

fn each_entry(node: &Node, look: &mut impl FnMut(&Key, &Node)) {
    if let Kind::Map(entries) = &node.kind {
        entries.iter().for_each(|(key, value)| look(key, value));
    }
    node.children().for_each(|child| each_entry(child, look));
}

fn comment_behind(doc: &Doc, node: &Node, problems: &mut Problems) {
    let end = node.span.end as usize;
    let follows = doc.text.get(end..).is_some_and(|rest| rest.starts_with(" #"));
    if node.form != Form::Plain || node.span.is_empty() || !follows {
        return;
    }
    let comment = source::span(&doc.text, end + 1, end + rest_of_line(&doc.text, node.span).trim_end().len());
    let whole = node.span.up_to(comment);
    let help = || format!("quote the whole text: {}", Entry::around(&doc.text, node.span.start as usize).with(whole.of(&doc.text)));
    problems.comment_in_text(doc.place(comment), help);
}

fn rest_of_line(text: &str, span: Span) -> &str {
    text.get(span.end as usize..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}
