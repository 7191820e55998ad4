//! `flowgate schema`.

use std::fs;

use serde_json::Value;

use super::{Folder, Ran};

#[test]
fn without_a_kind_it_lists_them() {
    let ran = Folder::empty().run(&["schema"]);
    let kinds: Vec<&str> = ran.out.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(kinds, ["bot", "sequence", "api", "test", "locale"]);
    assert_eq!((ran.code, ran.err), (0, String::new()));
}

#[test]
fn each_kind_is_printed_as_json_with_its_own_id() {
    for kind in ["bot", "sequence", "api", "test", "locale"] {
        let ran = Folder::empty().run(&["schema", kind]);
        let schema: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(schema["$id"], format!("https://flowgate.dev/schemas/v1/{kind}.json"));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
}

#[test]
fn what_is_written_is_up_to_date_until_it_is_changed() {
    let folder = Folder::empty();
    assert_eq!(folder.run(&["schema", "--out", "made/v1"]), Ran::new(0, "wrote 5 schemas into made/v1\n", ""));
    assert_eq!(folder.run(&["schema", "--check", "made/v1"]), Ran::new(0, "5 schemas are up to date\n", ""));
    assert_eq!(fs::read_to_string(folder.path("made/v1/api.json")).unwrap(), folder.run(&["schema", "api"]).out);

    fs::remove_file(folder.path("made/v1/bot.json")).unwrap();
    folder.write("made/v1/test.json", "{\n}\n");
    let expected = "made/v1/bot.json: cannot be read: No such file or directory (os error 2)\n\
        made/v1/test.json: differs from line 2\n\
        help: `flowgate schema --out made/v1` writes them\n";
    assert_eq!(folder.run(&["schema", "--check", "made/v1"]), Ran::new(1, expected, ""));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = Folder::with(&[("file", "")]);
    let expected = "error: cannot make file/v1: Not a directory (os error 20)\n";
    assert_eq!(folder.run(&["schema", "--out", "file/v1"]), Ran::new(2, "", expected));
}
