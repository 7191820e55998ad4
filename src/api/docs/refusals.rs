//! The refusals that need no route: every request is counted before its route has it, and every body is read in the same way.

use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, Ref, Response, ResponseBuilder,
    path::{Operation, PathItem},
    schema::{Object, Type},
};

use crate::api::{dialect, limit};

/// What every route answers that reads a body.
const OF_BODIES: [(&str, &str); 4] = [
    ("400", "The body does not fit"),
    ("408", "The body took too long to arrive"),
    ("413", "The body is too large"),
    ("415", "The body is not sent as JSON, or is compressed"),
];

/// Adds them to a path, in the form in which its errors are told, where the route does not say it better.
pub(super) fn add(path: &str, item: &mut PathItem) {
    if limit::is_free(path) {
        return;
    }
    for operation in [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten() {
        add_to(operation, dialect::schema(path));
    }
}

fn add_to(operation: &mut Operation, form: (&str, &str)) {
    let mut refusals = vec![("429", "Too many requests of this key, address or visitor")];
    refusals.extend(operation.request_body.is_some().then_some(OF_BODIES).into_iter().flatten());
    for (status, description) in refusals {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| response(status, description, form).into());
    }
}

fn response(status: &str, description: &str, (schema, content_type): (&str, &str)) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
    let response = ResponseBuilder::new().description(description).content(content_type, content);
    let retry = || HeaderBuilder::new().schema(Some(Object::with_type(Type::Integer))).description(Some("Seconds")).build();
    if status == "429" { response.header("Retry-After", retry()).build() } else { response.build() }
}
