//! The API described by itself: `/openapi.json`, and `/docs` to read and try it, without anything from elsewhere.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    App, HttpResponse, get,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION},
    },
    web::{Data, Path},
};
use utoipa::{
    OpenApi,
    openapi::{
        self, ContentBuilder, HeaderBuilder, Ref, ResponseBuilder,
        path::{Operation, PathItem},
        schema::{Object, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::{Config, SwaggerFile};

use super::{State, limit, problem::Problem, routes};

/// Scripts come from here alone. The hash is that of the one style that the viewer writes into its page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(OpenApi)]
#[openapi(
    info(title = "Flowgate", description = "Conversational bots as code. HEAD is answered wherever GET is, without the body. Errors are `application/problem+json` (RFC 9457)."),
    tags(
        (name = "conversations", description = "Talking to bots"),
        (name = "platform", description = "For clients of the platform API. An error has the form of its envelope: `{\"responseObject\": null, \"status\": {\"code\", \"desc\"}, \"message\"}`"),
        (name = "users", description = "Who talked to bots, what was said, how much"),
        (name = "bots", description = "What is live"),
        (name = "keys", description = "API keys and apps; for the operator, or with an admin key"),
        (name = "operation", description = "For the operator, at the machine itself as the gateway says at its start, or with an admin key"),
        (name = "page", description = "The chat page and this description"),
    )
)]
struct Head;

/// What all routes say of themselves.
pub(super) struct Document {
    json: String,
    /// The methods of every path.
    methods: BTreeMap<String, String>,
    viewer: Arc<Config<'static>>,
}

impl Document {
    pub(super) fn new() -> Self {
        let document = describe();
        let methods = document.paths.paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect();
        let json = document.to_pretty_json().expect("the description is made of texts");
        Self { json, methods, viewer: Arc::new(Config::from("/openapi.json")) }
    }

    /// The methods that a path knows: `GET, POST`.
    pub(super) fn methods(&self, pattern: &str) -> Option<&str> {
        self.methods.get(pattern).map(String::as_str)
    }
}

fn describe() -> openapi::OpenApi {
    let (_, mut document) = App::new().into_utoipa_app().openapi(Head::openapi()).configure(routes::all).split_for_parts();
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A token of `…/webchat/token`")).build();
    let key =
        HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API key that has this scope, or an admin key")).build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("webchat", SecurityScheme::Http(token));
    components.add_security_scheme("key", SecurityScheme::Http(key));
    for (_, item) in document.paths.paths.iter_mut().filter(|(path, _)| !limit::is_free(path)) {
        operations(item).for_each(limited);
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
}

/// Every request is counted before its route has it, so every route can answer 429.
fn limited(operation: &mut Operation) {
    let retry = HeaderBuilder::new().schema(Some(Object::with_type(Type::Integer))).description(Some("Seconds")).build();
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new()
        .description("Too many requests of this key, address or visitor")
        .header("Retry-After", retry)
        .content("application/problem+json", problem);
    operation.responses.responses.entry("429".to_owned()).or_insert_with(|| response.build().into());
}

fn methods(item: &PathItem) -> String {
    let known = [("GET, HEAD", &item.get), ("POST", &item.post), ("PATCH", &item.patch), ("DELETE", &item.delete)]; // `head` answers where GET is
    known.into_iter().filter(|(_, operation)| operation.is_some()).map(|(name, _)| name).collect::<Vec<_>>().join(", ")
}

/// This description.
#[utoipa::path(tag = "page", responses((status = 200, content_type = "application/json", description = "OpenAPI 3.1")))]
#[get("/openapi.json")]
pub(super) async fn show_openapi(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(state.document.json.clone())
}

/// A page to read this description and try it out.
#[utoipa::path(tag = "page", responses((status = 308, description = "To `/docs/`")))]
#[get("/docs")]
pub(super) async fn show_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

/// The files of that page.
#[utoipa::path(
    tag = "page",
    params(("file" = String, Path, description = "The name of the file; empty for the page itself")),
    responses((status = 200, description = "The file"), (status = 404, body = Problem, content_type = "application/problem+json")),
)]
#[get("/docs/{file:.*}")]
pub(super) async fn show_docs_file(state: Data<State>, file: Path<String>) -> Result<HttpResponse, Problem> {
    let found = utoipa_swagger_ui::serve(&file, state.document.viewer.clone()).ok().flatten();
    found.map(show).ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "not-found", "there is no such file"))
}

fn show(file: SwaggerFile<'_>) -> HttpResponse {
    let headers = [(CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, "no-cache")];
    let mut response = HttpResponse::Ok();
    headers.into_iter().for_each(|header| {
        response.insert_header(header);
    });
    if file.gzpipped {
        response.insert_header(("content-encoding", "gzip"));
    }
    response.content_type(file.content_type).body(file.bytes.into_owned())
}

#[cfg(test)]
mod tests;
