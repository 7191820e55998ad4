//! What is written, beside everything else that happens.

use std::io::{self, BufRead};

use tokio::sync::mpsc;

/// What is written, line by line, up to the end of the input.
pub(super) fn lines() -> mpsc::Receiver<io::Result<String>> {
    let (sender, lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        let stdin = io::stdin().lock();
        stdin.lines().try_for_each(|line| sender.blocking_send(line))
    });
    lines
}
