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
use crate::outbound::Mask;

fn mask(values: &[(&str, &str)]) -> Mask {
    let values: Vec<_> = values.iter().map(|(name, value)| (format!("${{env:{name}}}"), (*value).into())).collect();
    Mask::new(&values)
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

#[tokio::test]
async fn a_redirect_does_not_tell_a_secret_by_the_name_of_its_host() {
    let server = Server::answering(|_, _| redirect(302, "http://canary-token.example/")).await;
    let client = client_with(Egress::Any, Secrets::of([("TOKEN", "canary-token")]));
    let auth = Auth::Bearer(Parts(vec![Part::Secret(SecretRef::Env("TOKEN".to_owned()))]));
    let error = client.send(&Request { auth, ..get(server.url("/")) }, &[], in_ms(5_000), MIB, false).await.unwrap_err();
    assert_eq!(error.message, "a redirect to http://${env:TOKEN}.example, which is not where the call went");
}
