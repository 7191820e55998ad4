//! When something has left the process: a point at which tests kill it. Where none is chosen nothing is done.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::{
    HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    web::Bytes,
};
use futures_util::future::BoxFuture;

use crate::crash::{self, Point};

/// The answer to a message.
pub(super) fn replied(response: HttpResponse) -> HttpResponse {
    if !crash::is_chosen(Point::Replied) {
        return response;
    }
    response.map_body(|_, body| BoxBody::new(Body { body, left: Box::pin(left(Point::Replied)) }))
}

/// What a stream has given out so far.
pub(super) async fn streamed() {
    if crash::is_chosen(Point::Streamed) {
        left(Point::Streamed).await;
    }
}

/// The server writes out what it has whenever a body makes it wait: after one wait it has left.
async fn left(point: Point) {
    tokio::task::yield_now().await;
    crash::at(point);
}

/// A body that notices when all of it has left.
struct Body {
    body: BoxBody,
    left: BoxFuture<'static, ()>,
}

impl MessageBody for Body {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        match ready!(Pin::new(&mut self.body).poll_next(context)) {
            Some(chunk) => Poll::Ready(Some(chunk)),
            None => self.left.as_mut().poll(context).map(|()| None),
        }
    }
}
