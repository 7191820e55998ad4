//! What `docs/api/start-a-flow.md` shows is done, in its order, by a shell beside a gateway.

use super::{pages::examples, shell};
use crate::tree::read;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_on_starts_does_what_it_says() {
    const PAGE: &str = "docs/api/start-a-flow.md";
    let bot = "bot: shop\nstart: hello\naccount: \"61179\"\nattributes: {invoice: {type: string}, total: {type: number}}\n\
        channels: {webchat: {origins: [\"https://shop.example\"]}}\n";
    let page = examples(&read(PAGE));
    let paid = page.iter().find(|example| example.language == "yaml").map(|example| example.text.replace("version: 1\n", "")).unwrap();
    let files = [("bot.yaml", bot), ("sequences/hello.yaml", "sequence: hello\nblocks: [{text: Hello}]\n"), ("sequences/paid.yaml", &paid)];
    let done = shell::run(PAGE, &files);
    assert!(done.examples >= 8);
    assert_eq!(done.out.matches(r#"{"responseObject":true,"status":{"code":1000,"desc":"SUCCESS"}}"#).count(), 5, "{}", done.out);
    assert!(done.out.contains("access-control-allow-origin: https://shop.example"), "{}", done.out);
    let thanks = |total: &str, invoice: &str| format!("bot: Thank you! {total} for {invoice} have arrived.");
    for (user, total, invoice, times) in [("u1", "€12.50", "INV-1", 2), ("u3", "€7.00", "INV-3", 1), ("u4", "€9.00", "INV-4", 1)] {
        let said = done.served.whole_transcript("shop", user, times).await;
        assert_eq!(said, vec![thanks(total, invoice); times], "{user}");
    }
}
