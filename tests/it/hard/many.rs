//! Calls that take longer together than a caller is held: the first messages come with `pending`, the rest by the events stream.

use std::time::{Duration, Instant};

use flowgate::outbound::Secrets;
use serde_json::json;

use super::{
    backend::{Backend, Play},
    bots::{bot, folder, sequence, texts},
};
use crate::support::{
    app::TestApp,
    long::{figure, took},
    patience::in_time,
};

/// All that the run says.
const ALL: [&str; 5] = ["One moment", "No 1", "No 2", "No 3", "No 4"];

/// A bot that begins with this block, then makes four calls.
async fn slow(backend: &Backend, first: &str) -> TestApp {
    let mut files = vec![("slow/bot.yaml".to_owned(), bot("slow", "triggers:\n  - {keywords: [ping], text: \"pong\"}"))];
    let mut blocks = format!("  - {first}\n");
    for n in 1..=4 {
        let api = format!("version: 1\napi: a{n}\nmethod: POST\nurl: {}/a{n}\noutput: text\n", backend.url());
        files.push((format!("slow/apis/a{n}.yaml"), api));
        blocks += &format!("  - text: \"<<a{n}>>\"\n    on_error: {{text: \"No {n}\"}}\n");
    }
    files.push(("slow/sequences/welcome.yaml".to_owned(), sequence("welcome", &blocks)));
    let bots = folder(&files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect::<Vec<_>>());
    let database = format!("sqlite://{}/.data/flowgate.db", bots.path().display());
    TestApp::start_on(bots, &database, Secrets::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_takes_longer_than_fifteen_seconds_goes_on_behind_the_answer() {
    let backend = Backend::start(|_| Play::HANG).await;
    let app = slow(&backend, "text: \"One moment\"").await;
    let begun = Instant::now();
    let say = |text: &str, id: &str| app.say("slow", json!({"user": "ann", "text": text, "id": id}));
    let waiting = async {
        backend.until_seen(1).await;
        say("ping", "p1").await
    };
    let (first, ping) = tokio::join!(say("hi", "h1"), waiting);
    assert!(begun.elapsed() >= Duration::from_secs(14), "{:?}", begun.elapsed());
    took("the first of it", begun.elapsed(), Duration::from_secs(19));
    let (first, ping) = (first.json(), ping.json());
    assert_eq!((&first["pending"], &ping["pending"], &ping["messages"]), (&json!(true), &json!(true), &json!([])));
    assert!(ALL.starts_with(&texts(&first).iter().map(String::as_str).collect::<Vec<_>>()), "{first}");
    figure("what came of it in fifteen seconds", texts(&first).len(), 3..);
    let key = flowgate::id::ConversationKey { bot: "slow".into(), channel: flowgate::id::Channel::Webchat, user: "ann".into() };
    let mut news = app.gateway.follow();
    let all = async {
        loop {
            let lines = app.gateway.transcript(&key, Some(0)).await.unwrap();
            if let Some(last) = lines.iter().position(|line| line.json["text"] == "pong") {
                return lines[..=last].iter().map(|line| line.json["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
            }
            let _ = tokio::time::timeout(Duration::from_secs(1), news.recv()).await;
        }
    };
    let all = in_time("the rest comes", all).await;
    let bot: Vec<&String> = all.iter().filter(|text| !["hi", "ping"].contains(&text.as_str())).collect();
    assert_eq!(bot, [&ALL[..], &["pong"]].concat());
    assert_eq!(texts(&say("hi", "h1").await.json()), ALL, "all of it, when asked again");
    assert_eq!(backend.seen().len(), 4);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_that_comes_again_is_told_as_repeated_while_its_run_goes_on_behind_the_answer() {
    let backend = Backend::start(|_| Play::HANG).await;
    let app = slow(&backend, "buttons: {text: \"Ready?\", items: [{title: \"Go\"}]}").await;
    let asked = app.say("slow", json!({"user": "ann", "text": "hi"})).await.json();
    let press = |id: &str| app.say("slow", json!({"user": "ann", "payload": asked["messages"][0]["items"][0]["payload"], "id": id}));
    let again = async {
        backend.until_seen(1).await;
        tokio::join!(press("p2"), press("p2"), press("p3")) // p2 comes twice: its own repeat is told the same
    };
    let (first, (second, same, third)) = tokio::join!(press("p1"), again);
    let told = [first, second, same, third].map(|answer| (answer.json()["pending"].clone(), answer.json()["repeated"].clone()));
    let repeated = (json!(true), json!(true));
    assert_eq!(told, [(json!(true), json!(null)), repeated.clone(), repeated.clone(), repeated]);
    app.stop().await;
}
