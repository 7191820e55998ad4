//! Where calls end that would leave the machine: they are kept, and nobody is asked.

use std::sync::Arc;

use super::{
    super::client::connections,
    server::{Server, answer},
    *,
};

/// A proxy on this machine, for all that is not on this machine.
pub(crate) struct Recorder(Server);

impl Recorder {
    pub(crate) async fn start() -> Self {
        Self(Server::answering(|_, _| answer("502 Recorded", "text/plain", "")).await)
    }

    /// A client that is guarded as every other one is.
    pub(crate) fn client(&self, egress: Egress, secrets: Secrets) -> Client {
        let here = self.0.url("/");
        let outside = reqwest::Proxy::custom(move |url| (!is_local(url)).then(|| here.clone()));
        Client::over(connections(egress, "flowgate/test").proxy(outside), egress, Arc::new(secrets)).unwrap()
    }

    /// Whom it was asked for so far: the first line of each request.
    pub(crate) fn dialled(&self) -> Vec<String> {
        self.0.seen().iter().map(|request| request.lines().next().unwrap_or_default().to_owned()).collect()
    }
}

fn is_local(url: &reqwest::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

#[tokio::test]
async fn what_would_leave_the_machine_is_recorded() {
    let recorder = Recorder::start().await;
    let client = recorder.client(Egress::Any, Secrets::default());
    for url in ["http://192.0.2.1/a", "http://[2001:db8::1]/", "http://shop.example/", "https://shop.example/"] {
        let _answered = client.send(&get(url), &[], in_ms(5_000), MIB, false).await;
    }
    let asked = ["GET http://192.0.2.1/a HTTP/1.1", "GET http://[2001:db8::1]/ HTTP/1.1", "GET http://shop.example/ HTTP/1.1"];
    assert_eq!(recorder.dialled()[..3], asked);
    assert_eq!(recorder.dialled()[3..], ["CONNECT shop.example:443 HTTP/1.1"]);
    let server = Server::answering(|_, _| answer("200 OK", "text/plain", "fine")).await;
    assert_eq!(client.send(&get(server.url("/")), &[], in_ms(5_000), MIB, false).await.unwrap().status, 200);
    assert_eq!(recorder.dialled().len(), 4);
}
