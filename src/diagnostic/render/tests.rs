use std::sync::Arc;

use super::*;
use crate::diagnostic::{Place, Sources};

const ORDER: &str = "\u{FEFF}version: 1\nblocks:\n\t- goto: chek_stock # 注文\r\n  - 注文: {a: 1, a: 2}\n";

fn place(file: &str, text: &str, part: &str, nth: usize) -> Place {
    let (start, _) = text.match_indices(part).nth(nth).unwrap();
    let before = &text[..start];
    let line = u32::try_from(before.matches('\n').count()).unwrap() + 1;
    let column = u32::try_from(before.rsplit('\n').next().unwrap().trim_start_matches('\u{FEFF}').chars().count()).unwrap() + 1;
    Place { file: file.into(), line, column, start, end: start + part.len() }
}

fn found() -> (Vec<Diagnostic>, Sources) {
    let file = "bots/my shop/order.yaml";
    let at = |part, nth| place(file, ORDER, part, nth);
    let diagnostic = |severity, code, message: &str, place| Diagnostic { severity, code, message: message.into(), place, related: vec![], help: None };
    let all = vec![
        Diagnostic {
            related: vec![(at("a", 0), "first used here".into())],
            ..diagnostic(Severity::Error, "yaml-duplicate-key", "the key \"a\" stands twice in one mapping", at("a", 1))
        },
        Diagnostic {
            help: Some("a block with a similar name exists: \"check_stock\"".into()),
            ..diagnostic(Severity::Error, "unknown-target", "100% of: \"chek_stock\",\u{1b}[31m does not exist", at("chek_stock", 0))
        },
        diagnostic(Severity::Warning, "empty-value", "nothing <here>", at("version", 0)),
        diagnostic(Severity::Hint, "yaml-encoding", "unreadable", Place { line: 3, column: 7, ..Place::start_of(&"bots/gone.yaml".into()) }),
    ];
    (all, Sources::from([(Arc::from(file), Arc::from(ORDER)), ("bots/fine.yaml".into(), "a: 1".into())]))
}

#[test]
fn print() {
    let (all, sources) = found();
    println!("{}", text(&all, &sources, false));
    println!("{}", text(&all, &sources, true));
    println!("{}", json(&all));
    println!("{}", github(&all));
    println!("{}", sarif(&all));
    println!("{}", junit(&all, &sources));
}
