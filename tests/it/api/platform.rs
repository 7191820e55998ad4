//! The platform API read by its clients: users by an attribute, conversations.

use serde_json::{Value, json};

use super::cafe::Cafe;
use crate::support::{
    app::{PROXIED, got},
    database::on_both_databases,
};

fn ids(users: &Value) -> Vec<&str> {
    users["users"].as_array().unwrap().iter().map(|user| user["user_id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_by_an_attribute() {
    on_both_databases(async |database| {
        let cafe = Cafe::start(&database).await;
        cafe.user("+91 95654 28256", "whatsapp", json!({"opt1": "yes", "user_name": "Ann", "first_name": "Ann", "size": 3})).await;
        for (user, attributes) in [
            ("bob", json!({"opt1": "yes", "note": "a.b[0]", "plan": "gold"})),
            ("cy", json!({"opt1": "no", "first_name": "Cy", "last_name": "Berg"})),
        ] {
            cafe.user(user, "webchat", attributes).await;
        }
        let found = cafe.platform("users?attribute_name=opt1&attribute_value=yes").await;
        let page = found.json();
        assert_eq!((found.status, &page["page_number"], &page["page_size"], &page["total"]), (200, &json!(1), &json!(500), &json!(2)));
        let ann = &page["users"][0];
        for (key, value) in [
            ("user_id", "919565428256"),
            ("channel_user_id", "919565428256"),
            ("channel", "whatsapp"),
            ("user_name", "Ann"),
            ("first_name", "Ann"),
            ("last_name", ""),
            ("phone_no", "919565428256"),
        ] {
            assert_eq!(ann[key], value, "{ann}");
        }
        assert_eq!(ann["attributes"]["opt1"], "yes");
        for key in ["created_on", "last_interaction"] {
            let moment = ann[key].as_str().unwrap();
            assert!(moment.ends_with("+0000") && moment.len() == "2023/04/04 10:54:00.000+0000".len(), "{moment}");
        }
        for (query, expected) in [
            ("ATTRIBUTE.NAME=opt1&Attribute_Value=no", vec!["cy"]),
            ("attribute_name=size&attribute_value=3", vec!["919565428256"]),
            ("attribute_name=plan&attribute_value=gold", vec!["bob"]),
            ("attribute_name=plan&attribute_value=free", vec!["919565428256", "cy"]), // by its default
            ("attribute_name=note&attribute_value=a.b%5B0%5D", vec!["bob"]),
            ("attribute_name=full_name&attribute_value=Cy%20Berg", vec!["cy"]), // made of two others
            ("attribute_name=user_id&attribute_value=bob", vec!["bob"]),
            ("attribute_name=with&attribute_value=x", vec![]),
            ("attribute_name=a.b%5B%5D&attribute_value=x", vec![]),
            ("attribute_name=opt1&attribute_value=YES", vec![]),
            ("attribute_name=opt1&attribute_value=yes&page_size=1&page_number=2", vec!["bob"]),
            ("attribute_name=opt1&attribute_value=yes&page_size=1&page_number=3", vec![]),
            ("attribute_name=plan&attribute_value=free&page_size=1&page_number=2", vec!["cy"]),
        ] {
            let page = cafe.platform(&format!("users?{query}")).await.json();
            assert_eq!(ids(&page), expected, "{query}");
        }
        let first = cafe.get("/v1/bots/cafe/users?limit=1").await.json()["users"][0]["uid"].as_i64().unwrap();
        let after = cafe.platform(&format!("users?attribute_name=opt1&attribute_value=yes&after={first}&page_number=999999")).await.json();
        assert_eq!((ids(&after), &after["total"]), (vec!["bob"], &json!(2)));
        let long = "x".repeat(17 * 1024);
        assert_eq!(cafe.platform(&format!("users?attribute_name=opt1&attribute_value={long}")).await.json()["total"], 0);
        cafe.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_read_in_pages() {
    on_both_databases(async |database| {
        let cafe = Cafe::start(&database).await;
        cafe.say(json!({"user": "+919565428256", "channel": "whatsapp", "text": "hi"})).await;
        cafe.say(json!({"user": "+919565428256", "channel": "whatsapp", "text": "menu"})).await;
        let all = cafe.platform("channel-user/%2B91%2095654%2028256/conversations").await.json();
        let told: Vec<_> = all["conversations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (&line["sender"], &line["response"], &line["message_type"]))
            .collect();
        let (user, bot) = (json!("user"), json!("bot"));
        assert_eq!(
            told,
            [
                (&user, &json!("hi"), &json!("TEXT")),
                (&bot, &json!("Shall I?\n[Yes, No]"), &json!("OPTIONS")),
                (&user, &json!("menu"), &json!("TEXT")),
                (&bot, &json!("Menu"), &json!("IMAGE")),
                (&bot, &json!("Shall I?\n[Yes, No]"), &json!("OPTIONS")),
            ]
        );
        let image = &all["conversations"][3];
        assert_eq!(image["file"], json!({"url": "https://cafe.example/menu.png", "mimeType": "image/png", "uploadType": "IMAGE"}));
        assert_eq!((&image["user_id"], &image["attachments"]), (&json!("919565428256"), &Value::Null));
        assert_eq!((&all["page_number"], &all["page_size"], &all["total"]), (&json!(1), &json!(500), &json!(5)));

        let read = async |query: &str| {
            let page = cafe.platform(&format!("channel-user/919565428256/conversations?{query}")).await.json();
            let said = page["conversations"].as_array().unwrap().iter().map(|line| line["response"].as_str().unwrap().to_owned());
            (said.collect::<Vec<_>>(), page["page_number"].as_i64().unwrap(), page["total"].as_i64().unwrap())
        };
        assert_eq!(read("page_size=2").await, (vec!["Menu".into(), "Shall I?\n[Yes, No]".into()], 3, 5), "the end, unaligned");
        assert_eq!(read("PAGE_SIZE=2&Page_Number=1").await, (vec!["hi".into(), "Shall I?\n[Yes, No]".into()], 1, 5));
        assert_eq!(read("page_size=2&page_number=3").await, (vec!["Shall I?\n[Yes, No]".into()], 3, 5));
        assert_eq!(read("page_size=2&page_number=4").await, (vec![], 4, 5));
        assert_eq!(read("end_date=1000").await, (vec![], 1, 0));
        assert_eq!(read("start_date=1000&End_Date=99999999999999").await.2, 5);
        assert_eq!(read("start_date=99999999999999").await.2, 0);
        cafe.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_channel_with_the_latest_message_is_read() {
    let database = crate::support::database::fresh_sqlite();
    let cafe = Cafe::start(&database.url).await;
    cafe.say(json!({"user": "4917012345678", "text": "by web"})).await;
    cafe.say(json!({"user": "4917012345678", "channel": "whatsapp", "text": "by phone"})).await;
    let first = async |query: &str| {
        let page = cafe.platform(&format!("channel-user/4917012345678/conversations{query}")).await;
        page.json()["conversations"][0]["response"].clone()
    };
    assert_eq!(first("").await, "by phone");
    assert_eq!(first("?channel=web").await, "by web");
    cafe.say(json!({"user": "4917012345678", "text": "again"})).await;
    assert_eq!(first("").await, "by web");
    assert_eq!(first("?Channel=WhatsApp").await, "by phone");
    let change = cafe.app.request("PATCH", "/v1/bots/cafe/users/4917012345678?channel=whatsapp").json(&json!({"tags": {"add": ["vip"]}}));
    assert_eq!(got(change).await.status, 204);
    assert_eq!(first("").await, "by web", "a change is no message");
    cafe.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_have_the_envelope() {
    let database = crate::support::database::fresh_sqlite();
    let cafe = Cafe::start(&database.url).await;
    cafe.user("ada", "webchat", json!({})).await;
    let told = |answer: &crate::support::app::Got| {
        let body = answer.json();
        assert_eq!(body["responseObject"], Value::Null, "{answer:?}");
        assert!(!body["message"].as_str().unwrap().is_empty());
        (answer.status, body["status"]["code"].as_u64().unwrap())
    };
    let of_ada = "channel-user/ada/conversations";
    for query in [
        "page_number=0",
        "page_number=-1",
        "page_number=1000000000",
        "page_number=two",
        "page_size=0",
        "page_size=1001",
        "start_date=tomorrow",
        "end_date=2023-04-04",
        "channel=smoke",
    ] {
        assert_eq!(told(&cafe.platform(&format!("{of_ada}?{query}")).await), (400, 2002), "{query}");
    }
    for query in [
        "",
        "attribute_name=opt1",
        "attribute_value=yes",
        "attribute_name=opt1&attribute_value=yes&page_number=21",
        "attribute_name=a&attribute_value=b&after=-1",
    ] {
        assert_eq!(told(&cafe.platform(&format!("users?{query}")).await), (400, 2002), "{query}");
    }
    for user in ["bob", "a%2Fb", "..", "a%20b", "%F0%9F%8D%95", "%00"] {
        assert_eq!(told(&cafe.platform(&format!("channel-user/{user}/conversations")).await).0, 404, "{user}");
    }
    assert_eq!(told(&cafe.platform("channel-user/bob/conversations").await), (404, 2008));
    let (foreign, missing) = (
        cafe.get("/bot-api/v1.0/customer/1/bot/cafe/users?attribute_name=a&attribute_value=b").await,
        cafe.get("/bot-api/v1.0/customer/1/bot/cafa/users?attribute_name=a&attribute_value=b").await,
    );
    assert_eq!((told(&foreign), told(&missing)), ((403, 2003), (403, 2003)));
    assert_eq!(foreign.body, missing.body.replace("cafa", "cafe"));
    let path = "/bot-api/v1.0/customer/61179/bot/cafe/users?attribute_name=opt1&attribute_value=yes";
    assert_eq!(told(&got(cafe.app.get(path)).await), (401, 2000), "the operator wants a key there, too");
    assert_eq!(got(cafe.app.get(&format!("{path}&AUTHORIZATION=Basic%20{}", cafe.key)).header(PROXIED.0, PROXIED.1)).await.status, 200);
    assert_eq!(told(&got(cafe.app.post(path).header("authorization", format!("Basic {}", cafe.key))).await).0, 405);
    let with_body = cafe.app.get(path).header("authorization", format!("Basic {}", cafe.key)).body("{\"page_number\": 7");
    assert_eq!(got(with_body).await.status, 200, "a body is ignored");
    cafe.app.stop().await;
}
