//! Secrets that are not there: the bot does not go live and says what it lacks, the others do, and it comes up by itself
//! with the next reload once the secret is there.

use std::fs;

use flowgate::outbound::Secrets;
use serde_json::{Value, json};

use super::{
    backend::{Backend, Play, says},
    bots::{bot, folder, sequence, texts, write},
};
use crate::support::{
    app::{TestApp, got},
    database::on_both_databases,
};

const RELOAD: &str = "/-/reload?wait=true";

async fn start(backend: &Backend, database: &str, secrets: &std::path::Path) -> TestApp {
    let api = |token: &str| {
        let url = backend.url();
        format!("version: 1\napi: status\nmethod: POST\nurl: {url}/status\nheaders: {{X-Token: \"{token}\"}}\noutput: text\n")
    };
    let welcome = sequence("welcome", "  - text: \"It is <<status>>\"");
    let told = "on_error: {text: \"bot: {{error.kind}}\"}";
    let bots = folder(&[
        ("file/bot.yaml", bot("file", told)),
        ("file/apis/status.yaml", api("${file:token}")),
        ("file/sequences/welcome.yaml", welcome.clone()),
        ("both/bot.yaml", bot("both", told)),
        ("both/apis/status.yaml", api("${env:HARD_ONE} ${file:other} ${env:HARD_TWO}")),
        ("both/sequences/welcome.yaml", welcome.clone()),
        ("fine/bot.yaml", bot("fine", told)),
        ("fine/apis/status.yaml", api("${env:HARD_TWO}")),
        ("fine/sequences/welcome.yaml", welcome),
    ]);
    let env = [("HARD_TWO".to_owned(), "second".to_owned())];
    TestApp::start_on(bots, database, Secrets::new(env, Some(secrets.to_owned()))).await
}

/// The messages of what is wrong with a bot.
async fn lacks(app: &TestApp, bot: &str) -> Vec<String> {
    let shown: Value = got(app.get(&format!("/v1/bots/{bot}"))).await.json();
    let found: Vec<&Value> = shown["diagnostics"].as_array().unwrap().iter().filter(|d| d["severity"] == "error").collect();
    assert!(found.iter().all(|d| d["code"] == "missing-secret" && d["file"].as_str().unwrap().ends_with("apis/status.yaml")), "{shown}");
    found.iter().map(|d| d["message"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_without_its_secrets_waits_for_them_and_holds_up_no_other() {
    on_both_databases(async |database| {
        let backend = Backend::start(|_| Play::Bytes(says("open"))).await;
        let secrets = tempfile::tempdir().unwrap();
        let app = start(&backend, &database, secrets.path()).await;
        let hello = async |bot: &str| app.say(bot, json!({"user": "ann", "text": "hi"})).await;

        assert_eq!(got(app.get("/-/ready")).await.status, 200);
        assert_eq!(texts(&hello("fine").await.json()), ["It is open"]);
        for bot in ["file", "both"] {
            assert_eq!(hello(bot).await.problem(404), "unknown-bot", "{bot}");
        }
        let both = lacks(&app, "both").await.join("\n");
        for (named, why) in [("${env:HARD_ONE}", "is not set"), ("${file:other}", "cannot be read")] {
            assert!(both.lines().any(|line| line.contains(named) && line.contains(why)), "{named}: {both}");
        }
        assert!(!both.contains("HARD_TWO") && !both.contains("second"), "{both}");
        assert_eq!(lacks(&app, "file").await.len(), 1);

        fs::write(secrets.path().join("token"), "s3cret\n").unwrap();
        let report = got(app.post(RELOAD)).await;
        assert_eq!(report.status, 422, "`both` still waits");
        assert_eq!(report.json()["live"][0]["bot"], "file", "{report:?}");
        assert_eq!(texts(&hello("file").await.json()), ["It is open"]);
        assert!(backend.seen().last().unwrap().contains("x-token: s3cret\r\n"));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_goes_away_fails_the_call_in_words_and_the_live_version_stays() {
    let backend = Backend::start(|_| Play::Bytes(says("open"))).await;
    let secrets = tempfile::tempdir().unwrap();
    fs::write(secrets.path().join("token"), "s3cret").unwrap();
    let database = format!("sqlite://{}/.data/flowgate.db", secrets.path().display());
    let app = start(&backend, &database, secrets.path()).await;
    let hello = async |user: &str| texts(&app.say("file", json!({"user": user, "text": "hi"})).await.json());
    assert_eq!(hello("ann").await, ["It is open"]);

    fs::remove_file(secrets.path().join("token")).unwrap();
    assert_eq!(hello("bob").await, ["bot: blocked"]);
    assert_eq!(backend.seen().len(), 1, "nothing was sent without it");
    write(app.bots.path(), "file/sequences/welcome.yaml", &sequence("welcome", "  - text: \"Now it is <<status>>\""));
    assert_eq!(got(app.post(RELOAD)).await.status, 422);
    assert_eq!(got(app.get("/v1/bots/file")).await.json()["state"], "quarantined");

    fs::write(secrets.path().join("token"), "rotated").unwrap();
    assert_eq!(hello("eve").await, ["It is open"], "the last good version, with the secret of now");
    assert!(backend.seen().last().unwrap().contains("x-token: rotated\r\n"));
    got(app.post(RELOAD)).await;
    assert_eq!(hello("dan").await, ["Now it is open"]);
    app.stop().await;
}
