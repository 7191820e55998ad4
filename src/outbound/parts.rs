//! Texts and JSON that refer to secrets. They are stored and printed with the references, never with the values, and
//! a text is never searched for references again, so no user can write one.

use std::fmt;

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::{
    keyring::Keyring,
    secrets::{MissingSecret, SecretRef},
};

/// One stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// As it stands.
    Text(String),
    /// The value of this secret, known only when the request is sent.
    Secret(SecretRef),
}

/// One text, made of stretches. Prints a secret as its reference: `Bearer ${env:TOKEN}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parts(pub Vec<Part>);

impl Parts {
    /// The secrets that the text refers to.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretRef> {
        self.0.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Secret(secret) => Some(secret),
        })
    }

    /// The text with the secrets in it: to be sent, never to be shown or kept.
    pub(super) fn expose(&self, secrets: &Keyring) -> Result<String, MissingSecret> {
        self.0.iter().try_fold(String::new(), |mut text, part| {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Secret(secret) => text.push_str(secrets.get(secret)?.expose_secret()),
            }
            Ok(text)
        })
    }
}

impl<T: Into<String>> From<T> for Parts {
    fn from(text: T) -> Self {
        Self(vec![Part::Text(text.into())])
    }
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Secret(secret) => write!(f, "{secret}"),
        })
    }
}

/// A JSON value whose texts may refer to secrets; keys keep their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(Parts),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Map(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn expose(&self, secrets: &Keyring) -> Result<Value, MissingSecret> {
        Ok(match self {
            Json::Null => Value::Null,
            Json::Bool(b) => Value::Bool(*b),
            Json::Number(n) => Value::Number(n.clone()),
            Json::Text(parts) => Value::String(parts.expose(secrets)?),
            Json::List(list) => Value::Array(list.iter().map(|item| item.expose(secrets)).collect::<Result<_, _>>()?),
            Json::Map(map) => {
                Value::Object(map.iter().map(|(key, value)| Ok((key.clone(), value.expose(secrets)?))).collect::<Result<_, _>>()?)
            }
        })
    }

    pub(super) fn collect_secrets<'a>(&'a self, found: &mut Vec<&'a SecretRef>) {
        match self {
            Json::Text(parts) => found.extend(parts.secrets()),
            Json::List(list) => list.iter().for_each(|item| item.collect_secrets(found)),
            Json::Map(map) => map.iter().for_each(|(_, value)| value.collect_secrets(found)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Json::Null,
            Value::Bool(b) => Json::Bool(b),
            Value::Number(n) => Json::Number(n),
            Value::String(text) => Json::Text(text.into()),
            Value::Array(list) => Json::List(list.into_iter().map(Json::from).collect()),
            Value::Object(map) => Json::Map(map.into_iter().map(|(key, value)| (key, Json::from(value))).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::outbound::{Body, Method, Request, Secrets};

    fn keyring(body: Json, value: &str) -> Keyring {
        let request = Request { body: Body::Json(body), ..Request::new(Method::Post, "http://shop.example/".into()) };
        Keyring::of(&request, &Secrets::of([("TOKEN", value)]))
    }

    fn bearer() -> Parts {
        Parts(vec![Part::Text("Bearer ".to_owned()), Part::Secret(SecretRef::Env("TOKEN".to_owned()))])
    }

    #[test]
    fn a_text_is_printed_and_stored_with_references() {
        let secrets = keyring(Json::Text(bearer()), "canary");
        assert_eq!(bearer().to_string(), "Bearer ${env:TOKEN}");
        assert_eq!(bearer().expose(&secrets).unwrap(), "Bearer canary");
        let row = serde_json::to_string(&bearer()).unwrap();
        assert_eq!(row, r#"[{"text":"Bearer "},{"secret":{"env":"TOKEN"}}]"#);
        assert_eq!(serde_json::from_str::<Parts>(&row).unwrap(), bearer());
    }

    #[test]
    fn a_text_that_looks_like_a_reference_stays_a_text() {
        let secrets = keyring(Json::Text(bearer()), "canary");
        assert_eq!(Parts::from("${env:TOKEN}").expose(&secrets).unwrap(), "${env:TOKEN}");
    }

    #[test]
    fn json_keeps_types_order_and_references() {
        let plain = json!({"b": [1, 2.5, null], "a": {"x": true}});
        let Json::Map(mut map) = Json::from(plain) else { panic!("an object") };
        map.push(("key".to_owned(), Json::Text(bearer())));
        let body = Json::Map(map);
        let back: Json = serde_json::from_str(&serde_json::to_string(&body).unwrap()).unwrap();
        assert_eq!(back, body);
        let sent = body.expose(&keyring(body.clone(), "t")).unwrap();
        assert_eq!(sent.to_string(), r#"{"b":[1,2.5,null],"a":{"x":true},"key":"Bearer t"}"#);
    }
}
