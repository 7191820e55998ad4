//! Users by when they last had a message: exact to the millisecond, in pages.

use flowgate::time::Timestamp;
use serde_json::{Value, json};

use super::{Scene, refused};
use crate::support::{
    app::got,
    database::{change, on_both_databases},
};

/// Users in the order of the list, with the moments of their last messages.
const LAST: [(&str, &str); 6] = [
    ("ada", "2026-03-01T00:00:00.000Z"),
    ("bob", "2026-03-01T12:00:00.000Z"),
    ("cleo", "2026-03-01T23:59:59.999Z"),
    ("dan", "2026-03-02T00:00:00.000Z"),
    ("eve", "2026-03-02T08:00:00.000Z"),
    ("fay", "2026-03-04T10:00:00.000Z"),
];

fn at(text: &str) -> Timestamp {
    Timestamp::iso(text).unwrap()
}

/// Users who have all had their messages at one moment.
async fn spoke(scene: &Scene, database: &str, bot: &str, channel: &str, user: &str, moment: &str) {
    let said = scene.app.say(bot, json!({"user": user, "text": "hi", "channel": channel})).await;
    assert_eq!(said.status, 200, "{said:?}");
    let (at, of_user) = (at(moment), format!("bot = '{bot}' AND channel = '{channel}' AND \"user\" = '{user}'"));
    change(database, &format!("UPDATE messages SET created_at = {} WHERE {of_user}", at.0)).await;
    change(database, &format!("UPDATE conversations SET last_day = {}, created_at = {} WHERE {of_user}", at.day(), at.0 - 1_000)).await;
}

fn names(answer: &Value) -> Vec<&str> {
    answer["users"].as_array().unwrap().iter().map(|user| user["botUserId"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edges_of_a_range_are_exact() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let token = scene.token("shop").await;
        for (user, moment) in LAST {
            spoke(&scene, &database, "shop", "webchat", user, moment).await;
            spoke(&scene, &database, "open", "webchat", user, moment).await; // another bot's
        }
        let moments: Vec<i64> =
            LAST.iter().flat_map(|(_, moment)| [-1, 0, 1].map(|ms| at(moment).0 + ms)).chain([at("2026-03-02").0]).collect();
        let all = || std::iter::once(None).chain(moments.iter().copied().map(Some));
        for (from, to) in
            all().flat_map(|from| all().map(move |to| (from, to))).filter(|(from, to)| from.zip(*to).is_none_or(|(a, b)| a <= b))
        {
            let text = |ms: Option<i64>| ms.map(|ms| Timestamp(ms).rfc3339());
            let body = json!({"channelIds": [1010], "startDate": text(from), "endDate": text(to)});
            let answer = scene.ask("/users", &token, &body).await;
            let is_day = |ms: i64| Timestamp::of_day(Timestamp(ms).day()).0 == ms;
            let ends = |at: i64| to.is_none_or(|to| at < to || (at == to && !is_day(to)));
            let fits = |(_, moment): &&(&str, &str)| from.is_none_or(|from| from <= at(moment).0) && ends(at(moment).0);
            let expected: Vec<&str> = LAST.iter().filter(fits).map(|(user, _)| *user).collect();
            assert_eq!((answer.status, names(&answer.json())), (200, expected), "{body}");
        }
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_shown_as_clients_know_it() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let token = scene.token("shop").await;
        let nobody = scene.ask("/users", &token, &json!({})).await;
        assert_eq!(nobody.json(), json!({"users": [], "page": 1, "pages": 1, "total": 0, "limit": 50, "hasNextPage": 0}));
        spoke(&scene, &database, "shop", "whatsapp", "919876543210", "2026-05-04T13:00:27.629Z").await;
        spoke(&scene, &database, "shop", "webchat", "ada", "2026-05-04T13:00:27.629Z").await;
        let answer = scene.ask("/users?page=1&limit=25", &token, &json!({"channelIds": [1014], "more": 1})).await.json();
        let user = &answer["users"][0];
        assert!(user["userId"].as_str().is_some_and(|id| id.parse::<i64>().is_ok()), "{answer}");
        assert_eq!(
            answer,
            json!({"users": [{
                "userId": user["userId"], "botUserId": "+919876543210", "channelName": "whatsapp", "userName": "919876543210", "name": "919876543210",
                "createdDate": "2026-05-04T13:00:26.629Z", "first interacted date": "2026-05-04T13:00:26.629Z",
                "last interacted date": "2026-05-04T13:00:27.629Z"
            }], "page": 1, "pages": 1, "total": 1, "limit": 25, "hasNextPage": 0})
        );
        let all = scene.ask("/users", &token, &json!({"channelIds": ["1014", 1010]})).await.json();
        assert_eq!((names(&all), &all["total"]), (vec!["ada", "+919876543210"], &json!(2)));
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_and_end() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let token = scene.token("shop").await;
        let (all, channels) = (60, ["webchat", "telegram", "facebook"]);
        let rows = |n: i32| {
            let channel = channels[usize::try_from(n).unwrap() % channels.len()];
            format!("('shop', '{channel}', 'user {n}', {n}, 1, '{}', 0, 0, {})", state(channel, n), 20_000 + n % 7)
        };
        let rows: Vec<String> = (0..all).map(rows).collect();
        let insert =
            "INSERT INTO conversations (bot, channel, \"user\", uid, version, state, created_at, last_interaction, last_day) VALUES ";
        change(&database, &format!("{insert}{}", rows.join(", "))).await;
        let mut seen = std::collections::BTreeSet::new();
        for (page, next) in [(1, 1), (2, 1), (3, 0)] {
            let answer = scene.ask(&format!("/users?page={page}&limit=25"), &token, &json!({})).await.json();
            assert_eq!((&answer["total"], &answer["pages"], &answer["hasNextPage"]), (&json!(60), &json!(3), &json!(next)), "{page}");
            seen.extend(names(&answer).into_iter().map(str::to_owned));
        }
        assert_eq!(seen.len(), 60);
        assert_eq!(names(&scene.ask("/users?page=4&limit=25", &token, &json!({})).await.json()), Vec::<&str>::new());
        scene.app.stop().await;
    })
    .await;
}

/// A conversation that has just begun, as it is stored.
fn state(channel: &str, n: i32) -> Value {
    json!({"key": {"bot": "shop", "channel": channel, "user": format!("user {n}")}, "uid": n, "turn": 1, "now": 0, "created_at": 0, "seed": 0,
        "bot_enabled": true})
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_named() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let token = scene.token("shop").await;
        for (query, named) in [
            ("page=0", "page"),
            ("page=-1", "page"),
            ("page=1000000000", "startDate"),
            ("page=9223372036854775807", "startDate"),
            ("page=two", "query"),
            ("page=", "query"),
            ("page=1&page=2", "query"),
            ("limit=24", "limit"),
            ("limit=1001", "limit"),
            ("limit=1e3", "query"),
            ("page=11&limit=1000", "channels"),
        ] {
            let told = refused(&scene.ask(&format!("/users?{query}"), &token, &json!({})).await, 400);
            assert!(told.contains(named), "{query}: {told}");
        }
        for (body, named) in [
            (json!({"channelIds": [1010, 1010]}), "channelIds"),
            (json!({"channelIds": [1010, "1010"]}), "channelIds"),
            (json!({"channelIds": [9]}), "channelIds"),
            (json!({"channelIds": ["webchat"]}), "channelIds"),
            (json!({"channelIds": 1010}), "channelIds"),
            (json!({"channelIds": [null]}), "channelIds"),
            (json!({"channelIds": [1010.5]}), "channelIds"),
            (json!({"startDate": "yesterday"}), "startDate"),
            (json!({"startDate": ""}), "startDate"),
            (json!({"startDate": 1_633_046_400}), "startDate"),
            (json!({"endDate": "2021-02-30"}), "endDate"),
            (json!({"startDate": "2021-10-02", "endDate": "2021-10-01"}), "endDate"),
        ] {
            let told = refused(&scene.ask("/users", &token, &body).await, 400);
            assert!(told.contains(named), "{body}: {told}");
        }
        for fine in [
            json!({"channelIds": []}),
            json!({"startDate": null}),
            json!({"startDate": "2021-10-01", "endDate": "2021-10-01T02:00:00+02:00"}),
        ] {
            assert_eq!(scene.ask("/users", &token, &fine).await.status, 200, "{fine}");
        }
        let post = |body: String| got(scene.app.post("/users").header("authorization", &token).body(body));
        for bad in ["[]", "{", "channelIds=1010", "7"] {
            refused(&post(bad.to_owned()).await, 400);
        }
        refused(&post(" ".repeat(10 << 20)).await, 413);
        assert_eq!(post(r#"{"channelIds": [9], "channelIds": [1010]} } and more"#.to_owned()).await.status, 200);
        refused(&got(scene.app.post("/users")).await, 401);
        refused(&got(scene.app.get("/users").header("authorization", &token)).await, 405);
        scene.app.stop().await;
    })
    .await;
}
