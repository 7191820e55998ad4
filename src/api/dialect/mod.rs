//! In what form an error is told: a handler and an extractor make a [`Problem`], and the path says how its clients read one.
//! The native form (RFC 9457) is what a problem has by itself; the others are rendered here, whoever made it.

mod open;
mod platform;

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HeaderValue},
    },
    middleware::Next,
};

use super::problem::Problem;
pub(super) use platform::{PlatformAnswer, PlatformError};

pub(super) use open::OpenError;

/// What a client gets to read: the status and a body in JSON.
struct Rendered {
    status: StatusCode,
    body: Vec<u8>,
}

/// How the errors of some paths are told.
type Renderer = fn(&Problem) -> Rendered;

/// Renders what was refused as the path has it.
pub(super) async fn render<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, Vec<u8>>>, Error> {
    let renderer = renderer(request.match_info().as_str());
    let response = next.call(request).await?;
    let problem = renderer.and_then(|renderer| response.response().extensions().get().map(renderer));
    Ok(match problem {
        None => response.map_into_left_body(),
        Some(rendered) => told(response, rendered),
    })
}

/// The same answer, with its headers, told in another form.
fn told<B>(mut response: ServiceResponse<B>, Rendered { status, body }: Rendered) -> ServiceResponse<EitherBody<B, Vec<u8>>> {
    *response.response_mut().status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.map_body(|_, _| EitherBody::right(body))
}

/// None: problems of this path are told as they are.
fn renderer(path: &str) -> Option<Renderer> {
    match path.split('/').nth(1)? {
        "bot-api" | "whatsapp-api" => Some(platform::render),
        "login" | "botUsage" | "users" | "transcripts" => Some(open::render),
        _ => None,
    }
}

/// How the description names the errors of a path, and what type their bodies have.
pub(super) fn schema(path: &str) -> (&'static str, &'static str) {
    match renderer(path) {
        None => ("Problem", "application/problem+json"),
        Some(renderer) if std::ptr::fn_addr_eq(renderer, open::render as Renderer) => ("OpenError", "application/json"),
        Some(_) => ("PlatformError", "application/json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_says_how_errors_are_told() {
        let told = |path| renderer(path).map(|renderer| String::from_utf8(renderer(&Problem::invalid("no")).body).unwrap());
        for path in ["/bot-api", "/bot-api/", "/bot-api/v1.0/customer/1/bot/shop/flow/order", "/whatsapp-api/v1.0"] {
            assert!(told(path).is_some_and(|body| body.contains("responseObject")), "{path}");
        }
        for path in ["/login", "/botUsage", "/users", "/transcripts", "/users/ada"] {
            assert!(told(path).is_some_and(|body| body.contains("statusCode")), "{path}");
        }
        for path in ["/", "/v1/bots/shop/users", "/bot-apis", "/Login", "/-/health", "//login"] {
            assert_eq!(told(path), None, "{path}");
        }
    }
}
