//! The file of accounts that `docs/operations.md` shows.

use flowgate::{
    accounts::{Accounts, Feature},
    diagnostic::Problems,
};

use super::pages::examples;
use crate::tree::read;

#[test]
fn the_accounts_that_are_shown_are_read() {
    let shown = examples(&read("docs/operations.md")).into_iter().find(|example| example.text.starts_with("\"61179\":\n")).unwrap();
    let mut problems = Problems::default();
    let accounts = Accounts::read(&"accounts.yaml".into(), shown.text.as_bytes(), &mut problems).expect("nothing is wrong with it");
    let owner = |bot: &str| accounts.owner(&bot.into()).to_string();
    assert_eq!(["pizza", "shop_2", "clinic"].map(owner), ["61179", "61179", "1"]);
    assert!(accounts.may(&"61179".into(), Feature::Triggers) && problems.is_empty());
}
