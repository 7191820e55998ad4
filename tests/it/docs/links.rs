//! Links of the pages, and the files that they name.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Component, Path, PathBuf},
};

use super::pages::{pages, prose, words};
use crate::{support::play::root, tree::read};

/// Folders whose files are named with their whole path.
const FOLDERS: &[&str] = &["src", "tests", "docs", "scripts", "deploy", "examples", "schemas", "migrations", "assets"];

/// The name by which a title can be linked to.
fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
}

fn anchors(page: &str) -> BTreeSet<String> {
    prose(page).lines().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#'))).collect()
}

/// The targets of `[text](target)`.
fn targets(page: &str) -> Vec<String> {
    let prose = prose(page);
    prose.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())).collect()
}

/// `docs/../README.md` is `README.md`.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, component| {
        if component == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(component);
        }
        plain
    })
}

#[test]
fn every_link_leads_somewhere() {
    let pages: BTreeMap<String, String> = pages().into_iter().map(|page| (page.clone(), read(&page))).collect();
    let mut seen = 0;
    for (page, text) in &pages {
        for target in targets(text).iter().filter(|target| !target.starts_with("http")) {
            seen += 1;
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let folder = Path::new(page).parent().expect("a page lies in a folder");
            let path = if file.is_empty() { page.into() } else { plain(&folder.join(file)) };
            assert!(root(&path.to_string_lossy()).exists(), "{page} links to {target}, which does not exist");
            let there = pages.get(&*path.to_string_lossy());
            assert!(place.is_empty() || there.is_some_and(|text| anchors(text).contains(place)), "{page}: no chapter for {target}");
        }
    }
    assert!(seen > 20, "only {seen} links were found");
}

#[test]
fn every_file_that_is_named_exists() {
    let mut seen = 0;
    for page in pages() {
        for word in words(&read(&page)) {
            let path = word.split_once(':').map_or(&*word, |(path, _)| path);
            let whole = path.split_once('/').is_some_and(|(folder, _)| FOLDERS.contains(&folder));
            if whole && !path.contains(['<', '*', ' ', '{']) {
                seen += 1;
                assert!(root(path).exists(), "{page} names {path}, which does not exist");
            }
        }
    }
    assert!(seen > 20, "only {seen} files were named");
}
