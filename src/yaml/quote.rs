//! How a text has to be quoted: finds the entry that an author wrote on a line and writes it again with quotes.
//! It works on lines that are not YAML, so it guesses; only helps are made from it.

/// A line is looked at so far on both sides: nobody writes a longer entry by hand.
const NEAR_BYTES: usize = 4 * 1024;

/// What stands on a line around a byte: `key: value`, a list item, or a part of a `{ }` or `[ ]`.
pub(super) struct Entry<'a> {
    key: Option<&'a str>,
    /// The value as it is written, without a comment.
    pub(super) value: &'a str,
}

impl<'a> Entry<'a> {
    /// The entry that the byte `at` of `text` belongs to.
    pub(super) fn around(text: &'a str, at: usize) -> Self {
        let at = boundary(text, at);
        let near = boundary(text, at.saturating_sub(NEAR_BYTES));
        let from = text[near..at].rfind('\n').map_or(near, |i| near + i + 1);
        let to = boundary(text, at + NEAR_BYTES);
        let line = text[from..to].split('\n').next().unwrap_or_default().trim_end_matches('\r');
        Reader { line, key: None, start: 0, outer: Vec::new() }.read(at - from)
    }

    /// Whether a key stands before the value.
    pub(super) fn is_keyed(&self) -> bool {
        self.key.is_some()
    }

    /// A help that shows the entry with its whole value in quotes.
    pub(super) fn help(&self) -> String {
        format!("quote the whole text: {}", self.with(self.value))
    }

    /// The entry with another text as its value, quoted.
    pub(super) fn with(&self, value: &str) -> String {
        self.key.map_or_else(|| quoted(value), |key| format!("{key}: {}", quoted(value)))
    }
}

/// The last place at or before this byte where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// A text in the quotes that need the fewest escapes.
pub(super) fn quoted(text: &str) -> String {
    let text = without_quotes(text.trim());
    if !text.contains(['"', '\\']) {
        format!("\"{text}\"")
    } else if !text.contains('\'') {
        format!("'{text}'")
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// `'it's'` is meant to be `it's`; `"a" or "b"` is meant as it stands.
fn without_quotes(text: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| inner.matches(quote).count() % 2 == 1))
        .unwrap_or(text)
}

struct Reader<'a> {
    line: &'a str,
    key: Option<&'a str>,
    start: usize,
    /// The entries around the brackets that are open.
    outer: Vec<(Option<&'a str>, usize)>,
}

impl<'a> Reader<'a> {
    fn read(mut self, at: usize) -> Entry<'a> {
        self.start = self.skip_list_markers();
        let mut i = self.start;
        while i < at.min(self.line.len()) {
            i = self.step(i, at);
        }
        let end = self.end_of_value();
        Entry { key: self.key, value: self.line[self.start.min(end)..end].trim() }
    }

    fn skip_list_markers(&self) -> usize {
        let mut rest = self.line.trim_start_matches([' ', '\t']);
        while let Some(inner) = rest.strip_prefix("- ") {
            rest = inner.trim_start();
        }
        self.line.len() - rest.len()
    }

    /// Reads what begins at `i` and says where the next thing begins.
    fn step(&mut self, i: usize, at: usize) -> usize {
        let rest = &self.line[i..];
        let first = rest.chars().next().unwrap_or(' ');
        let begins = self.line[self.start..i].trim().is_empty();
        match first {
            '"' | '\'' if begins => match rest[1..].find(first).map(|n| i + n + 2) {
                Some(end) if end <= at => return end,
                _ => return at,
            },
            '{' if rest.starts_with("{{") => return rest.find("}}").map_or(at, |n| i + n + 2),
            '{' | '[' if begins => {
                self.outer.push((self.key, self.start));
                self.begin(i + 1);
            }
            ',' if !self.outer.is_empty() => self.begin(i + 1),
            '}' | ']' => {
                if let Some(outer) = self.outer.pop() {
                    (self.key, self.start) = outer;
                }
            }
            ':' if self.key.is_none() && rest[1..].chars().next().is_none_or(|c| c == ' ') => {
                self.key = Some(self.line[self.start..i].trim());
                self.start = i + 1;
            }
            _ => {}
        }
        i + first.len_utf8()
    }

    fn begin(&mut self, start: usize) {
        self.key = None;
        self.start = start;
    }

    /// In brackets a value ends at a comma or bracket, elsewhere with the line or at a comment after two spaces.
    fn end_of_value(&self) -> usize {
        let value = &self.line[self.start..];
        if self.outer.is_empty() {
            return self.start + value.find("  #").unwrap_or(value.len());
        }
        let mut i = 0;
        while i < value.len() {
            let rest = &value[i..];
            match rest.chars().next() {
                Some('{') if rest.starts_with("{{") => i += rest.find("}}").map_or(rest.len(), |n| n + 2),
                Some(quote @ ('"' | '\'')) if value[..i].trim().is_empty() => i += rest[1..].find(quote).map_or(rest.len(), |n| n + 2),
                Some(',' | '}' | ']') => break,
                other => i += other.map_or(1, char::len_utf8),
            }
        }
        self.start + i.min(value.len())
    }
}
