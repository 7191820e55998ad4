//! What the README and the other pages show is true: bots compile, conversations go as written, commands and variables
//! exist, links lead somewhere. The bot of the reference is played by `flow_docs`, the options are listed by `cli::docs`.

mod accounts;
mod commands;
mod export;
mod finds;
mod keys;
mod links;
mod pages;
mod people;
mod shell;
mod starts;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use flowgate::{flow::compile::Files, scenario};
use serde_json::json;

use crate::{
    support::play::{Loaded, compile_files},
    tree::{files, read},
};
use pages::{Example, examples, pages};

/// A bot that declares what the fragments of the pages speak of, with a place for each kind of fragment.
const AROUND: &[(&str, &str)] = &[
    (
        "bot.yaml",
        "version: 1
bot: around
start: start
fallback: start
attributes:
  vip: {type: boolean}
  total: {type: number}
  pieces: {type: integer}
  due: {type: date}
  cart: {type: list, of: {name: string, qty: integer, price: number}}
  postcode: {type: string}
  chosen: {type: string}
  visit_date: {type: date}
  deliver_at: {type: [time, string]}
",
    ),
    ("sequences/start.yaml", "version: 1\nsequence: start\nblocks: [{run: part}]\n"),
    ("sequences/pay.yaml", "version: 1\nsequence: pay\nblocks: [{text: Paid}]\n"),
    (
        "apis/order_status.yaml",
        "version: 1\napi: order_status\nmethod: GET\nurl: http://127.0.0.1:8090/status\noutput: text\nsample: {data: On its way, success: true}\n",
    ),
];

fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{:by$}{line}\n", "")).collect()
}

/// The bot around a fragment, with it in its place.
fn with_fragment(kind: &str, text: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = AROUND.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let part = match kind {
        "blocks" => format!("blocks:\n{}", indented(text, 2)),
        "items" => {
            format!("blocks:\n  - id: which\n    buttons:\n      text: Which?\n      into: chosen\n      items:\n{}", indented(text, 8))
        }
        "channels" => {
            files.entry("bot.yaml".to_owned()).and_modify(|bot| bot.push_str(text));
            "blocks: [{text: Nothing}]\n".to_owned()
        }
        "steps" => {
            files.insert("tests/around.yaml".to_owned(), format!("version: 1\ntest: around\nsteps:\n{}", indented(text, 2)));
            "blocks: [{text: Nothing}]\n".to_owned()
        }
        other => panic!("nobody knows where a fragment of \"{other}\" belongs"),
    };
    files.insert("sequences/part.yaml".to_owned(), format!("version: 1\nsequence: part\n{part}"));
    files
}

fn compiled(key: &str, files: BTreeMap<String, String>) -> Loaded {
    let contents = files.into_iter().map(|(path, text)| (path, Arc::from(text.into_bytes()))).collect();
    compile_files(Files { key: key.into(), folder: key.to_owned(), contents })
}

#[test]
fn every_fragment_fits_into_a_bot() {
    let found: Vec<(String, Example)> =
        pages().into_iter().flat_map(|page| examples(&read(&page)).into_iter().map(move |example| (page.clone(), example))).collect();
    let fragments = found.iter().filter_map(|(page, e)| Some((page, e.text.strip_prefix("# fragment: ")?.split_once('\n')?)));
    let mut seen = 0;
    for (page, (kind, text)) in fragments {
        let told = compiled("around", with_fragment(kind, text)).told();
        assert!(told.is_empty(), "{page}, a fragment of {kind}:\n{told}");
        seen += 1;
    }
    assert!(seen > 5, "only {seen} fragments were found");
}

/// A step of a conversation test for a line of a transcript: `you  hi`, or `bot  Which?  [This]  [That]`.
fn step(line: &str) -> serde_json::Value {
    let (who, said) = line.split_once("  ").unwrap_or_else(|| panic!("nobody says: {line}"));
    let mut parts = said.split("  ");
    let text = parts.next().unwrap_or_default();
    let items: Vec<&str> = parts.map(|item| item.trim_matches(['[', ']'])).collect();
    match (who, items.is_empty()) {
        ("you", _) => json!({"user": text}),
        ("bot", true) => json!({"bot": {"text": text}}),
        ("bot", false) => json!({"bot": {"text": text, "items": items}}),
        _ => panic!("{who} is nobody"),
    }
}

#[test]
fn the_bot_of_the_readme_talks_as_it_is_shown() {
    let examples = examples(&read("README.md"));
    let file = |e: &Example| e.text.strip_prefix("# bots/pizza/")?.split_once('\n').map(|(path, text)| (path.to_owned(), text.to_owned()));
    let mut files: BTreeMap<String, String> = examples.iter().filter_map(file).collect();
    let transcript = examples.iter().find(|e| e.text.starts_with("you  ")).expect("the README shows a conversation");
    let steps: Vec<_> = transcript.text.lines().map(step).collect();
    files.insert("tests/readme.yaml".to_owned(), json!({"version": 1, "test": "the README", "steps": steps}).to_string());
    let loaded = compiled("pizza", files);
    assert!(loaded.told().is_empty(), "{}", loaded.told());
    let bot = loaded.bot.expect("nothing is wrong with it");
    for test in &loaded.parsed.tests {
        let outcome = scenario::run(&bot, test);
        assert!(outcome.passed(), "{}", outcome.failure.expect("it failed"));
    }
    assert_eq!(loaded.parsed.tests.len(), 1);
}

/// The texts of a ConfigMap by key: `  key: |` and what is indented below.
fn texts_of_map(map: &str) -> BTreeMap<&str, String> {
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    let mut open = None;
    for line in map.lines() {
        if let Some(key) = line.strip_prefix("  ").and_then(|line| line.strip_suffix(": |")) {
            open = Some(key);
        } else if let (Some(key), Some(text)) = (open, line.strip_prefix("    ")) {
            *texts.entry(key).or_default() += &format!("{text}\n");
        }
    }
    texts
}

#[test]
fn the_bot_of_the_config_map_compiles() {
    let (map, mounted) = (read("deploy/kubernetes/configmap/hello.yaml"), read("deploy/kubernetes/configmap/bots.yaml"));
    let mut texts = texts_of_map(&map);
    let paths = mounted.lines().filter_map(|line| line.trim().strip_prefix("- {key: ")?.strip_suffix('}')?.split_once(", path: hello/"));
    let files: BTreeMap<String, String> =
        paths.map(|(key, path)| (path.to_owned(), texts.remove(key).unwrap_or_else(|| panic!("no {key} in the map")))).collect();
    assert!(texts.is_empty(), "never mounted: {:?}", texts.keys());
    let loaded = compiled("hello", files);
    assert!(loaded.bot.is_some() && loaded.told().is_empty(), "{}", loaded.told());
}

/// The metrics in a text: words that begin with `flowgate_` and end with what is counted.
fn metrics(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_lowercase() && c != '_');
    words.filter(|word| word.starts_with("flowgate_") && (word.ends_with("_total") || word.ends_with("_seconds"))).collect()
}

#[test]
fn every_metric_is_documented_and_every_documented_one_exists() {
    let sources: String = files().iter().filter(|path| path.starts_with("src/") && path.ends_with(".rs")).map(|path| read(path)).collect();
    assert_eq!(metrics(&read("docs/operations.md")), metrics(&sources));
}
