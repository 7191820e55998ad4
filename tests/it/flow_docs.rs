//! The whole files in the reference are one bot; it compiles, and its conversations go as they stand there.

use std::{collections::BTreeMap, fs, sync::Arc};

use flowgate::{flow::compile::Files, scenario};

use crate::support::play::{compile_files, root};

/// The examples of `docs/language.md` that begin with `# file: path`.
fn documented() -> BTreeMap<String, Arc<[u8]>> {
    let page = fs::read_to_string(root("docs/language.md")).expect("the reference is there");
    let examples = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let files =
        examples.filter_map(|text| Some((text.lines().next()?.strip_prefix("# file: ")?.trim().to_owned(), text.as_bytes().into())));
    files.collect()
}

#[test]
fn the_bot_of_the_reference_does_what_it_shows() {
    let contents = documented();
    assert!(contents.len() > 5, "{:?}", contents.keys());
    let loaded = compile_files(Files { key: "pizzeria".into(), folder: "docs".to_owned(), contents });
    let told = loaded.told();
    let bot = loaded.bot.unwrap_or_else(|| panic!("{told}"));
    assert!(!loaded.parsed.tests.is_empty());
    for test in &loaded.parsed.tests {
        let outcome = scenario::run(&bot, test);
        assert!(outcome.passed(), "{}", outcome.failure.expect("it failed"));
    }
}
