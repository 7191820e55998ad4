//! `flowgate schema`: the schemas of the files, as text, as files, or compared with files.

use std::{fmt::Write, fs, path::Path};

use super::{Outcome, output, trouble::Trouble};
use crate::{
    language::{Kind, schema},
    settings::{Schema, SchemaKind},
};

pub(super) fn run(settings: &Schema) -> Result<Outcome, Trouble> {
    match settings {
        Schema { kind: Some(kind), .. } => output::print(&text(kind_of(*kind))).map(|()| Outcome::Fine),
        Schema { out: Some(folder), .. } => write_into(folder),
        Schema { check: Some(folder), .. } => compare(folder),
        _ => list(),
    }
}

fn list() -> Result<Outcome, Trouble> {
    let lines: String = Kind::ALL.iter().map(|&kind| format!("{:<9} {}\n", kind.as_str(), schema::id(kind))).collect();
    output::show(&lines).map(|()| Outcome::Fine)
}

fn write_into(folder: &Path) -> Result<Outcome, Trouble> {
    fs::create_dir_all(folder).map_err(|error| Trouble::with_file("make", folder, &error))?;
    for kind in Kind::ALL {
        let file = folder.join(file_name(kind));
        fs::write(&file, text(kind)).map_err(|error| Trouble::with_file("write", &file, &error))?;
    }
    output::show(&format!("wrote {} schemas into {}", Kind::ALL.len(), folder.display())).map(|()| Outcome::Fine)
}

fn compare(folder: &Path) -> Result<Outcome, Trouble> {
    let mut report = String::new();
    for kind in Kind::ALL {
        let file = folder.join(file_name(kind));
        if let Some(fault) = fault_of(&file, &text(kind)) {
            let _ = writeln!(report, "{}: {fault}", file.display());
        }
    }
    if report.is_empty() {
        return output::show(&format!("{} schemas are up to date", Kind::ALL.len())).map(|()| Outcome::Fine);
    }
    output::show(&format!("{report}help: `flowgate schema --out {}` writes them", folder.display())).map(|()| Outcome::Faulty)
}

fn fault_of(file: &Path, expected: &str) -> Option<String> {
    match fs::read_to_string(file) {
        Ok(found) if found == expected => None,
        Ok(found) => {
            let same = found.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
            Some(format!("differs from line {}", same + 1))
        }
        Err(error) => Some(format!("cannot be read: {error}")),
    }
}

fn file_name(kind: Kind) -> String {
    format!("{}.json", kind.as_str())
}

fn text(kind: Kind) -> String {
    format!("{:#}\n", schema::generate(kind))
}

fn kind_of(kind: SchemaKind) -> Kind {
    match kind {
        SchemaKind::Bot => Kind::Bot,
        SchemaKind::Sequence => Kind::Sequence,
        SchemaKind::Api => Kind::Api,
        SchemaKind::Test => Kind::Test,
        SchemaKind::Locale => Kind::Locale,
    }
}
