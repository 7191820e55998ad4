//! What `docs/keys.md` shows is done, in its order, by a shell beside a gateway.

use std::{path::Path, process::Command};

use super::pages::examples;
use crate::{
    lives::served::{Served, write_bot},
    support::{
        command::{Folder, output},
        database::fresh_sqlite,
    },
    tree::read,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_page_on_keys_does_what_it_says() {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    let bot = "bot: shop\nstart: hello\naccount: \"61179\"\nattributes: {tier: {type: string}}\nchannels: {webchat: {access: key}}\n";
    write_bot(folder.root(), "shop", &[("bot.yaml", bot), ("sequences/hello.yaml", "sequence: hello\nblocks: [{text: Hello}]\n")]);
    let served = Served::start(folder.root(), &database.url);
    let shown = examples(&read("docs/keys.md")).into_iter().filter(|example| example.language == "sh").map(|example| example.text);
    let shown: Vec<String> = shown.map(|text| text.replace("localhost:8080", served.address())).collect();
    let program = Path::new(env!("CARGO_BIN_EXE_flowgate")).parent().unwrap();
    let path = std::env::join_paths([program.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
    let mut shell = Command::new("sh");
    shell.args(["-euc", &shown.join("\n")]).current_dir(folder.root()).env_clear();
    shell.env("PATH", path.unwrap()).env("DATABASE_URL", &database.url).env("no_proxy", "*");
    let done = output(shell);
    let (out, err) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
    assert!(done.status.success() && shown.len() >= 7, "{out}\n{err}");
    for expected in [
        "\"text\":\"Hello\"",
        "\"user\":\"u1\",\"token\":",
        "\tthe shop's own site\n",
        "is revoked",
        "\"note\":\"warehouse\"",
        "\"appSecret\"",
    ] {
        assert!(out.contains(expected) || err.contains(expected), "{expected}\n{out}\n{err}");
    }
}
