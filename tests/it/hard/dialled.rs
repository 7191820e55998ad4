//! What answers at a port before any HTTP is spoken: nobody, or TLS with a certificate of the folder `tls`, or anything else.
//! The certificates are those of no one: `authority.pem` has signed `good`, `expired` and `other_name`, all with one key.

use std::{
    fs,
    future::pending,
    io::{Read, Write},
    path::PathBuf,
    sync::Arc,
};

use rustls::{
    ServerConfig, ServerConnection,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::backend::says;
use crate::support::play::root;

/// What somebody meets who connects.
#[derive(Clone, Copy)]
pub(super) enum Dial {
    /// A reset.
    Reset,
    /// Nothing, for ever, where TLS is expected.
    Silent,
    /// HTTP where TLS is expected.
    Plain,
    /// A reset after the client's first words of TLS.
    ResetInHandshake,
    /// TLS with this certificate, and then an answer to whatever is asked.
    Tls(&'static str),
}

/// A file of the folder `tls`.
pub(super) fn pem(name: &str) -> PathBuf {
    root(&format!("tests/it/hard/tls/{name}.pem"))
}

/// Starts to listen; the URL to call.
pub(super) async fn start(dial: Dial) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(meet(dial, stream));
        }
    });
    let scheme = if matches!(dial, Dial::Reset) { "http" } else { "https" };
    format!("{scheme}://localhost:{port}")
}

async fn meet(dial: Dial, mut stream: TcpStream) {
    match dial {
        Dial::Reset => drop(stream.set_zero_linger()),
        Dial::Silent => pending().await,
        Dial::Plain => drop(stream.write_all(&says("no TLS is spoken here")).await),
        Dial::ResetInHandshake => {
            drop(stream.read_u8().await);
            drop(stream.set_zero_linger());
        }
        Dial::Tls(certificate) => {
            let stream = stream.into_std().unwrap();
            tokio::task::spawn_blocking(move || encrypted(certificate, stream)).await.unwrap();
        }
    }
}

/// One request over TLS, as far as the client lets it come.
fn encrypted(certificate: &str, mut stream: std::net::TcpStream) {
    stream.set_nonblocking(false).unwrap();
    let mut connection = ServerConnection::new(Arc::new(settings(certificate))).unwrap();
    let mut tls = rustls::Stream::new(&mut connection, &mut stream);
    if tls.read(&mut [0; 4096]).is_ok() {
        drop(tls.write_all(&says("fine")));
        tls.conn.send_close_notify();
        drop(tls.flush());
    }
}

fn settings(certificate: &str) -> ServerConfig {
    let chain = CertificateDer::from_pem_slice(&fs::read(pem(certificate)).unwrap()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(&fs::read(pem("key")).unwrap()).unwrap();
    ServerConfig::builder().with_no_client_auth().with_single_cert(vec![chain], key).unwrap()
}
