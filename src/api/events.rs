//! The events stream: every message of a conversation, in and out, as server-sent events.

use std::{convert::Infallible, fmt::Write, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, get,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    web::{Bytes, Data, Path, Query},
};
use futures_util::FutureExt as _;
use serde::Deserialize;
use tokio::{sync::watch, time::Instant};
use utoipa::IntoParams;

use super::{
    State, fields, head, left,
    listener::Listener,
    live::{Follower, Full},
    messages,
    principal::Principal,
    problem::Problem,
};
use crate::{
    gateway::{Gateway, Line},
    id::{Channel, ConversationKey},
    key::Scope,
};

/// A comment keeps proxies from closing a silent stream; news are hints and may be lost, so this also looks again.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// What browsers wait before they connect again, in milliseconds.
const RETRY_MS: u32 = 2_000;
/// Who gets that many messages at once is catching up: there may be more.
const MANY: usize = 50;

/// Where a stream begins.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// For clients that cannot send the header `Last-Event-ID`.
    last_event_id: Option<i64>,
    /// The channel, `webchat` by default. Only with an API key, or for the operator.
    channel: Option<String>,
}

/// Follows a conversation: the last 50 messages, or those after `Last-Event-ID`, then every new one as it comes.
///
/// A user has at most 8 streams: one more ends the oldest.
/// Each event `message` has the message's place as its `id` and, as `data`, `{"id", "from": "user" | "bot", "type", …, "at"}`.
/// An event `open_items` without an `id` lists, whenever that changes, the payloads of the items with `once` that still act.
#[utoipa::path(
    tag = "conversations",
    params(
        ("bot" = String, Path, description = "The key of the bot"),
        ("user" = String, Path, description = "The user"),
        ("Last-Event-ID" = Option<i64>, Header, description = "The place after which to go on"),
        From
    ),
    responses(
        (status = 200, content_type = "text/event-stream", body = String),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "A token or a key is needed, or the one sent is no good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The token is for another user or bot, or the key is not for this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("webchat" = []), ("key" = ["read"]))
)]
#[get("/v1/bots/{bot}/users/{user}/events")]
pub(super) async fn follow_conversation(
    state: Data<State>,
    request: HttpRequest,
    path: Path<(String, String)>,
    caller: Principal,
    from: Query<From>,
) -> Result<HttpResponse, Problem> {
    let (bot, user) = path.into_inner();
    let bot = caller.bot(&state, &bot, Scope::Read)?;
    caller.must_speak(&bot, fields::user(&user)?)?;
    let channel = from.channel.as_deref().map_or(Ok(Channel::Webchat), |name| messages::channel(name, &caller))?;
    let after = last_event_id(&request)?.or(from.last_event_id);
    let key = ConversationKey { bot: bot.key().clone(), channel, user: fields::user_on(&bot, channel, &user, "user")? };
    if head::is_wanted(&request) {
        return Ok(begin().streaming(futures_util::stream::empty::<Result<Bytes, Infallible>>())); // it takes no stream's place
    }
    let follower = state.live.follow(&key).map_err(|Full| full())?; // before reading, so that nothing falls between
    let first = state.gateway.transcript(&key, after).await?;
    let listener = Listener::new(caller, &request)?;
    let tail = Tail::new(&state, key, follower, after, listener);
    Ok(response(tail, first))
}

fn response(tail: Tail, first: Vec<Line>) -> HttpResponse {
    let events = futures_util::stream::unfold((tail, Some(first)), |(mut tail, first)| async move {
        let chunk = match first {
            Some(lines) => format!("retry: {RETRY_MS}\n\n{}{}", tail.frames(&lines), tail.open_items().await?),
            None => tail.next().await?,
        };
        Some((Ok::<_, actix_web::Error>(Bytes::from(chunk)), (tail, None)))
    });
    begin().streaming(events)
}

fn begin() -> HttpResponseBuilder {
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    let mut response = HttpResponse::Ok();
    headers.into_iter().for_each(|header| {
        response.insert_header(header);
    });
    response.insert_header(("x-accel-buffering", "no"));
    response
}

fn last_event_id(request: &HttpRequest) -> Result<Option<i64>, Problem> {
    let header = request.headers().get("last-event-id").map(|value| value.to_str().ok().and_then(|text| text.trim().parse().ok()));
    header.map(|number| number.ok_or_else(|| Problem::invalid("`Last-Event-ID` is the id of an event, a number"))).transpose()
}

fn full() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-many-streams", "too many streams are open").retry_after(10)
}

/// What a stream has to show from here on.
struct Tail {
    gateway: Gateway,
    key: ConversationKey,
    listener: Listener,
    follower: Follower,
    after: i64,
    closing: watch::Receiver<bool>,
    /// When the caller's token ends.
    until: Option<Instant>,
    /// There may be more than was read last.
    more: bool,
    /// Items that act only while their question is open have been shown.
    once: bool,
    /// Those that still did when this was looked at last.
    open_items: Option<Vec<String>>,
}

/// Why a stream moves.
enum Moved {
    News,
    Silence,
    End,
}

impl Tail {
    fn new(state: &State, key: ConversationKey, follower: Follower, after: Option<i64>, listener: Listener) -> Self {
        let before_all = -1;
        Self {
            gateway: state.gateway.clone(),
            key,
            follower,
            after: after.unwrap_or(before_all),
            closing: state.closing.clone(),
            until: listener.until(),
            listener,
            more: false,
            once: after.is_some(), // what was shown before may have closed meanwhile
            open_items: None,
        }
    }

    /// The next piece of the stream; none when it ends. What cannot be read now is read when the client connects again.
    async fn next(&mut self) -> Option<String> {
        left::streamed().await;
        loop {
            let moved = match std::mem::take(&mut self.more) {
                true => self.moved().now_or_never().unwrap_or(Moved::News),
                false => self.moved().await,
            };
            if matches!(moved, Moved::End) {
                return None;
            }
            let lines = self.gateway.transcript(&self.key, Some(self.after)).await.ok()?;
            if !self.listener.may_listen(&self.gateway, &self.key) {
                return None;
            }
            let news = self.frames(&lines) + &self.open_items().await?;
            match moved {
                _ if !news.is_empty() => return Some(news),
                Moved::Silence => return Some(":\n\n".to_owned()),
                Moved::News | Moved::End => {}
            }
        }
    }

    async fn moved(&mut self) -> Moved {
        let until = self.until;
        let ends = async {
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased; // a stream that is to end ends, whatever else there is
            _ = self.closing.wait_for(|closing| *closing) => Moved::End,
            () = ends => Moved::End,
            current = self.follower.news() => if current { Moved::News } else { Moved::End },
            () = tokio::time::sleep(HEARTBEAT) => Moved::Silence,
        }
    }

    /// Which items still act, if that has changed; asked only where there may be such.
    async fn open_items(&mut self) -> Option<String> {
        if !self.once {
            return Some(String::new());
        }
        let open = self.gateway.open_items(&self.key).await.ok()?;
        if self.open_items.as_ref() == Some(&open) {
            return Some(String::new());
        }
        let event = format!("event: open_items\ndata: {}\n\n", serde_json::json!(open));
        self.open_items = Some(open);
        Some(event)
    }

    fn frames(&mut self, lines: &[Line]) -> String {
        let mut text = String::new();
        self.once |= lines.iter().any(Line::acts_once);
        self.more = lines.len() >= MANY;
        for line in lines {
            self.after = self.after.max(line.position);
            let _infallible = write!(text, "id: {}\nevent: message\ndata: {}\n\n", line.position, line.json);
        }
        text
    }
}
