//! Errors as clients of the platform API read them: an envelope with a code of its own.

use actix_web::{ResponseError, http::StatusCode};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Rendered;
use crate::api::problem::Problem;

/// The code of an answer, and its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PlatformStatus)]
pub(in crate::api) struct Status {
    /// 1000 is success.
    #[schema(example = 2002)]
    code: u16,
    /// The same as a word.
    #[schema(example = "INVALID_REQUEST")]
    desc: &'static str,
}

/// What a request comes to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct PlatformAnswer {
    /// What was asked for; `true` where nothing was.
    response_object: Value,
    /// 1000, `SUCCESS`.
    #[schema(example = json!({"code": 1000, "desc": "SUCCESS"}))]
    status: Status,
}

impl PlatformAnswer {
    /// It went well.
    pub(in crate::api) fn success(response_object: Value) -> Self {
        Self { response_object, status: Status::new(1000, "SUCCESS") }
    }
}

/// Why a request was not answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct PlatformError {
    /// Null.
    response_object: (),
    /// What went wrong, for programs.
    status: Status,
    /// What is wrong with this request, for people.
    #[schema(example = "no bot 'x' for customer 61179")]
    message: String,
}

impl Status {
    const FAILURE: Self = Self::new(2000, "FAILURE");
    const INVALID_REQUEST: Self = Self::new(2002, "INVALID_REQUEST");
    const BOT_NOT_FOUND: Self = Self::new(2003, "BOT_NOT_FOUND");

    const fn new(code: u16, desc: &'static str) -> Self {
        Self { code, desc }
    }

    /// By the word that the problem has for programs where it says more than its HTTP status.
    fn of(word: &str, http: StatusCode) -> Self {
        match word {
            "no-entitlement" => Self::FAILURE,
            "channel-not-configured" => Self::new(2004, "API_KEY_NOT_FOUND"),
            "invalid-file" => Self::new(2005, "INVALID_FILE_FORMAT"),
            "upload-failed" => Self::new(2006, "FILE_UPLOAD_FAILED"),
            "unknown-flow" => Self::new(2007, "FLOW_NOT_FOUND"),
            "unknown-user" => Self::new(2008, "USER_NOT_FOUND"),
            "unknown-template" => Self::new(2009, "TEMPLATE_NOT_FOUND"),
            _ => match http {
                StatusCode::BAD_REQUEST => Self::INVALID_REQUEST,
                StatusCode::FORBIDDEN => Self::BOT_NOT_FOUND,
                _ => Self::FAILURE,
            },
        }
    }
}

pub(super) fn render(problem: &Problem) -> Rendered {
    let status = http(problem);
    let body = PlatformError { response_object: (), status: Status::of(problem.code(), status), message: problem.to_string() };
    Rendered { status, body: serde_json::to_vec(&body).expect("texts and numbers have a JSON form") }
}

/// A bot that is not there and one that the key is not for look the same: forbidden.
fn http(problem: &Problem) -> StatusCode {
    if problem.code() == "unknown-bot" { StatusCode::FORBIDDEN } else { problem.status_code() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(problem: &Problem) -> (u16, Value) {
        let Rendered { status, body } = render(problem);
        (status.as_u16(), serde_json::from_slice(&body).unwrap())
    }

    #[test]
    fn the_envelope() {
        let body = json!({"responseObject": null, "status": {"code": 2003, "desc": "BOT_NOT_FOUND"}, "message": "there is no bot \"x\""});
        assert_eq!(told(&Problem::unknown_bot("x")), (403, body));
    }

    #[test]
    fn each_problem_has_its_code() {
        let problem = |status: u16, word| Problem::new(StatusCode::from_u16(status).unwrap(), word, "no");
        for (problem, status, code) in [
            (Problem::invalid("no"), 400, 2002),
            (Problem::unauthorized("no"), 401, 2000),
            (Problem::forbidden("no"), 403, 2003),
            (Problem::method("POST"), 405, 2000),
            (problem(403, "no-entitlement"), 403, 2000),
            (problem(400, "channel-not-configured"), 400, 2004),
            (problem(400, "invalid-file"), 400, 2005),
            (problem(400, "upload-failed"), 400, 2006),
            (problem(404, "unknown-flow"), 404, 2007),
            (problem(404, "unknown-user"), 404, 2008),
            (problem(404, "unknown-template"), 404, 2009),
            (problem(404, "not-found"), 404, 2000),
            (problem(409, "id-taken"), 409, 2000),
            (problem(413, "too-large"), 413, 2000),
            (problem(422, "key-taken"), 422, 2000),
            (problem(503, "overloaded"), 503, 2000),
        ] {
            let (http, body) = told(&problem);
            assert_eq!((http, body["status"]["code"].as_u64()), (status, Some(code)), "{problem:?}");
        }
    }
}
