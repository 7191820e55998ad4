//! What `docs/api/find-users.md` shows is done, in its order, by a shell beside a gateway.

use super::{pages::examples, shell};
use crate::tree::read;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_on_finding_users_does_what_it_says() {
    const PAGE: &str = "docs/api/find-users.md";
    let page = examples(&read(PAGE));
    let attributes = page.iter().find(|example| example.language == "yaml").map(|example| example.text.clone()).unwrap();
    let bot = format!("bot: shop\nstart: hello\naccount: \"61179\"\n{attributes}");
    let done = shell::run(PAGE, &[("bot.yaml", &bot), ("sequences/hello.yaml", "sequence: hello\nblocks: [{text: Hello}]\n")]);
    assert!(done.examples >= 4);
    for expected in [
        r#""user_name":"Ann","first_name":"Ann","last_name":"","phone_no":"""#,
        r#""page_number":1,"page_size":500,"total":1"#,
        r#""response":"Hello","message_type":"TEXT""#,
        r#""page_number":1,"page_size":1,"total":2"#,
        r#""attributes":{"plan":"gold","first_name":"Ann"},"tags":[],"opted_out":false"#,
        r#""from":"bot","#,
        r#""channel":"webchat","messages":2,"users":1"#,
    ] {
        assert!(done.out.contains(expected), "{expected}\n{}", done.out);
    }
}
