//! The pages, and what stands in them as code.

use crate::tree::files;

/// An example between fences, without them.
pub(super) struct Example {
    /// What it is written in; empty if the page does not say.
    pub language: String,
    /// Its lines.
    pub text: String,
}

/// Every page that people read.
pub(super) fn pages() -> Vec<String> {
    let pages: Vec<String> = files().into_iter().filter(|path| path.ends_with(".md")).collect();
    assert!(pages.len() > 5, "{pages:?}");
    pages
}

/// A page in order: its prose, and its examples.
fn parts(page: &str) -> (String, Vec<Example>) {
    let (mut prose, mut examples, mut open) = (String::new(), Vec::new(), None::<Example>);
    for line in page.lines() {
        match (line.trim_start().strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some(Example { language: language.to_owned(), text: String::new() }),
            (Some(_), Some(_)) => examples.extend(open.take()),
            (None, Some(example)) => example.text.extend([line, "\n"]),
            (None, None) => prose.extend([line, "\n"]),
        }
    }
    assert!(open.is_none(), "an example has no end");
    (prose, examples)
}

/// The examples between fences.
pub(super) fn examples(page: &str) -> Vec<Example> {
    parts(page).1
}

/// All but the examples.
pub(super) fn prose(page: &str) -> String {
    parts(page).0
}

/// What stands between backticks in the prose.
pub(super) fn words(page: &str) -> Vec<String> {
    prose(page).split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
