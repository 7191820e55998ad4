//! The dearest runs there are: how long `advance` takes for each until the run has used up its steps, and what a step costs.

#[path = "support/figures.rs"]
mod figures;

use std::{cell::Cell, fmt::Write as _, hint::black_box, time::Instant};

use figures::{Figures, Report, measuring};
use flowgate::{
    catalog::{Folder, load},
    diagnostic::render,
    flow::{Bot, Conversation, Event, Incoming, Input, advance, compile::Files},
    id::{Channel, ConversationKey},
    time::Timestamp,
};
use serde_json::{Value, json};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BEGUN: Timestamp = Timestamp(1_772_445_600_000);
/// No message takes longer.
const MS_MAX: f64 = 100.0;

const ATTRIBUTES: &str = "
  t: {type: string}
  u: {type: string}
  wide: {type: string}
  digits: {type: string}
  long: {type: list}
  same: {type: list}
  reals: {type: list}
  texts: {type: list}
  o: {type: object}
  p: {type: object}
  d: {type: date}
  found: {type: boolean}
  kept: {type: list}
  other: {type: string}
";

/// A block that is run again and again.
fn looped(block: &str) -> (String, String) {
    (
        String::new(),
        format!(
            "  - id: again\n    {}\n  - decide:\n      - {{when: \"first_name != 'x'\", goto: again}}\n",
            block.trim().replace('\n', "\n    ")
        ),
    )
}

fn set(expr: &str) -> (String, String) {
    looped(&format!("set: {{found: {{expr: \"{expr}\"}}}}"))
}

fn text(template: &str) -> (String, String) {
    looped(&format!("set: {{other: \"{template}\"}}"))
}

/// What stands in `bot.yaml` beside the rest, and the blocks.
fn cases() -> Vec<(&'static str, (String, String))> {
    let nested = |body: &str| set(&format!("long.all(x, long.all(y, {body}))"));
    let each =
        |body: &str| text(&format!("{{{{#each long}}}}{{{{#each long}}}}{{{{#if (len ({body}))}}}}{{{{/if}}}}{{{{/each}}}}{{{{/each}}}}"));
    let branches = |n: usize| (0..n).fold("decide:\n".to_owned(), |all, _| all + "  - {when: \"t == 'q' || long == reals\", text: no}\n");
    let sets = |n: usize| (0..n).fold("set:\n".to_owned(), |all, n| all + &format!("  v{n}: {n}\n"));
    let declared = |n: usize| (0..n).fold(String::new(), |all, n| all + &format!("  v{n}: {{type: integer}}\n"));
    let items = |n: usize| (0..n).fold(String::new(), |all, n| all + &format!("      - {{title: \"Item {n} {{{{u}}}}\"}}\n"));
    let triggers = |n: usize, what: &dyn Fn(usize) -> String| {
        (0..n).fold("triggers:\n".to_owned(), |all, n| all + &format!("  - {{{}, goto: welcome}}\n", what(n)))
    };
    let done = "  - text: Done.\n".to_owned();
    vec![
        ("parts of an expression", nested("(y == 1 || true) && (x < 2 || true)")),
        ("equal lists", nested("long == same")),
        ("equal objects", nested("o == p")),
        ("equal texts", nested("t == u")),
        ("the order of texts", nested("t <= u")),
        ("a text within a text", nested("!t.contains('aab')")),
        ("an element of a list", nested("!('aab' in texts)")),
        ("a field of an object", nested("o.k7 != 1")),
        ("a small pattern", nested("!t.matches('a?b$')")),
        ("words in a pattern", nested("!t.matches('^([a-z]+ ?)+[0-9]$')")),
        ("a pattern of many states", nested("!t.matches('(a|b)*a(a|b){300}c$')")),
        ("the largest pattern", nested("!t.matches('a.{0,100}c')")),
        ("split into letters", nested("size(split(t, '')) > 1")),
        ("upper case", nested("upper(t) != ''")),
        ("lower case of another script", nested("lower(wide) != ''")),
        ("join", nested("join(long, ', ') != ''")),
        ("a list as a text", nested("string(reals) != ''")),
        ("a sum of fractions", nested("sum(reals) > 1")),
        ("arithmetic with fractions", nested("1.1 * 2.3 / 7 + 0.1 > 0")),
        ("a number of many digits", nested("double(digits) > 0")),
        ("a date in a text", nested("d > date('2026-03-01')")),
        ("dates that are added", nested("now + '1d' > now - '2h'")),
        ("all of the user", nested("size(user) > 1")),
        ("one thing of the user", nested("user.t != 'q'")),
        ("the names that are built in", nested("user_name != 'q' && full_name != 'q' && language != 'q'")),
        ("when it opens", nested("opens_at != 'q' && now != null")),
        ("lists that are made", set("long.all(x, size(long.map(y, [y, x])) > 1)")),
        ("dates that are written", each("date d 'full'")),
        ("moments that are written", each("datetime now 'full'")),
        ("money", each("money 1234567.5")),
        ("numbers", each("number 1234567.891 2")),
        ("plural forms", each("plural 7 other='# x'")),
        ("plural forms of one sign", each("plural 1234567 other=u")),
        ("times ago", each("ago d")),
        ("a list as JSON", each("json reals")),
        ("a text in a URL", each("url wide")),
        ("a list with a text between", each("join long t")),
        ("texts that are compared", each("eq t u")),
        ("texts that are said", looped("text: \"{{t}}{{u}}\"")),
        ("a large attribute that is set", looped("set: {kept: {expr: \"reals\"}}")),
        ("many attributes that are set", (declared(400), looped(&sets(400)).1)),
        ("a text that becomes true or false", looped("set: {found: \"{{wide}}\"}\non_error: {goto: again}")),
        ("zones", looped("set: {timezone: \"Nowhere/{{digits}}\"}")),
        ("languages", looped("set: {language: \"{{digits}}\"}")),
        ("conditions of large values", looped(&branches(300))),
        (
            "items",
            looped(&format!(
                "gallery:\n  items:\n  - title: A\n    each: \"long.filter(x, x < 100)\"\n    as: one\n    buttons:\n{}",
                items(3)
            )),
        ),
        ("many items", looped(&format!("gallery:\n  items:\n  - title: A\n    buttons:\n{}", items(2_000)))),
        ("triggers with patterns", (triggers(300, &|n| format!("pattern: '(\\w+ ?)+ {n}'")), done.clone())),
        ("triggers with large patterns", (triggers(100, &|n| format!("pattern: '(a|b)*a(a|b){{150}}{n}'")), done.clone())),
        ("triggers with words", (triggers(2_000, &|n| format!("contains: [\"aab{n}\"]")), done.clone())),
    ]
}

fn compiled((extra, blocks): &(String, String)) -> Result<Bot, String> {
    let (attributes, rest) = if extra.starts_with("  v") { (extra.as_str(), "") } else { ("", extra.as_str()) };
    let hours = "hours: {mon: [\"09:00-09:30\"]}\n";
    let bot = format!("version: 1\nbot: bench\nname: Bench\nstart: welcome\n{hours}{rest}attributes:{ATTRIBUTES}{attributes}");
    let sequence = format!("version: 1\nsequence: welcome\nblocks:\n{blocks}");
    let contents = [("bot.yaml", bot), ("sequences/welcome.yaml", sequence)];
    let contents = contents.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().into())).collect();
    let folder = Folder { files: Files { key: "bench".into(), folder: "bench".into(), contents }, problems: Vec::new() };
    let loaded = load(folder);
    let told = render::text(&loaded.diagnostics, &loaded.sources(), false);
    loaded.bot.and_then(|bot| std::sync::Arc::try_unwrap(bot).ok()).ok_or(told)
}

/// A user of whom as much is known as may be.
fn user(bot: &Bot) -> Conversation {
    let key = ConversationKey { bot: bot.key().clone(), channel: Channel::Webchat, user: "ada".into() };
    let mut conversation = Conversation::new(key, 1, 1, BEGUN);
    let long: Vec<Value> = (0..600).map(|n| json!(n)).collect();
    let object: Value = (0..300).map(|n| (format!("k{n}"), json!(n))).collect::<serde_json::Map<_, _>>().into();
    let values = [
        ("t", json!("ab".repeat(4_000))),
        ("u", json!("ab".repeat(3_999) + "ab")),
        ("wide", json!("\u{fdfa}".repeat(1_500))),
        ("digits", json!(format!("2.2250738585072011{}", "1".repeat(4_000)))),
        ("long", json!(long)),
        ("same", json!(long)),
        ("reals", json!((0..700).map(|n| f64::from(n) + 0.123_456_789).collect::<Vec<_>>())),
        ("texts", json!(vec!["aabaab"; 300])),
        ("o", object.clone()),
        ("p", object),
        ("d", json!("2026-03-10")),
        ("first_name", json!("Ada")),
        ("language", json!("ar-EG")),
    ];
    conversation.attributes.extend(values.into_iter().map(|(name, value)| (name.to_owned(), value)));
    conversation
}

/// How long a message takes, in milliseconds, and the steps of its run.
fn message(bot: &Bot, user: &Conversation) -> (f64, u64) {
    let event = Event::Message(Incoming {
        id: "in-1".into(),
        arrived: None,
        input: Input::Text("ab".repeat(2_048)),
        attributes: serde_json::Map::new(),
    });
    let begun = Instant::now();
    let turn = black_box(advance(bot, black_box(user), &event, BEGUN.plus_ms(1_000)));
    (begun.elapsed().as_secs_f64() * 1e3, turn.conversation.spent.steps)
}

fn main() {
    let mut report = Report::new("budget");
    for (what, files) in cases() {
        let bot = compiled(&files).unwrap_or_else(|told| panic!("{what}: {told}"));
        let (user, steps) = (user(&bot), Cell::new(0));
        let milliseconds = || {
            let (ms, taken) = message(&bot, &user);
            steps.set(taken);
            ms
        };
        if !measuring() {
            milliseconds();
            continue;
        }
        let figures = Figures::of(milliseconds);
        let mut shown = what.to_owned();
        write!(shown, " ({} steps)", steps.get()).expect("writing to a String cannot fail");
        report.add(&shown, "ms", &figures, ..=MS_MAX);
    }
    if measuring() {
        report.print();
    }
}
