//! Bots in folders, and the conversations that stand beside them: every folder is compiled, every conversation played.

use flowgate::{
    diagnostic::{Problems, Severity},
    flow::compile::Parsed,
    language::schema::BLOCK_KEYS,
    scenario,
};

use crate::support::play::{self, Loaded, load};

/// Everything that is wrong with a bot and its conversations, as people read it.
fn faults(folder: &str) -> Vec<String> {
    let loaded = load(folder);
    let Some(bot) = &loaded.bot else { return vec![loaded.told()] };
    let mut problems = Problems::default();
    scenario::check(bot, &loaded.parsed.tests, &mut problems);
    let found = problems.into_sorted();
    let errors = found.iter().filter(|d| d.severity == Severity::Error);
    let mut faults: Vec<String> = errors.map(|d| format!("{}:{}: {}", d.place.file, d.place.line, d.message)).collect();
    for test in &loaded.parsed.tests {
        let outcome = scenario::run(bot, test);
        faults.extend(outcome.failure.map(|failure| format!("{}\n{failure}", outcome.name)));
    }
    faults.extend(unread(&loaded));
    faults.extend(Some(loaded.told()).filter(|told| !told.is_empty()));
    faults
}

/// A folder without conversations shows nothing; a test file that cannot be read is lost.
fn unread(Loaded { parsed: Parsed { tests, .. }, files, .. }: &Loaded) -> Option<String> {
    let written = files.contents.keys().filter(|path| path.starts_with("tests/")).count();
    (written == 0 || written != tests.len()).then(|| format!("{}: {} of {written} conversations could be read", files.folder, tests.len()))
}

fn play_all(folders: &[String]) {
    let all: Vec<String> = folders.iter().flat_map(|folder| faults(folder)).collect();
    assert!(all.is_empty(), "{} faults\n\n{}", all.len(), all.join("\n\n"));
}

#[test]
fn the_sample_bots_do_what_their_conversations_show() {
    play_all(&play::bots_below("bots"));
}

#[test]
fn every_conversation_goes_as_its_file_says() {
    play_all(&play::bots_below("tests/flow"));
}

#[test]
fn every_block_has_its_conversations() {
    for block in BLOCK_KEYS {
        assert!(!play::bots_below(&format!("tests/flow/{block}")).is_empty(), "{block}");
    }
}
