//! `flowgate chat`, as a person uses it: through its input and output.

use std::io::Write;

use super::{
    process::{Lines, Running},
    served::write_bot,
};
use crate::support::command::{Folder, Ran};

const BOT: &str = "\
bot: shop
name: Shop
start: welcome
attributes: {size: {type: string}, qty: {type: integer}}
triggers:
  - {keywords: [stock], goto: stock}
  - {keywords: [where], text: \"On {{channel}}.\"}
";
const WELCOME: &str = "\
sequence: welcome
blocks:
  - text: \"Hello!\"
  - id: size
    buttons: {text: \"Which size?\", items: [{title: Small, description: \"for one\"}, {title: Large}], into: size}
  - id: many
    ask: {text: \"How many?\", into: qty, expect: {type: integer, min: 1}}
  - decide:
      - {when: \"qty > 5\", text: \"That is a lot.\"}
      - {text: \"Thank you.\"}
  - text: \"{{qty}} × {{size}}\"
";
const STOCK: &str = "sequence: stock\nblocks:\n  - text: \"Stock: <<stock>>\"\n";
const API: &str = "\
api: stock
method: GET
url: \"${env:NOT_THERE}/stock\"
output: text
sample: {data: plenty, success: true}
";

fn shop() -> Folder {
    let folder = Folder::empty();
    write_bot(folder.root(), "shop", &[("bot.yaml", BOT), ("sequences/welcome.yaml", WELCOME)]);
    write_bot(folder.root(), "shop", &[("sequences/stock.yaml", STOCK), ("apis/stock.yaml", API)]);
    folder
}

/// A chat in which one line at a time is written.
pub(super) struct Chat {
    pub(super) process: Running,
    out: Lines,
}

impl Chat {
    pub(super) fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut process = Running::start(folder.root(), &[&["chat"], arguments].concat(), &[("NO_COLOR", "1")]);
        let out = Lines::of(process.0.stdout.take().unwrap());
        Self { process, out }
    }

    /// Writes a line and waits for an answer that has this in it.
    fn says(&mut self, line: &str, answer: &str) -> String {
        let before = self.out.len();
        writeln!(self.process.0.stdin.as_mut().unwrap(), "{line}").unwrap();
        self.out.until(before, answer, |text| text.contains(answer).then(|| text.to_owned()))
    }

    /// No more input: the chat ends.
    pub(super) async fn ends(mut self) -> String {
        drop(self.process.0.stdin.take());
        assert_eq!(self.process.ended().await.code(), Some(0));
        self.out.all()
    }
}

/// All of a chat at once.
async fn chat(arguments: &[&str], lines: &[&str]) -> String {
    let folder = shop();
    let mut chat = Chat::start(&folder, arguments);
    let input = lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
    chat.process.0.stdin.as_mut().unwrap().write_all(input.as_bytes()).unwrap();
    chat.ends().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation() {
    insta::assert_snapshot!(
        chat(
            &["shop", "--offline"],
            &["hi", "/2", "many", "7", "stock", "where", "/help", "/new", "hi", "/trace", "small", "/trace", "/quit", "never"]
        )
        .await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_shows_the_block_its_place_and_the_values() {
    insta::assert_snapshot!(chat(&["shop", "--offline", "--trace"], &["hi", "small", "7", "stock"]).await);
}

/// A card, and a question with a number for an answer: what is typed goes where `serve` and `test` have it go.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_an_answer_and_a_mark_presses() {
    let folder = Folder::empty();
    let bot =
        "bot: pizzas\nstart: main\nattributes: {qty: {type: integer}}\ntriggers: [{keywords: [\"/menu\", \"/1\"], text: \"The menu.\"}]\n";
    let main = "\
sequence: main
blocks:
  - gallery: {items: [{title: Margherita, buttons: [{title: \"About Margherita\", text: \"Basil.\"}]}, {title: Diavola, buttons: [{title: \"About Diavola\", text: \"Hot.\"}]}]}
  - {id: many, ask: {text: \"How many?\", into: qty, expect: {type: integer}}}
  - text: \"{{qty}} pizzas\"
  - id: code
    buttons: {text: \"Which code?\", items: [{title: One}, {title: \"007\"}]}
  - text: \"Bye.\"
";
    write_bot(folder.root(), "pizzas", &[("bot.yaml", bot), ("sequences/main.yaml", main)]);
    let mut chat = Chat::start(&folder, &["pizzas", "--trace"]);
    let shown = chat.says("hi", "How many?");
    assert!(shown.contains("/1 About Margherita") && shown.contains("/2 About Diavola"), "{shown}");
    let shown = chat.says("2", "/4 007");
    assert!(shown.contains("2 pizzas") && shown.contains("/3 One"), "{shown}");
    chat.says("//menu", "The menu.");
    chat.says("//1", "The menu.");
    chat.says("/menu", "there is no /menu");
    chat.says("/99", "nothing that was offered has the mark /99");
    let shown = chat.says("007", "Bye.");
    assert!(shown.contains("answer (item): \"007\""), "{shown}");
    let shown = chat.says("/2", "Hot.");
    assert!(shown.contains("press") && !shown.contains("Basil."), "an older message: {shown}");
    chat.says(&"x".repeat(4_097), "at most 4096 characters");
    chat.says("/new", "another user");
    chat.says("/1", "nothing that was offered");
    chat.process.0.stdin.as_mut().unwrap().write_all(b"\xff\n").unwrap();
    chat.says("hi", "/1 About Margherita");
    assert!(chat.ends().await.contains("(not sent: it is not UTF-8)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_sees_the_channel() {
    let said = chat(&["shop", "--offline", "--channel", "telegram"], &["where"]).await;
    assert!(said.contains("On telegram."), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_is_in_the_next_answer() {
    let folder = shop();
    let mut chat = Chat::start(&folder, &["shop", "--offline"]);
    chat.says("hi", "2 Large");
    let edit = |text: &str| write_bot(folder.root(), "shop", &[("sequences/welcome.yaml", text)]);
    edit(&WELCOME.replace("How many?", "How many then?"));
    let answer = chat.says("/1", "How many then?");
    assert!(answer.contains("the files have changed"), "{answer}");
    edit(&WELCOME.replace("into: qty", "into: qyt"));
    let answer = chat.says("none", "whole number");
    insta::assert_snapshot!("a_broken_edit", answer);
    let answer = chat.says("again", "whole number");
    assert_eq!(answer, "bot › Please write a whole number.\n", "what is wrong is said once");
    edit(&WELCOME.replace("Thank you.", "Thanks!"));
    let answer = chat.says("2", "Thanks!");
    assert!(answer.contains("in order again") && answer.contains("this is the new version"), "{answer}");
    chat.ends().await;
}

/// Who changes the open question keeps the conversation, and is told why it is the old one.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_question_is_told_and_traced() {
    let folder = shop();
    let mut chat = Chat::start(&folder, &["shop", "--offline", "--trace"]);
    chat.says("hi", "2 Large");
    write_bot(folder.root(), "shop", &[("sequences/welcome.yaml", &WELCOME.replace("title: Large", "title: Huge"))]);
    insta::assert_snapshot!("a_changed_question", chat.says("2", "How many?"));
    chat.says("/new", "another user");
    chat.says("hi", "2 Huge");
    chat.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_timer_says_is_shown_while_nobody_writes() {
    let folder = Folder::empty();
    let bot = "bot: shop\nstart: welcome\nsession: {timeout: 1s, on_timeout: {text: \"Goodbye.\"}}\n";
    let welcome = "sequence: welcome\nblocks:\n  - text: \"Hello!\"\n";
    write_bot(folder.root(), "shop", &[("bot.yaml", bot), ("sequences/welcome.yaml", welcome)]);
    let mut chat = Chat::start(&folder, &["shop"]);
    chat.says("hi", "Goodbye.");
    assert_eq!(chat.ends().await, "bot › Hello!\nbot › Goodbye.\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_when_it_is_interrupted() {
    let (folder, temporary) = (shop(), tempfile::tempdir().unwrap());
    let variables = [("TMPDIR", temporary.path().to_str().unwrap())];
    let mut process = Running::start(folder.root(), &["chat", "shop", "--offline"], &variables);
    let out = Lines::of(process.0.stdout.take().unwrap());
    writeln!(process.0.stdin.as_mut().unwrap(), "hi").unwrap();
    out.until(0, "an answer", |text| text.contains("2 Large").then_some(()));
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 1);
    process.signal("INT");
    assert_eq!(process.ended().await.code(), Some(0));
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn a_bot_that_is_not_there_is_told_with_those_that_are() {
    let folder = shop();
    let ran = folder.run(&["chat", "shpo", "--offline"]);
    assert_eq!(ran, Ran::new(2, "", "error: there is no bot \"shpo\" in bots\nhelp: there is shop\n"));
    let ran = folder.run(&["chat", "shop", "--channel", "pigeon"]);
    assert!(ran.code == 2 && ran.err.contains("pigeon") && ran.err.contains("webchat"), "{ran:?}");
    let ran = Folder::empty().run(&["chat", "shop"]);
    assert!(ran.code == 2 && ran.err.contains("bots"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_cannot_go_live_says_why() {
    insta::assert_snapshot!(chat(&["shop"], &["hi"]).await);
}
