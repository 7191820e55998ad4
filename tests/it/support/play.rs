//! Loading bots from folders: the door to everything that tests with bots.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use flowgate::{
    diagnostic::{Diagnostic, Problems, render},
    flow::{
        Bot,
        compile::{Files, Parsed, compile},
    },
};

/// A bot's folder, compiled.
pub(crate) struct Loaded {
    pub bot: Option<Bot>,
    pub parsed: Parsed,
    pub files: Files,
    pub found: Vec<Diagnostic>,
}

impl Loaded {
    /// Everything that was found, as an author reads it; empty if there is nothing.
    pub(crate) fn told(&self) -> String {
        render::text(&self.found, &self.files.sources(), false)
    }
}

/// The path of something in this repository.
pub(crate) fn root(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Reads and compiles the bot in a folder, given from the root of the repository.
pub(crate) fn load(folder: &str) -> Loaded {
    let path = root(folder);
    let key = path.file_name().expect("a folder has a name").to_string_lossy().into_owned();
    let mut contents = BTreeMap::new();
    gather(&path, &path, &mut contents);
    compile_files(Files { key: key.into(), folder: folder.to_owned(), contents })
}

/// Compiles files that are at hand.
pub(crate) fn compile_files(files: Files) -> Loaded {
    let mut problems = Problems::default();
    let mut parsed = Parsed::read(&files, &mut problems);
    let bot = compile(&parsed, &mut problems);
    problems.append(std::mem::take(&mut parsed.test_problems));
    Loaded { bot, parsed, files, found: problems.into_sorted() }
}

fn gather(root: &Path, folder: &Path, contents: &mut BTreeMap<String, Arc<[u8]>>) {
    for entry in entries(folder) {
        if entry.is_dir() {
            gather(root, &entry, contents);
        } else if entry.extension().is_some_and(|e| e == "yaml") {
            let path = entry.strip_prefix(root).expect("it stands below").to_string_lossy().replace('\\', "/");
            contents.insert(path, fs::read(&entry).expect("a file can be read").into());
        }
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("a folder can be listed").path())
}

/// Every folder below this one that has a `bot.yaml`, in order.
pub(crate) fn bots_below(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inner: Vec<_> = entries(&root(folder)).filter(|p| p.is_dir()).collect();
    inner.sort();
    for path in inner {
        let shown = format!("{folder}/{}", path.file_name().expect("a folder has a name").to_string_lossy());
        if path.join("bot.yaml").exists() { found.push(shown) } else { found.extend(bots_below(&shown)) }
    }
    found
}

/// Compiles a bot from texts by path.
pub(crate) fn compile_texts(key: &str, texts: &[(&str, &str)]) -> Bot {
    let contents = texts.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().into())).collect();
    let loaded = compile_files(Files { key: key.into(), folder: format!("bots/{key}"), contents });
    let told = loaded.told();
    loaded.bot.unwrap_or_else(|| panic!("{told}"))
}
