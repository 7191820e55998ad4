//! What `docs/keys.md` shows is done, in its order, by a shell beside a gateway.

use super::shell;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_on_keys_does_what_it_says() {
    let bot = "bot: shop\nstart: hello\naccount: \"61179\"\nattributes: {tier: {type: string}}\nchannels: {webchat: {access: key}}\n";
    let done = shell::run("docs/keys.md", &[("bot.yaml", bot), ("sequences/hello.yaml", "sequence: hello\nblocks: [{text: Hello}]\n")]);
    assert!(done.examples >= 7);
    for expected in [
        "\"text\":\"Hello\"",
        "\"user\":\"u1\",\"token\":",
        "\tthe shop's own site\n",
        "is revoked",
        "\"note\":\"warehouse\"",
        "\"appSecret\"",
    ] {
        assert!(done.out.contains(expected) || done.err.contains(expected), "{expected}\n{}\n{}", done.out, done.err);
    }
}
