//! A backend that misbehaves in every way there is: the user is told by the words of the block, the API, the bot or the
//! gateway, in time; a POST arrives once; the conversation goes on as the language says.

use std::time::{Duration, Instant};

use flowgate::outbound::Secrets;
use futures_util::{StreamExt, stream};
use serde_json::json;
use tempfile::TempDir;

use super::{
    backend::{Backend, Play, answer, says},
    bots::{bot, folder, sequence, texts},
    dialled::pem,
    hostile::{FINE, Fault, Hostile},
    outside::Outside,
    served::Served,
    talk::Talk,
};
use crate::support::{
    app::{TestApp, WELCOME},
    database::on_both_databases,
    long::{measures, took},
    port,
};

const METHODS: [&str; 2] = ["GET", "POST"];
/// Who has the words: the first bot has an `on_error`, the second has none.
const LEVELS: [(&str, &str); 4] = [("shop", "block"), ("shop", "api"), ("shop", "bot"), ("plain", "gateway")];

/// How long after its deadline a call may be told of, beside what any message takes at that moment.
const GRACE: Duration = Duration::from_millis(100);

const BUILT_IN: &str = "Sorry, something went wrong. Please try again.";

/// One user's case: the bot that has the words at this level, the method, the fault.
struct Case<'a> {
    bot: &'static str,
    level: &'static str,
    method: &'static str,
    fault: &'a Fault,
    key: String,
}

/// Each fault meets each method; who has the words goes round, and where a kind has one fault only, it meets all of them.
fn cases(faults: &[Fault]) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for (n, fault) in faults.iter().enumerate() {
        for (m, method) in METHODS.into_iter().enumerate() {
            let meets = |at: usize| fault.kind == "refused" || at == (n + m) % LEVELS.len();
            for (_, (bot, level)) in LEVELS.into_iter().enumerate().filter(|(at, _)| meets(*at)) {
                let key = format!("{level}_{method}_{}", fault.name.replace('-', "_")).to_lowercase();
                cases.push(Case { bot, level, method, fault, key });
            }
        }
    }
    cases
}

impl Case<'_> {
    /// How long its call may take.
    fn timeout(&self) -> Duration {
        Duration::from_secs(if self.fault.kind == "timeout" { 1 } else { 5 })
    }

    /// What the user reads instead of an answer.
    fn told(&self) -> Vec<String> {
        match (self.level, self.fault.kind) {
            (_, FINE) => ["It says fine", "Thank you", "Which size?"].map(str::to_owned).to_vec(),
            ("gateway", _) => vec![BUILT_IN.to_owned()],
            // handled by the block itself: the flow goes on, and asks the open question again
            ("block", kind) => vec![format!("block: {kind}"), "Thank you".to_owned(), "Which size?".to_owned()],
            (level, kind) => vec![format!("{level}: {kind}")],
        }
    }

    /// How often the backend may be asked: a GET is repeated once, and three redirects are followed.
    fn requests_max(&self) -> usize {
        match (self.fault.name, self.method, self.fault.kind) {
            ("loops", ..) => 4,
            (_, "GET", "connect") => 2,
            _ => 1,
        }
    }

    fn files(&self) -> [(String, String); 2] {
        let Self { bot, method, key, .. } = self;
        let own = if self.level == "api" { "on_error: {text: \"api: {{error.kind}}\"}\n" } else { "" };
        let (url, timeout) = (&self.fault.url, self.timeout().as_secs());
        let api = format!("version: 1\napi: {key}\nmethod: {method}\nurl: {url}/{key}\ntimeout: {timeout}s\noutput: text\n{own}");
        let own = if self.level == "block" { "\n    on_error: {text: \"block: {{error.kind}}\"}" } else { "" };
        let blocks = format!("  - text: \"It says <<{key}>>\"{own}\n  - text: \"Thank you\"");
        [(format!("{bot}/apis/{key}.yaml"), api), (format!("{bot}/sequences/{key}.yaml"), sequence(key, &blocks))]
    }
}

/// One API and one sequence for each case; a keyword runs the sequence on top of an open question.
fn bots(cases: &[Case<'_>]) -> TempDir {
    let mut files: Vec<_> = cases.iter().flat_map(Case::files).collect();
    for (name, on_error) in [("shop", "on_error: {text: \"bot: {{error.kind}}\"}\n"), ("plain", "")] {
        let mut lines = format!("attributes: {{size: {{type: string}}}}\n{on_error}triggers:\n");
        for Case { key, .. } in cases.iter().filter(|case| case.bot == name) {
            lines += &format!("  - {{keywords: [{key}], run: {key}}}\n");
        }
        files.push((format!("{name}/bot.yaml"), bot(name, &lines)));
        files.push((format!("{name}/sequences/welcome.yaml"), WELCOME.to_owned()));
    }
    folder(&files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect::<Vec<_>>())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_backend_does_the_user_is_told_in_time_and_goes_on() {
    let hostile = Hostile::start().await;
    assert!(hostile.faults.len() >= 30);
    let cases = cases(&hostile.faults);
    let bots = bots(&cases);
    let (rounds, outside) = (std::cell::Cell::new(0), Outside::build());
    on_both_databases(async |database| {
        rounds.set(rounds.get() + 1);
        let folder = tempfile::tempdir().unwrap();
        let variables = [("SSL_CERT_FILE", pem("authority").display().to_string()), ("RUST_LOG", "warn,flowgate=info".to_owned())];
        let arguments = ["--bots", bots.path().to_str().unwrap(), "--database", &database];
        let variables: Vec<_> = variables.map(|(name, value)| (name.to_owned(), value)).into_iter().chain(outside.variables()).collect();
        let mut served = Served::start(folder.path(), &variables, &arguments);
        let talk = Talk::to(&served);
        let wrong: Vec<_> = stream::iter(cases.iter().map(|case| suffers(&talk, case))).buffer_unordered(8).collect().await;
        let wrong: Vec<String> = wrong.into_iter().flatten().collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        for case in cases.iter().filter(|case| case.fault.url.starts_with(&hostile.backend.url())) {
            let seen = hostile.backend.seen_at(&format!("/{}/{}", case.fault.name, case.key)).len();
            assert!((1..=case.requests_max() * rounds.get()).contains(&seen), "{} was called {seen} times", case.key);
        }
        drop(talk);
        let log = String::from_utf8(served.stop()).unwrap();
        for said in ["has expired", "the certificate is not valid", "is for another host", "metadata service, which is never called"] {
            assert!(log.contains(said), "{said}");
        }
    })
    .await;
    assert!(hostile.elsewhere.seen().is_empty(), "{:?}", hostile.elsewhere.seen());
    assert_eq!(outside.dialled(), [""; 0], "nobody outside of this machine is dialled");
}

/// One user, one fault: the words that fit, in time, and the open question is still open. What is wrong with that, if anything is.
async fn suffers(talk: &Talk, case: &Case<'_>) -> Option<String> {
    let (bot, key) = (case.bot, &case.key);
    assert_eq!(talk.say(bot, key, "hi").await, ["Hello", "Which size?"]);
    let (told, took) = talk.timed(bot, key, key).await;
    let after = talk.say(bot, key, "large").await;
    let in_time = !measures() || took < case.timeout() + GRACE;
    let right = told == case.told() && after == ["You chose Large."] && in_time;
    (!right).then(|| format!("{key}: {told:?} after {took:?}, then {after:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_at_the_port_and_a_backend_that_came_back() {
    let port = port::free();
    let api = format!("version: 1\napi: status\nmethod: POST\nurl: http://127.0.0.1:{port}/\noutput: text\n");
    let app = single(api, "on_error: {text: \"bot: {{error.kind}}\"}", "  - text: \"It says <<status>>\"").await;
    assert_eq!(texts(&app.say("shop", json!({"user": "ann", "text": "hi"})).await.json()), ["bot: connect"]);
    let backend = Backend::start(|_| Play::Bytes(says("open"))).await;
    let moved = format!("version: 1\napi: status\nmethod: POST\nurl: {}/\noutput: text\n", backend.url());
    super::bots::write(app.bots.path(), "shop/apis/status.yaml", &moved);
    assert_eq!(crate::support::app::got(app.post("/-/reload?wait=true")).await.status, 200);
    assert_eq!(texts(&app.say("shop", json!({"user": "bob", "text": "hi"})).await.json()), ["It says open"]);
    app.stop().await;
}

/// Five seconds are the default and the most; the words come then, and not after the fifteen that a caller is held.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_timeout_of_its_own_a_call_ends_after_five_seconds() {
    let backend = Backend::start(|_| Play::trickle()).await;
    let api = format!("version: 1\napi: status\nmethod: POST\nurl: {}/\noutput: text\n", backend.url());
    let app = single(api, "", "  - text: \"It says <<status>>\"\n  - text: \"Thank you\"").await;
    let begun = Instant::now();
    let answer = app.say("shop", json!({"user": "ann", "text": "hi"})).await.json();
    assert_eq!(texts(&answer), [BUILT_IN]);
    assert!(begun.elapsed() >= Duration::from_secs(5), "{:?}", begun.elapsed());
    took("the words", begun.elapsed(), Duration::from_secs(9));
    assert_eq!(backend.seen().len(), 1);
    app.stop().await;
}

/// An `on_error` that fails itself, by a call or by a value, ends in the gateway's own words.
#[tokio::test(flavor = "multi_thread")]
async fn an_on_error_that_fails_too_still_ends_in_words() {
    let backend = Backend::start(|_| Play::Bytes(answer("503 No", "text/plain", "down"))).await;
    let api = format!("version: 1\napi: status\nmethod: GET\nurl: {}/\noutput: text\n", backend.url());
    let app = single(api, "on_error: {text: \"Maybe <<status>>\"}", "  - text: \"It says <<status>>\"").await;
    for user in ["ann", "bob"] {
        assert_eq!(texts(&app.say("shop", json!({"user": user, "text": "hi"})).await.json()), [BUILT_IN]);
    }
    app.stop().await;
}

/// Plain HTTP APIs: whatever is 2xx is an answer, so a 204 is nothing and HTML is a text.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_envelope_only_the_status_decides() {
    let hostile = Hostile::start().await;
    for (name, expected) in [
        ("nothing", "It says ."),
        ("html", "It says <!doctype html><title>Maintenance</title>."),
        ("error", "bot: status"),
        ("large", "bot: shape"),
    ] {
        let url = &hostile.faults.iter().find(|fault| fault.name == name).unwrap().url;
        let api = format!("version: 1\napi: status\nmethod: POST\nurl: {url}/x\nenvelope: false\noutput: json\n");
        let app = single(api, "on_error: {text: \"bot: {{error.kind}}\"}", "  - text: \"It says <<status>>.\"").await;
        assert_eq!(texts(&app.say("shop", json!({"user": "ann", "text": "hi"})).await.json()), [expected], "{name}");
        app.stop().await;
    }
    assert_eq!(hostile.backend.seen().len(), 4);
}

/// A server with one bot, `shop`, of one API and one sequence, on a database that goes with the bots.
async fn single(api: String, lines: &str, blocks: &str) -> TestApp {
    let bots = folder(&[
        ("shop/bot.yaml", bot("shop", lines)),
        ("shop/apis/status.yaml", api),
        ("shop/sequences/welcome.yaml", sequence("welcome", blocks)),
    ]);
    let database = format!("sqlite://{}/.data/flowgate.db", bots.path().display());
    TestApp::start_on(bots, &database, Secrets::default()).await
}
