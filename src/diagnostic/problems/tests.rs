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
}
