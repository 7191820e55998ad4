//! One keep-alive connection, by hand: the load generator shares the machine with what it measures, so it has to be cheap.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection with its buffers.
pub(crate) struct Client {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a TCP socket");
        Self { stream, request: Vec::with_capacity(512), answer: Vec::with_capacity(4_096) }
    }

    /// Posts JSON and returns the body of the answer; anything but 200 is an error.
    pub(crate) async fn post(&mut self, path: &str, body: &str) -> Result<&str, String> {
        self.request.clear();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.request.extend_from_slice(head.as_bytes());
        self.stream.write_all(&self.request).await.map_err(|e| e.to_string())?;
        self.answer.clear();
        let (body, end) = loop {
            if self.stream.read_buf(&mut self.answer).await.map_err(|e| e.to_string())? == 0 {
                return Err("the server closed the connection".to_owned());
            }
            if let Some((body, end)) = extent(&self.answer)
                && self.answer.len() >= end
            {
                break (body, end);
            }
        };
        let text = std::str::from_utf8(&self.answer[..end]).map_err(|e| e.to_string())?;
        if text.starts_with("HTTP/1.1 200 ") { Ok(&text[body..]) } else { Err(text.to_owned()) }
    }
}

/// Where the body begins and where it ends, once the head is there.
fn extent(answer: &[u8]) -> Option<(usize, usize)> {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let lines = std::str::from_utf8(&answer[..head]).ok()?.split("\r\n");
    let length = lines.filter_map(|line| line.split_once(": ")).find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    Some((head + 4, head + 4 + length?.1.parse::<usize>().ok()?))
}
