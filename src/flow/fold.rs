//! Comparing what users type: case, accents and outer space are folded.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The text in lower case, without accents, with single spaces and none around.
#[must_use]
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return join(text.to_ascii_lowercase().split_ascii_whitespace());
    }
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    join(plain.split_whitespace())
}

fn join<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.fold(String::new(), |mut joined, word| {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
        joined
    })
}

/// Whether `phrase` stands in `text` as whole words; both folded.
#[must_use]
pub(super) fn contains_words(text: &str, phrase: &str) -> bool {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(phrase).any(|(at, _)| !word(text[..at].chars().next_back()) && !word(text[at + phrase.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_space_are_folded() {
        assert_eq!(fold("  Où   EST-ce? "), "ou est-ce?");
        assert_eq!(fold("Straße ÄÖ"), "straße ao");
        assert_eq!(fold("Hello\tWorld"), "hello world");
    }

    #[test]
    fn only_whole_words_are_found() {
        assert!(contains_words("what are your opening hours?", "opening hours"));
        assert!(!contains_words("reopening hours", "opening hours"));
        assert!(contains_words("hours", "hours"));
    }
}
