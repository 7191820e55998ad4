//! `tests/check/<code>/`: for every diagnostic a bot that has it (`bad/`), what its author reads (`expected.txt`), and the cured bot (`good/`).
//! `UPDATE_EXPECT=1` writes the expected texts anew.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use flowgate::{
    catalog::{self, Loaded},
    diagnostic::{Problems, codes, render},
    scenario,
};

use crate::support::expect;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check")
}

/// Codes that no folder shows: `invalid-value` is what the schema lets through and the types refuse, and no such file is known.
const ELSEWHERE: &[&str] = &["invalid-value", "missing-secret", "not-of-account", "version-not-stored"];

fn cases() -> BTreeSet<String> {
    fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn load(path: &Path) -> Loaded {
    let mut loaded = catalog::load_all(catalog::read(&[path.to_owned()]).unwrap());
    assert_eq!(loaded.len(), 1, "{} is one bot", path.display());
    let mut loaded = loaded.remove(0);
    if let Some(bot) = &loaded.bot {
        let mut problems = Problems::default();
        scenario::check(bot, &loaded.tests, &mut problems);
        loaded.diagnostics.extend(problems.into_sorted());
    }
    loaded
}

/// What `check` prints, with paths as from within the case's folder.
fn text(case: &str, which: &str) -> (Loaded, String) {
    let path = folder().join(case).join(which);
    let loaded = load(&path);
    let shown = format!("{}/", path.parent().unwrap().display());
    let text = render::text(&loaded.diagnostics, &loaded.sources(), false).replace(&shown, "");
    (loaded, text)
}

#[test]
fn every_code_has_a_case_and_every_case_a_code() {
    let codes: BTreeSet<String> =
        codes::ALL.iter().map(|(code, _)| (*code).to_owned()).filter(|code| !ELSEWHERE.contains(&code.as_str())).collect();
    let without: Vec<&String> = codes.iter().filter(|code| !cases().iter().any(|case| code_of(case) == *code)).collect();
    assert!(without.is_empty(), "no folder in tests/check shows {without:?}");
    let unknown: Vec<String> = cases().into_iter().filter(|case| !codes.contains(code_of(case))).collect();
    assert!(unknown.is_empty(), "no code has these names: {unknown:?}");
}

/// `duplicate.title` is one more case of `duplicate`.
fn code_of(case: &str) -> &str {
    case.split('.').next().unwrap_or(case)
}

#[test]
fn bad_bots_are_told_as_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (loaded, text) = text(&case, "bad");
        if !loaded.diagnostics.iter().any(|d| d.code == code_of(&case)) {
            wrong.push(format!("{case}: not told\n{text}"));
        }
        wrong.extend(expect(&folder().join(&case).join("expected.txt"), &text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn good_bots_are_without_a_word() {
    let told: Vec<String> = cases()
        .into_iter()
        .map(|case| (text(&case, "good").1, case))
        .filter(|(t, _)| !t.is_empty())
        .map(|(t, c)| format!("{c}:\n{t}"))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn the_sample_bots_have_neither_errors_nor_warnings() {
    let bots = Path::new(env!("CARGO_MANIFEST_DIR")).join("bots");
    for loaded in catalog::load_all(catalog::read(&[bots]).unwrap()) {
        assert_eq!(render::text(&loaded.diagnostics, &loaded.sources(), false), "");
        assert!(!loaded.refused());
    }
}
