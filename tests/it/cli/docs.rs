//! `docs/cli.md` names every option of every command, with its default and its values.

use std::{fs, path::Path};

use clap::{Arg, Args, Command};
use flowgate::settings::{Chat, Check, Keys, Migrate, Schema, Serve, Test, Tokens};

fn command<S: Args>(name: &'static str) -> Command {
    S::augment_args(Command::new(name))
}

/// The chapter of a command.
fn chapter(docs: &str, command: &str) -> String {
    let title = format!("## `flowgate {command}");
    let from = docs.find(&title).unwrap_or_else(|| panic!("no chapter of {command}"));
    let chapter = &docs[from + title.len()..];
    chapter.split("\n## ").next().unwrap().to_owned()
}

/// What a chapter has to say about an argument.
fn facts(argument: &Arg) -> Vec<String> {
    let values: Vec<String> = argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    let takes_value = argument.get_action().takes_values();
    let Some(option) = argument.get_long() else { return if takes_value { values } else { vec![] } };
    let defaults = argument.get_default_values().iter().map(|value| format!("`{}`", value.to_str().unwrap()));
    let named = if takes_value { format!("`--{option} ") } else { format!("`--{option}`") };
    let mut facts = vec![named];
    facts.extend(takes_value.then(|| values.into_iter().chain(defaults)).into_iter().flatten());
    facts
}

fn commands() -> [Command; 8] {
    [
        command::<Serve>("serve"),
        command::<Check>("check"),
        command::<Test>("test"),
        command::<Chat>("chat"),
        command::<Schema>("schema"),
        command::<Migrate>("migrate"),
        command::<Tokens>("tokens"),
        command::<Keys>("keys"),
    ]
}

/// The arguments of a command, and of what can be done with it.
fn arguments(command: &Command) -> Vec<Arg> {
    let own = command.get_arguments().cloned();
    own.chain(command.get_subcommands().flat_map(|action| action.get_arguments().cloned())).collect()
}

#[test]
fn every_option_is_documented() {
    let docs = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cli.md")).unwrap();
    for command in commands() {
        let chapter = chapter(&docs, command.get_name());
        for fact in arguments(&command).iter().flat_map(facts) {
            assert!(chapter.contains(&fact), "docs/cli.md says nothing of {fact} in the chapter of {}", command.get_name());
        }
    }
}

#[test]
fn help_texts_are_as_reviewed() {
    for command in commands() {
        let hidden = |command: Command| command.mut_args(|argument| argument.hide_env_values(true));
        let mut command = hidden(command).mut_subcommands(hidden).term_width(100);
        insta::assert_snapshot!(format!("help_{}", command.get_name()), command.render_long_help());
    }
}

#[test]
fn every_option_has_its_variable() {
    for command in commands() {
        for argument in arguments(&command) {
            let Some(option) = argument.get_long() else { continue };
            let variable = format!("FLOWGATE_{}", option.to_uppercase().replace('-', "_"));
            assert_eq!(argument.get_env().and_then(|name| name.to_str()), Some(variable.as_str()), "{}", command.get_name());
        }
    }
}
