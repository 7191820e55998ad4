//! How often callers may call. An operator at the machine itself may as often as they like; the files of the pages are free.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use actix_web::{
    Error, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web::Data,
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};

use super::{State, address, open::App, principal::Principal, problem::Problem};
use crate::id::{BotKey, KeyId, UserKey};

/// Requests that an address without credentials may make at once, in seconds of its rate.
const ADDRESS_SECONDS: u32 = 3;
/// Messages that a visitor may send at once.
const VISITOR_BURST: u32 = 5;
/// Webchat tokens that an address may get at once, and after which time one more.
const TOKEN_BURST: u32 = 30;
const TOKEN_PAUSE: Duration = Duration::from_secs(2);

/// How often callers may call; 0 is as often as they like.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests of one API key in a second; also the most at once.
    pub key_per_second: u32,
    /// Requests of one address without valid credentials in a second; three times as many at once.
    pub address_per_second: u32,
    /// Messages of one webchat visitor in a minute; five at once.
    pub visitor_per_minute: u32,
}

/// What has credentials, and is counted by them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Bearer {
    Key(KeyId),
    Visitor(BotKey, UserKey),
}

/// All that is counted.
pub(super) struct Limiter {
    bearers: Option<Buckets<Bearer>>,
    addresses: Option<Buckets<IpAddr>>,
    messages: Option<Buckets<(BotKey, UserKey)>>,
    tokens: Buckets<IpAddr>,
}

impl Limiter {
    pub(super) fn new(limits: Limits) -> Self {
        let rate = NonZeroU32::new;
        let at_once = |rate: NonZeroU32, seconds: u32| rate.saturating_mul(NonZeroU32::new(seconds).unwrap_or(NonZeroU32::MIN));
        let messages = |rate| Quota::per_minute(rate).allow_burst(NonZeroU32::new(VISITOR_BURST).unwrap_or(NonZeroU32::MIN));
        let tokens = Quota::with_period(TOKEN_PAUSE).expect("the pause is longer than nothing");
        Self {
            bearers: rate(limits.key_per_second).map(|rate| Buckets::new(Quota::per_second(rate))),
            addresses: rate(limits.address_per_second)
                .map(|rate| Buckets::new(Quota::per_second(rate).allow_burst(at_once(rate, ADDRESS_SECONDS)))),
            messages: rate(limits.visitor_per_minute).map(|rate| Buckets::new(messages(rate))),
            tokens: Buckets::new(tokens.allow_burst(NonZeroU32::new(TOKEN_BURST).unwrap_or(NonZeroU32::MIN))),
        }
    }

    /// Takes one of the webchat tokens of an address.
    pub(super) fn token(&self, address: IpAddr) -> Result<(), Problem> {
        self.tokens
            .take(&network(address))
            .map_err(|wait| Problem::too_many("too-many-tokens", "too many tokens were given to this address", wait))
    }

    /// Forgets those who have not called for a while.
    pub(super) fn tidy(&self) {
        self.bearers.iter().for_each(Buckets::tidy);
        self.addresses.iter().for_each(Buckets::tidy);
        self.messages.iter().for_each(Buckets::tidy);
        self.tokens.tidy();
    }

    fn request(&self, request: &HttpRequest, state: &State) -> Result<(), Problem> {
        if let Ok(app) = App::of_request(request) {
            return take(self.bearers.as_ref(), &Bearer::Key(app.id))
                .map_err(|wait| Problem::too_many("too-many-requests", "too many requests of this app", wait));
        }
        let bearer = match Principal::of_request(request) {
            Ok(Principal::Operator) => return Ok(()),
            Ok(Principal::Key(key)) => Bearer::Key(key.id.clone()),
            Ok(Principal::Visitor(visitor)) => {
                self.message(request, &visitor.bot, &visitor.user)?;
                Bearer::Visitor(visitor.bot, visitor.user)
            }
            Ok(Principal::Stranger) | Err(_) => return self.address(request, state),
        };
        take(self.bearers.as_ref(), &bearer)
            .map_err(|wait| Problem::too_many("too-many-requests", "too many requests with these credentials", wait))
    }

    fn address(&self, request: &HttpRequest, state: &State) -> Result<(), Problem> {
        let client = address::client(request.head(), &state.settings.trusted_proxies, state.settings.forwarded_header);
        take(self.addresses.as_ref(), &network(client))
            .map_err(|wait| Problem::too_many("too-many-requests", "too many requests from this address without valid credentials", wait))
    }

    fn message(&self, request: &HttpRequest, bot: &BotKey, user: &UserKey) -> Result<(), Problem> {
        if request.method() != Method::POST || !request.path().ends_with("/messages") {
            return Ok(());
        }
        take(self.messages.as_ref(), &(bot.clone(), user.clone()))
            .map_err(|wait| Problem::too_many("too-many-messages", "too many messages of this user in a short time", wait))
    }
}

/// Refuses callers that call too often, before anything is read or looked for.
pub(super) async fn guard<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let state = request.app_data::<Data<State>>().expect("every route has the state").clone();
    match state.limiter.request(request.request(), &state) {
        Err(problem) if !is_free(request.path()) => Ok(request.error_response(problem).map_into_right_body()),
        _ => Ok(next.call(request).await?.map_into_left_body()),
    }
}

/// Files of the pages: many are fetched at once, and none costs anything.
pub(super) fn is_free(path: &str) -> bool {
    path == "/" || path.starts_with("/assets/") || path.starts_with("/docs")
}

/// One bucket for each caller.
struct Buckets<K: Hash + Eq + Clone, C: Clock = DefaultClock> {
    limiter: RateLimiter<K, HashMapStateStore<K>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(quota: Quota) -> Self {
        Self::with_clock(quota, DefaultClock::default())
    }
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Buckets<K, C> {
    fn with_clock(quota: Quota, clock: C) -> Self {
        Self { limiter: RateLimiter::hashmap_with_clock(quota, clock.clone()), clock }
    }

    /// Takes one, or says how long until there is one.
    fn take(&self, key: &K) -> Result<(), Duration> {
        self.limiter.check_key(key).map_err(|until| until.wait_time_from(self.clock.now()))
    }

    fn tidy(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

fn take<K: Hash + Eq + Clone>(buckets: Option<&Buckets<K>>, key: &K) -> Result<(), Duration> {
    buckets.map_or(Ok(()), |buckets| buckets.take(key))
}

/// Whoever has one IPv6 address has all of its /64.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests;
