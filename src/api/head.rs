//! HEAD, wherever GET is: the same answer without its body, which is not even made where it would never end.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BodySize, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{CONTENT_LENGTH, HeaderValue},
    },
    middleware::Next,
    web::Bytes,
};

/// Marks a request whose answer is wanted without its body.
struct HeadOnly;

/// Asks the route for what GET gets, and leaves the body out.
pub(super) async fn answer<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, NoBody>>, Error> {
    if request.method() != Method::HEAD {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    request.head_mut().method = Method::GET;
    request.extensions_mut().insert(HeadOnly);
    Ok(without_body(next.call(request).await?))
}

/// Whether nobody will read the body of the answer.
pub(super) fn is_wanted(request: &HttpRequest) -> bool {
    request.extensions().contains::<HeadOnly>()
}

fn without_body<B: MessageBody>(mut response: ServiceResponse<B>) -> ServiceResponse<EitherBody<B, NoBody>> {
    if let BodySize::Sized(length) = response.response().body().size() {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response.response_mut().head_mut().no_chunking(true);
    response.map_body(|_, _| EitherBody::right(NoBody))
}

/// Nothing. Its length is not told of: where requests come in a row, the server may have read the next one, and would hold this
/// answer, as one to that, for cut short.
pub(super) struct NoBody;

impl MessageBody for NoBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Poll::Ready(None)
    }
}
