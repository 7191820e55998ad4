//! Messages about the shape of a file: keys, types and values that its schema refuses.

use super::{Place, Problems, similar};

/// So many names are still read; more are not listed.
const LISTED_MAX: usize = 12;
/// So many names are offered as help; a block has 23 keys.
const OFFERED_MAX: usize = 24;

impl Problems {
    pub(crate) fn unknown_key(&mut self, place: Place, key: &str, known: &[&str]) {
        self.error("unknown-key", place, format!("unknown key \"{key}\"")).help_by(|| offer("key", key, known));
    }

    /// The keys that are possible have a pattern, so only a description can say which they are.
    pub(crate) fn unknown_key_of_pattern(&mut self, place: Place, key: &str, help: Option<&str>) {
        self.error("unknown-key", place, format!("unknown key \"{key}\"")).help_by(|| help.map(str::to_owned));
    }

    /// A key that is missing because it is spelled wrong is told by its unknown spelling alone.
    pub(crate) fn missing_key(&mut self, place: Place, key: &str, unknown: &[&str]) {
        if similar(key, unknown.iter().copied()).is_none() {
            self.error("missing-key", place, format!("the key \"{key}\" is missing"));
        }
    }

    pub(crate) fn missing_one_of(&mut self, place: Place, keys: &[&str]) {
        match keys {
            [key] => self.missing_key(place, key, &[]),
            _ if keys.len() <= LISTED_MAX => {
                self.error("missing-key", place, format!("one of these keys is missing: {}", names(keys)));
            }
            _ => {
                let help = format!("for example: {}", names(&keys[..LISTED_MAX]));
                self.error("missing-key", place, "a key is missing that says what this is".into()).help(help);
            }
        }
    }

    pub(crate) fn keys_exclude_each_other(&mut self, place: Place, keys: &[&str], help: Option<&str>) {
        self.error("conflicting-keys", place, format!("these keys cannot stand together: {}", names(keys)))
            .help_by(|| help.map(str::to_owned));
    }

    pub(crate) fn not_possible(&mut self, place: Place, found: &str, help: Option<&str>) {
        self.error("wrong-value", place, format!("{found} is not possible here")).help_by(|| help.map(str::to_owned));
    }

    pub(crate) fn wrong_type(&mut self, place: Place, expected: &str, found: &str, help: Option<String>) {
        self.error("wrong-type", place, format!("expected {expected}, found {found}")).help_by(|| help);
    }

    pub(crate) fn wrong_choice(&mut self, place: Place, found: &str, text: Option<&str>, allowed: &[&str], help: Option<&str>) {
        let message = match allowed {
            [one] => format!("expected {one}, found {found}"),
            _ => format!("{} is not possible here", text.map_or_else(|| found.to_owned(), |text| format!("\"{text}\""))),
        };
        let bare: Vec<&str> = allowed.iter().map(|name| name.trim_matches('"')).collect();
        let offered = || offer("value", text.unwrap_or_default(), &bare).filter(|_| allowed.len() > 1);
        self.error("wrong-value", place, message).help_by(|| offered().or_else(|| help.map(str::to_owned)));
    }

    pub(crate) fn wrong_value(&mut self, place: Place, message: String, help: Option<&str>) {
        self.error("wrong-value", place, message).help_by(|| help.map(str::to_owned));
    }

    pub(crate) fn not_allowed_here(&mut self, place: Place, found: &str) {
        self.error("wrong-value", place, format!("{found} is not allowed here"));
    }

    pub(crate) fn fits_several_forms(&mut self, place: Place) {
        self.error("conflicting-keys", place, "this can be read in more than one way".into());
    }
}

/// Offers the known name that was probably meant, else all of them if they are few.
fn offer(what: &str, name: &str, known: &[&str]) -> Option<String> {
    match similar(name, known.iter().copied()) {
        Some(near) => Some(format!("a {what} with a similar name exists: \"{near}\"")),
        None => (1..=OFFERED_MAX).contains(&known.len()).then(|| format!("possible here: {}", names(known))),
    }
}

fn names(names: &[&str]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}
