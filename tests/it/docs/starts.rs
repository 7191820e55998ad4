//! What `docs/api/start-a-flow.md` shows is done, in its order, by a shell beside a gateway.

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
async fn the_page_on_starts_does_what_it_says() {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    let page = examples(&read("docs/api/start-a-flow.md"));
    let bot = "bot: shop\nstart: hello\naccount: \"61179\"\nattributes: {invoice: {type: string}, total: {type: number}}\n\
        channels: {webchat: {origins: [\"https://shop.example\"]}}\n";
    let paid = page.iter().find(|example| example.language == "yaml").map(|example| example.text.replace("version: 1\n", "")).unwrap();
    let files = [("bot.yaml", bot), ("sequences/hello.yaml", "sequence: hello\nblocks: [{text: Hello}]\n"), ("sequences/paid.yaml", &paid)];
    write_bot(folder.root(), "shop", &files);
    let served = Served::start(folder.root(), &database.url);
    let shown = page.into_iter().filter(|example| example.language == "sh").map(|example| example.text);
    let shown: Vec<String> = shown.map(|text| text.replace("localhost:8080", served.address())).collect();
    let program = Path::new(env!("CARGO_BIN_EXE_flowgate")).parent().unwrap();
    let path = std::env::join_paths([program.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
    let mut shell = Command::new("sh");
    shell.args(["-euc", &shown.join("\n")]).current_dir(folder.root()).env_clear();
    shell.env("PATH", path.unwrap()).env("DATABASE_URL", &database.url).env("no_proxy", "*");
    let done = output(shell);
    let (out, err) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
    assert!(done.status.success() && shown.len() >= 8, "{out}\n{err}");
    assert_eq!(out.matches(r#"{"responseObject":true,"status":{"code":1000,"desc":"SUCCESS"}}"#).count(), 5, "{out}");
    assert!(out.contains("access-control-allow-origin: https://shop.example"), "{out}");
    let thanks = |total: &str, invoice: &str| format!("bot: Thank you! {total} for {invoice} have arrived.");
    for (user, total, invoice, times) in [("u1", "€12.50", "INV-1", 2), ("u3", "€7.00", "INV-3", 1), ("u4", "€9.00", "INV-4", 1)] {
        let said = served.whole_transcript("shop", user, times).await;
        assert_eq!(said, vec![thanks(total, invoice); times], "{user}");
    }
}
