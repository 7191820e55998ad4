//! Hostile files of a bot: those under `tests/corpus`, larger ones that are made here, and mutations of all of them.

use std::{fmt::Write, fs};

use serde_json::json;

use crate::{properties::dice::Dice, support::play::root};

/// A bot with one hostile file.
#[derive(Clone)]
pub(super) struct Input {
    /// Where it comes from.
    pub name: String,
    /// The file's path within its bot.
    pub path: &'static str,
    pub bytes: Vec<u8>,
}

const SEQUENCE: &str = "sequences/hostile.yaml";

impl Input {
    fn sequence(name: &str, text: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), path: SEQUENCE, bytes: text.into() }
    }

    /// A sequence whose blocks are these, as JSON.
    fn blocks(name: &str, blocks: &serde_json::Value) -> Self {
        Self::sequence(name, json!({"version": 1, "sequence": "hostile", "blocks": blocks}).to_string())
    }

    fn at(name: &str, path: &'static str, text: impl Into<Vec<u8>>) -> Self {
        Self { path, ..Self::sequence(name, text) }
    }

    /// A template that is said.
    fn template(name: &str, text: &str) -> Self {
        Self::blocks(name, &json!([{"text": text}]))
    }

    /// An expression that decides and is shown.
    fn expression(name: &str, text: &str) -> Self {
        Self::blocks(name, &json!([{"set": {"any": {"expr": text}}}, {"when": text, "text": "Yes."}]))
    }
}

/// The files under `tests/corpus`.
pub(super) fn committed() -> Vec<Input> {
    let file = |folder: &str| {
        let mut paths: Vec<_> = fs::read_dir(root("tests/corpus").join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let named =
            |path: &std::path::PathBuf| (format!("{folder}/{}", path.file_name().unwrap().to_string_lossy()), fs::read(path).unwrap());
        paths.iter().map(named).collect::<Vec<_>>().into_iter()
    };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().trim_end_matches('\n').to_owned();
    let yaml = file("yaml").map(|(name, bytes)| Input::sequence(&name, bytes));
    let templates = file("templates").map(|(name, bytes)| Input::template(&name, &text(&bytes)));
    let expressions = file("expressions").map(|(name, bytes)| Input::expression(&name, &text(&bytes)));
    yaml.chain(templates).chain(expressions).collect()
}

fn lines(line: &dyn Fn(usize) -> String, bytes: usize) -> String {
    let mut text = String::new();
    (0..).map_while(|n| (text.len() < bytes).then(|| text.push_str(&line(n)))).for_each(drop);
    text
}

/// A sequence about as large as a file may be.
fn file(line: &dyn Fn(usize) -> String) -> String {
    format!("version: 1\nsequence: hostile\nblocks:\n{}", lines(line, 240 << 10))
}

/// Too long to be kept as files: each about as large as a file may be.
pub(super) fn large() -> Vec<Input> {
    let bot = |line: &dyn Fn(usize) -> String, key: &str| {
        format!("version: 1\nbot: corpus\nname: Corpus\nstart: hostile\nnothing: 1\n{key}:\n{}", lines(line, 240 << 10))
    };
    vec![
        Input::sequence("unknown keys", lines(&|n| format!("key_{n}: {n}\n"), 240 << 10)),
        Input::sequence("the same key", lines(&|_| "a: 1\n".to_owned(), 240 << 10)),
        Input::sequence("lists in lists", "[".repeat(200_000)),
        Input::sequence("closed lists in lists", "[".repeat(100_000) + &"]".repeat(100_000)),
        Input::sequence("mappings in mappings", "{a: ".repeat(60_000)),
        Input::sequence("dashes", "- ".repeat(100_000)),
        Input::sequence("questions", "? ".repeat(100_000)),
        Input::sequence("colons", ": ".repeat(100_000)),
        Input::sequence("anchors", "a: [".to_owned() + &lines(&|n| format!("&a{n} x, "), 200 << 10) + "]"),
        Input::sequence("aliases", "a: &a [".to_owned() + &"x, ".repeat(500) + "]\nb: [" + &"*a, ".repeat(50_000) + "]"),
        Input::sequence("aliases of nothing", "b: [".to_owned() + &lines(&|n| format!("*a{n}, "), 200 << 10) + "]"),
        Input::sequence("merges", "a: &a {b: 1}\nc: {<<: [".to_owned() + &"*a, ".repeat(50_000) + "]}"),
        Input::sequence("documents", "---\n".repeat(60_000)),
        Input::sequence("tags", lines(&|n| format!("- !t{n} x\n"), 240 << 10)),
        Input::sequence("a quote that stays open", "a: \"".to_owned() + &"x\n ".repeat(80_000)),
        Input::sequence("a deep indentation", lines(&|n| format!("{}a:\n", " ".repeat(n)), 240 << 10)),
        Input::sequence("no UTF-8", vec![0xff; 200_000]),
        Input::sequence("a file too large", "#".repeat(300 << 10)),
        Input::sequence("unknown targets", file(&|n| format!("- {{id: a{n}, goto: b{n}}}\n"))),
        Input::sequence("the same id", file(&|_| "- {id: a, text: x}\n".to_owned())),
        Input::sequence("unknown names", file(&|n| format!("- text: \"{{{{name_{n}}}}}\"\n"))),
        Input::sequence("unknown helpers", file(&|n| format!("- text: \"{{{{help_{n} any}}}}\"\n"))),
        Input::sequence("unknown APIs", file(&|n| format!("- text: <<api_{n}>>\n"))),
        Input::sequence("bad expressions", file(&|n| format!("- {{when: \"a_{n} +\", text: x}}\n"))),
        Input::sequence("bad blocks", file(&|n| format!("- {{txet: a{n}}}\n"))),
        Input::sequence("bad blocks behind good ones", file(&|n| format!("- {{{}: a{n}}}\n", if n < 8_000 { "text" } else { "txet" }))),
        Input::sequence("two keys", file(&|n| format!("- {{text: a{n}, goto: b{n}}}\n"))),
        Input::sequence("a loop", file(&|n| format!("- {{id: a{n}, when: \"true\", goto: a{}}}\n", n.saturating_sub(1)))),
        Input::sequence(
            "equal titles",
            format!("version: 1\nsequence: hostile\nblocks: [{{buttons: {{text: x, items: [{}]}}}}]", "{title: x}, ".repeat(15_000)),
        ),
        Input::at("unknown attributes", "bot.yaml", bot(&|n| format!("  a{n}: {{type: strin}}\n"), "attributes")),
        Input::at("triggers", "bot.yaml", bot(&|n| format!("  - {{keywords: [a{n}], goto: b{n}}}\n"), "triggers")),
        Input::at("patterns", "bot.yaml", bot(&|n| format!("  - {{pattern: '(a{{{n}}}){{900}}{{900}}', text: x}}\n"), "triggers")),
        Input::template("many parts", &"{{any}} ".repeat(3_000)),
        Input::template("a long name", &format!("{{{{{}}}}}", "a".repeat(16_000))),
        Input::expression("a long sum", &format!("{}1", "1 + ".repeat(500))),
        Input::expression("a long list", &format!("[{}1", "1, ".repeat(600))),
    ]
}

/// Inputs made of others by small and large changes; what becomes of them is not known.
pub(super) fn mutations(of: &[Input], count: usize) -> Vec<Input> {
    let mutated = |n: usize| {
        let input = &of[n % of.len()];
        let mut dice = Dice::new(n as u64);
        let mut bytes = input.bytes.clone();
        (0..=dice.below(3)).for_each(|_| mutate(&mut bytes, &mut dice));
        Input { name: format!("{}, mutation {n}", input.name), path: input.path, bytes }
    };
    (0..count).map(mutated).collect()
}

const TOKENS: &[&str] = &[
    "{", "}", "[", "]", "{{", "}}", "<<", ">>", ": ", "- ", "\n", "\"", "'", "&a ", "*a ", "!t ", "|\n", "<<: ", "#", "\t", "é", "\0", "@",
    "%", "(", ")",
];

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let to = (at + dice.below(40)).min(bytes.len());
    match dice.below(5) {
        0 => drop(bytes.drain(at..to)),
        1 => {
            let piece = bytes[at..to].repeat(1 + dice.below(200));
            bytes.splice(at..at, piece);
        }
        2 => {
            let mut text = String::new();
            let token = dice.pick(TOKENS);
            (0..=dice.below(60)).for_each(|_| write!(text, "{token}").expect("a text can be written to"));
            bytes.splice(at..to, text.into_bytes());
        }
        3 if at < bytes.len() => bytes[at] = u8::try_from(dice.below(256)).expect("it is a byte"),
        _ => bytes.truncate(at),
    }
}
