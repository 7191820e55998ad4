//! What is secret of a value: the value itself, and what it is made of where it is a header, a pair, cookies or an address.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use url::Url;

/// What is shorter is not searched for. It is a word, a year or an amount, which answers have by chance and users are to read; and
/// whatever is guarded by so few characters is open to whoever tries them all.
pub(super) const BYTES_MIN: usize = 8;

/// A piece of an address without a digit counts as a secret only if it is as long as no word is.
const WORD_BYTES_MAX: usize = 20;

/// With the padding or without.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// All that is to be found of a value, and long enough.
pub(super) fn secrets_in(value: &str) -> Vec<String> {
    let mut all = match Url::parse(value) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => secrets_in_address(&url),
        Ok(url) if url.password().is_some() => [secrets_in_text(value), password(&url).into_iter().collect()].concat(),
        _ => secrets_in_text(value),
    };
    all.retain(|secret| secret.len() >= BYTES_MIN);
    all
}

/// The value; the credentials behind a scheme such as `Bearer`; `user:password`, also in base64 as a `Basic` header has it, and either of
/// both; the values of cookies.
fn secrets_in_text(value: &str) -> Vec<String> {
    let mut all: Vec<String> = [value].into_iter().chain(behind_scheme(value)).map(str::to_owned).collect();
    let cookies: Vec<_> = all.iter().flat_map(|secret| values_of_cookies(secret)).map(str::to_owned).collect();
    all.extend(all.iter().filter_map(|secret| pair_in_base64(secret)).collect::<Vec<_>>());
    let sides: Vec<_> =
        all.iter().filter_map(|pair| pair.split_once(':')).map(|(user, password)| [user.to_owned(), password.to_owned()]).collect();
    all.extend(sides.into_iter().flatten().chain(cookies));
    all
}

/// `X` of `Bearer X`: a word of letters, and another one that ends the value.
fn behind_scheme(value: &str) -> Option<&str> {
    let (scheme, credentials) = value.split_once(' ')?;
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let credentials = credentials.trim();
    (is_scheme && !credentials.contains(char::is_whitespace)).then_some(credentials)
}

/// `v` and `w` of `k=v; l=w`.
fn values_of_cookies(value: &str) -> impl Iterator<Item = &str> {
    let pairs = value.split(';').filter_map(|pair| pair.split_once('='));
    pairs.map(|(_, value)| value.trim().trim_matches('"'))
}

fn pair_in_base64(value: &str) -> Option<String> {
    BASE64.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok()).filter(|text| text.contains(':'))
}

/// Of an address with a user, as databases have them.
fn password(url: &Url) -> Option<String> {
    Some(percent_encoding::percent_decode_str(url.password()?).decode_utf8_lossy().into_owned())
}

/// An address names who is called, and answers lead there with links: what is secret in it are the pieces behind the host that are no words.
fn secrets_in_address(url: &Url) -> Vec<String> {
    let path = url.path().split('/').map(|piece| percent_encoding::percent_decode_str(piece).decode_utf8_lossy().into_owned());
    let query = url.query_pairs().map(|(_, value)| value.into_owned());
    path.chain(query).filter(|piece| piece.len() > WORD_BYTES_MAX || piece.bytes().any(|byte| byte.is_ascii_digit())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_value_is_made_of_counts_from_eight_bytes_on() {
        let pair = BASE64.encode("shop-user:open sesame");
        for (value, secrets) in [
            ("canary-1", vec!["canary-1"]),
            ("seven-7", vec![]),
            ("Bearer canary-1", vec!["Bearer canary-1", "canary-1"]),
            ("Bearer short", vec!["Bearer short"]),
            ("not a scheme", vec!["not a scheme"]),
            (&format!("Basic {pair}"), vec![&format!("Basic {pair}"), &pair, "shop-user:open sesame", "shop-user", "open sesame"]),
            (pair.trim_end_matches('='), vec![pair.trim_end_matches('='), "shop-user:open sesame", "shop-user", "open sesame"]),
            ("me:open:sesame", vec!["me:open:sesame", "open:sesame"]),
            ("sid=canary-1; theme=dark; t=\"canary-22==\"", vec!["sid=canary-1; theme=dark; t=\"canary-22==\"", "canary-1", "canary-22=="]),
            ("https://hooks.example/T0000/canary-9c3e?key=0f9e8d7c", vec!["canary-9c3e", "0f9e8d7c"]),
        ] {
            assert_eq!(secrets_in(value), secrets, "{value}");
        }
        assert!(secrets_in("postgres://me:canary%2D1@db.example/x").contains(&"canary-1".to_owned()));
    }
}
