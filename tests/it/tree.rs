//! Rules of the repository as tests: what a file says first, how long it gets, what has to stand beside what.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use regex::Regex;

const LINES_MAX: usize = 250;

/// Files that are longer all the same. The list only shrinks.
const LONGER: &[&str] = &[
    "src/diagnostic/problems/compile.rs",
    "src/flow/compile/bot.rs",
    "src/language/block.rs", // the keys of all blocks stand in one macro
    "src/template/tests/hostile.rs",
    "src/yaml/tests/bad.rs", // one table of bad files
];

/// Words that belong to one machine: files read by everybody name none. Spelt in two so that this file passes too.
const MACHINES: &[&str] = &[concat!("/wo", "rk/"), concat!("/tmp", "/fg"), concat!("/ro", "ot"), concat!("/ho", "me/")];

/// Hosts of package registries: every machine has its own way to them.
const REGISTRIES: &[&str] = &[
    concat!("crates", ".io"),
    concat!("npmjs", ".org"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("deb.debian", ".org"),
    concat!("security.debian", ".org"),
];

/// Cargo writes the index into its lock file.
const MAY_NAME_REGISTRIES: &[&str] = &["Cargo.lock"];

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The paths of all files that are in the repository, or would be after `git add`.
pub(crate) fn files() -> Vec<String> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(list).current_dir(at("")).output().expect("git is installed");
    assert!(output.status.success(), "these tests want a git work tree: {}", String::from_utf8_lossy(&output.stderr));
    let paths = String::from_utf8(output.stdout).unwrap();
    paths.split_terminator('\0').filter(|path| at(path).is_file()).map(str::to_owned).collect()
}

/// The text of a file of the repository; what is not UTF-8 in it is replaced.
pub(crate) fn read(path: &str) -> String {
    String::from_utf8_lossy(&fs::read(at(path)).unwrap()).into_owned()
}

fn rust(files: &[String]) -> impl Iterator<Item = &String> {
    files.iter().filter(|path| path.ends_with(".rs"))
}

/// The names directly under a folder.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(at(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_source_says_first_what_it_is() {
    let files = files();
    let silent = rust(&files).filter(|path| !read(path).starts_with("//! "));
    assert_none(&silent.map(|path| format!("{path} does not begin with `//!` and what it owns")).collect::<Vec<_>>());
}

/// What is wrong with the lengths, given in lines.
fn too_long(lengths: &BTreeMap<&str, usize>, longer: &[&str]) -> Vec<String> {
    let long = lengths.iter().filter(|(path, lines)| **lines > LINES_MAX && !longer.contains(path));
    let long = long.map(|(path, lines)| format!("{path} has {lines} lines; {LINES_MAX} are the most"));
    let short = longer.iter().filter(|path| lengths.get(**path).is_none_or(|lines| *lines <= LINES_MAX));
    long.chain(short.map(|path| format!("{path} is not longer than {LINES_MAX} lines any more: take it off the list"))).collect()
}

#[test]
fn sources_stay_short() {
    let files = files();
    let lengths = rust(&files).map(|path| (path.as_str(), read(path).lines().count())).collect();
    assert_none(&too_long(&lengths, LONGER));
}

#[test]
fn a_long_file_and_a_stale_exception_are_told() {
    let lengths = BTreeMap::from([("a.rs", 251), ("b.rs", 250), ("c.rs", 300)]);
    let expected = [
        "a.rs has 251 lines; 250 are the most",
        "b.rs is not longer than 250 lines any more: take it off the list",
        "d.rs is not longer than 250 lines any more: take it off the list",
    ];
    assert_eq!(too_long(&lengths, &["b.rs", "c.rs", "d.rs"]), expected);
}

#[test]
fn migrations_are_twins() {
    let (sqlite, postgres) = (names("migrations/sqlite"), names("migrations/postgres"));
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, postgres, "the migrations of SQLite (left) and PostgreSQL (right)");
    for name in &sqlite {
        assert_eq!(names(&format!("migrations/sqlite/{name}")), names(&format!("migrations/postgres/{name}")), "{name}");
    }
}

/// The lines of a text that hold one of the words.
fn lines_with<'a>(text: &'a str, words: &'a [&str]) -> impl Iterator<Item = String> + use<'a> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(at, line)| words.iter().find(|word| line.contains(**word)).map(|word| format!("{}: {word}", at + 1)))
}

#[test]
fn files_name_no_machine_and_no_registry() {
    let mut wrong = vec![];
    for path in files() {
        let text = read(&path);
        wrong.extend(lines_with(&text, MACHINES).map(|line| format!("{path}:{line} is of one machine only")));
        if !MAY_NAME_REGISTRIES.contains(&path.as_str()) {
            wrong.extend(lines_with(&text, REGISTRIES).map(|line| format!("{path}:{line} is the host of a package registry")));
        }
    }
    assert_none(&wrong);
}

#[test]
fn a_word_of_a_machine_is_found() {
    let text = format!("a\nb {}x\n", MACHINES[0]);
    assert_eq!(lines_with(&text, MACHINES).collect::<Vec<_>>(), [format!("2: {}", MACHINES[0])]);
}

/// The keys of all blocks, as the language's own type lists them: the fields of `Doing` but those that every block may have.
fn blocks(source: &str) -> BTreeSet<String> {
    let fields = source.split("pub struct Doing<'a> {").nth(1).and_then(|rest| rest.split('}').next()).expect("`Doing` lists the blocks");
    let names = fields.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next());
    let names = names.filter(|name| !["id", "on_error", "context"].contains(name));
    names.map(|name| if name == "back" { "return" } else { name }.to_owned()).collect()
}

#[test]
fn every_block_has_its_conversations() {
    let blocks = blocks(&read("src/language/block.rs"));
    assert!(blocks.contains("text") && blocks.contains("return") && blocks.contains("end"), "{blocks:?}");
    let files = files();
    let conversations = |block: &str| {
        let folder = format!("tests/flow/{block}/");
        let mut yaml = files.iter().filter(|path| path.starts_with(&folder) && path.ends_with(".yaml"));
        yaml.any(|path| read(path).lines().any(|line| line.starts_with("test:")))
    };
    let lonely = blocks.iter().filter(|block| !conversations(block));
    assert_none(&lonely.map(|block| format!("`{block}` has no conversation under tests/flow/{block}/")).collect::<Vec<_>>());
}

/// The module of a source, as the names of its tests begin: `lives::crash::`.
fn module(path: &str) -> Option<String> {
    let inner = path.strip_prefix("tests/it/").or_else(|| path.strip_prefix("src/"))?.strip_suffix(".rs")?;
    Some(format!("{}::", inner.trim_end_matches("/mod").replace('/', "::")))
}

/// Strict limits that nobody judges would be none.
#[test]
fn what_measures_the_machine_is_run_by_scripts_long() {
    let config = read(".config/nextest.toml");
    let filter = config.split("[profile.long]").nth(1).expect("the profile of scripts/long");
    let listed: Vec<Regex> = filter.split("test(/").skip(1).map(|rest| Regex::new(rest.split("/)").next().unwrap()).unwrap()).collect();
    let measures = |text: &str| text.contains(concat!("lo", "ng::")) && (text.contains("#[test]") || text.contains("#[tokio::test"));
    let files = files();
    let missing = rust(&files).filter(|path| measures(&read(path))).filter_map(|path| module(path));
    let missing = missing.filter(|module| !listed.iter().any(|known| known.is_match(module)));
    assert_none(&missing.map(|module| format!("{module} is not in `profile.long` of .config/nextest.toml")).collect::<Vec<_>>());
}
