//! Messages about bots: names that are not there, templates and expressions that do not compile, values that do not fit.

use std::borrow::Cow;

use super::{Place, Problems, similar};

/// So many names are offered where none is similar.
const OFFERED_MAX: usize = 8;

/// Points at the similar name, or lists the first there are.
fn suggestion(what: &str, name: &str, known: &[&str]) -> Option<String> {
    if let Some(near) = similar(name, known.iter().copied()) {
        return Some(format!("{} {what} with a similar name exists: \"{near}\"", article(what)));
    }
    let offered = known.iter().take(OFFERED_MAX).map(|k| format!("\"{k}\"")).collect::<Vec<_>>().join(", ");
    Some(match known.len() {
        0 => format!("there is no {what} yet"),
        1..=OFFERED_MAX => format!("there is {offered}"),
        many => format!("there is {offered} and {} more", many - OFFERED_MAX),
    })
}

fn article(what: &str) -> &'static str {
    if what.starts_with(['a', 'A', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

impl Problems {
    pub(crate) fn no_bot_file(&mut self, place: Place, bot: &str) {
        self.error("no-bot-file", place, format!("bot \"{bot}\" has no bot.yaml"))
            .help(format!("begin with `version: 1`, `bot: {bot}` and `start:` with the key of a sequence"));
    }

    pub(crate) fn stray_file(&mut self, place: Place, meant: Option<&str>) {
        let files = "the files of a bot are bot.yaml and the .yaml files in sequences/, apis/, tests/ and locales/";
        self.warning("stray-file", place, "the file belongs to no part of a bot and is ignored".into())
            .help(meant.map_or_else(|| files.to_owned(), |meant| format!("call it {meant}: {files}")));
    }

    pub(crate) fn folder_mismatch(&mut self, place: Place, bot: &str, folder: &str) {
        self.error("folder-mismatch", place, format!("the bot calls itself \"{bot}\", its folder \"{folder}\""))
            .help(format!("write `bot: {folder}`, or rename the folder"));
    }

    pub(crate) fn bad_name(&mut self, place: Place, what: &str, name: &str, rule: &str) {
        self.error("bad-name", place, format!("\"{name}\" cannot be the name of {} {what}", article(what))).help(rule.to_owned());
    }

    pub(crate) fn reserved_name(&mut self, place: Place, name: &str) {
        self.error("reserved-name", place, format!("\"{name}\" is a built-in name and cannot be declared"))
            .help("choose another name; built-in ones need no declaration");
    }

    pub(crate) fn duplicate(&mut self, place: Place, what: &str, name: &str, first: Place) {
        self.error("duplicate", place, format!("the {what} \"{name}\" stands twice")).related(first, "first used here");
    }

    pub(crate) fn differs_in_case(&mut self, place: Place, what: &str, name: &str, other: &str, first: Place) {
        self.error("duplicate", place, format!("the {what} \"{name}\" differs only in case from \"{other}\""))
            .related(first, "first used here");
    }

    /// The cure looks through all names that could stand there, so these are asked for only if it is shown.
    pub(crate) fn unknown_target<'a>(&mut self, place: Place, from: &str, target: &str, known: impl FnOnce() -> Vec<Cow<'a, str>>) {
        self.error("unknown-target", place, format!("{from} goes to \"{target}\", which does not exist")).help_by(|| {
            let known = known();
            suggestion("sequence or block", target, &known.iter().map(|k| &**k).collect::<Vec<_>>())
        });
    }

    pub(crate) fn unknown_sequence(&mut self, place: Place, name: &str, known: &[&str]) {
        self.error("unknown-sequence", place, format!("there is no sequence \"{name}\"")).help_by(|| suggestion("sequence", name, known));
    }

    pub(crate) fn unknown_api(&mut self, place: Place, name: &str, known: &[&str]) {
        self.error("unknown-api", place, format!("there is no API \"{name}\"")).help_by(|| suggestion("API", name, known));
    }

    pub(crate) fn unknown_attribute(&mut self, place: Place, name: &str, known: &[&str]) {
        self.error("unknown-attribute", place, format!("attribute \"{name}\" is not declared")).help_by(|| {
            Some(match similar(name, known.iter().copied()) {
                Some(near) => format!("an attribute with a similar name exists: \"{near}\""),
                None => format!("declare it in bot.yaml: `attributes: {{{name}: {{type: string}}}}`"),
            })
        });
    }

    pub(crate) fn unknown_name(&mut self, place: Place, name: &str, known: &[&str]) {
        self.error("unknown-name", place, format!("nothing is called \"{name}\" here")).help_by(|| {
            Some(match similar(name, known.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("an attribute has to be declared in bot.yaml: `attributes: {{{name}: {{type: string}}}}`"),
            })
        });
    }

    pub(crate) fn unknown_channel(&mut self, place: Place, name: &str, known: &[&str]) {
        self.error("unknown-channel", place, format!("there is no channel \"{name}\"")).help_by(|| suggestion("channel", name, known));
    }

    pub(crate) fn unknown_message(&mut self, place: Place, name: &str, known: &[&str]) {
        self.error("unknown-message", place, format!("there is no built-in wording \"{name}\""))
            .help_by(|| suggestion("wording", name, known));
    }

    pub(crate) fn read_only(&mut self, place: Place, name: &str) {
        self.error("read-only", place, format!("\"{name}\" is set by the gateway and cannot be set by a bot"));
    }

    pub(crate) fn unknown_helper(&mut self, place: Place, message: String, help: Option<String>) {
        self.error("unknown-helper", place, message).help_by(|| help);
    }

    pub(crate) fn unknown_function(&mut self, place: Place, message: String, help: Option<String>) {
        self.error("unknown-function", place, message).help_by(|| help);
    }

    pub(crate) fn bad_placeholder(&mut self, place: Place, message: String, help: Option<String>) {
        self.error("bad-placeholder", place, message).help_by(|| help);
    }

    pub(crate) fn template_limit(&mut self, place: Place, message: String, help: Option<String>) {
        self.error("template-limit", place, message).help_by(|| help);
    }

    pub(crate) fn bad_template(&mut self, place: Place, message: String, help: Option<String>) {
        self.error("bad-template", place, message).help_by(|| help);
    }

    pub(crate) fn bad_expression(&mut self, place: Place, message: String, help: Option<String>) {
        self.error("bad-expression", place, message).help_by(|| help);
    }

    pub(crate) fn template_suspect(&mut self, place: Place, message: String, help: Option<String>) {
        self.warning("template-suspect", place, message).help_by(|| help);
    }

    pub(crate) fn no_block(&mut self, place: Place, keys: &[&str]) {
        self.error("no-block", place, "nothing is done here".into()).help(format!("write one of {}", keys.join(", ")));
    }

    pub(crate) fn several_blocks(&mut self, place: Place, keys: &[&str]) {
        let list = keys.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(" and ");
        self.error("several-blocks", place, format!("{list} stand in one block")).help("a block does one thing; make a list of blocks");
    }

    pub(crate) fn empty_list(&mut self, place: Place, what: &str) {
        self.error("empty-list", place, format!("the list of {what} is empty")).help("add an entry, or leave the block out");
    }

    pub(crate) fn api_not_here(&mut self, place: Place, name: &str) {
        self.error("api-not-here", place, format!("API \"{name}\" cannot be called from here"))
            .help("call it in the texts, items or values of a block; or save what it answers in an attribute first");
    }

    pub(crate) fn api_output(&mut self, place: Place, api: &str, output: &str, wanted: &str) {
        self.error("api-output", place, format!("API \"{api}\" has output {output}; this block needs {wanted}"));
    }

    pub(crate) fn api_path(&mut self, place: Place, api: &str, path: &str) {
        self.error("api-path", place, format!("the response of API \"{api}\" has no \"{path}\""))
            .help("the path has to be in the API's `response` schema");
    }

    pub(crate) fn api_response_missing(&mut self, place: Place, api: &str) {
        self.error(
            "api-response",
            place,
            format!("API \"{api}\" has no `response` schema, so nothing is known of what lies inside its data"),
        )
        .help("add `response: {type: object, properties: {…}}` to the API's file");
    }

    pub(crate) fn bad_response(&mut self, place: Place, reason: &str) {
        self.error("bad-response", place, format!("`response` is not a JSON Schema: {reason}"));
    }

    pub(crate) fn bad_sample(&mut self, place: Place, reason: &str) {
        self.error("bad-sample", place, format!("the sample does not fit: {reason}"))
            .help("a sample is an answer as the backend gives it; it goes through the same checks");
    }

    pub(crate) fn no_sample(&mut self, place: Place, api: &str) {
        self.warning("no-sample", place, format!("API \"{api}\" has no sample, so its bot cannot be tested or shown offline"))
            .help("add `sample: {data: …}`");
    }

    pub(crate) fn templated_host(&mut self, place: Place) {
        self.error("templated-host", place, "a template stands in the scheme, host or port of the URL".into())
            .help("write the host as it is, or as `${env:NAME}`, so that no user can choose where the gateway calls");
    }

    pub(crate) fn bad_url(&mut self, place: Place, reason: &str) {
        self.error("bad-url", place, format!("this is not a URL that can be called: {reason}"))
            .help("write it whole, as in `https://shop.example/orders`, or begin it with `${env:NAME}`");
    }

    pub(crate) fn timeout_too_long(&mut self, place: Place) {
        self.error("timeout-too-long", place, "a call may take 5s at most".into())
            .help("answer quickly and do long work in the background");
    }

    pub(crate) fn out_of_range(&mut self, place: Place, message: &str) {
        self.error("out-of-range", place, message.to_owned());
    }

    pub(crate) fn bad_pattern(&mut self, place: Place, reason: &str) {
        self.error("bad-pattern", place, format!("the pattern does not compile: {reason}"));
    }

    pub(crate) fn bad_secret(&mut self, place: Place, reason: &str) {
        self.error("bad-secret", place, reason.to_owned());
    }

    pub(crate) fn secret_not_here(&mut self, place: Place) {
        self.error("secret-not-here", place, "a secret cannot be used here".into())
            .help("secrets may stand in an API's url, headers, params, body and auth, and in channels; never in what users see");
    }

    pub(crate) fn bad_header(&mut self, place: Place, name: &str) {
        self.error("bad-header", place, format!("the header \"{name}\" cannot be set"))
            .help("the gateway sets this header itself; leave it out");
    }

    pub(crate) fn api_shape(&mut self, place: Place, message: &str, help: &str) {
        self.error("api-shape", place, message.to_owned()).help(help);
    }

    pub(crate) fn goto_into_group(&mut self, place: Place, target: &str, group: Place) {
        self.error("goto-into-group", place, format!("\"{target}\" stands inside a group; a goto cannot jump into it from outside"))
            .related(group, "the group begins here")
            .help("give the block a place of its own, or go to the group");
    }

    pub(crate) fn ambiguous_id(&mut self, place: Place, id: &str, sequence: Place) {
        self.error("ambiguous-id", place, format!("the id \"{id}\" is also the key of a sequence, so a `goto` could mean either"))
            .related(sequence, "the sequence")
            .help("give the block another id");
    }

    pub(crate) fn never_reached(&mut self, place: Place) {
        self.error("never-reached", place, "this branch is never reached: the one before it has no `when`".into())
            .help("put it before the other, or give the other a `when`");
    }

    pub(crate) fn no_condition(&mut self, place: Place) {
        self.error("no-condition", place, "the trigger has no keywords, contains or pattern, so nothing starts it".into())
            .help("add the words that users write: `keywords: [menu]`");
    }

    pub(crate) fn opt_out_in_trigger(&mut self, place: Place, word: &str) {
        self.error("opt-out-in-trigger", place, format!("\"{word}\" is a word of `opt_out`, which comes before all triggers"))
            .help("take it out of the one or the other");
    }

    pub(crate) fn wrong_item(&mut self, place: Place, message: &str) {
        self.error("wrong-item", place, message.to_owned());
    }

    pub(crate) fn wrong_value_for(&mut self, place: Place, what: &str, value: &str, types: &str) {
        self.error("wrong-value", place, format!("{value} does not fit {what}, which is {types}"));
    }

    pub(crate) fn always_once(&mut self, place: Place) {
        self.error("wrong-value", place, "quick replies always act once".into())
            .help("leave `once` out, or write `buttons` for items that can be pressed later, too");
    }

    pub(crate) fn expect_rule(&mut self, place: Place, rule: &str, types: &str) {
        let help = match rule {
            "min" | "max" => "`min` and `max` are for numbers, dates and times; a text has `min_length` and `max_length`",
            "of" => "`of` says what a list is made of",
            "fields" => "`fields` says what an object is made of",
            _ => "`min_length`, `max_length` and `pattern` are for texts; a number or date has `min` and `max`",
        };
        self.error("expect-rule", place, format!("`{rule}` makes no sense for {types}")).help(help);
    }

    pub(crate) fn bad_setting(&mut self, place: Place, what: &str, value: &str, help: &str) {
        self.error("bad-setting", place, format!("\"{value}\" is no {what}")).help(help.to_owned());
    }

    pub(crate) fn templated_setting(&mut self, place: Place) {
        self.error("bad-setting", place, "a placeholder stands in a setting, which is the same for every user".into())
            .help("write the value as it is, or as `${env:NAME}`");
    }

    pub(crate) fn planned_channel(&mut self, place: Place, channel: &str) {
        self.error("planned", place, format!("the channel \"{channel}\" is planned, not in this version"))
            .help("leave it out until there is a version that has it");
    }

    pub(crate) fn only_recorded(&mut self, place: Place, channel: &str) {
        self.hint(
            "only-recorded",
            place,
            format!("this version delivers nothing on \"{channel}\": what the bot says there is only recorded"),
        )
        .help("its secrets are not needed yet; the bot goes live without them");
    }

    pub(crate) fn open_access(&mut self, place: Place) {
        self.warning("open-access", place, "webchat is open: anybody may speak as any user".into())
            .help("use `access: token`, unless another system in front decides who may call");
    }

    pub(crate) fn locale_unknown_text(&mut self, place: Place, text: &str) {
        self.warning("locale-unused", place, format!("no block says \"{text}\""))
            .help("the text has to stand exactly as in the bot, placeholders and all");
    }

    pub(crate) fn locale_missing(&mut self, place: Place, locale: &str, text: &str) {
        self.warning("locale-missing", place, format!("locale \"{locale}\" does not translate \"{text}\""))
            .help(format!("add it to locales/{locale}.yaml"));
    }

    pub(crate) fn locale_placeholders(&mut self, place: Place, own: &str, other: &str) {
        self.error("locale-placeholders", place, format!("the translation reads {other}, the text reads {own}"))
            .help("a translation has the placeholders of its text");
    }

    pub(crate) fn locale_file(&mut self, place: Place, locale: &str, file: &str) {
        self.error("locale-file", place, format!("the locale calls itself \"{locale}\", its file \"{file}\""))
            .help(format!("call the file {locale}.yaml"));
    }
}

impl Problems {
    pub(crate) fn missing_secret(&mut self, place: Place, reason: &str) {
        self.error("missing-secret", place, format!("the bot cannot go live: {reason}"));
    }

    pub(crate) fn version_not_stored(&mut self, place: Place, reason: &str) {
        self.error("version-not-stored", place, format!("the bot cannot go live: its version could not be stored ({reason})"));
    }
}
