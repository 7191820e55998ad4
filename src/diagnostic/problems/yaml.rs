//! Messages about YAML itself: what is not YAML, and what YAML would quietly load as something else.

use super::{Place, Problems};

impl Problems {
    pub(crate) fn yaml_not_utf8(&mut self, place: Place) {
        self.error("yaml-encoding", place, "the file is not UTF-8".into()).help("save it as UTF-8");
    }

    pub(crate) fn yaml_control_character(&mut self, place: Place, character: char) {
        let message = format!("the control character U+{:04X} cannot be used", u32::from(character));
        self.error("yaml-character", place, message);
    }

    pub(crate) fn yaml_too_large(&mut self, place: Place, kib_max: usize) {
        let message = format!("the file is larger than {kib_max} KiB");
        self.error("yaml-limit", place, message).help("split it into several files");
    }

    pub(crate) fn yaml_too_deep(&mut self, place: Place, depth_max: usize) {
        self.error("yaml-limit", place, format!("lists and mappings nest deeper than {depth_max}"));
    }

    pub(crate) fn yaml_expands_too_far(&mut self, place: Place, mib_max: usize) {
        self.error("yaml-limit", place, format!("aliases make the file larger than {mib_max} MiB"));
    }

    pub(crate) fn yaml_empty(&mut self, place: Place) {
        self.error("yaml-empty", place, "the file is empty".into());
    }

    pub(crate) fn yaml_second_document(&mut self, place: Place) {
        self.error("yaml-documents", place, "a second document begins here; a file holds one".into())
            .help("put it into a file of its own, or remove the `---`");
    }

    pub(crate) fn yaml_duplicate_key(&mut self, place: Place, key: &str, first: Place) {
        self.error("yaml-duplicate-key", place, format!("the key \"{key}\" stands twice in one mapping")).related(first, "first used here");
    }

    pub(crate) fn yaml_key_is_no_text(&mut self, place: Place) {
        self.error("yaml-key", place, "a key must be a text".into());
    }

    pub(crate) fn yaml_bad_merge(&mut self, place: Place) {
        self.error("yaml-merge", place, "the merge key `<<` needs a mapping or a list of mappings".into());
    }

    pub(crate) fn yaml_alias_in_itself(&mut self, place: Place) {
        self.error("yaml-alias", place, "an alias stands inside the value that it names".into());
    }

    pub(crate) fn yaml_unknown_alias(&mut self, place: Place, alias: &str, help: impl FnOnce() -> String) {
        self.error("yaml-alias", place, format!("an unquoted `*` begins an alias, and there is no anchor for {alias}"))
            .help_by(|| Some(help()));
    }

    pub(crate) fn yaml_unused_anchor(&mut self, place: Place, anchor: &str, help: impl FnOnce() -> String) {
        self.error("yaml-alias", place, format!("an unquoted `&` begins an anchor, and nothing uses {anchor}")).help_by(|| Some(help()));
    }

    pub(crate) fn yaml_tag(&mut self, place: Place, tag: &str, help: impl FnOnce() -> String) {
        self.error("yaml-tag", place, format!("an unquoted `!` begins a tag, and {tag} means nothing here")).help_by(|| Some(help()));
    }

    pub(crate) fn yaml_not_finite(&mut self, place: Place, written: &str, help: impl FnOnce() -> String) {
        self.error("yaml-number", place, format!("{written} is not a number that can be used")).help_by(|| Some(help()));
    }

    pub(crate) fn yaml_unquoted_template(&mut self, place: Place, help: impl FnOnce() -> String) {
        self.error("yaml-unquoted", place, "a text that begins with `{{` is a mapping unless it is quoted".into()).help_by(|| Some(help()));
    }

    pub(crate) fn yaml_no_colon_in_braces(&mut self, place: Place, key: &str, help: String) {
        self.error("yaml-unquoted", place, format!("\"{key}\" is a key without a value: inside {{ }} a comma ends a text")).help(help);
    }

    pub(crate) fn yaml_bad_first_character(&mut self, place: Place, character: char, help: String) {
        self.error("yaml-unquoted", place, format!("a text that begins with `{character}` must be quoted")).help(help);
    }

    pub(crate) fn yaml_text_after_quote(&mut self, place: Place, help: String) {
        self.error("yaml-unquoted", place, "there is text after the closing quote".into()).help(help);
    }

    pub(crate) fn yaml_colon_in_text(&mut self, place: Place, help: String) {
        self.error("yaml-unquoted", place, "a text with `: ` in it must be quoted".into()).help(help);
    }

    pub(crate) fn yaml_text_after_value(&mut self, place: Place, help: String) {
        self.error("yaml-unquoted", place, "there is text after the end of the value".into()).help(help);
    }

    pub(crate) fn yaml_unquoted_in_brackets(&mut self, place: Place, help: String) {
        self.error(
            "yaml-unquoted",
            place,
            "this does not fit into the brackets: a `,` or a closing bracket is missing, or quotes are".into(),
        )
        .help(help);
    }

    pub(crate) fn yaml_comment_in_brackets(&mut self, place: Place, help: String) {
        self.error("yaml-unquoted", place, "the rest of the line is a comment, and so is the closing bracket".into()).help(help);
    }

    pub(crate) fn yaml_list_on_line_of_key(&mut self, place: Place, help: String) {
        self.error("yaml-unquoted", place, "a text that begins with `- ` or `? ` must be quoted; a list begins on the next line".into())
            .help(help);
    }

    pub(crate) fn yaml_block_text_header(&mut self, place: Place, help: String) {
        self.error("yaml-unquoted", place, "after `|` or `>` the text begins on the next line".into()).help(help);
    }

    pub(crate) fn yaml_no_space_after_colon(&mut self, place: Place) {
        self.error("yaml-syntax", place, "after the colon of a key stands a space".into());
    }

    pub(crate) fn yaml_unknown_escape(&mut self, place: Place, quoted: String) {
        self.error("yaml-syntax", place, "a `\\` in double quotes begins an escape, and there is none of this name".into())
            .help(format!("use single quotes, or write `\\\\`: {quoted}"));
    }

    pub(crate) fn yaml_tab(&mut self, place: Place) {
        self.error("yaml-tab", place, "a tab stands where YAML wants spaces".into()).help("indent with spaces");
    }

    pub(crate) fn yaml_unclosed_quote(&mut self, place: Place) {
        self.error("yaml-syntax", place, "the quote that begins here is not closed".into());
    }

    pub(crate) fn yaml_unclosed_bracket(&mut self, place: Place, bracket: char) {
        self.error("yaml-syntax", place, format!("the `{bracket}` that begins here is not closed"));
    }

    pub(crate) fn yaml_stray_bracket(&mut self, place: Place) {
        self.error("yaml-syntax", place, "a closing bracket does not match an opening one".into());
    }

    pub(crate) fn yaml_line_without_colon(&mut self, place: Place) {
        self.error("yaml-syntax", place, "this line is neither a `key: value` nor a list item `- value`".into())
            .help("a text over several lines begins with `|` after its key");
    }

    pub(crate) fn yaml_indentation(&mut self, place: Place) {
        self.error("yaml-syntax", place, "this line is not indented like the lines that it belongs to".into())
            .help("align it with the first line of its list or mapping");
    }

    pub(crate) fn yaml_syntax(&mut self, place: Place, words: &str) {
        self.error("yaml-syntax", place, format!("this is not YAML: {words}"));
    }

    pub(crate) fn comment_in_text(&mut self, place: Place, help: impl FnOnce() -> String) {
        self.error("comment-in-text", place, "the rest of the line is a comment and not part of the text".into())
            .help_by(|| Some(format!("{}; before a comment put two spaces", help())));
    }

    pub(crate) fn empty_value(&mut self, place: Place, key: &str) {
        self.error("empty-value", place, format!("\"{key}\" has no value"));
    }

    pub(crate) fn empty_but_for_comment(&mut self, place: Place, key: &str, comment: &str, help: String) {
        self.error("empty-value", place, format!("\"{key}\" has no value: `{comment}` is a comment")).help(help);
    }

    pub(crate) fn unreadable_value(&mut self, place: Place, message: String) {
        self.error("invalid-value", place, message);
    }
}
