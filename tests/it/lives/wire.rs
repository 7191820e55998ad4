//! A connection that is kept, with as little as it takes to send a message and read the answer: for many at once.

use std::{io, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::Instant,
};

use crate::support::{long::took, patience::in_time};

/// Longer than the gateway may take for anything.
const ANSWERED_IN: Duration = Duration::from_secs(25);

/// The gateway closes what is idle for five seconds.
const IDLE: Duration = Duration::from_secs(3);

/// A client's connection.
pub(super) struct Wire {
    address: String,
    stream: Option<(BufReader<TcpStream>, Instant)>,
}

/// An answer that has arrived as a whole.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) retry_after: bool,
    pub(super) body: Value,
    pub(super) took: Duration,
}

impl Wire {
    pub(super) fn to(address: &str) -> Self {
        Self { address: address.to_owned(), stream: None }
    }

    /// Sends a message of a user.
    pub(super) async fn say(&mut self, bot: &str, user: &str, text: &str) -> Heard {
        self.post(&format!("/v1/bots/{bot}/messages"), &json!({"user": user, "text": text})).await
    }

    /// Posts a body; a gateway that does not answer fails the test.
    pub(super) async fn post(&mut self, path: &str, body: &Value) -> Heard {
        let body = body.to_string();
        let idle = self.stream.as_ref().is_some_and(|(_, used)| used.elapsed() > Duration::from_secs(1));
        let mut answered = in_time("an answer", self.exchange(path, &body)).await;
        if idle && answered.is_err() {
            answered = in_time("an answer", self.exchange(path, &body)).await; // it was closed meanwhile
        }
        let heard = answered.expect("an answer");
        took("an answer", heard.took, ANSWERED_IN);
        heard
    }

    async fn exchange(&mut self, path: &str, body: &str) -> io::Result<Heard> {
        let mut stream = match self.stream.take() {
            Some((stream, used)) if used.elapsed() < IDLE => stream,
            _ => BufReader::with_capacity(1024, TcpStream::connect(&self.address).await?),
        };
        let begun = Instant::now();
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).await?;
        let heard = read(&mut stream, begun).await?;
        self.stream = Some((stream, Instant::now()));
        Ok(heard)
    }
}

async fn read(stream: &mut BufReader<TcpStream>, begun: Instant) -> io::Result<Heard> {
    let (mut line, mut status, mut length, mut retry_after) = (String::new(), 0, 0, false);
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = line.trim_end().to_ascii_lowercase();
        if let Some(rest) = text.strip_prefix("http/1.1 ") {
            status = rest[..3].parse().unwrap_or_default();
        } else if let Some(n) = text.strip_prefix("content-length: ") {
            length = n.parse().unwrap_or_default();
        } else if text.is_empty() {
            break;
        }
        retry_after |= text.starts_with("retry-after: ");
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Heard { status, retry_after, body: serde_json::from_slice(&body).unwrap_or_default(), took: begun.elapsed() })
}

impl Heard {
    /// The texts of the messages.
    pub(super) fn texts(&self) -> Vec<&str> {
        let messages = self.body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        messages.iter().map(|message| message["text"].as_str().unwrap_or_default()).collect()
    }
}
