//! Secrets that are written out in an API's file, where everybody who reads the repository sees them.

use crate::{diagnostic::Problems, flow::Bot};

/// How tokens of well-known services begin.
const PREFIXES: &[&str] = &[
    "sk_live_",
    "sk_test_",
    "sk-",
    "rk_live_",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xapp-",
    "AKIA",
    "EAA",
    "AIza",
    "SG.",
    "eyJhbGciOi",
];
/// A token is at least so long.
const LENGTH_MIN: usize = 20;
/// So long is even one that is given away by the scheme before it.
const SHORT_LENGTH_MIN: usize = 8;
/// A word of a language has fewer bits a character than this; a random one more.
const BITS_MIN: f64 = 3.5;

pub(super) fn check(bot: &Bot, problems: &mut Problems) {
    for text in bot.apis().values().flat_map(|api| api.texts()) {
        let suspicious = text.texts().any(|piece| has_token(&literal(piece.source())));
        if let Some(place) = text.place.clone().filter(|_| suspicious) {
            problems.literal_secret(place);
        }
    }
}

/// The text without its placeholders.
fn literal(source: &str) -> String {
    let mut rest = source;
    let mut literal = String::new();
    while let Some((before, behind)) = rest.split_once("{{") {
        literal.push_str(before);
        literal.push(' ');
        rest = behind.split_once("}}").map_or("", |(_, after)| after);
    }
    literal + rest
}

/// A token behind its scheme may be short.
fn has_token(text: &str) -> bool {
    let bare = |scheme: &str| text.strip_prefix(scheme).is_some_and(|token| token.trim().len() >= SHORT_LENGTH_MIN);
    bare("Bearer ") || bare("Basic ") || words(text).any(is_token)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '='))).filter(|word| !word.is_empty())
}

/// A long word without a pattern, or one that begins as tokens do.
fn is_token(word: &str) -> bool {
    let known = PREFIXES.iter().any(|prefix| word.starts_with(prefix));
    let has = |test: fn(&char) -> bool| word.chars().any(|c| test(&c));
    let mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
    word.len() >= LENGTH_MIN && (known || (mixed && !word.contains('.') && bits_per_character(word) >= BITS_MIN))
}

fn bits_per_character(word: &str) -> f64 {
    let mut counts = [0_u32; 256];
    word.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = word.len() as f64;
    counts.iter().filter(|n| **n > 0).map(|n| f64::from(*n) / length).map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_known_by_their_beginning_or_by_having_no_pattern() {
        for token in
            ["sk_live_abcdefabcdefabcdef", "ghp_aaaaaaaaaaaaaaaaaaaaaaaa", "9f86d081884c7d659a2feaa0c55ad015", "aB3dE5gH7jK9mN1pQ3sT5v"]
        {
            assert!(is_token(token), "{token}");
        }
        for word in
            ["order_status", "application-json", "appointments_of_today_and_tomorrow", "version-1.2.3", "sk_live_short", "2026-03-02T19:00"]
        {
            assert!(!is_token(word), "{word}");
        }
    }

    #[test]
    fn a_short_token_is_given_away_by_its_scheme() {
        assert!(has_token("Bearer hunter22"));
        assert!(!has_token("Bearer "));
        assert!(!has_token("Bearer of bad news".strip_prefix("Bearer ").unwrap()));
    }

    #[test]
    fn placeholders_are_no_literals() {
        assert_eq!(literal("Bearer {{token}} x"), "Bearer   x");
        assert_eq!(literal("{{unclosed"), " ");
    }
}
