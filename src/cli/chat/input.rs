//! What is written: lines, and what each of them asks of the chat itself. Everything else is the bot's.

use std::io::{self, BufRead};

use tokio::sync::mpsc;

use crate::flow::limits::MESSAGE_CHARS_MAX;

/// What is written, line by line, up to the end of the input.
pub(super) fn lines() -> mpsc::Receiver<io::Result<String>> {
    let (sender, lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        let stdin = io::stdin().lock();
        stdin.lines().try_for_each(|line| sender.blocking_send(line))
    });
    lines
}

/// What a line asks for. Only a `/` at its beginning is the chat's; a number is an answer like any other.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Nothing was written.
    Empty,
    /// `/quit`
    Quit,
    /// `/help`
    Help,
    /// `/trace`
    Trace,
    /// `/new`
    New,
    /// `/2`: the item with this mark is pressed.
    Press(usize),
    /// A text is sent; `//menu` sends `/menu`.
    Text(&'a str),
    /// It begins with `/`, and the chat knows nothing of this name.
    Unknown(&'a str),
    /// No client may send a text of this length.
    TooLong,
    /// No text may hold U+0000.
    Nul,
}

impl<'a> Line<'a> {
    pub(super) fn read(line: &'a str) -> Self {
        let Some(command) = line.trim_end().strip_prefix('/') else { return Self::text(line) };
        match command {
            "quit" => Self::Quit,
            "help" => Self::Help,
            "trace" => Self::Trace,
            "new" => Self::New,
            text if text.starts_with('/') => Self::text(text),
            mark => mark.parse().map_or(Self::Unknown(mark), Self::Press),
        }
    }

    fn text(text: &'a str) -> Self {
        match text {
            _ if text.trim().is_empty() => Self::Empty,
            _ if text.contains('\0') => Self::Nul,
            _ if text.chars().count() > MESSAGE_CHARS_MAX => Self::TooLong,
            _ => Self::Text(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_with_a_slash_is_for_the_chat() {
        let long = "é".repeat(MESSAGE_CHARS_MAX + 1);
        let cases = [
            ("", Line::Empty),
            (" \t", Line::Empty),
            ("2", Line::Text("2")),
            ("007", Line::Text("007")),
            (" hi ", Line::Text(" hi ")),
            ("1/2", Line::Text("1/2")),
            ("/2", Line::Press(2)),
            ("/12 ", Line::Press(12)),
            (" /12", Line::Text(" /12")),
            ("a\0b", Line::Nul),
            ("/new", Line::New),
            ("//new", Line::Text("/new")),
            ("//2", Line::Text("/2")),
            ("///", Line::Text("//")),
            ("/start", Line::Unknown("start")),
            ("/", Line::Unknown("")),
            ("/-1", Line::Unknown("-1")),
            (&long, Line::TooLong),
            (&long[2..], Line::Text(&long[2..])),
        ];
        for (line, expected) in cases {
            assert_eq!(Line::read(line), expected, "{line}");
        }
    }
}
