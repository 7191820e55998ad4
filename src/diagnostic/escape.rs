//! Names and messages as a line of a log or a terminal may show them. Who names a file writes what others read in a pull
//! request, a terminal or a log: a line break there would forge a line, an escape sequence would hide one.

use std::ffi::OsStr;

/// The name of a file or folder. What cannot be shown is written as an escape, backslashes too, so that two names stay two.
#[must_use]
pub fn escape_name(name: &OsStr) -> String {
    let mut escaped = String::with_capacity(name.len());
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        chunk.valid().chars().for_each(|c| push(&mut escaped, c, c == '\\' || is_unsafe(c)));
        chunk.invalid().iter().for_each(|byte| escaped.push_str(&format!("\\x{byte:02x}")));
    }
    escaped
}

/// A message, on one line.
#[must_use]
pub fn escape_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut escaped, c, is_unsafe(c)));
    escaped
}

fn push(escaped: &mut String, c: char, escape: bool) {
    if escape {
        escaped.extend(c.escape_default());
    } else {
        escaped.push(c);
    }
}

/// Controls, line breaks of Unicode, marks that turn the direction of what follows, and the byte-order mark, which nobody sees.
fn is_unsafe(c: char) -> bool {
    let turns = matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn what_cannot_be_shown_is_written_as_an_escape() {
        for (name, expected) in [
            ("sequences/Bestellung größe 注文.yaml", "sequences/Bestellung größe 注文.yaml"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
            ("a\\nb", "a\\\\nb"),
            ("exe\u{202e}lmay\u{2028}", "exe\\u{202e}lmay\\u{2028}"),
        ] {
            assert_eq!(escape_name(OsStr::new(name)), expected);
        }
        assert_eq!(escape_text("a \\d is\nno\u{1b}[0m digit"), "a \\d is\\nno\\u{1b}[0m digit");
    }

    #[test]
    fn names_that_are_no_text_stay_two() {
        let name = |bytes: &[u8]| escape_name(OsStr::from_bytes(bytes));
        assert_eq!((name(b"a\xff.yaml"), name(b"a\xfe.yaml")), ("a\\xff.yaml".to_owned(), "a\\xfe.yaml".to_owned()));
        assert_ne!(name(b"a\xff"), name(b"a\\xff"));
    }
}
