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

/// A gateway with the bot that a page speaks of.
pub(super) struct Scene {
    pub(super) served: Served,
    folder: Folder,
    database: Fresh,
}

/// What the examples printed.
pub(super) struct Done {
    pub(super) out: String,
    pub(super) err: String,
    /// How many examples there are.
    pub(super) examples: usize,
}

impl Scene {
    /// A gateway with a bot `shop` of these files.
    pub(super) fn start(files: &[(&str, &str)]) -> Self {
        let (folder, database) = (Folder::empty(), fresh_sqlite());
        write_bot(folder.root(), "shop", files);
        let served = Served::start(folder.root(), &database.url);
        Self { served, folder, database }
    }

    /// Does what a page shows.
    pub(super) fn run(&self, page: &str) -> Done {
        let shown = examples(&read(page)).into_iter().filter(|example| example.language == "sh").map(|example| example.text);
        let shown: Vec<String> = shown.map(|text| text.replace("localhost:8080", self.served.address())).collect();
        let program = Path::new(env!("CARGO_BIN_EXE_flowgate")).parent().unwrap().to_owned();
        let path = std::env::join_paths([program].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
        let mut shell = Command::new("sh");
        shell.args(["-euc", &shown.join("\n")]).current_dir(self.folder.root()).env_clear();
        shell.env("PATH", path.unwrap()).env("DATABASE_URL", &self.database.url).env("no_proxy", "*");
        let done = output(shell);
        let (out, err) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
        assert!(done.status.success() && !shown.is_empty(), "{out}\n{err}");
        Done { out, err, examples: shown.len() }
    }
}
