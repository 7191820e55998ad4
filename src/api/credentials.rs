//! What a request brings to show who calls: an API key or a webchat token, in the header or, where there is none, in the query.
//! Nothing of it is ever logged.

use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::problem::Problem;
use crate::key::ApiKey;

/// Base64 as clients write it, with padding or without.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// What a request brings.
#[derive(Clone, Debug)]
pub(super) enum Credentials {
    /// An API key.
    Key(ApiKey),
    /// What may be a webchat token.
    Token(String),
    /// Nothing.
    Nothing,
}

impl Credentials {
    /// Those of the header; where there is none, those of `?authorization=`, in any case.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let mut headers = request.headers().get_all(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
        let mut queries = url::form_urlencoded::parse(request.query_string().as_bytes())
            .filter(|(name, _)| name.eq_ignore_ascii_case("authorization"))
            .map(|(_, value)| value);
        match (headers.next(), headers.next()) {
            (Some(header), None) => return Self::read(header),
            (Some(_), Some(_)) => return Err(twice()),
            (None, _) => {}
        }
        match (queries.next(), queries.next()) {
            (Some(query), None) => Self::read(&query),
            (Some(_), Some(_)) => Err(twice()),
            (None, _) => Ok(Self::Nothing),
        }
    }

    /// `Basic <key>`, `Basic <base64 of a name and a password, of which one is a key>`, `Bearer <key>`, `Bearer <token>`.
    fn read(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let (scheme, value) = text.split_once(' ').unwrap_or((text, ""));
        let value = value.trim();
        if scheme.eq_ignore_ascii_case("basic") {
            return basic(value).map(Self::Key).ok_or_else(|| Problem::unauthorized("the API key is not valid"));
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Problem::unauthorized("send an API key or a webchat token as `Authorization: Bearer …`"));
        }
        Ok(ApiKey::parse(value).map_or_else(|| Self::Token(value.to_owned()), Self::Key))
    }
}

/// The key as it is, or as RFC 7617 has it: as the name or as the password.
fn basic(value: &str) -> Option<ApiKey> {
    ApiKey::parse(value).or_else(|| {
        let text = String::from_utf8(BASE64.decode(value).ok()?).ok()?;
        let (name, password) = text.split_once(':').unwrap_or((&text, ""));
        ApiKey::parse(name).or_else(|| ApiKey::parse(password))
    })
}

fn twice() -> Problem {
    Problem::unauthorized("`Authorization` is there more than once")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};

    use super::*;

    const KEY: &str = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed-AbCdEf1";

    /// What is read of the headers and the query: the key, the token, nothing; none where it is refused.
    fn read(headers: &[&str], query: &str) -> Option<String> {
        let request = TestRequest::with_uri(&format!("/{query}"));
        let request = headers.iter().fold(request, |request, value| request.append_header(("authorization", *value)));
        match Credentials::of(&request.to_http_request()).ok()? {
            Credentials::Key(key) => Some(key.expose().to_owned()),
            Credentials::Token(token) => Some(format!("token {token}")),
            Credentials::Nothing => Some("nothing".to_owned()),
        }
    }

    #[test]
    fn a_key_is_read_in_every_form() {
        let encoded = |text: String| format!("Basic {}", BASE64_STANDARD.encode(text));
        for sent in [
            format!("Basic {KEY}"),
            format!("basic {KEY}"),
            format!("BASIC   {KEY} "),
            format!("Bearer {KEY}"),
            format!("bearer {KEY}"),
            encoded(KEY.to_owned()),
            encoded(format!("{KEY}:")),
            encoded(format!(":{KEY}")),
            encoded(format!("{KEY}:{KEY}")),
            encoded(format!("api:{KEY}")),
            format!("Basic {}", BASE64_STANDARD_NO_PAD.encode(format!("{KEY}:"))),
        ] {
            assert_eq!(read(&[&sent], "").as_deref(), Some(KEY), "{sent}");
        }
        assert_eq!(read(&["Bearer a.b"], "").as_deref(), Some("token a.b"));
        assert_eq!(read(&["Bearer"], "").as_deref(), Some("token "));
        assert_eq!(read(&[], "").as_deref(), Some("nothing"));
    }

    #[test]
    fn the_query_counts_where_no_header_is_sent() {
        for query in [
            format!("?authorization=Basic%20{KEY}"),
            format!("?a=1&Authorization=basic+{KEY}"),
            format!("?AUTHORIZATION=Bearer%20{KEY}#x"),
            format!("?authorization=Basic%20{}", BASE64_STANDARD.encode(format!("{KEY}:")).replace('=', "%3D")),
        ] {
            assert_eq!(read(&[], &query).as_deref(), Some(KEY), "{query}");
            assert_eq!(read(&["Bearer a.b"], &query).as_deref(), Some("token a.b"), "{query}");
        }
        assert_eq!(read(&[], &format!("?authorization=Basic%20{KEY}&Authorization=Basic%20{KEY}")), None, "twice");
        assert_eq!(read(&[], "?authorization="), None);
        assert_eq!(read(&[], &format!("?authorizations=Basic%20{KEY}")).as_deref(), Some("nothing"));
    }

    #[test]
    fn odd_forms_are_refused() {
        let shouted = KEY.to_uppercase();
        let encoded = BASE64_STANDARD.encode("name:password");
        for bad in [
            "",
            " ",
            "Basic",
            "Basic ",
            KEY,
            &format!("Basic {shouted}"),
            &format!("Basic {KEY}x"),
            &format!("Basic {encoded}"),
            "Basic §",
            "Digest x",
        ] {
            assert_eq!(read(&[bad], ""), None, "{bad}");
        }
        assert_eq!(read(&[&format!("Basic {KEY}"), &format!("Basic {KEY}")], ""), None, "two headers");
    }
}
