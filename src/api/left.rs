//! When something has left the process: a point at which tests kill it. Without the feature `crash-points` nothing is done.

#[cfg(not(feature = "crash-points"))]
mod unwatched {
    use actix_web::HttpResponse;

    /// The answer to a message.
    pub(in super::super) const fn replied(response: HttpResponse) -> HttpResponse {
        response
    }

    /// What a stream has given out so far.
    pub(in super::super) async fn streamed() {}
}

#[cfg(not(feature = "crash-points"))]
pub(super) use unwatched::{replied, streamed};

#[cfg(feature = "crash-points")]
pub(super) use watched::{replied, streamed};

#[cfg(feature = "crash-points")]
mod watched {
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

    /// The server writes out what it has whenever a body makes it wait: after one wait it has left.
    async fn left(point: Point) {
        tokio::task::yield_now().await;
        crash::at(point);
    }

    /// The answer to a message.
    pub(in super::super) fn replied(response: HttpResponse) -> HttpResponse {
        response.map_body(|_, body| BoxBody::new(Body { body, left: Box::pin(left(Point::Replied)) }))
    }

    /// What a stream has given out so far.
    pub(in super::super) async fn streamed() {
        left(Point::Streamed).await;
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
}
