//! Bots written by a test, file by file.

use std::{fs, path::Path};

use tempfile::TempDir;

/// A folder of bots, from pairs of path and text.
pub(super) fn folder(files: &[(&str, String)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

/// Writes one file, in the folders it needs.
pub(super) fn write(folder: &Path, path: &str, text: &str) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// A `bot.yaml` that begins with `welcome`, and its other lines.
pub(super) fn bot(key: &str, lines: &str) -> String {
    format!("version: 1\nbot: {key}\nstart: welcome\nchannels: {{webchat: {{access: open}}}}\n{lines}\n")
}

/// A sequence, from its blocks as lines.
pub(super) fn sequence(key: &str, blocks: &str) -> String {
    format!("version: 1\nsequence: {key}\nblocks:\n{blocks}\n")
}

/// The texts of an answer's messages.
pub(super) fn texts(answer: &serde_json::Value) -> Vec<String> {
    let messages = answer["messages"].as_array().unwrap_or_else(|| panic!("{answer}"));
    messages.iter().map(|message| message["text"].as_str().unwrap_or_default().to_owned()).collect()
}
