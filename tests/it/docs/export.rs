//! What `docs/api/export-transcripts.md` shows is done, in its order, by a shell beside a gateway.

use super::shell::Scene;
use crate::support::{app::got, http};

#[tokio::test(flavor = "multi_thread")]
async fn the_page_on_exports_does_what_it_says() {
    let bot = "bot: shop\nstart: hello\nchannels: {webchat: {access: open}}\n";
    let scene = Scene::start(&[("bot.yaml", bot), ("sequences/hello.yaml", "sequence: hello\nblocks: [{text: Hello}]\n")]);
    let messages = format!("http://{}/v1/bots/shop/messages", scene.served.address());
    let said = http::client().build().unwrap().post(messages).json(&serde_json::json!({"user": "ada", "text": "hi"}));
    assert_eq!(got(said).await.status, 200);
    let done = scene.run("docs/api/export-transcripts.md");
    assert!(done.examples >= 5);
    for expected in [
        r#"{"botUserId":"ada","channelName":"webchat"}"#,
        r#""text":{"message":"hi","buttons":[],"isRating":false}"#,
        r#""paginationDetails":{"page":1,"pages":1,"total":2,"limit":1000}"#,
        r#"{"totalMessages":2,"totalUsers":1}"#,
    ] {
        assert!(done.out.contains(expected), "{expected}\n{}\n{}", done.out, done.err);
    }
}
