//! Commands, options and variables that pages and files for operators name, against what the program says of itself.

use std::collections::{BTreeMap, BTreeSet};

use super::pages::{examples, pages, words};
use crate::{
    support::command::Folder,
    tree::{files, read},
};

/// The words of a command's help: its options, its variables, what its options may be.
type Known = BTreeMap<String, BTreeSet<String>>;

fn help(arguments: &[&str]) -> String {
    let ran = Folder::empty().run(arguments);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    ran.out
}

fn known() -> Known {
    let overview = help(&["help"]);
    let listed = overview.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands = listed.filter_map(|line| line.split_whitespace().next()).filter(|command| *command != "help");
    let words = |text: String| text.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c)).map(str::to_owned).collect();
    let mut known: Known = commands.map(|command| (command.to_owned(), words(help(&["help", command])))).collect();
    known.insert("help".to_owned(), BTreeSet::default());
    known
}

/// The calls of the program in a line: each command with what follows it, up to the end of the shell's command.
fn calls(line: &str) -> Vec<(String, Vec<String>)> {
    let ends = |word: &&str| matches!(*word, "|" | "||" | "&&" | ">" | ";" | "#");
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_program = |word: &str| matches!(word.trim_start_matches(['(', '"']), "flowgate" | "$FLOWGATE");
    let at = words.iter().enumerate().filter(|(_, word)| is_program(word)).map(|(at, _)| at + 1);
    let call = |at: usize| {
        let clean = |word: &&str| word.trim_end_matches(['"', '`', ',', '.', ')', ';', ':']).to_owned();
        let mut rest = words[at..].iter().take_while(|word| !ends(word)).map(clean);
        Some((rest.next()?, rest.collect()))
    };
    at.filter_map(call).filter(|(command, _)| command.bytes().all(|b| b.is_ascii_lowercase())).collect()
}

#[test]
fn every_command_that_is_shown_exists() {
    let known = known();
    let mut seen = 0;
    for page in pages().into_iter().filter(|page| page != "docs/diagnostics.md") {
        let text = read(&page);
        let shell = |language: &str| matches!(language, "" | "yaml" | "sh" | "json");
        let shown =
            examples(&text).into_iter().filter(|e| shell(&e.language)).flat_map(|e| e.text.lines().map(str::to_owned).collect::<Vec<_>>());
        for (command, rest) in words(&text).into_iter().chain(shown).flat_map(|line| calls(&line)) {
            seen += 1;
            let options = known.get(&command).unwrap_or_else(|| panic!("{page} shows `flowgate {command}`, which does not exist"));
            for option in rest.iter().filter(|word| word.starts_with("--")) {
                let name = option.split_once('=').map_or(&**option, |(name, _)| name);
                assert!(options.contains(name), "{page} shows `flowgate {command} {option}`, which does not exist");
            }
            let formats = rest.windows(2).filter(|pair| pair[0] == "--format").map(|pair| &pair[1]);
            formats.for_each(|format| assert!(options.contains(format), "{page} shows `flowgate {command} --format {format}`"));
        }
    }
    assert!(seen > 20, "only {seen} calls were found");
}

#[test]
fn every_option_in_the_prose_exists() {
    let known = known();
    let all: BTreeSet<&String> = known.values().flatten().collect();
    for page in ["README.md", "docs/operations.md", "docs/cli.md", "docs/ci.md", "docs/editors.md", "docs/apis.md", "docs/language.md"] {
        for word in words(&read(page)).iter().filter(|word| word.starts_with("--")) {
            let name = word.split_whitespace().next().unwrap_or_default().to_owned();
            assert!(all.contains(&name), "{page} names {name}, which no command has");
        }
    }
}

#[test]
fn every_variable_that_is_named_exists() {
    let known = known();
    let all: BTreeSet<&String> = known.values().flatten().collect();
    let people = |path: &String| {
        path.ends_with(".md") || path.starts_with("deploy/") || ["compose.yaml", "Dockerfile", "scripts/demo"].contains(&&**path)
    };
    let mut seen = 0;
    for path in files().into_iter().filter(people) {
        for rest in read(&path).split("FLOWGATE_").skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
            if !name.is_empty() {
                seen += 1;
                assert!(all.contains(&format!("FLOWGATE_{name}")), "{path} names FLOWGATE_{name}, which does not exist");
            }
        }
    }
    assert!(seen > 5, "only {seen} variables were found");
}
