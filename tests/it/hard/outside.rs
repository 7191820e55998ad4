//! The world outside of this machine, for a program whose guard may fail: who would be dialled is written down, and nobody is.

use std::{fs, process::Command};

use tempfile::TempDir;

use super::bots::{bot, sequence};
use crate::{
    lives::served::Served,
    support::{command::Folder, database::fresh_sqlite},
};

/// A library that is loaded before the C library, and what it has written down.
pub(super) struct Outside(TempDir);

impl Outside {
    pub(super) fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/hard/outside.c");
        let compiled =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(folder.path().join("outside.so")).arg(source).output();
        let compiled = compiled.unwrap();
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        Self(folder)
    }

    /// The variables under which a program is behind it.
    pub(super) fn variables(&self) -> [(String, String); 2] {
        let path = |name: &str| self.0.path().join(name).display().to_string();
        [("LD_PRELOAD".into(), path("outside.so")), ("OUTSIDE".into(), path("dialled"))]
    }

    /// Every address so far.
    pub(super) fn dialled(&self) -> Vec<String> {
        fs::read_to_string(self.0.path().join("dialled")).unwrap_or_default().lines().map(str::to_owned).collect()
    }
}

/// A guard that let somebody through would be seen.
#[tokio::test(flavor = "multi_thread")]
async fn what_would_leave_the_machine_is_written_down() {
    let (outside, database, folder) = (Outside::build(), fresh_sqlite(), Folder::empty());
    let api =
        |key: &str, host: &str| format!("version: 1\napi: {key}\nmethod: POST\nurl: \"http://{host}/\"\nenvelope: false\noutput: text\n");
    let lines = "on_error: {text: \"bot: {{error.kind}}\"}\ntriggers:\n  - {keywords: [six], run: six}";
    folder.write("bots/shop/bot.yaml", &bot("shop", lines));
    folder.write("bots/shop/apis/four.yaml", &api("four", "192.0.2.1"));
    folder.write("bots/shop/apis/six.yaml", &api("six", "[2001:db8::1]"));
    folder.write("bots/shop/sequences/welcome.yaml", &sequence("welcome", "  - text: \"<<four>>\""));
    folder.write("bots/shop/sequences/six.yaml", &sequence("six", "  - text: \"<<six>>\""));
    let variables = outside.variables();
    let variables = variables.each_ref().map(|(name, value)| (name.as_str(), value.as_str()));
    let served = Served::start_in(folder.root(), &database.url, &[], &variables);
    assert_eq!(served.say("shop", "ann", "hi").await, ["bot: connect"]);
    assert_eq!(served.say("shop", "bob", "six").await, ["bot: connect"]);
    assert_eq!(outside.dialled(), ["192.0.2.1", "2001:db8::1"]);
}
