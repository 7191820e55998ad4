//! Why a request got no answer. The texts here are fixed but for numbers and names that bots' files have:
//! whatever a URL, a header or a body says may be a secret.

use std::io;

use super::address::Refused;

/// The kind of a failure, for code to branch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The deadline passed before the whole answer was there.
    Timeout,
    /// No connection (names, TCP, TLS), or one that broke before the whole answer was there.
    Connect,
    /// No connection could be made, for want of something in this process: it says nothing of who is called.
    Exhausted,
    /// The status ends the exchange: too many redirects, a token endpoint that refuses.
    Status,
    /// The body is larger than the caller takes.
    TooLarge,
    /// The guard refused an address, a scheme or a redirect.
    Blocked,
    /// The request cannot be written as HTTP: its URL or a header is malformed.
    Invalid,
    /// A secret that the request refers to has no value.
    Secret,
    /// The token endpoint answered, but with no token.
    Token,
}

/// Why there is no [`Response`](super::Response).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What went wrong.
    pub kind: Kind,
    /// The status, if the answer had begun.
    pub status: Option<u16>,
    /// For people; holds no secret.
    pub message: String,
}

impl Error {
    pub(super) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, status: None, message: message.into() }
    }

    pub(super) fn timeout() -> Self {
        Self::new(Kind::Timeout, "no complete answer within the time allowed")
    }

    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }
}

/// reqwest's own text holds the URL, so only the cause that lies deepest and is known to be harmless is told.
impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        if let Some(refused) = cause::<Refused>(&error) {
            return Self::new(kind_of(*refused), refused.to_string());
        }
        if cause::<io::Error>(&error).and_then(io::Error::raw_os_error).is_some_and(|code| OUT_OF_DESCRIPTORS.contains(&code)) {
            return Self::new(Kind::Exhausted, "the connection failed: no file descriptors are left");
        }
        Self::new(Kind::Connect, told(&error))
    }
}

fn kind_of(refused: Refused) -> Kind {
    match refused {
        Refused::UnknownHost => Kind::Connect,
        Refused::NotLookedUp => Kind::Exhausted,
        Refused::Metadata | Refused::NotPublic => Kind::Blocked,
    }
}

/// ENFILE and EMFILE, for which the standard library has no word.
pub(super) const OUT_OF_DESCRIPTORS: [i32; 2] = [23, 24];

fn told(error: &reqwest::Error) -> String {
    if let Some(tls) = cause::<rustls::Error>(error) {
        return format!("the TLS handshake failed{}", certificate(tls));
    }
    match cause::<io::Error>(error) {
        Some(io) if io.kind() != io::ErrorKind::Other => format!("the connection failed: {}", io.kind()),
        _ if error.is_timeout() => "no connection within 2 s".to_owned(),
        _ if error.is_connect() => "no connection".to_owned(),
        _ => "the connection broke, or what came is not HTTP".to_owned(),
    }
}

fn certificate(error: &rustls::Error) -> &'static str {
    use rustls::CertificateError as C;
    match error {
        rustls::Error::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => ": the certificate has expired",
        rustls::Error::InvalidCertificate(C::UnknownIssuer) => ": the certificate's issuer is not trusted",
        rustls::Error::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => ": the certificate is for another host",
        rustls::Error::InvalidCertificate(_) => ": the certificate is not valid",
        _ => "",
    }
}

/// The first cause of type `T`; looks inside `io::Error`s, whose `source` skips the error they wrap.
fn cause<'a, T: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a T> {
    let found = error.downcast_ref::<T>();
    let inner = || error.downcast_ref::<io::Error>().and_then(|io| io.get_ref()).and_then(|e| cause::<T>(e));
    found.or_else(inner).or_else(|| error.source().and_then(cause::<T>))
}
