//! Every route that takes an id, with every caller who may not: refused, and in the same bytes whether the id is of another account or
//! of nobody. The routes, their bodies and the scopes that they want come from the description of the API, so a new one is in it.

use flowgate::{
    key::{Grant, Scope, Scopes},
    outbound::Secrets,
    store::{Issued, Store},
    time::Timestamp,
};
use serde_json::{Value, json};

use crate::support::{
    app::{Got, PROXIED, TestApp, got, write_bots},
    database::{on_both_databases, options},
};

/// The bot that is there, and names of none; as long as it, so that answers that name them can be compared.
const BOT: &str = "closed";
const NOBODY: &str = "clozed";
/// What else stands in paths: users and keys; `KEY` is one that is there, and one that is not.
const IDS: [&str; 10] = ["ada", "bob", "Ada%20L%C3%B6f", "%F0%9F%8D%95", "a%2Fb", "KEY", "1-1", "...", "0", "1b9d6bcd-bbfd"];

/// A route that takes an id.
struct Route {
    method: String,
    path: String,
    /// The scope that a key needs for it.
    scope: Scope,
    /// Visitors use it, too.
    is_for_visitors: bool,
    body: Option<Value>,
}

/// All that want a key and take an id, from the description.
fn routes(description: &Value) -> Vec<Route> {
    let paths = description["paths"].as_object().unwrap().iter().filter(|(path, _)| path.contains('{'));
    let operations =
        paths.flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |(method, operation)| (path, method, operation)));
    operations.filter_map(|(path, method, operation)| route(path, method, operation)).collect()
}

fn route(path: &str, method: &str, operation: &Value) -> Option<Route> {
    let of = |scheme: &str| operation["security"].as_array().into_iter().flatten().find_map(|way| way.get(scheme)).cloned();
    let scope = of("key")?[0].as_str().unwrap_or_else(|| panic!("{method} {path} names no scope")).parse().unwrap();
    let body = &operation["requestBody"]["content"]["application/json"];
    assert!(body.is_null() || !body["example"].is_null(), "{method} {path} shows no body");
    let is_for_visitors = of("webchat").is_some();
    Some(Route { method: method.to_uppercase(), path: path.to_owned(), scope, is_for_visitors, body: body.get("example").cloned() })
}

impl Route {
    fn is_of_a_bot(&self) -> bool {
        self.path.contains("{bot}")
    }

    /// The path with this bot, and this in all other places.
    fn at(&self, bot: &str, id: &str) -> String {
        let path = self.path.replace("{bot}", bot).replace("{customer}", "1").replace("{version}", "v1.0").replace("{flow}", "welcome");
        path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>().join("/")
    }

    fn is_of_the_platform(&self) -> bool {
        self.path.starts_with("/bot-api/") || self.path.starts_with("/whatsapp-api/")
    }

    /// A refusal has the form that clients of its API read.
    fn is_told_well(&self, refused: &Got) {
        if self.is_of_the_platform() {
            assert!(refused.json()["status"]["code"].is_number() && refused.json()["message"].is_string(), "{refused:?}");
        } else {
            refused.problem(refused.status);
        }
    }

    async fn call(&self, app: &TestApp, path: &str, sent: &Sent) -> Got {
        let request = app.request(&self.method, &sent.in_path(path)).header(PROXIED.0, PROXIED.1);
        let request = sent.header().into_iter().fold(request, |request, value| request.header("authorization", value));
        got(match &self.body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }
}

/// How credentials are sent.
enum Sent {
    Nothing,
    Header(String),
    Query(String),
}

impl Sent {
    /// In every form.
    fn all(credential: &str) -> [Self; 3] {
        [
            Self::Header(format!("Bearer {credential}")),
            Self::Header(format!("Basic {credential}")),
            Self::Query(format!("Basic%20{credential}")),
        ]
    }

    fn header(&self) -> Option<&str> {
        if let Self::Header(value) = self { Some(value) } else { None }
    }

    fn in_path(&self, path: &str) -> String {
        if let Self::Query(value) = self { format!("{path}?authorization={value}") } else { path.to_owned() }
    }
}

/// Who may not, and what they hear.
struct Refused {
    who: &'static str,
    sent: Vec<Sent>,
    status: fn(&Route) -> u16,
}

struct Scene {
    app: TestApp,
    store: Store,
}

impl Scene {
    async fn start(database: &str) -> Self {
        let bots = tempfile::tempdir().unwrap();
        write_bots(bots.path());
        let store = Store::open(database, options()).await.unwrap();
        Self { app: TestApp::start_on_store(bots, store.clone(), Secrets::default()).await, store }
    }

    async fn key(&self, account: &str, bot: Option<&str>, scopes: Scopes) -> (String, String) {
        let grant = Grant { account: Some(account.into()), bot: bot.map(Into::into), scopes, expires_at: None, note: None };
        match self.store.issue_key(grant, Timestamp::now()).await.unwrap() {
            Issued::Key(row, key) => (row.id.to_string(), key.expose().to_owned()),
            Issued::App(..) => panic!("no key"),
        }
    }

    async fn expired(&self) -> String {
        let expires_at = Some(Timestamp::now());
        let grant = Grant { account: Some("1".into()), bot: None, scopes: Scopes::default(), expires_at, note: None };
        match self.store.issue_key(grant, Timestamp(0)).await.unwrap() {
            Issued::Key(_, key) => key.expose().to_owned(),
            Issued::App(..) => panic!("no key"),
        }
    }

    /// The secret of an app, and a token that it gets.
    async fn app_secret(&self) -> (String, String) {
        let made = got(self.app.post("/v1/keys").json(&json!({"kind": "app", "bot": BOT}))).await.json();
        let token = got(self.app.post("/login").json(&made)).await.json();
        (made["appSecret"].as_str().unwrap().to_owned(), token["authToken"].as_str().unwrap().to_owned())
    }

    /// Everybody who may not use a route.
    async fn refused(&self, route: &Route) -> Vec<Refused> {
        let (revoked, gone) = self.key("1", None, Scopes::default()).await;
        self.store.revoke(&revoked.as_str().into(), Timestamp::now()).await.unwrap();
        let all_but = Scope::ALL.into_iter().filter(|scope| *scope != route.scope && *scope != Scope::Admin).collect();
        let (_, visitor) = self.app.visitor("shop").await;
        let (secret, token) = self.app_secret().await;
        let unauthorized = |_: &Route| 401;
        let of_key = |route: &Route| match route.is_of_a_bot() && route.scope != Scope::Admin && !route.is_of_the_platform() {
            true => 404,
            false => 403,
        };
        let foreign = |who, sent: [Sent; 3]| Refused { who, sent: sent.into(), status: of_key };
        let bad = |who, sent: [Sent; 3]| Refused { who, sent: sent.into(), status: unauthorized };
        vec![
            Refused { who: "nobody", sent: vec![Sent::Nothing], status: unauthorized },
            bad("a wrong key", Sent::all("1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed-AbCdEf1")),
            bad("a revoked key", Sent::all(&gone)),
            bad("an expired key", Sent::all(&self.expired().await)),
            bad("an app", Sent::all(&secret)),
            bad("an app's token", Sent::all(&token)),
            foreign("a key of another account", Sent::all(&self.key("2", None, Scopes::default()).await.1)),
            foreign("a key of another bot", Sent::all(&self.key("1", Some("shop"), Scopes::default()).await.1)),
            Refused { who: "a key without the scope", sent: Sent::all(&self.key("1", None, all_but).await.1).into(), status: |_| 403 },
            Refused { who: "a visitor", sent: vec![Sent::Header(format!("Bearer {visitor}"))], status: |_| 403 },
        ]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_refused_everywhere_and_learns_nothing() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let app = &scene.app;
        let routes = routes(&got(app.get("/openapi.json")).await.json());
        assert!(routes.len() >= 6 && routes.iter().any(|route| route.is_for_visitors), "{} routes", routes.len());
        let (there, _) = scene.key("1", None, Scopes::default()).await;
        let (mut asked, mut nobodys) = (0, there.clone().into_bytes());
        nobodys[0] = if nobodys[0] == b'a' { b'b' } else { b'a' };
        let missing = String::from_utf8(nobodys).unwrap();
        app.say(BOT, json!({"user": "ada", "text": "hi"})).await;
        for route in &routes {
            for Refused { who, sent, status } in scene.refused(route).await {
                for (sent, id) in sent.iter().flat_map(|sent| IDS.iter().map(move |id| (sent, *id))) {
                    let (id, no_id) = if id == "KEY" { (there.as_str(), missing.as_str()) } else { (id, id) };
                    let refused = route.call(app, &route.at(BOT, id), sent).await;
                    let what = format!("{who}: {} {} {id}", route.method, route.path);
                    assert_eq!(refused.status, status(route), "{what}: {refused:?}");
                    route.is_told_well(&refused);
                    asked += 2;
                    let nothing = route.call(app, &route.at(NOBODY, no_id), sent).await;
                    let is_public = who == "nobody" && route.is_for_visitors; // which bots want no key is no secret
                    assert!(is_public || nothing.body.replace(NOBODY, BOT) == refused.body, "{what}: {refused:?} {nothing:?}");
                    assert!(is_public || nothing.status == refused.status, "{what}: {refused:?} {nothing:?}");
                }
            }
        }
        assert!(asked >= 2_500, "{asked}");
        for route in routes.iter().filter(|route| route.scope != Scope::Admin) {
            let (_, key) = scene.key("1", Some(BOT), [route.scope].into_iter().collect()).await;
            for sent in Sent::all(&key) {
                app.say(BOT, json!({"user": "ada", "text": "hi"})).await; // one of the routes erases her
                let opened = match route.method.as_str() {
                    "GET" => {
                        let request = app.request("HEAD", &sent.in_path(&route.at(BOT, "ada"))).header(PROXIED.0, PROXIED.1);
                        got(sent.header().into_iter().fold(request, |request, value| request.header("authorization", value))).await
                    }
                    _ => route.call(app, &route.at(BOT, "ada"), &sent).await,
                };
                assert!(!matches!(opened.status, 401 | 403 | 404), "who may, does: {} {}: {opened:?}", route.method, route.path);
            }
        }
        scene.app.stop().await;
    })
    .await;
}
