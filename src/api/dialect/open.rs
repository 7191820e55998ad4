//! Errors as clients of the Bot Open API read them.

use actix_web::{ResponseError, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::Rendered;
use crate::api::problem::Problem;

/// Why a request was not answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct OpenError {
    /// The HTTP status.
    #[schema(example = 400)]
    status_code: u16,
    /// What is wrong with this request, for people.
    #[schema(example = "`monthDate` is a date such as 2021-08-01")]
    message: String,
    /// The status in words.
    #[schema(example = "Bad Request")]
    error: &'static str,
}

pub(super) fn render(problem: &Problem) -> Rendered {
    let status = problem.status_code();
    let body = OpenError { status_code: status.as_u16(), message: problem.to_string(), error: words(status) };
    Rendered { status, body: serde_json::to_vec(&body).expect("texts and a number have a JSON form") }
}

fn words(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_words() {
        let body = |problem: &Problem| String::from_utf8(render(problem).body).unwrap();
        assert_eq!(body(&Problem::invalid("no \"x\"")), r#"{"statusCode":400,"message":"no \"x\"","error":"Bad Request"}"#);
        assert_eq!(body(&Problem::unauthorized("who?")), r#"{"statusCode":401,"message":"who?","error":"Unauthorized"}"#);
    }
}
