//! Request bodies: JSON of bounded size that has to be there soon, and as it is: nothing is unpacked.

use std::{future::ready, time::Duration};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{
        StatusCode,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue},
    },
    web::{Bytes, PayloadConfig},
};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::problem::Problem;

/// Bytes of a body.
const BODY_BYTES_MAX: usize = 256 * 1024;
/// How long a client may take to send it.
const PATIENCE: Duration = Duration::from_secs(15);

/// A JSON body.
pub(super) struct Json<T>(pub T);

/// The size limit for all routes.
pub(super) fn limit() -> PayloadConfig {
    PayloadConfig::new(BODY_BYTES_MAX)
}

/// A JSON object as clients of APIs of old send it: of any type, with something behind it perhaps; where a key stands twice, the
/// last counts.
pub(super) struct Loose(pub Map<String, Value>);

impl FromRequest for Loose {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read(request, payload);
        Box::pin(async move { first(&bytes.await?).map(Self) })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request.content_type());
        let bytes = read(request, payload);
        Box::pin(async move {
            let bytes = bytes.await?;
            if !is_json && !bytes.is_empty() {
                return Err(unsupported("not-json", "send the body as `Content-Type: application/json`"));
            }
            parse(&bytes).map(Json)
        })
    }
}

/// The whole body.
fn read(request: &HttpRequest, payload: &mut Payload) -> LocalBoxFuture<'static, Result<Bytes, Problem>> {
    if is_encoded(request.headers()) {
        return Box::pin(ready(Err(encoded()))); // not a byte of it is read
    }
    let bytes = Bytes::from_request(request, payload);
    Box::pin(async move { tokio::time::timeout(PATIENCE, bytes).await.map_err(|_| too_slow())?.map_err(|e| unread(&e)) })
}

/// The first value of a body, an object; an empty body counts as `{}`.
fn first(bytes: &[u8]) -> Result<Map<String, Value>, Problem> {
    match serde_json::Deserializer::from_slice(bytes).into_iter::<Value>().next() {
        None => Ok(Map::new()),
        Some(Ok(Value::Object(object))) => Ok(object),
        Some(Ok(_)) => Err(Problem::invalid("the body is no JSON object")),
        Some(Err(error)) => Err(Problem::invalid(format!("the body does not fit: {error}"))),
    }
}

/// An empty body counts as `{}`; anything but an object is refused (serde would read a list as the fields in order).
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    if bytes.trim_ascii_start().first().is_some_and(|first| matches!(first, b'[' | b'"' | b'-' | b'0'..=b'9')) {
        return Err(Problem::invalid("the body is no JSON object"));
    }
    serde_json::from_slice(bytes).map_err(|error| Problem::invalid(format!("the body does not fit: {error}")))
}

/// `application/json` and its relatives (`application/vnd.api+json`), whatever their parameters.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Whether the body is packed: a small one may hold as much as it likes.
fn is_encoded(headers: &HeaderMap) -> bool {
    let plain = |coding: &[u8]| coding.is_empty() || coding.eq_ignore_ascii_case(b"identity");
    headers.get_all(CONTENT_ENCODING).any(|coding| !plain(coding.as_bytes().trim_ascii()))
}

/// RFC 9110, 12.5.3: `Accept-Encoding` in a 415 names what is taken.
fn encoded() -> Problem {
    let taken = (ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    unsupported("encoded", "send the body as it is, without `Content-Encoding`").with_header(taken)
}

fn unsupported(code: &'static str, detail: &'static str) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code, detail)
}

fn unread(error: &actix_web::Error) -> Problem {
    match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = format!("a body has at most {} KiB", BODY_BYTES_MAX / 1024);
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
        }
        _ => Problem::invalid("the body could not be read"),
    }
}

fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "the body took too long to arrive")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_names_its_place() {
        let problem = parse::<Value>(b"{\"user\": \"u1\",\n \"text\": }").unwrap_err();
        assert!(problem.to_string().contains("line 2 column 10"), "{problem}");
        assert_eq!(parse::<Value>(b"").unwrap(), json!({}));
    }

    #[test]
    fn the_first_object_counts_and_the_last_of_its_keys() {
        let read = |body: &str| first(body.as_bytes()).map(Value::Object).ok();
        for (body, expected) in [
            ("", json!({})),
            (" ", json!({})),
            (r#"{"a": 1, "a": 2}"#, json!({"a": 2})),
            (r#"{"a": 1}}"#, json!({"a": 1})),
            (r#"{"a": 1} and more"#, json!({"a": 1})),
        ] {
            assert_eq!(read(body), Some(expected), "{body}");
        }
        for bad in ["[]", "7", "null", "\"a\"", "{", "{\"a\": }", "a=1"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn json_is_recognised_by_its_type() {
        assert!(is_json("application/json") && is_json("Application/JSON; charset=utf-8") && is_json("application/merge-patch+json"));
        assert!(!is_json("") && !is_json("text/plain") && !is_json("text/x+json") && !is_json("application/jsonx"));
    }

    #[test]
    fn what_is_packed_is_known_by_its_header() {
        let encoded = |codings: &[&'static str]| {
            let mut headers = HeaderMap::new();
            codings.iter().for_each(|coding| headers.append(CONTENT_ENCODING, HeaderValue::from_static(coding)));
            is_encoded(&headers)
        };
        assert!(!encoded(&[]) && !encoded(&[""]) && !encoded(&[" Identity "]));
        for packed in [&["gzip"][..], &["GZIP"], &["br"], &["x-gzip"], &["deflate, gzip"], &["identity, gzip"], &["identity", "zstd"]] {
            assert!(encoded(packed), "{packed:?}");
        }
    }

    #[test]
    fn a_list_is_not_read_as_the_fields_in_order() {
        #[derive(Debug, serde::Deserialize)]
        struct Greeting(#[expect(dead_code, reason = "only whether it is read matters")] String);
        for body in [&br#"["hi"]"#[..], b"\n[]", b"\"hi\"", b"7"] {
            assert!(parse::<Greeting>(body).is_err());
        }
        assert!(parse::<serde_json::Value>(br#" {"text": "hi"}"#).is_ok());
    }
}
