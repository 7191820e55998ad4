//! `expect`: what holds at this point of a test.

use serde_json::{Map, Value};

use super::{
    compare::{self, Of},
    outcome::Failure,
    player::{Failed, Player},
};
use crate::{
    diagnostic::Place,
    flow::Call,
    language::{CallExpected, CallsExpected, Expectation, Expected},
    outbound::{Body, Json, Parts},
    yaml::{Entries, Kind, Node, Spanned},
};

impl Player<'_> {
    pub(super) fn holds(&self, expected: &Expectation, place: &Place) -> Result<(), Failed> {
        for (name, node) in expected.attributes.iter().flat_map(|entries| &entries.0) {
            self.compare(&format!("attribute \"{}\"", name.value), node, &self.conversation.value(self.bot, name), Of::Texts)?;
        }
        if let Some(Expected(sequence)) = &expected.sequence {
            self.compare("the sequence", sequence, &self.sequence().map_or(Value::Null, Value::String), Of::Texts)?;
        }
        if let Some(ended) = expected.ended.as_ref().filter(|ended| ended.value != self.conversation.session.is_none()) {
            let failure = Failure::new(place.clone(), "`ended` is something else");
            return Err(failure.compared(ended.value.to_string(), (!ended.value).to_string()));
        }
        if let Some(tags) = &expected.tags {
            self.compare("the list of tags", &sorted(tags), &self.conversation.tags.iter().cloned().collect(), Of::Texts)?;
        }
        self.called(expected.called.as_ref())
    }

    /// The sequence in which the flow waits, or which ran last.
    fn sequence(&self) -> Option<String> {
        let frames = self.conversation.session.iter().flat_map(|s| s.frames.iter().rev());
        frames.filter_map(|f| f.sequence.as_ref()).map(ToString::to_string).next().or_else(|| self.last_sequence.clone())
    }

    fn called(&self, expected: Option<&Entries<CallsExpected>>) -> Result<(), Failed> {
        for (api, expected) in expected.iter().flat_map(|entries| &entries.0) {
            let calls: Vec<&Call> = self.calls.iter().filter(|call| *call.api == *api.value).collect();
            match expected {
                CallsExpected::All(all) if all.len() != calls.len() => return Err(self.other_calls(api, all.len(), &calls)),
                CallsExpected::All(all) => all.iter().zip(calls).try_for_each(|(expected, call)| self.call_fits(expected, call))?,
                CallsExpected::Last(expected) => match calls.last() {
                    Some(last) => self.call_fits(expected, last)?,
                    None => return Err(Failure::new(self.test.doc.place(api.span), format!("API \"{}\" was not called", api.value))),
                },
            }
        }
        Ok(())
    }

    fn other_calls(&self, api: &Spanned<String>, expected: usize, calls: &[&Call]) -> Failed {
        let times = |n: usize| if n == 1 { "once".to_owned() } else { format!("{n} times") };
        let shown =
            calls.iter().map(|call| format!("{} {}", call.request.method.as_str(), call.request.url)).collect::<Vec<_>>().join("\n");
        let message = match (calls.len(), expected) {
            (0, n) => format!("API \"{}\" was not called, but {} is expected", api.value, times(n)),
            (n, 0) => format!("API \"{}\" was called {}", api.value, times(n)),
            (n, m) => format!("API \"{}\" was called {}, not {}", api.value, times(n), times(m)),
        };
        Failure::new(self.test.doc.place(api.span), message).compared(if expected == 0 { "none" } else { "" }, shown)
    }

    fn call_fits(&self, expected: &CallExpected, call: &Call) -> Result<(), Failed> {
        let request = &call.request;
        let (path, query) = path_and_query(&request.url.to_string());
        if let Some(Expected(method)) = &expected.method {
            self.compare("the method", &compare::upper(method), &request.method.as_str().into(), Of::Texts)?;
        }
        if let Some(Expected(expected)) = &expected.path {
            self.compare("the path", expected, &path.into(), Of::Texts)?;
        }
        let own = request.query.iter().map(|(name, value)| (name.clone(), value.to_string()));
        let params = together(query.into_iter().chain(own));
        let headers: Map<String, Value> = request.headers.iter().map(|(n, v)| (n.to_lowercase(), v.to_string().into())).collect();
        if let Some(expected) = &expected.params {
            self.compare("the query", expected, &params, Of::Texts)?;
        }
        if let Some(expected) = &expected.headers {
            self.compare("the list of headers", &compare::lower_keys(expected), &headers.into(), Of::Texts)?;
        }
        let Some(expected) = &expected.body else { return Ok(()) };
        let (body, of) = body(&request.body);
        self.compare("the body", expected, &body, of)
    }
}

/// A list of tags in their order; matchers as they are.
fn sorted(tags: &Node) -> Node {
    let Kind::List(nodes) = &tags.kind else { return tags.clone() };
    let mut nodes = nodes.clone();
    nodes.sort_by(|a, b| a.as_written().cmp(&b.as_written()));
    Node { kind: Kind::List(nodes), ..tags.clone() }
}

/// The path of a URL and the parameters that stand in it. The origin may be a reference to a secret.
fn path_and_query(url: &str) -> (String, Vec<(String, String)>) {
    let from = url.find("://").map_or_else(|| url.find('}').map_or(0, |at| at + 1), |at| at + 3);
    let path = url[from..].find('/').map_or("", |at| &url[from + at..]);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    (if path.is_empty() { "/".to_owned() } else { path.to_owned() }, pairs)
}

/// Parameters by their names; one that comes several times is a list.
fn together(pairs: impl Iterator<Item = (String, String)>) -> Value {
    let mut params: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        match params.get_mut(&name) {
            None => drop(params.insert(name, value.into())),
            Some(Value::Array(values)) => values.push(value.into()),
            Some(one) => *one = Value::Array(vec![one.take(), value.into()]),
        }
    }
    params.into()
}

/// The body, secrets as references, and how its values are compared.
fn body(body: &Body) -> (Value, Of) {
    let text = |(name, value): &(String, Parts)| (name.clone(), Value::from(value.to_string()));
    match body {
        Body::None => (Value::Null, Of::Json),
        Body::Json(json) => (shown(json), Of::Json),
        Body::Form(pairs) => (pairs.iter().map(text).collect::<Map<_, _>>().into(), Of::Texts),
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
