//! Tokens that are good no longer: made void by a command, or refused by a bot that wants a key.

use serde_json::json;

use flowgate::outbound::Secrets;

use crate::{
    lives::process::until,
    support::{
        app::{PROXIED, TestApp, got, write_bots},
        command::Folder,
        database::on_both_databases,
    },
};

/// Asks as this visitor.
async fn speaks(app: &TestApp, bot: &str, (user, token): &(String, String)) -> u16 {
    got(app.post(&format!("/v1/bots/{bot}/messages")).bearer_auth(token).json(&json!({"user": user, "text": "hi"}))).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_made_void_beside_the_gateway_that_serves() {
    on_both_databases(async |url| {
        let bots = tempfile::tempdir().unwrap();
        write_bots(bots.path());
        let app = TestApp::start_on(bots, &url, Secrets::default()).await;
        let (shop, open) = (app.visitor("shop").await, app.visitor("open").await);
        assert_eq!((speaks(&app, "shop", &shop).await, speaks(&app, "open", &open).await), (200, 200));
        let rotate = |more: &[&str]| {
            let ran = Folder::empty().run(&[&["tokens", "rotate", "--database", &url], more].concat());
            assert!(ran.code == 0, "{ran:?}");
        };
        let refused = async |bot: &str, visitor: &(String, String)| (speaks(&app, bot, visitor).await == 401).then_some(());
        let stream = app.get(&format!("/v1/bots/shop/users/{}/events", shop.0)).bearer_auth(&shop.1).send().await.unwrap();

        rotate(&["--bot", "shop"]);
        until("those of the shop are void", async || refused("shop", &shop).await).await;
        assert_eq!(speaks(&app, "open", &open).await, 200, "those of another bot are not");
        app.say("shop", json!({"user": shop.0, "text": "whoami"})).await;
        let shown = tokio::time::timeout(std::time::Duration::from_secs(30), stream.text()).await.expect("the stream ends").unwrap();
        assert!(shown.contains("Which size?") && !shown.contains("whoami"), "{shown}");
        let renewed = got(app.post("/v1/bots/shop/webchat/token").bearer_auth(&shop.1)).await;
        assert_eq!(renewed.problem(401), "unauthorized", "none gives its successor");
        let again = app.visitor("shop").await;
        assert_eq!(speaks(&app, "shop", &again).await, 200);

        rotate(&[]);
        until("all are void", async || refused("shop", &again).await.and(refused("open", &open).await)).await;
        let typo = Folder::empty().run(&["tokens", "rotate", "--database", &url, "--bot", "shopp"]);
        assert!(typo.code == 2 && typo.err.ends_with("help: there is \"closed\", \"open\", \"shop\"\n"), "{typo:?}");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_wants_a_key_from_now_on_takes_no_token_any_more() {
    let app = TestApp::start().await;
    let visitor = app.visitor("shop").await;
    assert_eq!(speaks(&app, "shop", &visitor).await, 200);
    let events = || app.get(&format!("/v1/bots/shop/users/{}/events", visitor.0)).bearer_auth(&visitor.1);
    let stream = events().send().await.unwrap();
    let file = app.bots.path().join("shop/bot.yaml");
    let before = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, before.replace("access: token", "access: key")).unwrap();
    assert_eq!(got(app.post("/-/reload?wait=true")).await.status, 200);

    assert_eq!(speaks(&app, "shop", &visitor).await, 401);
    assert_eq!(got(events()).await.problem(401), "unauthorized");
    let path = "/v1/bots/shop/webchat/token";
    assert_eq!(got(app.post(path).bearer_auth(&visitor.1)).await.problem(401), "unauthorized", "none gives its successor");
    assert_eq!(got(app.post(path).header(PROXIED.0, PROXIED.1)).await.problem(401), "unauthorized");
    assert_eq!(got(app.post(path).json(&json!({"user": "ada"}))).await.problem(403), "forbidden", "what opens nothing is not given");
    app.say("shop", json!({"user": visitor.0, "text": "whoami"})).await;
    let shown = tokio::time::timeout(std::time::Duration::from_secs(30), stream.text()).await.expect("the stream ends").unwrap();
    assert!(shown.contains("Which size?") && !shown.contains("whoami"), "{shown}");
    app.stop().await;
}
