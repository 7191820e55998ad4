//! Nasty files, and exactly what their author reads.

use super::*;

/// Checks a table of texts and what is told about them.
fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(told(text), *expected, "{text}");
    }
}

#[test]
fn aliases_and_tags_in_texts() {
    check(&[
        (
            "text: !open now # x\n",
            "1:7 yaml-tag: an unquoted `!` begins a tag, and !open means nothing here | quote the whole text: text: \"!open now # x\"",
        ),
        (
            "t: *bold* and\n",
            "1:4 yaml-alias: an unquoted `*` begins an alias, and there is no anchor for *bold* | quote the whole text: t: \"*bold* and\"",
        ),
        (
            "t: *bold*\n",
            "1:4 yaml-alias: an unquoted `*` begins an alias, and there is no anchor for *bold* | quote the whole text: t: \"*bold*\"",
        ),
        ("t: &x hello\n", "1:4 yaml-alias: an unquoted `&` begins an anchor, and nothing uses &x | quote the whole text: t: \"&x hello\""),
        ("*a : b\n", "1:1 yaml-alias: an unquoted `*` begins an alias, and there is no anchor for *a | quote the whole text: \"*a : b\""),
        (
            "a: *b\nc: *d\n",
            "1:4 yaml-alias: an unquoted `*` begins an alias, and there is no anchor for *b | quote the whole text: a: \"*b\"\n2:4 yaml-alias: an unquoted `*` begins an alias, and there is no anchor for *d | quote the whole text: c: \"*d\"",
        ),
        ("t: !!str 5\n", "1:4 yaml-tag: an unquoted `!` begins a tag, and !!str means nothing here | quote the whole text: t: \"!!str 5\""),
        ("t: !x\n", "1:4 yaml-tag: an unquoted `!` begins a tag, and !x means nothing here | quote the whole text: t: \"!x\""),
        ("k: &a [*a]\n", "1:8 yaml-alias: an alias stands inside the value that it names"),
        ("a: &amp; b\n", "1:4 yaml-alias: an unquoted `&` begins an anchor, and nothing uses &amp; | quote the whole text: a: \"&amp; b\""),
        (
            "a: [b, {c: *d}]\n",
            "1:12 yaml-alias: an unquoted `*` begins an alias, and there is no anchor for *d | quote the whole text: c: \"*d\"",
        ),
        ("text: !\n", "1:7 yaml-tag: an unquoted `!` begins a tag, and ! means nothing here | quote the whole text: text: \"!\""),
        (
            "a: &x 1\nb: &x 2\nc: *x\n",
            "1:4 yaml-alias: an unquoted `&` begins an anchor, and nothing uses &x | quote the whole text: a: \"&x 1\"",
        ),
        (
            "a: {<<: *x}\n",
            "1:9 yaml-alias: an unquoted `*` begins an alias, and there is no anchor for *x | quote the whole text: <<: \"*x\"",
        ),
    ]);
}

#[test]
fn texts_that_have_to_be_quoted() {
    check(&[
        (
            "t: {{name}}\nb: 1\n",
            "1:4 yaml-unquoted: a text that begins with `{{` is a mapping unless it is quoted | quote the whole text: t: \"{{name}}\"",
        ),
        (
            "t: {{name}} hi\n",
            "1:4 yaml-unquoted: a text that begins with `{{` is a mapping unless it is quoted | quote the whole text: t: \"{{name}} hi\"",
        ),
        (
            "{t: hi {{name}}}\n",
            "1:8 yaml-unquoted: this does not fit into the brackets: a `,` or a closing bracket is missing, or quotes are | quote the whole text: t: \"hi {{name}}\"",
        ),
        (
            "- {title: Yes, please}\n",
            "1:11 yaml-unquoted: \"please\" is a key without a value: inside { } a comma ends a text | quote the whole text: title: \"Yes, please\"",
        ),
        (
            "{a, \"b\":1, c : }\n",
            "1:2 yaml-unquoted: \"a\" is a key without a value: inside { } a comma ends a text | write a value after it, `a: …`, or quote the text: \"{a}\"",
        ),
        (
            "when: \"gold\" in tags\n",
            "1:14 yaml-unquoted: there is text after the closing quote | quote the whole text: when: '\"gold\" in tags'",
        ),
        ("t: 'it's'\n", "1:8 yaml-unquoted: there is text after the closing quote | quote the whole text: t: \"it's\""),
        (
            "text: Note: this\nb: 1\n",
            "1:11 yaml-unquoted: a text with `: ` in it must be quoted | quote the whole text: text: \"Note: this\"",
        ),
        ("text: @foo\n", "1:7 yaml-unquoted: a text that begins with `@` must be quoted | quote the whole text: text: \"@foo\""),
        ("text: %foo\n", "1:7 yaml-unquoted: a text that begins with `%` must be quoted | quote the whole text: text: \"%foo\""),
        ("text: `foo`\n", "1:7 yaml-unquoted: a text that begins with ``` must be quoted | quote the whole text: text: \"`foo`\""),
        (
            "text: - foo\n",
            "1:7 yaml-unquoted: a text that begins with `- ` or `? ` must be quoted; a list begins on the next line | quote the whole text: text: \"- foo\"",
        ),
        (
            "text: ? foo\n",
            "1:7 yaml-unquoted: a text that begins with `- ` or `? ` must be quoted; a list begins on the next line | quote the whole text: text: \"? foo\"",
        ),
        ("text: > foo\n", "1:7 yaml-unquoted: after `|` or `>` the text begins on the next line | quote the whole text: text: \"> foo\""),
        ("text: | foo\n", "1:7 yaml-unquoted: after `|` or `>` the text begins on the next line | quote the whole text: text: \"| foo\""),
        ("t: [a] b\n", "1:8 yaml-unquoted: there is text after the end of the value | quote the whole text: t: \"[a] b\""),
        ("t: , a\n", "1:4 yaml-unquoted: there is text after the end of the value | quote the whole text: t: \", a\""),
        ("t: \"a\" \"b\"\nz: 1\n", "1:8 yaml-unquoted: there is text after the closing quote | quote the whole text: t: '\"a\" \"b\"'"),
        (
            "text: Price: 5 # x\n",
            "1:12 yaml-unquoted: a text with `: ` in it must be quoted | quote the whole text: text: \"Price: 5 # x\"",
        ),
        (
            "[{{a}}, 1]\n",
            "1:2 yaml-unquoted: a text that begins with `{{` is a mapping unless it is quoted | quote the whole text: \"{{a}}\"",
        ),
        (
            "t: {{#if x}}y{{/if}}\n",
            "1:4 yaml-unquoted: a text that begins with `{{` is a mapping unless it is quoted | quote the whole text: t: \"{{#if x}}y{{/if}}\"",
        ),
        ("{a: \"b\" c}\n", "1:9 yaml-unquoted: there is text after the closing quote | quote the whole text: a: '\"b\" c'"),
        (
            "t: {{ name }}!\n",
            "1:4 yaml-unquoted: a text that begins with `{{` is a mapping unless it is quoted | quote the whole text: t: \"{{ name }}!\"",
        ),
        (
            "- {title: Order #42, goto: x}\n- b\n",
            "1:17 yaml-unquoted: the rest of the line is a comment, and so is the closing bracket | quote the whole text: title: \"Order #42\"",
        ),
        (
            "- {title: Yes: no, goto: x}\n",
            "1:14 yaml-unquoted: this does not fit into the brackets: a `,` or a closing bracket is missing, or quotes are | quote the whole text: title: \"Yes: no\"",
        ),
        ("a: b: c: d\n", "1:5 yaml-unquoted: a text with `: ` in it must be quoted | quote the whole text: a: \"b: c: d\""),
        ("key: [a, b]: c\n", "1:12 yaml-unquoted: a text with `: ` in it must be quoted | quote the whole text: key: \"[a, b]: c\""),
        (
            "- {title: Yes, please, now}\n",
            "1:11 yaml-unquoted: \"please, now\" is a key without a value: inside { } a comma ends a text | quote the whole text: title: \"Yes, please, now\"",
        ),
        (
            "- {title: Yes, please, goto: x}\n",
            "1:11 yaml-unquoted: \"please\" is a key without a value: inside { } a comma ends a text | quote the whole text: title: \"Yes, please\"",
        ),
        (
            "a: {b: {c, d}}\n",
            "1:9 yaml-unquoted: \"c\" is a key without a value: inside { } a comma ends a text | write a value after it, `c: …`, or quote the text: \"{c}\"\n1:12 yaml-unquoted: \"d\" is a key without a value: inside { } a comma ends a text | write a value after it, `d: …`, or quote the text: \"{d}\"",
        ),
        ("text: & more\n", "1:7 yaml-unquoted: a text that begins with `&` must be quoted | quote the whole text: text: \"& more\""),
        ("text: * item\n", "1:7 yaml-unquoted: a text that begins with `*` must be quoted | quote the whole text: text: \"* item\""),
        ("- * item\n", "1:3 yaml-unquoted: a text that begins with `*` must be quoted | quote the whole text: \"* item\""),
        ("é: [\n  ü: 'x' y\n]\n", "2:10 yaml-unquoted: there is text after the closing quote | quote the whole text: ü: \"'x' y\""),
        (
            "a: - b\n   - c\n",
            "1:4 yaml-unquoted: a text that begins with `- ` or `? ` must be quoted; a list begins on the next line | quote the whole text: a: \"- b\"",
        ),
        (
            "t: {{a}} {{b}\n",
            "1:4 yaml-unquoted: a text that begins with `{{` is a mapping unless it is quoted | quote the whole text: t: \"{{a}} {{b}\"",
        ),
        (
            "text: \"Hi\", she said\n",
            "1:11 yaml-unquoted: there is text after the closing quote | quote the whole text: text: '\"Hi\", she said'",
        ),
        (
            "text: 'Hi' she said # c\n",
            "1:12 yaml-unquoted: there is text after the closing quote | quote the whole text: text: \"'Hi' she said # c\"",
        ),
        (
            "[a: b: c]\n",
            "1:6 yaml-unquoted: this does not fit into the brackets: a `,` or a closing bracket is missing, or quotes are | quote the whole text: a: \"b: c\"",
        ),
        (
            "text: {{#each a}}\n  x\n",
            "1:7 yaml-unquoted: a text that begins with `{{` is a mapping unless it is quoted | quote the whole text: text: \"{{#each a}}\"",
        ),
        (
            "a: ? b\n",
            "1:4 yaml-unquoted: a text that begins with `- ` or `? ` must be quoted; a list begins on the next line | quote the whole text: a: \"? b\"",
        ),
    ]);
}

#[test]
fn what_is_not_yaml() {
    check(&[
        ("a:\n\tb: 1\n", "2:1 yaml-tab: a tab stands where YAML wants spaces | indent with spaces"),
        ("a: 1\n\tb: 2\n", "2:1 yaml-tab: a tab stands where YAML wants spaces | indent with spaces"),
        ("a: }\n", "1:4 yaml-syntax: a closing bracket does not match an opening one"),
        ("a: [1\nb: 2\n", "1:4 yaml-syntax: the `[` that begins here is not closed"),
        ("a: \"x\nb: y\n", "1:4 yaml-syntax: the quote that begins here is not closed"),
        (
            "a: 1\n b: 2\n",
            "2:3 yaml-syntax: this line is not indented like the lines that it belongs to | align it with the first line of its list or mapping",
        ),
        (
            "a:\n  - b: 1\n    c: 2\n   d: 3\n",
            "4:4 yaml-syntax: this line is not indented like the lines that it belongs to | align it with the first line of its list or mapping",
        ),
        ("t: ] a\n", "1:4 yaml-syntax: a closing bracket does not match an opening one"),
        ("a: {b: 1\nc: 2\n", "1:4 yaml-syntax: the `{` that begins here is not closed"),
        (
            "a b\nc: d\n",
            "1:1 yaml-syntax: this line is neither a `key: value` nor a list item `- value` | a text over several lines begins with `|` after its key",
        ),
        (
            "a: b\nfoo\nc: d\n",
            "2:1 yaml-syntax: this line is neither a `key: value` nor a list item `- value` | a text over several lines begins with `|` after its key",
        ),
        ("\"a\":1\n", "1:4 yaml-syntax: after the colon of a key stands a space"),
        ("a: 'x\n\n", "1:4 yaml-syntax: the quote that begins here is not closed"),
        (
            "- a\nb: c\n",
            "2:1 yaml-syntax: this line is not indented like the lines that it belongs to | align it with the first line of its list or mapping",
        ),
        (
            "a:\nb\n",
            "2:1 yaml-syntax: this line is neither a `key: value` nor a list item `- value` | a text over several lines begins with `|` after its key",
        ),
        ("a: [1, 2\n", "1:4 yaml-syntax: the `[` that begins here is not closed"),
        ("a: {b: c\n", "1:4 yaml-syntax: the `{` that begins here is not closed"),
        ("a: {b: c}}\n", "1:10 yaml-syntax: a closing bracket does not match an opening one"),
        (
            "a: \"\\q\"\n",
            "1:4 yaml-syntax: a `\\` in double quotes begins an escape, and there is none of this name | use single quotes, or write `\\\\`: a: '\\q'",
        ),
        ("%YAML 3.0\n---\na: 1\n", "1:1 yaml-syntax: this is not YAML: unsupported YAML major version"),
        (
            "a:\n  b: 1\n c: 2\n",
            "3:2 yaml-syntax: this line is not indented like the lines that it belongs to | align it with the first line of its list or mapping",
        ),
        ("a: 1\r\nb: \tx\r\n\tc: 2\r\n", "2:4 yaml-tab: a tab stands where YAML wants spaces | indent with spaces"),
        ("a: \"b\nc: \"d\n", "1:4 yaml-syntax: the quote that begins here is not closed"),
        ("a: [b\n", "1:4 yaml-syntax: the `[` that begins here is not closed"),
        ("a: |\n x\n\ty\n z\nb\n", "3:1 yaml-tab: a tab stands where YAML wants spaces | indent with spaces"),
        (
            "a: b\n\n  c: d\n",
            "3:4 yaml-syntax: this line is not indented like the lines that it belongs to | align it with the first line of its list or mapping",
        ),
        ("key:value\na: b\n", "1:4 yaml-syntax: after the colon of a key stands a space"),
        ("{a: [b}\n", "1:5 yaml-syntax: a closing bracket does not match an opening one"),
        (
            "%TAG ! x\n",
            "2:1 yaml-syntax: this line is not indented like the lines that it belongs to | align it with the first line of its list or mapping",
        ),
        ("a: ]b[\n", "1:4 yaml-syntax: a closing bracket does not match an opening one"),
        (
            "- - a\n  b: c\n",
            "2:3 yaml-syntax: this line is not indented like the lines that it belongs to | align it with the first line of its list or mapping",
        ),
        ("t: \"a\\\nb\n", "1:4 yaml-syntax: the quote that begins here is not closed"),
    ]);
}

#[test]
fn what_yaml_would_let_pass() {
    check(&[
        ("a: |\n  x\n  y\n\nb: \"q\\0\"\n", "5:4 yaml-character: the control character U+0000 cannot be used"),
        (
            "a: 1\n---\nb: 1\n",
            "2:1 yaml-documents: a second document begins here; a file holds one | put it into a file of its own, or remove the `---`",
        ),
        ("? [a]\n: b\n", "1:3 yaml-key: a key must be a text"),
        ("a: .inf\n", "1:4 yaml-number: .inf is not a number that can be used | if a text is meant, quote it: a: \".inf\""),
        ("a: 1\nb: 2\na: 3\n", "3:1 yaml-duplicate-key: the key \"a\" stands twice in one mapping"),
        ("", "1:1 yaml-empty: the file is empty"),
        ("# x\n", "1:1 yaml-empty: the file is empty"),
        ("<<: 5\n", "1:5 yaml-merge: the merge key `<<` needs a mapping or a list of mappings"),
        ("---\n", "1:1 yaml-empty: the file is empty"),
        ("a: \u{7}\n", "1:4 yaml-character: the control character U+0007 cannot be used"),
        ("\u{feff}\u{feff}a: 1\n", "1:1 yaml-character: the control character U+FEFF cannot be used"),
        ("t: \"\u{1}\"\n", "1:5 yaml-character: the control character U+0001 cannot be used"),
        ("text: Hi # c\ntext: Ho # d\n", "2:1 yaml-duplicate-key: the key \"text\" stands twice in one mapping"),
        (": x\n", "1:1 yaml-key: a key must be a text"),
    ]);
}

#[test]
fn a_duplicate_key_names_both_places() {
    let (doc, problems) = try_load("a: 1\nb: {é: 1, 'é': 2}\na: 3\n");
    let first: Vec<_> = problems.iter().map(|d| (d.related[0].0.line, d.related[0].0.column, d.related[0].1.as_str())).collect();
    assert_eq!(first, [(2, 5, "first used here"), (1, 1, "first used here")]);
    assert_eq!(doc.unwrap().to_json(), serde_json::json!({"a": 1, "b": {"é": 1}}), "the first value is kept");
}

#[test]
fn what_can_be_read_is_read() {
    let (doc, problems) = try_load("a: {{name}}\nb: !open now\nc: {title: Yes, please, go: x}\nd: *bold*\ne: .inf\n? [x]\n: y\n");
    assert_eq!(problems.len(), 6, "{}", lines(problems));
    let expected =
        serde_json::json!({"a": "{{name}}", "b": "!open now", "c": {"title": "Yes, please", "go": "x"}, "d": "*bold*", "e": ".inf"});
    assert_eq!(doc.unwrap().to_json(), expected);
}

#[test]
fn what_is_not_yaml_is_told_with_all_that_came_before() {
    let (doc, problems) = try_load("a: 1\na: 2\nb: *x\nc: \"d\" e\n");
    assert!(doc.is_none());
    assert_eq!(problems.iter().map(|d| d.code).collect::<Vec<_>>(), ["yaml-duplicate-key", "yaml-alias", "yaml-unquoted"]);
}

#[test]
fn bytes_that_are_not_utf8_have_a_place() {
    let mut problems = Problems::default();
    assert!(load_bytes(&"a.yaml".into(), b"a: 1\nb: \xc3\xa9\xff\n", &mut problems).is_none());
    assert_eq!(lines(problems.into_sorted()), "2:5 yaml-encoding: the file is not UTF-8 | save it as UTF-8");
}

#[test]
fn bombs_stop_fast() {
    let start = std::time::Instant::now();
    let laughs = (1..20).map(|i| format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(", ")));
    let laughs = "a0: &a0 lol\n".to_owned() + &laughs.collect::<String>();
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 30_000].join(","));
    let chain = (1..200).map(|i| format!("- &a{i} [*a{}]\n", i - 1)).collect::<String>();
    let merges = (1..40).map(|i| format!("m{i}: &m{i} {{<<: [*m{0}, *m{0}], k{i}: {{x: *m{0}}}}}\n", i - 1)).collect::<String>();
    let cases = [
        (laughs, "yaml-limit: aliases make the file larger than 4 MiB"),
        (text, "yaml-limit: aliases make the file larger than 4 MiB"),
        (format!("- &a0 x\n{chain}"), "yaml-limit: lists and mappings nest deeper than 64"),
        (format!("m0: &m0 {{k: 1}}\n{merges}"), "yaml-limit: aliases make the file larger than 4 MiB"),
        ("[".repeat(100_000), "yaml-limit: lists and mappings nest deeper than 64"),
        ((0..600).map(|i| format!("{}a:\n", " ".repeat(i))).collect(), "yaml-limit: lists and mappings nest deeper than 64"),
        ("- ".repeat(10_000), "yaml-limit: lists and mappings nest deeper than 64"),
        ("a: x\n".repeat(60_000), "yaml-limit: the file is larger than 256 KiB"),
        ("{{".repeat(100_000), "yaml-unquoted: a text that begins with `{{` is a mapping unless it is quoted"),
    ];
    for (text, expected) in cases {
        let told = told(&text);
        assert!(told.contains(expected), "{}", &told[..told.len().min(500)]);
    }
    crate::long::took("nine bombs", start.elapsed(), std::time::Duration::from_secs(20));
}

#[test]
fn comments_in_texts() {
    let text = "text: Order #42\nblocks:\n  - text: fine  # two spaces\n  - text: 'fine' # quoted\n  - keywords: [a, b] # fine\n  - keywords:\n      - one #1\n      - two\n  - title: x\n    text:\n      more #1 \"é\"\n    note: not looked at # fine\n  - {text: <<a>>} # fine\n  - text: #42\n";
    let doc = good(text);
    let mut problems = Problems::default();
    comments_in_text(&doc, &["text", "keywords", "title"], &mut problems);
    let expected = "1:13 comment-in-text: the rest of the line is a comment and not part of the text | quote the whole text: text: \"Order #42\"; before a comment put two spaces\n\
                    7:13 comment-in-text: the rest of the line is a comment and not part of the text | quote the whole text: \"one #1\"; before a comment put two spaces\n\
                    11:12 comment-in-text: the rest of the line is a comment and not part of the text | quote the whole text: 'more #1 \"é\"'; before a comment put two spaces";
    assert_eq!(lines(problems.into_sorted()), expected);
}

#[test]
fn empty_values_are_told_at_their_keys() {
    let doc =
        good("goto: #ask\nwhen:\nblocks:\n  - {text: , goto: x}\n  - text: ''\n    when: ~\n  - note:\n    goto:  # where?\n    text: |\n");
    let mut problems = Problems::default();
    empty_values(&doc, &["goto", "when", "text"], &mut problems);
    let expected = "1:1 empty-value: \"goto\" has no value: `#ask` is a comment | quote the text: goto: \"#ask\"\n\
                    2:1 empty-value: \"when\" has no value\n\
                    4:6 empty-value: \"text\" has no value\n\
                    8:5 empty-value: \"goto\" has no value: `# where?` is a comment | quote the text: goto: \"# where?\"";
    assert_eq!(lines(problems.into_sorted()), expected);
}
