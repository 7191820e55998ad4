//! `--accounts`: what the operator's file says of bots rules over what they say of themselves.

use serde_json::json;

use super::served::{Served, write_bot};
use crate::support::{app::got, command::Folder, database::fresh_sqlite};

/// Bots that say whose they are.
fn folder(bots: &[(&str, &str)]) -> Folder {
    let folder = Folder::empty();
    for (bot, account) in bots {
        let about = format!("bot: {bot}\naccount: \"{account}\"\nstart: hello\n");
        write_bot(folder.root(), bot, &[("bot.yaml", &about), ("sequences/hello.yaml", "sequence: hello\nblocks: [{text: Hello}]\n")]);
    }
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_says_it_is_anothers_does_not_go_live() {
    let (folder, database) = (folder(&[("pizza", "61179"), ("thief", "61179"), ("plain", "1")]), fresh_sqlite());
    folder.write("accounts.yaml", "\"61179\": {bots: [\"pizza*\"]}\n");
    let served = Served::start_with(folder.root(), &database.url, &["--accounts", "accounts.yaml"]);
    let bots = served.get("/v1/bots").await.json();
    let states: Vec<&str> = bots["bots"].as_array().unwrap().iter().map(|bot| bot["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["live", "live", "quarantined"], "{bots}");
    assert_eq!(bots["bots"][2]["diagnostics"][0]["code"], "not-of-account", "{bots}");
    assert_eq!(got(served.message("thief", &json!({"user": "ada", "text": "hi"}))).await.problem(404), "unknown-bot");
}

#[test]
fn a_wrong_file_keeps_the_gateway_from_starting() {
    let folder = folder(&[("pizza", "1")]);
    folder.write("accounts.yaml", "shop: {bots: [a]}\n\"2\": {bots: [a]}\n");
    let ran = folder.run(&["serve", "--accounts", "accounts.yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    for said in [
        "error: the accounts file accounts.yaml cannot be used",
        "\"shop\" is no account",
        "accounts.yaml:1:1",
        "given to an account twice",
        "accounts.yaml:2:",
    ] {
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    let missing = folder.run(&["serve", "--accounts", "nowhere.yaml"]);
    assert!(missing.code == 2 && missing.err.starts_with("error: cannot read the accounts file nowhere.yaml: No such file"), "{missing:?}");
    assert!(missing.err.contains("help: name the file with --accounts"), "{missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_the_feature_starts_no_flows() {
    let (folder, database) = (folder(&[("pizza", "61179"), ("cakes", "2")]), fresh_sqlite());
    folder.write("accounts.yaml", "\"61179\": {bots: [pizza], features: [open_api]}\n\"2\": {bots: [cakes], features: [triggers]}\n");
    let served = Served::start_with(folder.root(), &database.url, &["--accounts", "accounts.yaml"]);
    let admin = got(served.post("/v1/keys").json(&json!({"scopes": ["admin"]}))).await.json();
    let start = async |path: &str| {
        let request = served.post(&format!("/bot-api/v1.0/customer/{path}/flow/hello"));
        got(request.bearer_auth(admin["key"].as_str().unwrap())).await
    };
    let refused = start("61179/bot/pizza").await;
    assert_eq!((refused.status, &refused.json()["status"]["code"]), (403, &json!(2000)), "{refused:?}");
    assert!(refused.body.contains("`triggers`"), "{refused:?}");
    assert_eq!(start("2/bot/cakes").await.status, 200);
    assert_eq!(start("2/bot/pizza").await.json()["status"]["code"], 2003, "the account of the path has to be the bot's");
}
