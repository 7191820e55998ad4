//! The forms in which a backend may say a secret: as it is, within JSON or a form, in base64, and what is secret of an address.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD},
};
use url::{Url, form_urlencoded::byte_serialize};

/// Shorter values are not searched for. They are words, years and amounts, which answers have by chance and users are to read; and
/// whatever is guarded by so few characters is open to who tries them all.
const BYTES_MIN: usize = 8;

/// A piece of an address without a digit counts as a secret only if it is as long as no word is.
const WORD_BYTES_MAX: usize = 20;

/// Everything that is searched for because of one value.
pub(super) fn spellings(value: &str) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for secret in secrets_in(value).iter().filter(|secret| secret.len() >= BYTES_MIN) {
        for form in forms(secret) {
            all.extend(in_base64(form.as_bytes()));
            all.push(form.into_bytes());
        }
    }
    all
}

/// The value, and the password in one that is `user:password` in base64, as a `Basic` header has it.
fn secrets_in(value: &str) -> Vec<String> {
    if let Some(url) = Url::parse(value).ok().filter(|url| matches!(url.scheme(), "http" | "https")) {
        return secrets_in_url(&url);
    }
    let decoded = BASE64_STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = decoded.and_then(|pair| pair.split_once(':').map(|(_, password)| [password.to_owned(), pair.clone()]));
    pair.into_iter().flatten().chain([value.to_owned()]).collect()
}

/// An address names who is called, and answers lead there with links: what is secret in it are the pieces behind the host that are no words.
fn secrets_in_url(url: &Url) -> Vec<String> {
    let path = url.path().split('/').map(|piece| percent_encoding::percent_decode_str(piece).decode_utf8_lossy().into_owned());
    let query = url.query_pairs().map(|(_, value)| value.into_owned());
    path.chain(query).filter(|piece| piece.len() > WORD_BYTES_MAX || piece.bytes().any(|byte| byte.is_ascii_digit())).collect()
}

/// As it is, and as it stands in a JSON text (some escape the slash, too) and in a form. Percent-encoded bytes are decoded before the search.
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
