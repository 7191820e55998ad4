//! The file, what it says of bots, and what is said of a wrong one.

use std::{collections::BTreeMap, sync::Arc};

use super::*;
use crate::{
    diagnostic::{Problems, render},
    flow::{
        Bot,
        compile::{Files, Parsed, compile},
    },
    outbound::Secrets,
};

const FILE: &str = r#"
"61179": {bots: [pizza, "shop*"], secrets: ["SHOP_*", token], hosts: [shop.example, "*.shop.example"], settings: ["BOT_*"], features: [triggers]}
"7": {bots: ["*"]}
"#;

fn read(text: &str) -> Result<Accounts, String> {
    let (mut problems, file) = (Problems::default(), Arc::from("accounts.yaml"));
    let accounts = Accounts::read(&file, text.as_bytes(), &mut problems);
    accounts.ok_or_else(|| render::text(&problems.into_sorted(), &BTreeMap::from([(file, Arc::from(text))]), false))
}

#[test]
fn the_first_account_that_names_a_bot_owns_it() {
    let accounts = read(FILE).unwrap();
    let owner = |bot: &str| accounts.owner(&bot.into()).to_string();
    assert_eq!(["pizza", "shop", "shop_2", "clinic"].map(owner), ["61179", "61179", "61179", "7"]);
    let nobody = read("\"61179\": {bots: [pizza]}\n").unwrap();
    assert_eq!(nobody.owner(&"clinic".into()).as_str(), "1");
}

#[test]
fn features_are_all_if_none_are_listed_and_settings_none() {
    let accounts = read(FILE).unwrap();
    assert!(accounts.may(&"61179".into(), Feature::Triggers) && !accounts.may(&"61179".into(), Feature::OpenApi));
    assert!(accounts.may(&"7".into(), Feature::OpenApi) && accounts.may(&"1".into(), Feature::Broadcasts));
    assert!(
        accounts.may_read(&"61179".into(), "BOT_URL")
            && !accounts.may_read(&"61179".into(), "PATH")
            && !accounts.may_read(&"7".into(), "BOT_URL")
    );
}

#[test]
fn what_is_wrong_with_the_file_is_told_with_its_line() {
    for (text, said) in [
        ("shop: {bots: [a]}\n", "\"shop\" is no account"),
        ("\"1\": {bot: [a]}\n", "unknown key \"bot\""),
        ("\"1\": {bots: [a]}\n\"2\": {bots: [a]}\n", "\"a\" is given to an account twice"),
        ("\"1\": {bots: [\"a b\"]}\n", "\"a b\" is no name"),
        ("\"1\": {features: [everything]}\n", "\"everything\""),
        ("\"1\": [a]\n", "accounts.yaml:1"),
        ("\"1\": {bots: [a\n", "accounts.yaml:"),
        ("- a\n", "accounts.yaml:1"),
    ] {
        let told = read(text).unwrap_err();
        assert!(told.contains(said) && told.contains("accounts.yaml:"), "{text}: {told}");
    }
}

fn bot(key: &str, account: &str, url: &str) -> Bot {
    let files = [
        ("bot.yaml", format!("version: 1\nbot: {key}\naccount: \"{account}\"\nstart: main\n")),
        ("sequences/main.yaml", "version: 1\nsequence: main\nblocks: [{text: \"<<one>>\"}]\n".to_owned()),
        ("apis/one.yaml", format!("version: 1\napi: one\nmethod: GET\nurl: \"{url}\"\noutput: text\nsample: {{data: x}}\n")),
    ];
    let contents = files.into_iter().map(|(path, text)| (path.to_owned(), Arc::from(text.into_bytes()))).collect();
    let files = Files { key: key.into(), folder: format!("bots/{key}"), contents };
    let mut problems = Problems::default();
    compile(&Parsed::read(&files, &mut problems), &mut problems).unwrap()
}

/// What stands against a bot.
fn judged(bot: &Bot) -> Vec<String> {
    let secrets = Secrets::of([("SHOP_URL", "https://api.shop.example/v1"), ("SHOP_EVIL", "https://evil.example"), ("TOKEN", "x")]);
    let mut problems = Problems::default();
    read(FILE).unwrap().judge(bot, &"bots/shop/bot.yaml".into(), Some(&secrets), &mut problems);
    problems.into_sorted().into_iter().map(|found| found.message).collect()
}

#[test]
fn a_bot_uses_what_its_account_has_and_nothing_else() {
    for url in [
        "https://shop.example/a/{{now}}",
        "https://api.shop.example:8443?x={{now}}",
        "${env:SHOP_URL}/{{now}}",
        "https://shop.example/${file:token}",
    ] {
        assert_eq!(judged(&bot("shop", "61179", url)), [""; 0], "{url}");
    }
    for (bot, said) in [
        (
            bot("shop", "1", "https://shop.example/"),
            "it says that it belongs to account \"1\", and the accounts file gives it to \"61179\"",
        ),
        (
            bot("clinic", "61179", "https://shop.example/"),
            "it says that it belongs to account \"61179\", and the accounts file gives it to \"7\"",
        ),
        (bot("shop", "61179", "https://evil.example/shop.example"), "account \"61179\" does not list the host evil.example"),
        (bot("shop", "61179", "${env:SHOP_EVIL}/x"), "account \"61179\" does not list the host behind a secret"),
        (bot("shop", "61179", "https://shop.example/${env:TOKEN}"), "account \"61179\" does not list the secret ${env:TOKEN}"),
        (bot("clinic", "7", "https://shop.example/"), "account \"7\" does not list the host shop.example"),
    ] {
        assert_eq!(judged(&bot), [format!("the bot cannot go live: {said}")]);
    }
}
