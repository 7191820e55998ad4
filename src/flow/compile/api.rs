//! API integrations.

use std::sync::Arc;

use super::{Compiler, Here, Raw};
use crate::{
    flow::{
        answer::{Envelope, Failure, FailureKind},
        api::{Api, ApiAuth, How},
        computed::SecretText,
        envelope, names as built_in,
    },
    language::{self, ApiFile, AuthDecl, Output, Said},
    outbound::{self, header_name_allowed},
    yaml::{Entries, Spanned},
};

const TIMEOUT_MS_MAX: i64 = 5_000;

impl<'a> Compiler<'a> {
    /// All APIs, before the blocks that use them.
    pub(super) fn all_apis(&mut self) {
        for raw in &self.parsed.apis {
            if let Some(api) = self.api(raw) {
                self.apis.insert(api.name.clone(), Arc::new(api));
            }
        }
        for raw in &self.parsed.apis {
            let here = Here::of_bot(&raw.doc, &format!("api {}", raw.value.api.value));
            let on_error = self.what_to_do(raw.value.on_error.as_ref(), here);
            if let Some(api) = self.apis.get_mut(raw.value.api.as_str()).and_then(Arc::get_mut) {
                api.on_error = on_error;
            }
        }
    }

    fn api(&mut self, raw: &'a Raw<ApiFile>) -> Option<Api> {
        let file = &raw.value;
        let here = Here::of_bot(&raw.doc, "api");
        let envelope = file.envelope.as_ref().is_none_or(|e| e.value);
        self.check_api_shape(file, envelope, here);
        let url = self.url(&file.url, here);
        let headers = self.secret_texts(file.headers.as_ref(), here);
        for (name, _) in file.headers.iter().flat_map(|entries| &entries.0).filter(|(name, _)| !header_name_allowed(name)) {
            self.problems.bad_header(here.place(name.span), name);
        }
        let response = self.response(file, here);
        let mut api = Api {
            name: file.api.as_str().into(),
            method: method(file.method.value),
            how: Arc::new(How {
                url: url?,
                headers,
                params: self.secret_texts(file.params.as_ref(), here),
                auth: self.auth(file.auth.as_ref(), here),
                timeout_ms: self.timeout(file, here),
            }),
            body: file.body.as_ref().and_then(|b| self.secret_json(b, here)).map(Arc::new),
            form: file.form.as_ref().map(|f| Arc::new(self.secret_texts(Some(f), here))),
            output: file.output.as_ref().map_or(if envelope { Output::Text } else { Output::Json }, |o| o.value),
            on_error: None,
            sets: file
                .sets
                .as_ref()
                .map(|sets| sets.iter().filter(|name| self.settable(name, here)).map(|name| name.value.clone()).collect()),
            response,
            sample: None,
            envelope,
            idempotent: file.idempotent.unwrap_or(false),
            place: here.place(file.api.span),
        };
        api.sample = self.sample(file, &api, here);
        Some(api)
    }

    fn check_api_shape(&mut self, file: &ApiFile, envelope: bool, here: Here<'_>) {
        let method = here.place(file.method.span);
        let body_span = file.body.as_ref().map(|b| b.span).or_else(|| file.form.as_ref().and_then(|f| f.0.first()).map(|(k, _)| k.span));
        if envelope && !matches!(file.method.value, language::Method::Get | language::Method::Post) {
            self.problems.api_shape(
                method,
                "with the envelope an API is called with GET or POST",
                "add `envelope: false` to call any HTTP API",
            );
        }
        if let Some(form) = file.form.as_ref().and_then(|f| f.0.first()).filter(|_| envelope) {
            self.problems.api_shape(
                here.place(form.0.span),
                "`form` needs `envelope: false`",
                "with the envelope, POST sends the customer document as JSON",
            );
        }
        if file.body.is_some() && file.form.is_some() {
            self.problems.api_shape(
                here.place(body_span.unwrap_or_default()),
                "`body` and `form` are both given",
                "a request has one body",
            );
        }
        if let Some(span) = body_span.filter(|_| file.method.value == language::Method::Get) {
            self.problems.api_shape(here.place(span), "GET sends no body", "use `params`, or another method");
        }
    }

    fn secret_texts(&mut self, entries: Option<&Entries<Said>>, here: Here<'_>) -> Vec<(String, SecretText)> {
        entries
            .iter()
            .flat_map(|e| &e.0)
            .filter_map(|(name, said)| Some((name.value.clone(), self.secret_text(&said.value, said.span, here)?)))
            .collect()
    }

    fn timeout(&mut self, file: &ApiFile, here: Here<'_>) -> u64 {
        let Some(timeout) = &file.timeout else { return TIMEOUT_MS_MAX.unsigned_abs() };
        if timeout.ms > TIMEOUT_MS_MAX {
            self.problems.timeout_too_long(here.place(timeout.span));
        } else if timeout.ms < 1 {
            self.problems.out_of_range(here.place(timeout.span), "a call has to have some time");
        }
        timeout.ms.unsigned_abs()
    }

    fn auth(&mut self, auth: Option<&AuthDecl>, here: Here<'_>) -> ApiAuth {
        let mut text = |said: &Said| self.secret_text(&said.value, said.span, here).unwrap_or_default();
        match auth {
            Some(AuthDecl { bearer: Some(token), .. }) => ApiAuth::Bearer(text(token)),
            Some(AuthDecl { oauth2: Some(oauth2), .. }) => ApiAuth::OAuth2 {
                token_url: text(&oauth2.token_url),
                client_id: text(&oauth2.client_id),
                client_secret: text(&oauth2.client_secret),
                scope: oauth2.scope.as_ref().map(text),
            },
            _ => ApiAuth::None,
        }
    }

    fn response(&mut self, file: &ApiFile, here: Here<'_>) -> Option<(serde_json::Value, Arc<jsonschema::Validator>)> {
        let node = file.response.as_ref()?;
        let schema = node.to_json();
        if !self.has_room_for_patterns(&schema, node.span, here) {
            return None;
        }
        match jsonschema::options().with_draft(jsonschema::Draft::Draft202012).offline().build(&schema) {
            Ok(validator) => Some((schema, Arc::new(validator))),
            Err(error) => {
                self.problems.bad_response(here.place(node.span), &error.to_string());
                None
            }
        }
    }

    /// The sample goes through the very check that an answer goes through.
    fn sample(&mut self, file: &ApiFile, api: &Api, here: Here<'_>) -> Option<Result<Envelope, Failure>> {
        let Some(sample) = &file.sample else {
            self.problems.no_sample(here.place(file.api.span), &api.name);
            return None;
        };
        let answer = sample_answer(sample);
        let checked = envelope::check_sample(api, &answer);
        if let Err(failure) = &checked
            && failure.kind == FailureKind::Shape
        {
            self.problems.bad_sample(here.place(sample.span), &failure.message);
        }
        for name in answer["attributes"].as_object().into_iter().flat_map(|map| map.keys()) {
            let known = api.sets.as_ref().is_none_or(|sets| sets.contains(name)) && !built_in::read_only(name);
            if !known {
                self.problems
                    .bad_sample(here.place(sample.span), &format!("attribute \"{name}\" is not in `sets`, so it would be dropped"));
            }
        }
        Some(checked)
    }
}

fn sample_answer(sample: &Spanned<language::SampleDecl>) -> serde_json::Value {
    envelope::written(
        sample.data.as_ref().map(|d| d.to_json()),
        sample.success,
        sample.attributes.as_ref().map(|a| a.to_json()),
        sample.message.as_deref(),
        sample.status,
    )
}

fn method(method: language::Method) -> outbound::Method {
    match method {
        language::Method::Get => outbound::Method::Get,
        language::Method::Post => outbound::Method::Post,
        language::Method::Put => outbound::Method::Put,
        language::Method::Patch => outbound::Method::Patch,
        language::Method::Delete => outbound::Method::Delete,
    }
}
