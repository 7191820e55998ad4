//! The committed schemas are what the types say; and the schema, as any validator reads it, refuses what our own reader refuses.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use flowgate::{
    diagnostic::Problems,
    language::{self, Kind, schema},
    yaml,
};
use serde_json::Value;

use crate::support::expect;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn committed_schemas_are_what_the_types_say() {
    let wrong: Vec<String> = Kind::ALL
        .into_iter()
        .filter_map(|kind| {
            let text = serde_json::to_string_pretty(&schema::generate(kind)).unwrap() + "\n";
            expect(&root("schemas/v1").join(format!("{}.json", kind.as_str())), &text).map(|_| kind.as_str().to_owned())
        })
        .collect();
    assert!(wrong.is_empty(), "schemas/v1 is out of date for {wrong:?}; UPDATE_EXPECT=1 writes it");
}

/// Editors show titles and descriptions; a key without one helps nobody.
#[test]
fn every_key_is_described_in_a_sentence() {
    let mut silent = BTreeSet::new();
    for kind in Kind::ALL {
        let schema = schema::generate(kind);
        assert!(schema["title"].is_string() && schema["$id"].is_string());
        undescribed(&schema, &schema, kind.as_str(), &mut silent);
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

fn undescribed(whole: &Value, at: &Value, path: &str, silent: &mut BTreeSet<String>) {
    match at {
        Value::Object(map) => {
            for (name, value) in map {
                let path = format!("{path}/{name}");
                if name == "properties" || name == "$defs" {
                    for (key, schema) in value.as_object().unwrap() {
                        let target = schema.get("$ref").and_then(Value::as_str).and_then(|r| whole.pointer(&r[1..]));
                        let described = schema.get("description").or_else(|| target?.get("description")).and_then(Value::as_str);
                        if !described.is_some_and(|d| d.ends_with('.') && d.starts_with(|c: char| c.is_uppercase() || c == '`')) {
                            silent.insert(format!("{path}/{key}: {described:?}"));
                        }
                    }
                }
                undescribed(whole, value, &path, silent);
            }
        }
        Value::Array(list) => list.iter().enumerate().for_each(|(ix, value)| undescribed(whole, value, &format!("{path}/{ix}"), silent)),
        _ => {}
    }
}

/// Whether our own reader takes a file, and what it says if not.
fn read(path: &Path, kind: Kind) -> Result<(), String> {
    let mut problems = Problems::default();
    let shown: Arc<str> = path.to_string_lossy().into();
    let doc = yaml::load_bytes(&shown, &fs::read(path).unwrap(), &mut problems);
    let file = doc.and_then(|doc| language::read(&doc, kind, &mut problems));
    match file {
        Some(_) if !problems.any_error() => Ok(()),
        _ => Err(format!("{:?}", problems.into_sorted())),
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn our_reader_takes_every_sample() {
    for path in files(&root("bots")) {
        let within: PathBuf = path.strip_prefix(root("bots")).unwrap().components().skip(1).collect();
        let kind = Kind::of_path(within.to_str().unwrap()).unwrap();
        assert_eq!(read(&path, kind), Ok(()));
    }
}

/// `tests/schema/bad/<kind>/`: one mistake of shape a file. `scripts` and CI show the same files to another validator.
#[test]
fn our_reader_refuses_every_file_of_a_bad_shape() {
    for kind in Kind::ALL {
        let bad = files(&root("tests/schema/bad").join(kind.as_str()));
        assert!(bad.len() >= 5, "{} has too few bad files", kind.as_str());
        for path in bad {
            assert!(read(&path, kind).is_err(), "{} is taken", path.display());
            let json = serde_json::to_value(serde_yaml::from_slice::<serde_yaml::Value>(&fs::read(&path).unwrap()).unwrap()).unwrap();
            let plain = jsonschema::options().offline().build(&schema::generate(kind)).unwrap();
            assert!(!plain.is_valid(&json), "the schema alone takes {}", path.display());
        }
    }
}
