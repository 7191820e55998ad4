//! What `docs/api/people.md` shows is done, in its order, by a shell beside a gateway.

use super::shell::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_on_peoples_data_does_what_it_says() {
    let bot = "bot: shop\nstart: hello\naccount: \"61179\"\nchannels: {webchat: {access: open}}\n";
    let scene = Scene::start(&[("bot.yaml", bot), ("sequences/hello.yaml", "sequence: hello\nblocks: [{text: Hello}]\n")]);
    let done = scene.run("docs/api/people.md");
    assert!(done.examples >= 4 && done.out.contains(r#""tables":{"conversations":[{"#), "{}\n{}", done.out, done.err);
}
