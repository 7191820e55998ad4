//! The backend of a bot's author, by hand: it plays each connection byte by byte as the test says, and keeps what it was sent.

use std::{
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::support::patience::in_time;

/// What the backend does with a request.
#[derive(Clone)]
pub(super) enum Play {
    /// These bytes, then the connection is closed.
    Bytes(Vec<u8>),
    /// These bytes, then nothing, ever.
    Stuck(Vec<u8>),
    /// These bytes, then the connection is reset.
    Reset(Vec<u8>),
    /// These bytes at once, then the others every 50 ms, for ever.
    Drip(Vec<u8>, &'static [u8]),
    /// These bytes, then the others as fast as they are taken, for ever.
    Flood(Vec<u8>, &'static [u8]),
    /// These bytes once the gate is open.
    Gate(Vec<u8>, watch::Receiver<bool>),
}

impl Play {
    /// Nothing, ever.
    pub(super) const HANG: Self = Self::Stuck(Vec::new());

    /// A head at once, then a body that comes byte by byte.
    pub(super) fn trickle() -> Self {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{\"data\": \"";
        Self::Drip(head.into(), b"x")
    }
}

/// Runs until the test's runtime ends.
pub(super) struct Backend {
    port: u16,
    seen: watch::Receiver<Vec<String>>,
}

impl Backend {
    /// Plays what `play` says to the text of a request.
    pub(super) async fn start(play: impl Fn(&str) -> Play + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (keep, seen) = watch::channel(Vec::new());
        let (play, keep) = (Arc::new(play), Arc::new(Mutex::new(keep)));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (play, keep) = (play.clone(), keep.clone());
                tokio::spawn(async move {
                    let request = read_request(&mut stream).await;
                    if request.is_empty() {
                        return; // a connection that was opened for a request that then found another one
                    }
                    let what = play(&request);
                    keep.lock().unwrap().send_modify(|seen| seen.push(request));
                    perform(stream, what).await;
                });
            }
        });
        Self { port, seen }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Every request so far.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.borrow().clone()
    }

    /// The requests of a path.
    pub(super) fn seen_at(&self, path: &str) -> Vec<String> {
        self.seen().into_iter().filter(|request| request.split(' ').nth(1) == Some(path)).collect()
    }

    /// Waits until it has got so many requests.
    pub(super) async fn until_seen(&self, n: usize) {
        let mut seen = self.seen.clone();
        drop(in_time(&format!("the backend gets {n} requests"), seen.wait_for(|all| all.len() >= n)).await.unwrap());
    }
}

async fn perform(mut stream: TcpStream, what: Play) {
    match what {
        Play::Bytes(bytes) => drop(stream.write_all(&bytes).await),
        Play::Stuck(bytes) => {
            drop(stream.write_all(&bytes).await);
            pending().await
        }
        Play::Reset(bytes) => {
            drop(stream.write_all(&bytes).await);
            drop(stream.set_zero_linger());
        }
        Play::Drip(head, piece) => {
            let mut alive = stream.write_all(&head).await;
            while alive.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await; // that is what a drip is
                alive = stream.write_all(piece).await;
            }
        }
        Play::Flood(head, piece) => {
            let mut alive = stream.write_all(&head).await;
            while alive.is_ok() {
                alive = stream.write_all(piece).await;
            }
        }
        Play::Gate(bytes, mut open) => {
            if open.wait_for(|open| *open).await.is_ok() {
                drop(stream.write_all(&bytes).await);
            }
        }
    }
}

/// One request, head and body, as text.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if text.split_once("\r\n\r\n").is_some_and(|(head, body)| body.len() >= content_length(head)) {
            return text;
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return text,
            Ok(n) => read.extend_from_slice(&chunk[..n]),
        }
    }
}

fn content_length(head: &str) -> usize {
    head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0)
}

/// An answer with a length, after which the connection closes.
pub(super) fn answer(status: &str, kind: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

/// The envelope with this text.
pub(super) fn says(text: &str) -> Vec<u8> {
    answer("200 OK", "application/json", &serde_json::json!({"data": text, "success": true}).to_string())
}

/// A redirect without a body.
pub(super) fn redirect(location: &str) -> Vec<u8> {
    format!("HTTP/1.1 307 Moved\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_bytes()
}
