//! What the operator's file of accounts has against itself, and against bots.

use super::Problems;
use crate::diagnostic::Place;

impl Problems {
    pub(crate) fn given_twice(&mut self, place: Place, bot: &str) {
        self.error("bad-setting", place, format!("\"{bot}\" is given to an account twice")).help("a bot belongs to one account");
    }

    pub(crate) fn not_of_account(&mut self, place: Place, said: &str, owner: &str) {
        let message =
            format!("the bot cannot go live: it says that it belongs to account \"{said}\", and the accounts file gives it to \"{owner}\"");
        self.error("not-of-account", place, message).help(format!("write `account: \"{owner}\"`, or change the accounts file"));
    }

    pub(crate) fn not_listed(&mut self, place: Place, account: &str, what: &str, name: &str) {
        self.error("not-of-account", place, format!("the bot cannot go live: account \"{account}\" does not list the {what} {name}"));
    }
}
