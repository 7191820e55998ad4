//! `expect`: what holds at this point of a test.

use serde_json::{Map, Value};

use super::{
    compare,
    outcome::Failure,
    player::{Failed, Player},
};
use crate::{
    diagnostic::Place,
    flow::Call,
    language::{CallsExpected, Expectation, One},
    outbound::{Body, Json},
    yaml::{Entries, Node, Spanned},
};

impl Player<'_> {
    pub(super) fn holds(&self, expected: &Expectation, place: &Place) -> Result<(), Failed> {
        for (name, node) in expected.attributes.iter().flat_map(|entries| &entries.0) {
            self.compare(&format!("attribute \"{}\"", name.value), node, &self.conversation.value(self.bot, name))?;
        }
        if let Some(sequence) = &expected.sequence {
            self.equal("the sequence", sequence.as_str(), self.sequence().as_deref().unwrap_or("none"), place)?;
        }
        if let Some(ended) = &expected.ended {
            self.equal("`ended`", &ended.value.to_string(), &self.conversation.session.is_none().to_string(), place)?;
        }
        if let Some(tags) = &expected.tags {
            let mut tags = tags.value.clone();
            tags.sort();
            self.equal(
                "the list of tags",
                &tags.join("\n"),
                &self.conversation.tags.iter().cloned().collect::<Vec<_>>().join("\n"),
                place,
            )?;
        }
        self.called(expected.called.as_ref())
    }

    fn equal(&self, what: &str, expected: &str, actual: &str, place: &Place) -> Result<(), Failed> {
        if expected == actual {
            return Ok(());
        }
        Err(Failure::new(place.clone(), format!("{what} is something else")).compared(expected, actual))
    }

    /// The sequence in which the flow waits, or which ran last.
    fn sequence(&self) -> Option<String> {
        let frames = self.conversation.session.iter().flat_map(|s| s.frames.iter().rev());
        frames.filter_map(|f| f.sequence.as_ref()).map(ToString::to_string).next().or_else(|| self.last_sequence.clone())
    }

    fn called(&self, expected: Option<&Entries<One<Spanned<CallsExpected>>>>) -> Result<(), Failed> {
        for (api, calls) in expected.iter().flat_map(|entries| &entries.0) {
            let actual: Vec<&Call> = self.calls.iter().filter(|call| *call.api == *api.value).collect();
            let place = self.test.doc.place(api.span);
            match (calls.0.as_slice(), actual.as_slice()) {
                (_, []) => return Err(Failure::new(place, format!("API \"{}\" was not called", api.value))),
                ([one], [.., last]) => self.call_fits(one, last)?,
                (all, actual) if all.len() == actual.len() => {
                    all.iter().zip(actual).try_for_each(|(expected, call)| self.call_fits(expected, call))?;
                }
                (all, actual) => {
                    let shown = actual.iter().map(|call| call.request.url.to_string()).collect::<Vec<_>>().join("\n");
                    let failure =
                        Failure::new(place, format!("API \"{}\" was called {} times, not {}", api.value, actual.len(), all.len()));
                    return Err(failure.compared("", shown));
                }
            }
        }
        Ok(())
    }

    fn call_fits(&self, expected: &Spanned<CallsExpected>, call: &Call) -> Result<(), Failed> {
        let (place, request) = (self.test.doc.place(expected.span), &call.request);
        let (path, query) = path_and_query(&request.url.to_string());
        if let Some(method) = &expected.method {
            self.equal("the method", &method.to_uppercase(), request.method.as_str(), &place)?;
        }
        if let Some(expected) = &expected.path {
            self.equal("the path", expected, &path, &place)?;
        }
        let own = request.query.iter().map(|(name, value)| (name.clone(), value.to_string().into()));
        let params: Map<String, Value> = query.into_iter().chain(own).collect();
        let headers: Map<String, Value> = request.headers.iter().map(|(n, v)| (n.to_lowercase(), v.to_string().into())).collect();
        self.part("the query", expected.params.as_ref(), &params.into(), false)?;
        self.part("the list of headers", expected.headers.as_ref(), &headers.into(), true)?;
        self.part("the body", expected.body.as_ref(), &body(&request.body), false)
    }

    fn part(&self, what: &str, expected: Option<&Node>, actual: &Value, any_case: bool) -> Result<(), Failed> {
        let Some(expected) = expected else { return Ok(()) };
        self.compare(what, &if any_case { compare::lower_keys(expected) } else { expected.clone() }, actual)
    }
}

/// The path of a URL and the parameters that stand in it. The origin may be a reference to a secret.
fn path_and_query(url: &str) -> (String, Map<String, Value>) {
    let from = url.find("://").map_or_else(|| url.find('}').map_or(0, |at| at + 1), |at| at + 3);
    let path = url[from..].find('/').map_or("", |at| &url[from + at..]);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let pairs = url::form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned().into()));
    (if path.is_empty() { "/".to_owned() } else { path.to_owned() }, pairs.collect())
}

/// The body, secrets as references.
fn body(body: &Body) -> Value {
    match body {
        Body::None => Value::Null,
        Body::Json(json) => shown(json),
        Body::Form(pairs) => pairs.iter().map(|(name, value)| (name.clone(), value.to_string().into())).collect::<Map<_, _>>().into(),
    }
}

fn shown(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => (*truth).into(),
        Json::Number(number) => number.clone().into(),
        Json::Text(parts) => parts.to_string().into(),
        Json::List(list) => list.iter().map(shown).collect(),
        Json::Map(map) => map.iter().map(|(key, value)| (key.clone(), shown(value))).collect::<Map<_, _>>().into(),
    }
}
