//! Messages about conversation tests that show without running them. (What all files share stands beside this one.)

use super::{Place, Problems, similar};

impl Problems {
    pub(crate) fn unknown_failure(&mut self, place: Place, kind: &str, known: &[&str]) {
        let help = match similar(kind, known.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("there is {}", known.join(", ")),
        };
        self.error("unknown-failure", place, format!("a call cannot fail by \"{kind}\"")).help(help);
    }

    pub(crate) fn answer_shape(&mut self, place: Place, api: &str, reason: &str) {
        self.warning("answer-shape", place, format!("the answer does not fit API \"{api}\", so the call fails: {reason}"))
            .help("write `fails: shape` if that is meant");
    }

    pub(crate) fn duplicate_test(&mut self, place: Place, name: &str, first: Place) {
        self.warning("duplicate-test", place, format!("two tests are called \"{name}\", so a report cannot tell them apart"))
            .related(first, "the other one")
            .help("say in each name what that test shows");
    }

    pub(crate) fn before_anything(&mut self, place: Place) {
        self.error("proves-nothing", place, "nothing has happened before this step".into())
            .help("begin with what somebody does: `user` or `start`");
    }

    pub(crate) fn expects_nothing(&mut self, place: Place) {
        self.error("proves-nothing", place, "this `expect` names nothing that has to hold".into());
    }

    pub(crate) fn matches_everything(&mut self, place: Place) {
        self.error("proves-nothing", place, "every text has this".into()).help("write what has to be found in it");
    }

    pub(crate) fn empty_message(&mut self, place: Place) {
        self.error("empty-value", place, "no user can send an empty message".into());
    }
}
