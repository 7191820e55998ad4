//! The layer table that opens `src/lib.rs`, enforced on the sources: a module names only modules of rows above its own,
//! and the modules that promise to be pure name nothing that is not.
//! Tests in files of their own (`tests.rs`, `tests/`) may name what they like.

mod paths;
mod tokens;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::tree;
use paths::{Named, paths};

/// A promise of some modules: which parts, one behind the other anywhere in a path, they do not name, and why.
struct Promise {
    modules: &'static [&'static str],
    banned: &'static [&'static [&'static str]],
    why: &'static str,
}

const PROMISES: &[Promise] = &[
    Promise {
        modules: &["flow", "template"],
        banned: &[
            &["async"],
            &["tokio"],
            &["reqwest"],
            &["diesel"],
            &["std", "fs"],
            &["std", "net"],
            &["std", "env"],
            &["time", "SystemTime"],
            &["time", "Instant"],
            &["Timestamp", "now"],
        ],
        why: "which has neither input nor output, no clock and no async",
    },
    Promise {
        modules: &["diagnostic"],
        banned: &[&["print!"], &["println!"], &["eprint!"], &["eprintln!"], &["stdout"], &["stderr"]],
        why: "which never prints",
    },
    Promise { modules: &["api"], banned: &[&["flow", "advance"]], why: "which leaves turns to `gateway`" },
    Promise {
        modules: &["api"],
        banned: &[&["store", "Store"], &["store", "BotStore"]],
        why: "which reaches rows through `gateway` alone, for a bot that `Principal::bot` has given",
    },
];

/// The rows of the table, by module.
struct Table(BTreeMap<String, usize>);

impl Table {
    /// Reads it from the module doc: `//! | 1 | `id` `time` |`.
    fn read(lib: &str) -> Self {
        let rows = lib.lines().filter_map(|line| {
            let mut cells = line.strip_prefix("//! |")?.split('|').map(str::trim);
            let row: usize = cells.next()?.parse().ok()?;
            let modules = cells.next()?.split_whitespace().map(|module| module.trim_matches('`').to_owned());
            Some(modules.map(move |module| (module, row)))
        });
        Self(rows.flatten().collect())
    }

    /// What stands against this path in a file of this module, as the middle of a sentence.
    fn against(&self, module: &str, named: &Named) -> Option<String> {
        let [root, name, ..] = named.path.as_slice() else { return None };
        if root != "crate" || name == module {
            return None;
        }
        match (self.0.get(module), self.0.get(name)) {
            (_, None) => Some(format!("`{module}` names `{name}`, which is no module of the table")),
            (Some(own), Some(other)) if other >= own => Some(format!("`{module}` names `{name}`, which is not above it")),
            _ => None,
        }
    }
}

/// What stands against this path by the promises of its module.
fn impure(module: &str, named: &Named) -> Option<String> {
    let parts: Vec<&str> = named.path.iter().map(String::as_str).collect();
    PROMISES.iter().filter(|promise| promise.modules.contains(&module)).find_map(|promise| {
        let hit = promise.banned.iter().find(|banned| parts.windows(banned.len()).any(|window| window == **banned))?;
        Some(format!("`{}` stands in `{module}`, {}", hit.join("::"), promise.why))
    })
}

/// The parts of the module of a file under `src`: `src/flow/block/text.rs` is `flow`, `block`, `text`.
fn home(file: &str) -> Vec<&str> {
    let file = file.strip_prefix("src/").and_then(|file| file.strip_suffix(".rs")).expect("a source file");
    file.split('/').filter(|part| *part != "mod").collect()
}

fn is_test(file: &str) -> bool {
    file.ends_with("/tests.rs") || file.contains("/tests/")
}

/// Everything that is wrong with a source, each once, in the order of its lines.
fn breaches(table: &Table, file: &str, source: &str) -> Vec<String> {
    let home = home(file);
    let module = home[0];
    let mut wrong = BTreeSet::new();
    for named in paths(source, &home) {
        let said = table.against(module, &named).into_iter().chain(impure(module, &named));
        wrong.extend(said.map(|said| (named.line, said)));
    }
    wrong.into_iter().map(|(line, said)| format!("{said} ({file}:{line})")).collect()
}

/// The modules whose files are there: all of `src` but the two crate roots.
fn modules(files: &[String]) -> BTreeSet<&str> {
    files.iter().filter(|file| !is_root(file)).map(|file| home(file)[0]).collect()
}

/// `lib.rs` declares the modules; `main.rs` stands below the whole table.
fn is_root(file: &str) -> bool {
    file == "src/lib.rs" || file == "src/main.rs"
}

fn sources() -> Vec<String> {
    tree::files().into_iter().filter(|file| file.starts_with("src/") && file.ends_with(".rs")).collect()
}

fn table() -> Table {
    Table::read(&tree::read("src/lib.rs"))
}

#[test]
fn modules_name_only_modules_above_them() {
    let (table, sources) = (table(), sources());
    let checked = sources.iter().filter(|file| !is_root(file) && !is_test(file));
    let wrong: Vec<String> = checked.flat_map(|file| breaches(&table, file, &tree::read(file))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_binary_names_modules_of_the_table() {
    let (table, main) = (table(), tree::read("src/main.rs"));
    for named in paths(&main, &[]) {
        if let [root, name, ..] = named.path.as_slice()
            && root == "flowgate"
        {
            assert!(table.0.contains_key(name), "the binary names `{name}`, which is no module of the table");
        }
    }
}

#[test]
fn the_table_and_the_modules_are_the_same() {
    let (table, sources) = (table(), sources());
    let listed: BTreeSet<&str> = table.0.keys().map(String::as_str).collect();
    assert_eq!(listed, modules(&sources), "the table in src/lib.rs (left) and the modules under src (right)");
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs").is_file());
}

mod bad {
    use super::*;

    const LIB: &str = "//! | row | modules |\n//! | --- | --- |\n//! | 1 | `id` `time` |\n//! | 2 | `template` |\n//! | 4 | `flow` |\n\
        //! | 5 | `store` `integrations` |\n//! | 9 | `api` |\n";

    fn said(file: &str, source: &str) -> Vec<String> {
        breaches(&Table::read(LIB), file, source)
    }

    #[test]
    fn the_table_is_read() {
        let rows = Table::read(LIB).0;
        assert_eq!(rows.len(), 7);
        assert_eq!((rows["id"], rows["time"], rows["api"]), (1, 1, 9));
    }

    #[test]
    fn a_name_from_below_is_told() {
        let source = "//! Doc.\nuse crate::{\n    id::BotKey,\n    store::{Database, Turn},\n};\n\nfn f() { super::super::api::g() }\n";
        let expected = [
            "`flow` names `store`, which is not above it (src/flow/x.rs:4)",
            "`flow` names `api`, which is not above it (src/flow/x.rs:7)",
        ];
        assert_eq!(said("src/flow/x.rs", source), expected);
    }

    #[test]
    fn strangers_of_one_row_are_told() {
        let expected = ["`store` names `integrations`, which is not above it (src/store/mod.rs:1)"];
        assert_eq!(said("src/store/mod.rs", "use crate::integrations::Call;"), expected);
    }

    #[test]
    fn unit_tests_beside_the_code_count() {
        let source = "#[cfg(test)]\nmod tests {\n    use super::super::super::store::Row;\n}\n";
        assert_eq!(said("src/flow/x.rs", source), ["`flow` names `store`, which is not above it (src/flow/x.rs:3)"]);
    }

    #[test]
    fn what_is_no_module_is_told() {
        assert_eq!(said("src/flow/x.rs", "use crate::*;"), ["`flow` names `*`, which is no module of the table (src/flow/x.rs:1)"]);
    }

    #[test]
    fn modules_above_and_ones_own_are_fine() {
        let source = "use crate::{id, flow::bot, template::Text};\nuse super::x;\nuse std::{collections::BTreeMap, time::Duration};\n";
        assert_eq!(said("src/flow/block/x.rs", source), Vec::<String>::new());
    }

    #[test]
    fn impure_names_are_told() {
        let source = "use std::{\n    fs,\n    time::{Duration, Instant},\n};\nasync fn f() { Timestamp::now(); tokio::spawn(g()); }\n";
        let why = "which has neither input nor output, no clock and no async";
        let expected = [
            format!("`std::fs` stands in `flow`, {why} (src/flow/x.rs:2)"),
            format!("`time::Instant` stands in `flow`, {why} (src/flow/x.rs:3)"),
            format!("`Timestamp::now` stands in `flow`, {why} (src/flow/x.rs:5)"),
            format!("`async` stands in `flow`, {why} (src/flow/x.rs:5)"),
            format!("`tokio` stands in `flow`, {why} (src/flow/x.rs:5)"),
        ];
        assert_eq!(said("src/flow/x.rs", source), expected);
        assert_eq!(said("src/store/x.rs", source), Vec::<String>::new());
    }

    #[test]
    fn an_api_that_advances_and_a_diagnostic_that_prints_are_told() {
        let expected = ["`flow::advance` stands in `api`, which leaves turns to `gateway` (src/api/x.rs:1)"];
        assert_eq!(said("src/api/x.rs", "use crate::flow::{Bot, advance};"), expected);
        assert_eq!(said("src/api/x.rs", "fn f() { flow::advance(b, c, e, n); }"), expected);
        let lib = Table::read("//! | 1 | `diagnostic` |");
        let printed = breaches(&lib, "src/diagnostic/x.rs", "fn f() { println!(\"x\"); }");
        assert_eq!(printed, ["`println!` stands in `diagnostic`, which never prints (src/diagnostic/x.rs:1)"]);
    }
}
