//! The shell examples of a page, done in their order beside a gateway with the page's bot.

use std::{path::Path, process::Command};

use super::pages::examples;
use crate::{
    lives::served::{Served, write_bot},
    support::{
        command::{Folder, output},
        database::{Fresh, fresh_sqlite},
    },
    tree::read,
};

/// What the examples printed, and the gateway, which still runs.
pub(super) struct Done {
    pub(super) out: String,
    pub(super) err: String,
    pub(super) served: Served,
    /// How many examples there are.
    pub(super) examples: usize,
    _folder: Folder,
    _database: Fresh,
}

/// Does what a page shows, with a bot `shop` of these files.
pub(super) fn run(page: &str, files: &[(&str, &str)]) -> Done {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    write_bot(folder.root(), "shop", files);
    let served = Served::start(folder.root(), &database.url);
    let shown = examples(&read(page)).into_iter().filter(|example| example.language == "sh").map(|example| example.text);
    let shown: Vec<String> = shown.map(|text| text.replace("localhost:8080", served.address())).collect();
    let program = Path::new(env!("CARGO_BIN_EXE_flowgate")).parent().unwrap();
    let path = std::env::join_paths([program.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
    let mut shell = Command::new("sh");
    shell.args(["-euc", &shown.join("\n")]).current_dir(folder.root()).env_clear();
    shell.env("PATH", path.unwrap()).env("DATABASE_URL", &database.url).env("no_proxy", "*");
    let done = output(shell);
    let (out, err) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
    assert!(done.status.success() && !shown.is_empty(), "{out}\n{err}");
    Done { out, err, served, examples: shown.len(), _folder: folder, _database: database }
}
