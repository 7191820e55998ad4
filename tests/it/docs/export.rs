//! What `docs/api/export-transcripts.md` shows is done, in its order, by a shell beside a gateway.

use std::{path::Path, process::Command};

use super::pages::examples;
use crate::{
    lives::served::{Served, write_bot},
    support::{
        app::got,
        command::{Folder, output},
        database::fresh_sqlite,
        http,
    },
    tree::read,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_page_on_exports_does_what_it_says() {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    let bot = "bot: shop\nstart: hello\nchannels: {webchat: {access: open}}\n";
    write_bot(folder.root(), "shop", &[("bot.yaml", bot), ("sequences/hello.yaml", "sequence: hello\nblocks: [{text: Hello}]\n")]);
    let served = Served::start(folder.root(), &database.url);
    let messages = format!("http://{}/v1/bots/shop/messages", served.address());
    let said = http::client().build().unwrap().post(messages).json(&serde_json::json!({"user": "ada", "text": "hi"}));
    assert_eq!(got(said).await.status, 200);
    let shown = examples(&read("docs/api/export-transcripts.md")).into_iter().filter(|example| example.language == "sh");
    let shown: Vec<String> = shown.map(|example| example.text.replace("localhost:8080", served.address())).collect();
    let program = Path::new(env!("CARGO_BIN_EXE_flowgate")).parent().unwrap();
    let path = std::env::join_paths([program.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
    let mut shell = Command::new("sh");
    shell.args(["-euc", &shown.join("\n")]).current_dir(folder.root()).env_clear();
    shell.env("PATH", path.unwrap()).env("DATABASE_URL", &database.url).env("no_proxy", "*");
    let done = output(shell);
    let (out, err) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
    assert!(done.status.success() && shown.len() >= 5, "{out}\n{err}");
    for expected in [
        r#"{"botUserId":"ada","channelName":"webchat"}"#,
        r#""text":{"message":"hi","buttons":[],"isRating":false}"#,
        r#""paginationDetails":{"page":1,"pages":1,"total":2,"limit":1000}"#,
        r#"{"totalMessages":2,"totalUsers":1}"#,
    ] {
        assert!(out.contains(expected), "{expected}\n{out}\n{err}");
    }
}
