//! The forms in which a backend may say a secret: as it is, within JSON or a form, in base64.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD},
};
use url::form_urlencoded::byte_serialize;

/// Everything that is searched for because of one secret.
pub(super) fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for form in forms(secret) {
        all.extend(in_base64(form.as_bytes()));
        all.push(form.into_bytes());
    }
    all
}

/// As it is, and as it stands in a JSON text (some escape the slash, too) and in a form. What else is escaped is decoded before the search.
fn forms(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).unwrap_or_default();
    let json = json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned();
    let slashed = json.replace('/', "\\/");
    let mut all = vec![secret.to_owned(), json, slashed, byte_serialize(secret.as_bytes()).collect(), secret.replace(' ', "+")];
    all.retain(|form| !form.is_empty());
    all.sort();
    all.dedup();
    all
}

/// In base64, alone (then with its end) and in the midst of something else, where it may begin at any of three places of a group.
fn in_base64(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![BASE64_STANDARD.encode(bytes), BASE64_STANDARD_NO_PAD.encode(bytes)];
    all.extend([BASE64_URL_SAFE.encode(bytes), BASE64_URL_SAFE_NO_PAD.encode(bytes)]);
    for before in 0..3 {
        let shifted = [&[0; 2][..before], bytes].concat();
        // only what no neighbour has a part in
        let whole = (before * 8).div_ceil(6)..shifted.len() * 8 / 6;
        all.extend(
            [BASE64_STANDARD_NO_PAD.encode(&shifted), BASE64_URL_SAFE_NO_PAD.encode(&shifted)].map(|text| text[whole.clone()].to_owned()),
        );
    }
    all.sort();
    all.dedup();
    all.into_iter().map(String::into_bytes).collect()
}
