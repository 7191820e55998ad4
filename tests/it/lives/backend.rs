//! A backend that the bots call: it remembers every request, and answers when it is told to.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Called {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) key: String,
}

#[derive(Default)]
struct State {
    called: Vec<Called>,
    held: bool,
    pause: Duration,
}

/// A small HTTP server; its threads end with the test process.
#[derive(Clone)]
pub(crate) struct Backend {
    shared: Arc<(Mutex<State>, Condvar)>,
    pub(crate) url: String,
}

impl Backend {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let backend = Self { shared: Arc::default(), url: format!("http://{}", listener.local_addr().unwrap()) };
        let mine = backend.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mine = mine.clone();
                std::thread::spawn(move || mine.answer(stream));
            }
        });
        backend
    }

    /// From now on requests wait.
    pub(crate) fn hold(&self) {
        self.shared.0.lock().unwrap().held = true;
    }

    /// All that wait are answered.
    pub(crate) fn release(&self) {
        self.shared.0.lock().unwrap().held = false;
        self.shared.1.notify_all();
    }

    /// The requests for a path so far.
    pub(crate) fn called(&self, path: &str) -> Vec<Called> {
        self.shared.0.lock().unwrap().called.iter().filter(|c| c.path == path).cloned().collect()
    }

    /// All requests so far.
    pub(crate) fn journal(&self) -> Vec<Called> {
        self.shared.0.lock().unwrap().called.clone()
    }

    /// From now on every answer takes so long.
    pub(super) fn slow(&self, pause: Duration) {
        self.shared.0.lock().unwrap().pause = pause;
    }

    fn answer(&self, mut stream: TcpStream) -> Option<()> {
        let called = read(&stream)?;
        let mut state = self.shared.0.lock().unwrap();
        state.called.push(called);
        let pause = state.pause;
        drop(self.shared.1.wait_while(state, |state| state.held).unwrap());
        std::thread::sleep(pause); // a backend that takes its time
        let body = r#"{"data": "done", "success": true}"#;
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).ok()
    }
}

fn read(stream: &TcpStream) -> Option<Called> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut key, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "idempotency-key" => key = value.trim().to_owned(),
            "content-length" => length = value.trim().parse().ok()?,
            _ => {}
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    Some(Called { method, path, key })
}
