//! Users, messages and usage as the native API lists them.

use serde_json::{Value, json};

use super::cafe::Cafe;
use crate::support::{app::got, database::on_both_databases};

#[tokio::test(flavor = "multi_thread")]
async fn users_are_listed_page_by_page() {
    on_both_databases(async |database| {
        let cafe = Cafe::start(&database).await;
        for n in 0..5 {
            let channel = if n == 3 { "workflow" } else { "webchat" };
            cafe.user(&format!("u{n}"), channel, json!({"opt1": if n % 2 == 0 { "even" } else { "odd" }})).await;
        }
        let tag = cafe.app.request("PATCH", "/v1/bots/cafe/users/u4").json(&json!({"tags": {"add": ["vip"]}, "opted_out": true}));
        assert!(got(tag).await.status < 300);
        let walk = async |query: &str| {
            let (mut users, mut after) = (Vec::new(), String::new());
            loop {
                let page = cafe.get(&format!("/v1/bots/cafe/users?limit=2{query}{after}")).await.json();
                users.extend(page["users"].as_array().unwrap().iter().map(|user| user["user"].as_str().unwrap().to_owned()));
                let Some(next) = page["next"].as_i64() else { return users };
                after = format!("&after={next}");
            }
        };
        assert_eq!(walk("").await, ["u0", "u1", "u2", "u3", "u4"]);
        assert_eq!(walk("&channel=webchat").await, ["u0", "u1", "u2", "u4"]);
        assert_eq!(walk("&attribute=opt1&value=even").await, ["u0", "u2", "u4"]);
        assert_eq!(walk("&tag=vip").await, ["u4"]);
        assert_eq!(walk("&tag=vip&channel=workflow").await, Vec::<String>::new());
        let page = cafe.get("/v1/bots/cafe/users?tag=vip").await.json();
        let user = &page["users"][0];
        assert_eq!(
            (&user["name"], &user["attributes"], &user["tags"], &user["opted_out"]),
            (&json!("u4"), &json!({"opt1": "even"}), &json!(["vip"]), &json!(true))
        );
        for bad in
            ["limit=0", "limit=501", "limit=two", "after=x", "attribute=opt1", "value=a", "tag=a&attribute=b&value=c", "channel=smoke"]
        {
            assert_eq!(cafe.get(&format!("/v1/bots/cafe/users?{bad}")).await.problem(400), "invalid", "{bad}");
        }
        cafe.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_listed_page_by_page() {
    on_both_databases(async |database| {
        let cafe = Cafe::start(&database).await;
        for text in ["one", "two"] {
            cafe.say(json!({"user": "Ada Löf", "text": text})).await;
        }
        let texts =
            |page: &Value| page["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        let list = async |query: &str| cafe.get(&format!("/v1/bots/cafe/users/Ada%20L%C3%B6f/messages{query}")).await.json();
        let all = list("").await;
        assert_eq!(all["messages"][0]["from"], "user");
        let texts_of_all = texts(&all);
        assert!(texts_of_all.len() >= 4 && texts_of_all[0] == "one" && all["next"] == Value::Null, "{all}");
        let (mut read, mut after) = (Vec::new(), 0);
        loop {
            let page = list(&format!("?limit=1&after={after}")).await;
            read.extend(texts(&page));
            let Some(next) = page["next"].as_i64() else { break };
            after = next;
        }
        assert_eq!(read, texts_of_all);
        let last = all["messages"].as_array().unwrap().last().unwrap()["place"].as_i64().unwrap();
        assert_eq!(texts(&list(&format!("?before={last}&limit=2")).await), texts_of_all[texts_of_all.len() - 3..texts_of_all.len() - 1]);
        assert_eq!(cafe.get("/v1/bots/cafe/users/nobody/messages").await.problem(404), "unknown-user");
        for bad in ["after=1&before=2", "limit=0", "after=x"] {
            assert_eq!(cafe.get(&format!("/v1/bots/cafe/users/ada/messages?{bad}")).await.problem(400), "invalid", "{bad}");
        }
        cafe.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_is_told_by_day_and_channel() {
    on_both_databases(async |database| {
        let cafe = Cafe::start(&database).await;
        for (user, channel) in [("u1", "webchat"), ("u1", "webchat"), ("u2", "webchat"), ("u1", "workflow")] {
            cafe.user(user, channel, json!({})).await;
        }
        let usage = async |query: &str| cafe.get(&format!("/v1/bots/cafe/usage{query}")).await.json()["usage"].clone();
        let all = usage("").await;
        let sum = |usage: &Value, of: &str| usage.as_array().unwrap().iter().map(|day| day[of].as_i64().unwrap()).sum::<i64>();
        assert_eq!(sum(&all, "users"), 3, "{all}");
        assert_eq!(sum(&usage("?channel=workflow").await, "messages"), 2);
        assert!(sum(&all, "messages") >= 8 && all[0]["day"].as_str().unwrap().len() == 10, "{all}");
        assert_eq!(usage("?from=2020-01-01&to=2020-12-31").await, json!([]));
        for bad in ["from=2020-01-01", "from=2020-01-02&to=2020-01-01", "from=yesterday", "to=2020-13-01", "channel=smoke"] {
            assert_eq!(cafe.get(&format!("/v1/bots/cafe/usage?{bad}")).await.problem(400), "invalid", "{bad}");
        }
        cafe.app.stop().await;
    })
    .await;
}
