//! Where texts go: results to stdout, complaints to stderr. Colours reach terminals only, and none where `NO_COLOR` is set.

use std::{
    io::{ErrorKind, IsTerminal, Write},
    time::Duration,
};

use super::trouble::Trouble;

/// Prints a result for people; its colours are dropped where they cannot be seen.
pub(super) fn show(text: &str) -> Result<(), Trouble> {
    written(anstream::stdout().lock(), text)
}

/// Prints a result for programs, byte for byte.
pub(super) fn print(text: &str) -> Result<(), Trouble> {
    written(std::io::stdout().lock(), text)
}

/// Says something beside the result, on stderr.
pub(super) fn tell(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Says what went wrong. Where stderr is closed, nobody is there to be told.
pub(super) fn complain(trouble: &Trouble) {
    let _ = writeln!(anstream::stderr().lock(), "{trouble}");
}

/// A reader that has seen enough (`| head`) is no trouble.
fn written(mut stream: impl Write, text: &str) -> Result<(), Trouble> {
    let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    match write!(stream, "{text}{newline}").and_then(|()| stream.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Trouble::new(format!("cannot write the result: {error}"))),
        _ => Ok(()),
    }
}

/// Whether results are read by a person right now.
pub(super) fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// "1 bot", "2 bots".
pub(super) fn count(n: usize, name: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {name}{plural}")
}

/// " (0.12 s)", or nothing where nobody waited for it.
pub(super) fn seconds(took: Option<Duration>) -> String {
    took.map_or_else(String::new, |took| format!(" ({:.2} s)", took.as_secs_f64()))
}
