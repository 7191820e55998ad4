//! Messages about bots that compile: what cannot be meant.

use super::{Place, Problems};

/// More places than this nobody follows.
const LOOP_PLACES_MAX: usize = 6;

impl Problems {
    pub(crate) fn endless_loop(&mut self, place: Place, block: &str, others: Vec<(Place, String)>) {
        let diagnostic = self
            .error("endless-loop", place, format!("{block} leads round in circles, and nothing on the way waits or ends"))
            .help("put a question into the loop, or a `decide` with a way out of it");
        others
            .into_iter()
            .take(LOOP_PLACES_MAX)
            .fold(diagnostic, |diagnostic, (place, name)| diagnostic.related(place, format!("on the way: {name}")));
    }

    pub(crate) fn press_twice(&mut self, place: Place, block: &str, api: &str, call: Place) {
        let help = match block {
            "gallery" => {
                "ask before the call, in a question with `once: true` or `quick_replies`; or write `idempotent: true` in the API's file"
            }
            _ => "write `once: true` beside the items, or `idempotent: true` in the API's file if calling it twice does no harm",
        };
        self.warning("press-twice", place, format!("an item of this `{block}` that is pressed again later calls \"{api}\" again"))
            .related(call, "the call: it is not repeatable, and no question is sure to come before it")
            .help(help);
    }

    pub(crate) fn block_never_reached(&mut self, place: Place, before: &str, first: Place) {
        self.warning("never-reached", place, "this block is never reached".into())
            .related(first, format!("`{before}` leaves before"))
            .help("remove it, or let a `goto` lead to its id");
    }

    pub(crate) fn unused_sequence(&mut self, place: Place, key: &str) {
        self.warning("unused-sequence", place, format!("nothing in the bot leads to the sequence \"{key}\""))
            .help("remove it, or lead to it; if it is started from outside, add `needs:` with what a start brings, or `needs: []`");
    }

    pub(crate) fn unused_api(&mut self, place: Place, name: &str) {
        self.warning("unused-api", place, format!("no block calls the API \"{name}\"")).help("remove its file, or call it");
    }

    pub(crate) fn unused_attribute(&mut self, place: Place, name: &str) {
        self.hint("unused-attribute", place, format!("the bot neither reads nor sets the attribute \"{name}\""))
            .help("remove it, unless a backend or an agent uses it");
    }

    pub(crate) fn question_without_id(&mut self, place: Place, block: &str) {
        self.hint("question-without-id", place, format!("this `{block}` waits for an answer and has no id"))
            .help("give it an `id`, so that users who are being asked move to the new version when its wording changes");
    }

    pub(crate) fn trigger_shadowed(&mut self, place: Place, word: &str, first: Place, interrupts: bool) {
        let which = if interrupts { "a trigger that interrupts" } else { "an earlier trigger" };
        self.warning("trigger-shadowed", place, format!("\"{word}\" never starts this trigger: {which} takes it"))
            .related(first, "the one that takes it");
    }

    pub(crate) fn literal_secret(&mut self, place: Place) {
        self.warning("literal-secret", place, "this looks like a secret, and everybody who can read the bot can read it".into())
            .help("keep it outside and write `${env:NAME}` or `${file:name}`");
    }
}
