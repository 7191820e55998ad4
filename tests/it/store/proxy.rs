//! A proxy in front of the server, so that a test decides what becomes of the bytes.

use tokio::net::{TcpListener, TcpStream};

/// Its URL. Each connection is given to `carry`, with the address of the server.
pub(super) async fn proxy<F>(url: &str, carry: impl Fn(TcpStream, String) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut url = url::Url::parse(url).unwrap();
    let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
    url.set_query(Some("sslmode=disable"));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(carry(client, server.clone()));
        }
    });
    url.into()
}
