//! Tokens of apps: JSON Web Tokens of one algorithm, for one audience. Only the name of the app stands in them: what it may read is
//! looked up each time, so a token dies with its app.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::{
    id::KeyId,
    store::AppTokenKey,
    time::{CLOCK_SLACK_MS, Timestamp},
};

/// How long a token is good.
const LIFE_S: i64 = 24 * 60 * 60;
const ALGORITHM: Algorithm = Algorithm::HS256;
/// Keeps tokens apart from whatever else may be signed with the same key.
const AUDIENCE: &str = "flowgate bot open api";

/// Whose a token is, and until when, in seconds as the standard has it.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    aud: String,
    sub: KeyId,
    iat: i64,
    exp: i64,
}

/// A new token, and when it ends.
pub(super) fn sign(app: &KeyId, key: &AppTokenKey, now: Timestamp) -> Result<(String, Timestamp), jsonwebtoken::errors::Error> {
    let iat = seconds(now);
    let claims = Claims { aud: AUDIENCE.to_owned(), sub: app.clone(), iat, exp: iat + LIFE_S };
    let token = encode(&Header::new(ALGORITHM), &claims, &EncodingKey::from_secret(key.expose())?)?;
    Ok((token, Timestamp(claims.exp * 1_000)))
}

/// The app of a token that this gateway has signed and that is still good. One that is good for longer than any that is given was made
/// by somebody else who has the key.
pub(super) fn read(token: &str, key: &AppTokenKey, now: Timestamp) -> Option<KeyId> {
    let mut rules = Validation::new(ALGORITHM);
    rules.set_audience(&[AUDIENCE]);
    rules.set_required_spec_claims(&["aud", "exp", "sub"]);
    rules.validate_exp = false; // below, by the clock that is given
    let claims = decode::<Claims>(token, &DecodingKey::from_secret(key.expose()).ok()?, &rules).ok()?.claims;
    let left = claims.exp.checked_sub(seconds(now))?;
    (1..=LIFE_S + CLOCK_SLACK_MS / 1_000).contains(&left).then_some(claims.sub)
}

fn seconds(at: Timestamp) -> i64 {
    at.0.div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn key() -> AppTokenKey {
        AppTokenKey::new([7; 32])
    }

    fn signed(header: &Header, claims: &serde_json::Value) -> String {
        encode(header, claims, &EncodingKey::from_secret(key().expose()).unwrap()).unwrap()
    }

    #[test]
    fn a_token_is_good_for_a_day() {
        let (token, until) = sign(&"app".into(), &key(), NOW).unwrap();
        assert_eq!(until, NOW.plus_ms(LIFE_S * 1_000));
        assert_eq!(read(&token, &key(), NOW), Some("app".into()));
        assert_eq!(read(&token, &key(), until.plus_ms(-1)), Some("app".into()));
        assert_eq!(read(&token, &key(), until), None);
        assert_eq!(read(&token, &AppTokenKey::new([8; 32]), NOW), None);
    }

    #[test]
    fn only_the_one_algorithm_and_audience_pass() {
        let exp = NOW.0 / 1_000 + 60;
        let claims = json!({"aud": AUDIENCE, "sub": "app", "iat": 0, "exp": exp});
        assert_eq!(read(&signed(&Header::new(ALGORITHM), &claims), &key(), NOW), Some("app".into()));
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            assert_eq!(read(&signed(&Header::new(algorithm), &claims), &key(), NOW), None, "{algorithm:?}");
        }
        for (name, value) in [
            ("aud", json!("another")),
            ("aud", json!(null)),
            ("sub", json!(null)),
            ("exp", json!(exp + 2 * LIFE_S)),
            ("exp", json!("never")),
            ("exp", json!(i64::MIN)),
        ] {
            let mut changed = claims.clone();
            changed[name] = value;
            assert_eq!(read(&signed(&Header::new(ALGORITHM), &changed), &key(), NOW), None, "{changed}");
        }
        let plain = |part: serde_json::Value| BASE64.encode(part.to_string());
        let unsigned = format!("{}.{}.", plain(json!({"alg": "none", "typ": "JWT"})), plain(claims));
        assert_eq!(read(&unsigned, &key(), NOW), None);
    }

    #[test]
    fn no_changed_token_passes() {
        let (token, _) = sign(&"app".into(), &key(), NOW).unwrap();
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(read(&String::from_utf8(changed).unwrap(), &key(), NOW), None, "byte {at}");
        }
        for bad in ["", ".", "..", "a.b.c", "Bearer"] {
            assert_eq!(read(bad, &key(), NOW), None, "{bad}");
        }
    }
}
