//! Every code that a diagnostic can have, with one sentence for those who meet it.

/// All codes and what they mean, by name.
pub const ALL: &[(&str, &str)] = &[
    ("ambiguous-id", "The id of a block is also the key of a sequence, so a `goto` could mean either."),
    ("answer-shape", "A conversation test gives an API an answer that does not fit it, so the call fails with `shape`."),
    ("api-not-here", "A text that is shown after its block has run, such as that of a retry, cannot call an API."),
    ("api-output", "A block needs an API with another `output`."),
    ("api-path", "A path is not in the `response` of its API."),
    ("api-response", "A path is read from an API that has no `response`, so nobody can know whether it is there."),
    ("api-shape", "An API is described in a way that cannot be called, for example a GET with a body."),
    ("bad-expression", "An expression cannot be read."),
    ("bad-header", "A header is one that the gateway sets itself, or no header at all."),
    ("bad-name", "A name has characters that it cannot have, or too many of them."),
    ("bad-pattern", "A regular expression cannot be read."),
    ("bad-placeholder", "A `<<` begins no placeholder: one is `<<api>>` or `<<api.path>>`."),
    ("bad-response", "The `response` of an API is not a JSON Schema."),
    ("bad-sample", "The `sample` of an API would be refused as its answer."),
    ("bad-secret", "A reference to a secret is not one that can be resolved."),
    ("bad-setting", "A setting of the bot has a value that does not exist, for example a time zone."),
    ("bad-template", "A template cannot be read."),
    ("bad-url", "An address is not one that can be called."),
    ("bot-limit", "A bot is too large: its files hold too many values, its patterns become too large, or it has too many locales."),
    ("comment-in-text", "A `#` after a space begins a comment, so the rest of the text is lost; the text has to be quoted."),
    ("conflicting-keys", "Keys stand in one mapping of which only one may be there."),
    ("duplicate", "A name stands twice where it has to be unique."),
    ("duplicate-test", "Two conversation tests have the same name."),
    ("empty-list", "A list is empty that needs at least one entry."),
    ("empty-value", "A key has no value, perhaps because what follows is read as a comment."),
    ("endless-loop", "The flow gets into a loop in which it never waits and from which nothing leads out."),
    ("expect-rule", "A rule of `expect`, or `of` or `fields`, makes no sense for the type beside it."),
    ("folder-limit", "A folder of a bot holds too much, or its folders nest too deep."),
    ("folder-mismatch", "A bot's key and the name of its folder differ."),
    ("goto-into-group", "A `goto` leads into a group of blocks from outside it."),
    ("invalid-value", "A value does not fit what its key expects."),
    ("literal-secret", "A token or password seems to be written out in the bot."),
    ("locale-file", "The name of a locale's file is not that of its language."),
    ("locale-missing", "A locale lacks the translation of a text."),
    ("locale-placeholders", "A translation reads other names than its text."),
    ("locale-unused", "A locale translates a text that no block says."),
    ("missing-key", "A mapping lacks a key that it has to have."),
    ("missing-secret", "A secret that the bot needs is not there, so the bot cannot go live; `serve` alone looks for it."),
    ("never-reached", "Nothing leads to a block or branch, because what stands before it always leaves."),
    ("no-block", "Something is to be done, and nothing says what."),
    ("no-bot-file", "A folder has no bot.yaml."),
    ("no-condition", "A trigger does not say which messages it takes."),
    ("no-sample", "An API has no sample, so its bot cannot be tested or run offline."),
    (
        "not-of-account",
        "A bot says that it is another account's, or uses a secret or a host that its account does not list in the file of `--accounts`.",
    ),
    ("only-recorded", "A channel is listed on which this version delivers nothing, so what the bot says there is only recorded."),
    ("open-access", "Anybody can speak on webchat as any user."),
    ("opt-out-in-trigger", "A trigger takes a word that ends all messages to the user before any trigger is asked."),
    ("out-of-range", "A number or duration is smaller or larger than it can be."),
    ("planned", "Something is named that is planned and not in this version."),
    ("press-twice", "An item can be pressed again later, and then makes a call again that is not repeatable."),
    ("proves-nothing", "A step of a conversation test holds whatever the bot does."),
    ("question-without-id", "A question has no `id`, so a session that waits at it does not know it again when its wording changes."),
    ("read-only", "A name is set that only the gateway sets."),
    ("reserved-name", "An attribute has a name that means something else in templates and expressions."),
    ("secret-not-here", "A secret stands where users could see it."),
    ("several-blocks", "One block has several block keys."),
    ("stray-file", "A YAML file stands where no part of a bot is looked for."),
    ("template-limit", "A template or an expression is too long or too deep."),
    ("template-suspect", "A text has something that looks like a placeholder but is none."),
    ("templated-host", "A user could choose which host an API calls."),
    ("timeout-too-long", "An API would be waited for longer than 5 seconds."),
    ("too-many", "A file has so many problems that not all are listed."),
    ("trigger-shadowed", "A word of a trigger starts another trigger, which is asked before it."),
    ("unknown-api", "An API is named that does not exist."),
    ("unknown-attribute", "An attribute is set that is not declared."),
    ("unknown-channel", "A channel is named that does not exist."),
    ("unknown-failure", "A conversation test lets a call fail in a way that does not exist."),
    ("unknown-function", "An expression calls a function that does not exist."),
    ("unknown-helper", "A template uses a helper that does not exist."),
    ("unknown-key", "A key is not known where it stands; it is probably misspelled or belongs elsewhere."),
    ("unknown-message", "A built-in wording is replaced that does not exist."),
    ("unknown-name", "A template or an expression reads a name that does not exist."),
    ("unknown-sequence", "A sequence is named that does not exist."),
    ("unknown-target", "A `goto` leads nowhere."),
    ("unreadable-file", "A file or folder cannot be read."),
    ("unused-api", "No block calls an API."),
    ("unused-attribute", "A declared attribute is neither read nor set."),
    ("unused-sequence", "Nothing in the bot leads to a sequence."),
    ("version-not-stored", "The version could not be stored in the database, so the bot cannot go live yet."),
    ("wrong-item", "An item says things that do not go together."),
    ("wrong-type", "A value is of another type than its key expects."),
    ("wrong-value", "A value has the right type but is not one of those that are possible."),
    ("yaml-alias", "An unquoted `*` or `&` begins an alias or anchor, which has no counterpart here or goes round in circles."),
    ("yaml-character", "Control characters cannot be used, neither as they are nor as escapes."),
    ("yaml-documents", "A file holds more than one YAML document."),
    ("yaml-duplicate-key", "A key stands twice in one mapping, and YAML would quietly drop one of them."),
    ("yaml-empty", "A file says nothing."),
    ("yaml-encoding", "A file is not UTF-8."),
    ("yaml-key", "A key is not a text."),
    ("yaml-limit", "A file is too large, nests too deep, or becomes too large by its aliases."),
    ("yaml-merge", "The merge key `<<` has something else than a mapping."),
    ("yaml-number", "A number is infinite or none at all."),
    ("yaml-syntax", "A file is not YAML."),
    ("yaml-tab", "A tab stands where YAML wants spaces."),
    ("yaml-tag", "An unquoted `!` begins a tag, and tags mean nothing in bots."),
    ("yaml-unquoted", "A text has to be quoted, since YAML reads it as something else."),
];

/// What a code means.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    ALL.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The codes that the message functions use, from their source.
    fn used() -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostic/problems");
        let call = regex::Regex::new(r#"(?:\.(?:error|warning|hint)\(|Diagnostic::new\(severity,)\s*"([^"]+)""#).unwrap();
        let mut codes = BTreeSet::new();
        for entry in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            codes.extend(call.captures_iter(&text).map(|c| c[1].to_owned()));
        }
        codes
    }

    #[test]
    fn every_code_is_explained_and_every_explained_code_is_used() {
        let explained: BTreeSet<String> = ALL.iter().map(|(code, _)| (*code).to_owned()).collect();
        assert_eq!(used(), explained);
    }

    #[test]
    fn codes_are_sorted_and_sentences_end() {
        assert!(ALL.is_sorted());
        assert!(ALL.iter().all(|(_, meaning)| meaning.ends_with('.')));
        assert_eq!(explain("yaml-empty"), Some("A file says nothing."));
        assert_eq!(explain("no-such-code"), None);
    }
}
