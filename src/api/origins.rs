//! Which pages may call (CORS): those in the bot's `origins`, and the gateway's own.

use actix_web::{
    Error, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN},
    },
    middleware::Next,
    web::Data,
};

use super::{State, address::authority_of, problem::Problem};
use crate::id::BotKey;

const ALLOWED: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, idempotency-key, last-event-id"),
    (header::ACCESS_CONTROL_MAX_AGE, "600"),
];

/// Answers preflights, and refuses pages that may not call a bot. Only the routes of a bot are for other pages.
pub(super) async fn guard<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let Some(origin) = request.headers().get(ORIGIN).filter(|_| bot_of(route(&request)).is_some()).cloned() else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let mut response = if !may_call(&request, &origin) {
        let refused = Problem::forbidden("pages of this origin may not call; `origins` in bot.yaml lists those that may");
        return Ok(request.error_response(refused).map_into_right_body());
    } else if is_preflight(&request) {
        request.into_response(preflight()).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
    Ok(response)
}

/// The path that the router looks for: as it reads it, not as it was written (`/v1/%62ots/…`).
fn route(request: &ServiceRequest) -> &str {
    request.match_info().as_str()
}

/// The bot of `/v1/bots/{bot}/…`, and of the platform API's `/bot-api/{version}/customer/{customer}/bot/{bot}/…`.
fn bot_of(path: &str) -> Option<&str> {
    if let Some(path) = path.strip_prefix("/v1/bots/") {
        return path.split_once('/').map(|(bot, _)| bot);
    }
    let path = path.strip_prefix("/bot-api/").or_else(|| path.strip_prefix("/whatsapp-api/"))?;
    let mut parts = path.split('/').skip(1);
    let (customer, _, bot, named) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    (customer == "customer" && bot == "bot").then_some(named)
}

fn may_call(request: &ServiceRequest, origin: &HeaderValue) -> bool {
    let state = request.app_data::<Data<State>>().expect("every route has the state");
    let Ok(origin) = origin.to_str() else { return false };
    let public = state.settings.public_url.as_ref().map(|url| url.origin().ascii_serialization());
    let listed = || {
        bot_of(route(request)).and_then(|bot| state.gateway.bot(&BotKey::from(bot))).is_some_and(|bot| lists(&bot.about().origins, origin))
    };
    public.is_some_and(|own| own == origin) || is_own(request.headers(), origin) || listed()
}

/// The page comes from the host that it calls.
fn is_own(headers: &HeaderMap, origin: &str) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    authority_of(origin).zip(host).is_some_and(|(page, host)| page.eq_ignore_ascii_case(host))
}

fn lists(origins: &[String], origin: &str) -> bool {
    origins.iter().any(|listed| listed.trim_end_matches('/').eq_ignore_ascii_case(origin))
}

fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight() -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    ALLOWED.into_iter().for_each(|header| {
        response.insert_header(header);
    });
    response.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_routes_of_a_bot_are_for_other_pages() {
        assert_eq!(bot_of("/v1/bots/shop/messages"), Some("shop"));
        assert_eq!(bot_of("/v1/bots/shop/users/u1/events"), Some("shop"));
        assert_eq!(bot_of("/bot-api/v2.0/customer/1/bot/shop/flow/order"), Some("shop"));
        assert_eq!(bot_of("/whatsapp-api/v1.0/customer/1/bot/shop/template"), Some("shop"));
        for other in ["/v1/bots", "/v1/bots/shop", "/v1/chat/bots", "/metrics", "/-/reload", "/", "/bot-api/v1.0/customer", "/login"] {
            assert_eq!(bot_of(other), None, "{other}");
        }
    }

    #[test]
    fn an_origin_is_compared_whole() {
        let listed = ["https://Pizza.example/".to_owned(), "http://localhost:3000".to_owned()];
        assert!(lists(&listed, "https://pizza.example") && lists(&listed, "http://localhost:3000"));
        for other in ["http://pizza.example", "https://pizza.example.evil", "https://evil.pizza.example", "http://localhost:30001", "null"]
        {
            assert!(!lists(&listed, other), "{other}");
        }
    }

    #[test]
    fn a_page_of_the_same_host_is_our_own() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("bots.example:8080"));
        assert!(is_own(&headers, "http://bots.example:8080") && is_own(&headers, "https://BOTS.example:8080"));
        assert!(!is_own(&headers, "http://bots.example") && !is_own(&headers, "null") && !is_own(&HeaderMap::new(), "http://bots.example"));
    }
}
