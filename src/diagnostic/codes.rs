//! Every code that a diagnostic can have, with one sentence for those who meet it.

/// All codes and what they mean, by name.
pub const ALL: &[(&str, &str)] = &[
    ("answer-shape", "A conversation test gives an API an answer that does not fit it, so the call fails with `shape`."),
    ("comment-in-text", "A `#` after a space begins a comment, so the rest of the text is lost; the text has to be quoted."),
    ("conflicting-keys", "Keys stand in one mapping of which only one may be there."),
    ("empty-value", "A key has no value, perhaps because what follows is read as a comment."),
    ("invalid-value", "A value does not fit what its key expects."),
    ("missing-key", "A mapping lacks a key that it has to have."),
    ("unknown-failure", "A conversation test lets a call fail in a way that does not exist."),
    ("unknown-key", "A key is not known where it stands; it is probably misspelled or belongs elsewhere."),
    ("wrong-type", "A value is of another type than its key expects."),
    ("wrong-value", "A value has the right type but is not one of those that are possible."),
    ("yaml-alias", "An unquoted `*` or `&` begins an alias or anchor, which has no counterpart here or goes round in circles."),
    ("yaml-character", "Control characters cannot be used, neither as they are nor as escapes."),
    ("yaml-documents", "A file holds more than one YAML document."),
    ("yaml-duplicate-key", "A key stands twice in one mapping, and YAML would quietly drop one of them."),
    ("yaml-empty", "A file says nothing."),
    ("yaml-encoding", "A file is not UTF-8."),
    ("yaml-key", "A key is not a text."),
    ("yaml-limit", "A file is too large, nests too deep, or becomes too large by its aliases."),
    ("yaml-merge", "The merge key `<<` has something else than a mapping."),
    ("yaml-number", "A number is infinite or none at all."),
    ("yaml-syntax", "A file is not YAML."),
    ("yaml-tab", "A tab stands where YAML wants spaces."),
    ("yaml-tag", "An unquoted `!` begins a tag, and tags mean nothing in bots."),
    ("yaml-unquoted", "A text has to be quoted, since YAML reads it as something else."),
];

/// What a code means.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    ALL.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The codes that the message functions use, from their source.
    fn used() -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostic/problems");
        let call = regex::Regex::new(r#"\.(?:error|warning|hint)\(\s*"([^"]+)""#).unwrap();
        let mut codes = BTreeSet::new();
        for entry in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            codes.extend(call.captures_iter(&text).map(|c| c[1].to_owned()));
        }
        codes
    }

    #[test]
    fn every_code_is_explained_and_every_explained_code_is_used() {
        let explained: BTreeSet<String> = ALL.iter().map(|(code, _)| (*code).to_owned()).collect();
        assert_eq!(used(), explained);
    }

    #[test]
    fn codes_are_sorted_and_sentences_end() {
        assert!(ALL.is_sorted());
        assert!(ALL.iter().all(|(_, meaning)| meaning.ends_with('.')));
        assert_eq!(explain("yaml-empty"), Some("A file says nothing."));
        assert_eq!(explain("no-such-code"), None);
    }
}
