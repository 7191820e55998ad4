//! Transcripts: what a user and the bot have said, in the form of the original.

use flowgate::time::Timestamp;
use serde_json::{Value, json};

use super::{Scene, refused};
use crate::support::{app::got, database::on_both_databases};

/// What a conversation of `welcome` looks like; the moments are checked and taken away.
fn lines(answer: &Value) -> Vec<Value> {
    let mut lines = answer["transcripts"].as_array().unwrap().clone();
    let mut before = Timestamp(0);
    for line in &mut lines {
        let at = Timestamp::iso(line["createdAt"].as_str().unwrap()).unwrap();
        assert!(before <= at && line["createdAt"] == line["updatedAt"] && line["isPreviewUser"] == false, "{line}");
        before = at;
        ["createdAt", "updatedAt", "isPreviewUser"].iter().for_each(|name| drop(line.as_object_mut().unwrap().remove(*name)));
    }
    lines
}

fn text(from: &str, message: &str) -> Value {
    json!({"from": from, "type": "text", "text": {"message": message, "buttons": [], "isRating": false}})
}

async fn press(scene: &Scene, user: &str, channel: &str) -> Value {
    let asked = scene.app.say("shop", json!({"user": user, "text": "hi", "channel": channel})).await.json();
    let items = asked["messages"][1]["items"].clone();
    scene.app.say("shop", json!({"user": user, "payload": items[0]["payload"], "channel": channel, "attributes": {"tier": "gold"}})).await;
    items
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_shown_whole_and_in_order() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let (token, open) = (scene.token("shop").await, scene.token("open").await);
        let items = press(&scene, "919876543210", "whatsapp").await;
        let buttons: Vec<Value> =
            items.as_array().unwrap().iter().map(|item| json!({"type": "reply", "title": item["title"], "id": item["payload"]})).collect();
        let reply =
            json!({"header": {"type": "", "text": "", "url": ""}, "body": "Which size?", "footer": "", "action": {"buttons": buttons}});
        let said = [
            text("User", "hi"),
            text("Bot", "Hello"),
            json!({"from": "Bot", "type": "reply", "reply": reply}),
            text("User", "Small"),
            text("Bot", "You chose Small."),
        ];
        for written in ["+919876543210", "919876543210", " +91 98765 43210 "] {
            let answer = scene.ask("/transcripts?page=1&limit=25", &token, &json!({"botUserId": written, "channelId": 1014})).await;
            let transcript = answer.json();
            assert_eq!(lines(&transcript), said, "{written}");
            assert_eq!(transcript["botUser"], json!({"customFields": {"tier": "gold", "size": "Small"}, "tags": []}));
            assert_eq!(transcript["paginationDetails"], json!({"page": 1, "pages": 1, "total": 5, "limit": 25}));
        }
        let nothing = json!({"botUser": {"customFields": {}, "tags": []}, "transcripts": [],
            "paginationDetails": {"page": 1, "pages": 1, "total": 0, "limit": 50}});
        for (who, wish) in [
            (&open, json!({"botUserId": "+919876543210", "channelId": 1014})),
            (&token, json!({"botUserId": "+919876543211", "channelId": 1014})),
            (&token, json!({"botUserId": "919876543210", "channelId": 1010})),
            (&token, json!({"botUserId": "9876543210", "channelId": 1014})),
            (&token, json!({"botUserId": "Ada Löf 🍕 a/b%2f..", "channelId": "1014"})),
            (&token, json!({"botUserId": "a\u{0}b", "channelId": 1010})),
        ] {
            let answer = scene.ask("/transcripts", who, &wish).await;
            assert_eq!((answer.status, answer.json()), (200, nothing.clone()), "{wish}");
        }
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_and_pages_of_a_transcript() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let token = scene.token("shop").await;
        for _ in 0..15 {
            press(&scene, "ada", "webchat").await;
        }
        let wish =
            |from: Option<&Value>, to: Option<&Value>| json!({"botUserId": "ada", "channelId": 1010, "startDate": from, "endDate": to});
        let all = scene.ask("/transcripts?limit=1000", &token, &wish(None, None)).await.json();
        let moments: Vec<&Value> = all["transcripts"].as_array().unwrap().iter().map(|line| &line["createdAt"]).collect();
        let total = all["paginationDetails"]["total"].as_u64().unwrap();
        assert!(total >= 25 && moments.len() as u64 == total, "{all}");
        let (first, second) = (
            scene.ask("/transcripts?limit=25", &token, &wish(None, None)).await,
            scene.ask("/transcripts?limit=25&page=2", &token, &wish(None, None)).await,
        );
        let pages: Vec<Value> = [first, second].iter().flat_map(|page| page.json()["transcripts"].as_array().unwrap().clone()).collect();
        assert_eq!(pages, all["transcripts"].as_array().unwrap()[..50.min(moments.len())]);
        let chosen = scene.ask("/transcripts?limit=1000", &token, &wish(Some(moments[10]), Some(moments[10]))).await.json();
        let expected = moments.iter().filter(|at| **at == moments[10]).count();
        assert_eq!(chosen["transcripts"].as_array().unwrap().len(), expected, "both ends are in it");
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_transcript_cannot_be_of_is_named() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let token = scene.token("shop").await;
        let wish = |name: &str, value: Value| {
            let mut wish = json!({"botUserId": "ada", "channelId": 1010});
            wish[name] = value;
            (name.to_owned(), wish)
        };
        for (named, body) in [
            ("botUserId".to_owned(), json!({"channelId": 1010})),
            ("channelId".to_owned(), json!({"botUserId": "ada"})),
            wish("botUserId", json!("")),
            wish("botUserId", json!(919_876_543_210_i64)),
            wish("channelId", json!(null)),
            wish("channelId", json!(9)),
            wish("channelId", json!("webchat")),
            wish("startDate", json!("2021-10-01T00:00:00.000Z")),
            wish("startDate", json!("yesterday")),
            wish("startDate", json!(1)),
            wish("endDate", json!("2021-10-01")),
            wish("endDate", json!("01.10.2021")),
        ] {
            let told = refused(&scene.ask("/transcripts", &token, &body).await, 400);
            assert!(told.contains(&named), "{body}: {told}");
        }
        for query in ["page=0", "page=two", "limit=24", "limit=1001", "page=1000000000"] {
            refused(&scene.ask(&format!("/transcripts?{query}"), &token, &json!({"botUserId": "ada", "channelId": 1010})).await, 400);
        }
        let post = |body: String| got(scene.app.post("/transcripts").header("authorization", &token).body(body));
        refused(&post("[]".to_owned()).await, 400);
        refused(&post(" ".repeat(10 << 20)).await, 413);
        let twice = r#"{"botUserId": 7, "channelId": 1010, "botUserId": "ada"} {"botUserId": 8}"#;
        assert_eq!(post(twice.to_owned()).await.status, 200);
        refused(&got(scene.app.post("/transcripts")).await, 401);
        scene.app.stop().await;
    })
    .await;
}
