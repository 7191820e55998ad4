//! Request bodies: JSON of bounded size that has to be there soon, and as it is: nothing is unpacked. A route says how large its body
//! may be, in KiB.

use std::{future::ready, time::Duration};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{
        StatusCode,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue},
    },
    web::{self, Bytes},
};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::problem::Problem;

/// KiB of a body where its route says nothing else.
const KIB: usize = 256;
/// How long a client may take to send it.
const PATIENCE: Duration = Duration::from_secs(15);

/// A JSON body.
pub(super) struct Json<T, const MAX_KIB: usize = KIB>(pub T);

/// A JSON body as clients of other gateways send one: whatever its type is called, what follows the first object is ignored, and where a
/// key stands twice the last one counts.
pub(super) struct FirstObject<const MAX_KIB: usize = KIB>(pub Map<String, Value>);

impl<const MAX_KIB: usize> FromRequest for FirstObject<MAX_KIB> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = whole(request, payload, MAX_KIB);
        Box::pin(async move { first_object(&bytes.await?).map(Self) })
    }
}

impl<T: DeserializeOwned + 'static, const MAX_KIB: usize> FromRequest for Json<T, MAX_KIB> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request.content_type());
        let bytes = whole(request, payload, MAX_KIB);
        Box::pin(async move {
            let bytes = bytes.await?;
            if !is_json && !bytes.is_empty() {
                return Err(unsupported("not-json", "send the body as `Content-Type: application/json`"));
            }
            parse(&bytes).map(Json)
        })
    }
}

/// The body, if it is as it may be, and not too large.
fn whole(request: &HttpRequest, payload: &mut Payload, max_kib: usize) -> LocalBoxFuture<'static, Result<Bytes, Problem>> {
    let max = max_kib * 1024;
    let told = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if is_encoded(request.headers()) {
        return Box::pin(ready(Err(encoded()))); // not a byte of it is read
    }
    if told.is_some_and(|told| told > max) {
        return Box::pin(ready(Err(too_large(max_kib))));
    }
    let body = web::Payload::from_request(request, payload);
    Box::pin(async move {
        let body = body.await.map_err(|_| unread())?;
        let read = tokio::time::timeout(PATIENCE, body.to_bytes_limited(max)).await.map_err(|_| too_slow())?;
        read.map_err(|_| too_large(max_kib))?.map_err(|_| unread())
    })
}

fn first_object(bytes: &[u8]) -> Result<Map<String, Value>, Problem> {
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

fn unread() -> Problem {
    Problem::invalid("the body could not be read")
}

fn too_large(max_kib: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", format!("a body has at most {max_kib} KiB"))
}

fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "the body took too long to arrive")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_error_names_its_place() {
        let problem = parse::<Value>(b"{\"user\": \"u1\",\n \"text\": }").unwrap_err();
        assert!(problem.to_string().contains("line 2 column 10"), "{problem}");
        assert_eq!(parse::<Value>(b"").unwrap(), json!({}));
    }

    #[test]
    fn the_first_object_counts_and_its_last_keys() {
        let read = |body: &str| first_object(body.as_bytes()).map(Value::Object);
        assert_eq!(read(r#"{"a": 1, "b": 2, "a": {"c": 3}} } x"#).unwrap(), json!({"a": {"c": 3}, "b": 2}));
        assert_eq!(read("").unwrap(), json!({}));
        assert_eq!(read(" \n").unwrap(), json!({}));
        for bad in ["[]", "1", "\"{}\"", "null", "{", "{\"a\"}", "a=1", "\u{feff}{}"] {
            assert!(read(bad).is_err(), "{bad}");
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
