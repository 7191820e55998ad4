//! Rust source as words and signs with their lines: comments, strings, characters, lifetimes and numbers are left out,
//! so that what stands in them names nothing.

/// A word, `::`, or one other sign, and its line from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
}

impl Token {
    pub(super) fn is_word(&self) -> bool {
        self.text.starts_with(is_word)
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The tokens of a source.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut found = vec![];
    let (mut rest, mut line) = (source, 1);
    while let Some(first) = rest.chars().next() {
        let (len, kept) = next(rest, first);
        if let Some(text) = kept {
            found.push(Token { text: text.to_owned(), line });
        }
        line += rest[..len].matches('\n').count();
        rest = &rest[len..];
    }
    found
}

/// How many bytes come next, and what of them counts.
fn next(rest: &str, first: char) -> (usize, Option<&str>) {
    if let Some(len) = skipped(rest, first) {
        return (len, None);
    }
    if is_word(first) {
        let raw = if rest.starts_with("r#") { 2 } else { 0 };
        let len = raw + rest[raw..].find(|c| !is_word(c)).unwrap_or(rest.len() - raw);
        return (len, Some(&rest[raw..len]));
    }
    let len = if rest.starts_with("::") { 2 } else { first.len_utf8() };
    (len, Some(&rest[..len]))
}

/// The length of what names nothing, if such a thing comes next.
fn skipped(rest: &str, first: char) -> Option<usize> {
    match first {
        _ if first.is_whitespace() => Some(first.len_utf8()),
        '/' if rest.starts_with("//") => Some(rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => Some(comment(rest)),
        '"' => Some(string(rest, 0)),
        '\'' => Some(character(rest)),
        '0'..='9' => Some(rest.find(|c| !is_word(c)).unwrap_or(rest.len())),
        'b' | 'c' | 'r' => prefixed(rest),
        _ => None,
    }
}

/// `/* … */`, which nests.
fn comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let (step, change) = match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (2, 1),
            [b'*', b'/', ..] => (2, -1),
            _ => (1, 0),
        };
        at += step;
        depth += change;
        if depth == 0 {
            break;
        }
    }
    at
}

/// A string whose quote stands at `quote`, up to the end of its closing quote.
fn string(rest: &str, quote: usize) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(quote + 1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character such as `'x'` or `'\''`, or a lifetime such as `'a`.
fn character(rest: &str) -> usize {
    let mut chars = rest[1..].chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), Some(_)) => 3 + rest[3..].find('\'').map_or(0, |at| at + 1),
        (Some(one), Some('\'')) => one.len_utf8() + 2,
        _ => 1 + rest[1..].find(|c| !is_word(c)).unwrap_or(rest.len() - 1),
    }
}

/// `b"…"`, `c"…"`, `b'x'`, `r#"…"#` and their mixtures; not `r#word`, and no word that merely begins so.
fn prefixed(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r"].into_iter().find(|p| rest[p.len()..].starts_with(['"', '#', '\'']) && rest.starts_with(p))?;
    let after = &rest[prefix.len()..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    match after[hashes..].chars().next()? {
        '"' if prefix.ends_with('r') => {
            let body = prefix.len() + hashes + 1;
            let end = format!("\"{}", "#".repeat(hashes));
            Some(rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len()))
        }
        '"' if hashes == 0 => Some(string(rest, prefix.len())),
        '\'' if prefix == "b" && hashes == 0 => Some(1 + character(after)),
        _ => None,
    }
}

mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        tokens(source).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn what_is_said_in_comments_and_strings_names_nothing() {
        let source = r####"
            a // crate::x
            /* b /* c */ d */ e "f \" g" h r#"i " j"# k b"l" br##"m"# n"## c"o" 'p' '\'' b'q' '\u{41}' 'ä' 1.5e3 0x1F_u8 r"s\" t
        "####;
        assert_eq!(texts(source), ["a", "e", "h", "k", ".", "t"]);
    }

    #[test]
    fn words_signs_and_lifetimes() {
        assert_eq!(texts("r#type::b::<'a, 'static>()"), ["type", "::", "b", "::", "<", ",", ">", "(", ")"]);
        assert_eq!(texts("broad crate bool r#fn"), ["broad", "crate", "bool", "fn"]);
        assert_eq!(texts("a..=b 0..c x.0"), ["a", ".", ".", "=", "b", ".", ".", "c", "x", "."]);
    }

    #[test]
    fn lines_count_through_everything() {
        let lines: Vec<usize> = tokens("a\n\"b\n\"\n/*\n*/ c // d\ne").into_iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 5, 6]);
    }

    #[test]
    fn an_unfinished_source_ends() {
        for source in ["\"a", "/* a", "r#\"a", "'", "'\\", "b'", "r#"] {
            texts(source);
        }
    }
}
