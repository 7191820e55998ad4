//! `docs/diagnostics.md` is made of the codes and of what `tests/check` shows of each.

use std::{fs, path::Path};

use flowgate::diagnostic::codes;

use crate::support::expect;

const HEAD: &str = "\
# Diagnostics

Everything that `flowgate check` can say, by code. An *error* keeps a bot from going live (one that is live keeps its last good version), unless it is in a conversation test;
a *warning* is probably not meant; a *hint* is an idea and never changes an exit code. Each comes with a real example.

<!-- Made of src/diagnostic/codes.rs and tests/check by `UPDATE_EXPECT=1 cargo test --test it diagnostics_page`. -->
";

#[test]
fn the_page_shows_every_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sections: String = codes::ALL.iter().map(|(code, meaning)| section(code, meaning, &root.join("tests/check"))).collect();
    assert_eq!(expect(&root.join("docs/diagnostics.md"), &format!("{HEAD}{sections}")), None);
}

fn section(code: &str, meaning: &str, cases: &Path) -> String {
    let example = fs::read_to_string(cases.join(code).join("expected.txt")).unwrap_or_default();
    let told = example.rsplit_once("\n\n").map_or("", |(told, _count)| told).replace("bad/", "");
    // a hundred others come before it
    let told = if code == "too-many" { told.rsplit_once("\n\n").map_or("", |(_, last)| last).to_owned() } else { told };
    let fence = if told.is_empty() { String::new() } else { format!("\n```text\n{told}\n```\n") };
    format!("\n## {code}\n\n{meaning}\n{fence}")
}
