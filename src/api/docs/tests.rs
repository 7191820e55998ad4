//! The description against what is checked in.

use std::path::Path;

use super::*;

/// The description is checked in, so that a change of the API is seen in review. `UPDATE_EXPECT=1` rewrites it.
#[test]
fn the_checked_in_description_is_what_the_routes_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let current = format!("{}\n", Document::new().json);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &current).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == current, "docs/openapi.json is out of date: UPDATE_EXPECT=1 cargo test --lib api");
}

#[test]
fn every_path_knows_its_methods() {
    let document = Document::new();
    assert_eq!(document.methods("/v1/bots/{bot}/messages"), Some("POST"));
    assert_eq!(document.methods("/v1/bots"), Some("GET, HEAD"));
    assert_eq!(document.methods("/nowhere"), None);
    assert!(document.methods.values().all(|methods| !methods.is_empty()));
}
