//! What a whole answer says: JSON, text or nothing.

use serde_json::Value;

use super::call::Answer;
use crate::outbound::Response;

/// With the envelope anything but JSON is refused; the error is a fact for `error.message`.
///
/// Without it, what reads as JSON is JSON, whatever it calls itself, but for a bare word or number that is sent as
/// text: a `text/plain` of `007` is not the number 7.
///
/// Secrets that the backend says back go no further than here.
pub(super) fn read(response: &Response, envelope: bool) -> Result<Answer, &'static str> {
    let body = response.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&response.body);
    let mut json = serde_json::from_slice::<Value>(body).ok();
    json.iter_mut().for_each(|json| response.mask.json(json));
    let answer = match json {
        Some(json) if envelope || json.is_object() || json.is_array() || !is_text(response) => Answer::Json(json),
        _ if envelope => return Err("the answer is not JSON"),
        _ if body.is_empty() => Answer::Json(Value::Null),
        _ => Answer::Text(response.mask.text(&String::from_utf8_lossy(body)).into_owned()),
    };
    if holds_nul(&answer) { Err("the answer holds the character U+0000") } else { Ok(answer) }
}

fn is_text(response: &Response) -> bool {
    response.content_type.as_ref().is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/"))
}

/// No database keeps that character in a text.
fn holds_nul(answer: &Answer) -> bool {
    match answer {
        Answer::Text(text) => text.contains('\0'),
        Answer::Json(json) => value_holds_nul(json),
    }
}

fn value_holds_nul(json: &Value) -> bool {
    match json {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(value_holds_nul),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || value_holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::outbound::Mask;

    fn said(kind: Option<&str>, body: &[u8], envelope: bool) -> Result<Answer, &'static str> {
        read(&Response { status: 200, body: body.to_vec().into(), content_type: kind.map(str::to_owned), mask: Mask::default() }, envelope)
    }

    #[test]
    fn the_envelope_is_json_and_nothing_else() {
        assert_eq!(said(None, b"\xef\xbb\xbf{\"success\": true}", true), Ok(Answer::Json(json!({"success": true}))));
        assert_eq!(said(Some("text/html"), b"{}", true), Ok(Answer::Json(json!({}))));
        for body in [&b""[..], b"<html>", b"{\"data\":", b"{} {}", b"\xff"] {
            assert_eq!(said(None, body, true), Err("the answer is not JSON"));
        }
    }

    #[test]
    fn without_it_anything_is_an_answer() {
        assert_eq!(said(Some("application/json"), b"", false), Ok(Answer::Json(Value::Null)));
        assert_eq!(said(Some("application/json"), b"7", false), Ok(Answer::Json(json!(7))));
        assert_eq!(said(Some("Text/Plain; charset=utf-8"), b"7", false), Ok(Answer::Text("7".to_owned())));
        assert_eq!(said(Some("text/html"), b"[1]", false), Ok(Answer::Json(json!([1]))));
        assert_eq!(said(None, b"hello \xff", false), Ok(Answer::Text("hello \u{fffd}".to_owned())));
    }

    #[test]
    fn a_nul_is_refused_wherever_it_hides() {
        for body in [&b"{\"a\": [\"\\u0000\"]}"[..], b"{\"\\u0000\": 1}", b"a\0b"] {
            assert_eq!(said(None, body, false), Err("the answer holds the character U+0000"));
        }
        assert!(said(None, b"{\"a\": \"\\\\u0000\"}", true).is_ok());
    }
}
