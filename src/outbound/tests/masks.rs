//! What a backend says back of what it was sent.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::json;

use super::{
    server::{Server, answer, redirect},
    *,
};
use crate::outbound::{Mask, keyring::known_as};

fn mask(values: &[(&str, &str)]) -> Mask {
    let known: Vec<_> = values.iter().flat_map(|(name, value)| known_as(&format!("${{env:{name}}}"), &(*value).into())).collect();
    Mask::new(&known)
}

#[test]
fn values_are_taken_out_of_texts_the_longer_one_first() {
    let mask = mask(&[("TOKEN", "canary-1"), ("LONGER", "canary-1-and-2"), ("SHORT", "bad-one"), ("SPACED", "a canary 3")]);
    let said = |text: &str| mask.text(text).into_owned();
    assert_eq!(said("bad-one: canary-1, canary-1-and-2"), "bad-one: ${env:TOKEN}, ${env:LONGER}");
    assert_eq!(said("POST /x?t=a+canary+3&u=a%20canary%203"), "POST /x?t=${env:SPACED}&u=${env:SPACED}");
    assert_eq!(said("größer: canary-1canary-1ß"), "größer: ${env:TOKEN}${env:TOKEN}ß");
    assert_eq!(said("100 % canary"), "100 % canary");
    assert_eq!(said(r#"{"q": "canary-1\nx"}"#), r#"{"q": "${env:TOKEN}\nx"}"#);
}

#[test]
fn whatever_a_value_is_made_of_it_is_known_in_every_form() {
    let long = "-----BEGIN KEY-----\n".to_owned() + &"MIIE/+pä\"\\ ".repeat(40) + "\n-----END KEY-----";
    for secret in ["s3cret/+tok?en", "p\u{e4}ss \"w\\rd\"~", "0123456789abcdef", "dXNl~*'(cjpw)", &long] {
        let mask = mask(&[("S", secret)]);
        let percent = |keep: fn(u8) -> bool, upper: bool| -> String {
            let digits = |byte: u8| if upper { format!("%{byte:02X}") } else { format!("%{byte:02x}") };
            secret.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { digits(byte) }).collect()
        };
        let whole = [
            secret.to_owned(),
            percent(|_| false, true),
            percent(|byte| byte.is_ascii_alphanumeric(), false),
            percent(|byte| byte.is_ascii_graphic() && byte != b'%', true),
            url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
            BASE64_STANDARD.encode(secret),
            BASE64_STANDARD_NO_PAD.encode(secret),
            BASE64_URL_SAFE.encode(secret),
            BASE64_URL_SAFE_NO_PAD.encode(secret),
        ];
        for said in whole {
            assert_eq!(mask.text(&format!("<{said}>")), "<${env:S}>", "{said}");
            let mut json = json!({"data": [{"deep": format!("x {said}")}], said.clone(): 1, "n": 12.5, "none": null});
            mask.json(&mut json);
            assert_eq!(json, json!({"data": [{"deep": "x ${env:S}"}], "${env:S}": 1, "n": 12.5, "none": null}), "{said}");
        }
        // within a longer text in base64: what stays are the few bits that a neighbour shares
        for before in ["", "u", "us", "user:"] {
            let said = BASE64_STANDARD.encode(format!("{before}{secret}@home"));
            let masked = mask.text(&said).into_owned();
            let (head, tail) = masked.split_once("${env:S}").unwrap_or_else(|| panic!("{said}"));
            assert!(head.len() <= before.len().div_ceil(3) * 4 && tail.len() <= 12, "{masked}");
        }
    }
}

#[test]
fn of_credentials_in_base64_the_password_alone_is_known_too() {
    let mask = mask(&[("BASIC", &BASE64_STANDARD.encode("shop:open sesame"))]);
    assert_eq!(mask.text("Basic c2hvcDpvcGVuIHNlc2FtZQ=="), "Basic ${env:BASIC}");
    assert_eq!(mask.text("wrong password open sesame of shop"), "wrong password ${env:BASIC} of shop");
}

#[test]
fn an_address_stays_readable_but_for_what_is_secret_in_it() {
    let mask = mask(&[
        ("BASE", "https://hooks.example/services/T0000/canary-9c3e?key=0f9e8d7c6b5a"),
        ("SHOP", "https://shop.example/catalogue/v1"),
    ]);
    assert_eq!(mask.text("POST /services/T0000/canary-9c3e/x?key=0f9e8d7c6b5a"), "POST /services/T0000/${env:BASE}/x?key=${env:BASE}");
    assert_eq!(mask.text("https://shop.example/catalogue/v1/pizza.png"), "https://shop.example/catalogue/v1/pizza.png");
}

/// An API that wants a token that its own token endpoint gives, and tells back what it was sent.
#[tokio::test]
async fn what_was_fetched_counts_also_the_one_that_was_refused() {
    let server = Server::answering(|request, n| match request.split(' ').nth(1) {
        Some("/token") => answer("200 OK", "application/json", &format!(r#"{{"access_token": "granted-{n}"}}"#)),
        _ if n < 2 => answer("401 No", "text/plain", ""),
        _ => answer("200 OK", "text/plain", "granted-0, granted-2, me:can%3Aary-1"),
    })
    .await;
    let secret = |name: &str| Parts(vec![Part::Secret(SecretRef::Env(name.to_owned()))]);
    let token_url = server.url("/token").into();
    let auth = Auth::OAuth2 { token_url, client_id: secret("ID"), client_secret: secret("SECRET"), scope: None };
    let client = client_with(Egress::Any, Secrets::of([("ID", "me"), ("SECRET", "can:ary-1")]));
    let request = Request { auth, ..get(server.url("/data")) };
    let response = client.send(&request, &[], in_ms(5_000), MIB, false).await.unwrap();
    let said = String::from_utf8(response.body.to_vec()).unwrap();
    assert_eq!(said, "granted-0, granted-2, me:can%3Aary-1");
    assert_eq!(response.mask.text(&said), "${oauth2}, ${oauth2}, ${oauth2}");
    assert!(!format!("{response:?}").contains("granted"));
}

/// Hosts are written in small letters, whatever a backend sends.
#[tokio::test]
async fn a_redirect_does_not_tell_a_secret_by_the_name_of_its_host() {
    let server = Server::answering(|_, _| redirect(302, "http://Canary-TOKEN.example/")).await;
    let client = client_with(Egress::Any, Secrets::of([("TOKEN", "Canary-TOKEN")]));
    let auth = Auth::Bearer(Parts(vec![Part::Secret(SecretRef::Env("TOKEN".to_owned()))]));
    let error = client.send(&Request { auth, ..get(server.url("/")) }, &[], in_ms(5_000), MIB, false).await.unwrap_err();
    assert!(!format!("{error:?}").to_lowercase().contains("canary"), "{error:?}");
}

#[test]
fn a_number_that_holds_a_value_becomes_a_text() {
    let mut said = json!({"pin": 4_711_471_147_u64, "all": [-4_711_471_147_i64, 4_711_471_148_u64, 12.5], "n": 47_114_711});
    mask(&[("PIN", "4711471147")]).json(&mut said);
    assert_eq!(said, json!({"pin": "${env:PIN}", "all": ["-${env:PIN}", 4_711_471_148_u64, 12.5], "n": 47_114_711}));
}

#[test]
fn a_value_that_is_a_whole_header_is_known_by_its_parts() {
    let basic = format!("Basic {}", BASE64_STANDARD.encode("shop-user:open sesame"));
    let mask = mask(&[("BEARER", "Bearer canary-1"), ("BASIC", &basic), ("PAIR", "me:canary-2"), ("COOKIE", "sid=canary-3; theme=dark")]);
    let said = |text: &str| mask.text(text).into_owned();
    assert_eq!(said("bad token canary-1"), "bad token ${env:BEARER}");
    assert_eq!(said("Authorization: Bearer canary-1"), "Authorization: ${env:BEARER}");
    assert_eq!(said("shop-user may not come in with open sesame"), "${env:BASIC} may not come in with ${env:BASIC}");
    assert_eq!(said(&basic[6..]), "${env:BASIC}");
    assert_eq!(said("me: wrong password canary-2"), "me: wrong password ${env:PAIR}");
    assert_eq!(
        said("{\"cookies\": {\"sid\": \"canary-3\", \"theme\": \"dark\"}}"),
        "{\"cookies\": {\"sid\": \"${env:COOKIE}\", \"theme\": \"dark\"}}"
    );
}

#[test]
fn what_was_encoded_more_than_once_or_broken_into_lines_is_found() {
    let secret = "p\u{e4}ss/w\u{f6}rd 1 and quite a lot more of it, so that base64 has to be broken into lines \u{1f600}";
    let mask = mask(&[("S", secret)]);
    let ascii: String =
        secret.encode_utf16().map(|unit| if unit < 128 { char::from(unit as u8).to_string() } else { format!("\\u{unit:04x}") }).collect();
    let json = |text: &str| serde_json::to_string(text).unwrap();
    let percent = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let base64 = BASE64_STANDARD.encode(secret);
    let lines = |end: &str| base64.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join(end);
    for said in [
        ascii.clone(),
        ascii.replace('/', "\\/"),
        json(&ascii).trim_matches('"').to_owned(),
        json(&json(secret)).trim_matches(['"', '\\']).to_owned(),
        percent(&percent(secret)),
        percent(&percent(&percent(secret))),
        percent(&ascii),
        lines("\n"),
        lines("\r\n"),
        lines("\\r\\n"),
    ] {
        assert_eq!(mask.text(&format!("<{said}>")), "<${env:S}>", "{said}");
    }
}

/// A token is no word or year: what was fetched counts from four bytes on.
#[tokio::test]
async fn a_short_token_counts_too() {
    let server = Server::answering(|request, _| match request.split(' ').nth(1) {
        Some("/token") => answer("200 OK", "application/json", r#"{"access_token": "x7Kp"}"#),
        _ => answer("200 OK", "text/plain", "x7Kp"),
    })
    .await;
    let auth = Auth::OAuth2 { token_url: server.url("/token").into(), client_id: "me".into(), client_secret: "it".into(), scope: None };
    let response = send(&Request { auth, ..get(server.url("/data")) }).await.unwrap();
    assert_eq!(response.mask.text("token x7Kp of shop-me"), "token ${oauth2} of shop-me");
}

/// It is replaced while the first answer, a 401, is on its way: what is sent then is what is looked for.
#[tokio::test]
async fn a_file_that_is_replaced_during_a_call_is_masked_as_it_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, "canary-before").unwrap();
    let replace = file.clone();
    let server = Server::answering(move |request, n| match request.split(' ').nth(1) {
        Some("/token") => answer("200 OK", "application/json", &format!(r#"{{"access_token": "granted-{n}"}}"#)),
        _ if n < 2 => {
            std::fs::write(&replace, "canary-after").unwrap();
            answer("401 No", "text/plain", "")
        }
        _ => answer("200 OK", "text/plain", request),
    })
    .await;
    let auth = Auth::OAuth2 { token_url: server.url("/token").into(), client_id: "me".into(), client_secret: "it".into(), scope: None };
    let key = Parts(vec![Part::Secret(SecretRef::File("key".to_owned()))]);
    let request = Request { auth, headers: vec![("x-key".to_owned(), key)], ..get(server.url("/data")) };
    let client = client_with(Egress::Any, Secrets::new([], Some(folder.path().to_owned())));
    let answer = async || {
        let response = client.send(&request, &[], in_ms(5_000), MIB, false).await.unwrap();
        response.mask.text(std::str::from_utf8(&response.body).unwrap()).into_owned()
    };
    let first = answer().await;
    assert!(first.contains("x-key: ${file:key}") && !first.contains("canary"), "{first}");
    assert!(server.seen().iter().any(|request| request.contains("granted-2")), "it was asked once more");
    assert!(answer().await.contains("x-key: ${file:key}"));
    assert!(server.seen().last().unwrap().contains("x-key: canary-after"), "the next call has the new one");
}
