//! Messages that come together: at the same moment, during a call, more than may wait, the same one twice.

use std::time::Duration;

use flowgate::{
    id::{Channel, ConversationKey},
    outbound::Secrets,
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    backend::{Backend, Play, says},
    bots::{bot, folder, sequence, texts},
};
use crate::support::{
    app::{Got, TestApp},
    database::on_both_databases,
    patience::{attempts, in_time},
};

/// Counts what it hears; `order` makes a call that takes as long as the test wants.
const LINES: &str = r#"attributes: {n: {type: integer, default: 0}}
triggers:
  - {keywords: [order], run: order}
  - {pattern: '^say (?<word>\w+)$', set: {n: {expr: "n + 1"}}, text: "{{n}} {{match.word}}"}"#;

/// A server, and the backend that it waits for until the gate is opened.
struct Desk {
    user: String,
    app: TestApp,
    backend: Backend,
    gate: watch::Sender<bool>,
}

impl Desk {
    async fn open(database: &str) -> Self {
        Self::open_for("ann", database).await
    }

    async fn open_for(user: &str, database: &str) -> Self {
        let (gate, opened) = watch::channel(false);
        let backend = Backend::start(move |_| Play::Gate(says("42"), opened.clone())).await;
        let bots = folder(&[
            ("desk/bot.yaml", bot("desk", LINES)),
            ("desk/apis/place.yaml", format!("version: 1\napi: place\nmethod: POST\nurl: {}/orders\noutput: text\n", backend.url())),
            ("desk/sequences/welcome.yaml", sequence("welcome", "  - text: \"Hello\"")),
            ("desk/sequences/order.yaml", sequence("order", "  - text: \"Order <<place>>, after {{n}}\"")),
        ]);
        let app = TestApp::start_on(bots, database, Secrets::default()).await;
        app.say("desk", json!({"user": user, "text": "hi"})).await;
        Self { user: user.to_owned(), app, backend, gate }
    }

    fn say(&self, text: &str, id: &str) -> impl Future<Output = Got> {
        self.app.say("desk", json!({"user": self.user, "text": text, "id": id}))
    }

    /// What the user has said, in the order in which it is kept.
    async fn said(&self) -> Vec<String> {
        let key = ConversationKey { bot: "desk".into(), channel: Channel::Webchat, user: self.user.as_str().into() };
        let lines = self.app.gateway.transcript(&key, Some(0)).await.unwrap();
        let by_user = lines.into_iter().filter(|line| line.json["from"] == "user");
        by_user.map(|line| line.json["text"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until a message is kept.
    async fn until_kept(&self, text: &str) {
        let mut news = self.app.gateway.follow();
        let kept = async {
            while !self.said().await.iter().any(|said| said == text) {
                let _ = tokio::time::timeout(Duration::from_secs(1), news.recv()).await;
            }
        };
        in_time(&format!("\"{text}\" is kept"), kept).await;
    }
}

fn said(got: &Got) -> Vec<String> {
    assert_eq!(got.status, 200, "{got:?}");
    texts(&got.json())
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_the_same_moment_are_taken_one_by_one_and_none_is_lost() {
    on_both_databases(async |database| {
        let desk = Desk::open(&database).await;
        let words: Vec<String> = (0..12).map(|n| format!("w{n}")).collect();
        let say = async |word: &String| said(&desk.app.say("desk", json!({"user": "ann", "text": format!("say {word}")})).await);
        let answers = join_all(words.iter().map(say)).await;
        let mut numbered: Vec<(usize, String)> = answers
            .iter()
            .map(|texts| {
                let (n, word) = texts[0].split_once(' ').unwrap();
                (n.parse().unwrap(), format!("say {word}"))
            })
            .collect();
        numbered.sort();
        assert_eq!(numbered.iter().map(|(n, _)| *n).collect::<Vec<_>>(), (1..=12).collect::<Vec<_>>(), "each counted once");
        let kept: Vec<String> = numbered.into_iter().map(|(_, text)| text).collect();
        assert_eq!(desk.said().await[1..], kept, "answered in the order in which they stand in the transcript");
        desk.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_during_a_call_waits_and_is_answered_in_order_and_one_too_many_is_told() {
    on_both_databases(async |database| {
        attempts("the inbox is filled while a call is out", async |number| fills_the_inbox(&database, number).await).await;
    })
    .await;
}

/// None where the call was over too soon: it may be out for five seconds.
async fn fills_the_inbox(database: &str, number: usize) -> Option<()> {
    let desk = Desk::open_for(&format!("ann{number}"), database).await;
    let waiting = async {
        desk.backend.until_seen(1).await;
        for n in 0..20 {
            desk.until_kept(&format!("say w{n}")).await;
        }
        let answers = (desk.say("say w20", "m20").await, desk.say("say other", "m3").await);
        desk.gate.send_replace(true);
        answers
    };
    // each is sent when the one before is kept: that is their order
    let sent = (0..20).map(|n| {
        let desk = &desk;
        async move {
            let before = if n == 0 { "order".to_owned() } else { format!("say w{}", n - 1) };
            desk.until_kept(&before).await;
            desk.backend.until_seen(1).await;
            said(&desk.say(&format!("say w{n}"), &format!("m{n}")).await)
        }
    });
    let repeated = async {
        desk.until_kept("say w19").await;
        said(&desk.say("say w3", "m3").await)
    };
    let (ordered, answers, again, (refused, other)) = tokio::join!(desk.say("order", "o1"), join_all(sent), repeated, waiting);
    if said(&ordered) != ["Order 42, after 0"] {
        desk.app.stop().await;
        return None;
    }
    assert_eq!((refused.problem(429), refused.header("retry-after")), ("busy".to_owned(), "1"));
    assert_eq!(other.problem(409), "id-taken", "an id that waits is known");
    let expected: Vec<Vec<String>> = (0..20).map(|n| vec![format!("{} w{n}", n + 1)]).collect();
    assert_eq!(answers, expected);
    assert_eq!(again, ["4 w3"], "the same message twice, the same answer");
    assert_eq!(said(&desk.say("say more", "m21").await), ["21 more"], "and it is free again");
    assert_eq!(desk.backend.seen().len(), 1);
    desk.app.stop().await;
    Some(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_message_again_while_it_runs_is_run_once() {
    on_both_databases(async |database| {
        let desk = Desk::open(&database).await;
        let others = async {
            desk.backend.until_seen(1).await;
            assert_eq!(desk.say("order two", "o1").await.problem(409), "id-taken");
            let changed = json!({"user": "ann", "payload": "order", "id": "o1"});
            assert_eq!(desk.app.say("desk", changed).await.problem(409), "id-taken");
            desk.gate.send_replace(true);
        };
        let again = async {
            desk.backend.until_seen(1).await;
            desk.say("order", "o1").await
        };
        let (first, second, third, ()) = tokio::join!(desk.say("order", "o1"), again, desk.say("order", "o1"), others);
        let after = desk.say("order", "o1").await;
        assert_eq!(said(&first), ["Order 42, after 0"]);
        for repeat in [&second, &third, &after] {
            assert_eq!(repeat.json()["messages"], first.json()["messages"]);
        }
        assert_eq!(desk.backend.seen().len(), 1, "the POST went out once");
        assert_eq!(desk.app.say("desk", json!({"user": "bob", "text": "hi", "id": "o1"})).await.status, 200, "ids are each user's own");
        desk.app.stop().await;
    })
    .await;
}

/// A phone that loses its network: the run goes on, and the answer is there when it asks again.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_hangs_up_loses_nothing() {
    on_both_databases(async |database| {
        let desk = Desk::open(&database).await;
        tokio::select! {
            got = desk.say("order", "o1") => panic!("the gate is closed: {got:?}"),
            () = desk.backend.until_seen(1) => {}
        }
        desk.gate.send_replace(true);
        assert_eq!(said(&desk.say("order", "o1").await), ["Order 42, after 0"]);
        assert_eq!(desk.backend.seen().len(), 1);
        desk.app.stop().await;
    })
    .await;
}

/// Two users do not wait for each other.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_one_user_holds_up_no_other() {
    on_both_databases(async |database| {
        let desk = Desk::open(&database).await;
        let bob = async {
            desk.backend.until_seen(1).await;
            let answer: Value = desk.app.say("desk", json!({"user": "bob", "text": "say hi"})).await.json();
            desk.gate.send_replace(true);
            answer
        };
        let (ann, bob) = tokio::join!(desk.say("order", "o1"), bob);
        assert_eq!((said(&ann), texts(&bob)), (vec!["Order 42, after 0".to_owned()], vec!["1 hi".to_owned()]));
        desk.app.stop().await;
    })
    .await;
}
