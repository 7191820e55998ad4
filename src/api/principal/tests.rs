//! Who callers are by what they send.

use actix_web::ResponseError;

use super::*;
use crate::{
    id::KeyId,
    key::{ApiKey, Scopes},
    store::KeyKind,
};

const NOW: Timestamp = Timestamp(1_000_000);

fn tokens() -> TokenKeys {
    TokenKeys::new([7; 32])
}

/// A key that is for this.
fn row(key: &ApiKey, scopes: &str) -> KeyRow {
    KeyRow {
        id: key.id(),
        kind: KeyKind::Key,
        account: Some("1".into()),
        bot: None,
        scopes: scopes.parse().unwrap(),
        hash: key.hash(),
        created_at: NOW,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        note: None,
    }
}

fn status(sent: &Credentials, keys: Result<Vec<KeyRow>, Refusal>, now: Timestamp) -> Result<Principal, u16> {
    let keys = keys.map(|rows| Arc::new(Keys::new(1, rows)));
    Principal::of(sent, &tokens(), keys, now).map_err(|problem| problem.status_code().as_u16())
}

#[test]
fn a_key_is_good_from_its_first_letter_to_its_end() {
    let key = ApiKey::random().unwrap();
    let good = row(&key, "read");
    let judged = |row: KeyRow| status(&Credentials::Key(key.clone()), Ok(vec![row]), NOW);
    assert_eq!(judged(good.clone()), Ok(Principal::Key(Arc::new(good.clone()))));
    assert_eq!(judged(KeyRow { expires_at: Some(NOW.plus_ms(1)), ..good.clone() }).map(|_| ()), Ok(()));
    let other = ApiKey::random().unwrap();
    for bad in [
        KeyRow { expires_at: Some(NOW), ..good.clone() },
        KeyRow { revoked_at: Some(NOW), ..good.clone() },
        KeyRow { hash: other.hash(), ..good.clone() },
        KeyRow { id: other.id(), ..good.clone() },
        KeyRow { kind: KeyKind::App, ..good.clone() },
    ] {
        assert_eq!(judged(bad.clone()), Err(401), "{bad:?}");
    }
    assert_eq!(status(&Credentials::Key(key), Err(Refusal::Unavailable("away".into())), NOW), Err(503), "it may have been revoked");
}

#[test]
fn a_token_that_a_key_has_asked_for_ends_with_it() {
    let key = ApiKey::random().unwrap();
    let token = |by: Option<KeyId>| {
        let visitor = Visitor { key: by, ..Visitor::new("shop".into(), "u1".into(), NOW) };
        Credentials::Token(visitor.sign(&tokens()))
    };
    let judged = |by, keys| status(&token(by), keys, NOW).map(|_| ());
    assert_eq!(judged(None, Ok(vec![])), Ok(()));
    assert_eq!(judged(None, Err(Refusal::Closing)), Ok(()), "keys do not matter");
    assert_eq!(judged(Some(key.id()), Ok(vec![row(&key, "messages")])), Ok(()));
    assert_eq!(judged(Some(key.id()), Ok(vec![])), Err(401));
    assert_eq!(judged(Some(key.id()), Ok(vec![KeyRow { expires_at: Some(NOW), ..row(&key, "messages") }])), Err(401));
    assert_eq!(judged(Some(key.id()), Err(Refusal::Closing)), Err(503));
    let other = Credentials::Token(Visitor::new("shop".into(), "u1".into(), NOW).sign(&TokenKeys::new([8; 32])));
    assert_eq!(status(&other, Ok(vec![]), NOW), Err(401));
}

#[test]
fn only_an_operator_and_an_admin_key_operate() {
    let key = ApiKey::random().unwrap();
    let operates = |caller: &Principal| caller.must_operate().map_err(|problem| problem.status_code().as_u16());
    assert_eq!(operates(&Principal::Operator), Ok(()));
    assert_eq!(operates(&Principal::Key(Arc::new(KeyRow { account: None, ..row(&key, "admin") }))), Ok(()));
    assert_eq!(operates(&Principal::Key(Arc::new(KeyRow { scopes: Scopes::default(), ..row(&key, "") }))), Err(403));
    assert_eq!(operates(&Principal::Stranger), Err(401));
    assert_eq!(operates(&Principal::Visitor(Visitor::new("shop".into(), "u1".into(), NOW))), Err(403));
}
