//! Who is the operator, with a real proxy in front and without.

use reqwest::{Client, RequestBuilder};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

use super::{nginx::Nginx, served::Served, served::write_bot};
use crate::support::{
    app::{Got, got},
    command::Folder,
    database::{Fresh, fresh_sqlite},
    http,
};

const PUBLIC: [&str; 2] = ["--public-url", "https://bots.example"];
const OPERATOR: [&str; 2] = ["--operator-listen", "127.0.0.1:0"];

struct Scene {
    served: Served,
    client: Client,
    _folder: Folder,
    _database: Fresh,
}

impl Scene {
    fn start(arguments: &[&str]) -> Self {
        let (folder, database) = (Folder::empty(), fresh_sqlite());
        let bot = "bot: echo\nstart: hello\nattributes: {tier: {type: string}}\n";
        write_bot(
            folder.root(),
            "echo",
            &[("bot.yaml", bot), ("sequences/hello.yaml", "sequence: hello\nblocks:\n  - text: \"Hello!\"\n")],
        );
        let served = Served::start_with(folder.root(), &database.url, &[arguments, &["--limit-address", "0"]].concat());
        Self { served, client: http::client().build().unwrap(), _folder: folder, _database: database }
    }

    /// What the start says of the operator.
    fn told(&self, what: &str) -> String {
        self.served.log.until(0, what, |log| log.lines().find(|line| line.contains(what)).map(str::to_owned))
    }

    /// The listener of the operator, as the start names it.
    fn operator(&self) -> String {
        let told = self.told("the operator calls http://");
        told.split_once("http://").unwrap().1.split_once(',').unwrap().0.to_owned()
    }

    /// Everything that only the operator may do, asked for at an address.
    async fn ask(&self, address: &str, with: impl Fn(RequestBuilder) -> RequestBuilder) -> Vec<Got> {
        let url = |path: &str| format!("http://{address}{path}");
        let message = json!({"user": "ada", "text": "hi", "attributes": {"tier": "gold"}});
        let requests = [
            self.client.get(url("/v1/bots")),
            self.client.get(url("/v1/bots/echo")),
            self.client.get(url("/metrics")),
            self.client.post(url("/-/reload?wait=true")),
            self.client.get(url("/v1/bots/echo/users/ada/events")).timeout(super::process::PATIENCE),
            self.client.post(url("/v1/bots/echo/messages")).json(&message),
        ];
        let mut answers = Vec::new();
        for request in requests {
            let response = with(request).send().await.unwrap();
            // a stream does not end by itself
            answers.push(if response.headers()["content-type"] == "text/event-stream" {
                Got::begun(&response)
            } else {
                Got::of(response).await
            });
        }
        answers
    }

    async fn is_operator(&self, address: &str, with: impl Fn(RequestBuilder) -> RequestBuilder) -> bool {
        let answers = self.ask(address, with).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        let all = |status| statuses.iter().all(|one| *one == status);
        assert!(all(200) || all(401), "{answers:?}");
        all(200)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_the_operator_behind_nginx() {
    let scene = Scene::start(&[PUBLIC, OPERATOR].concat());
    let plain = Nginx::before(scene.served.address(), "").await; // `Host` is then the gateway's own address
    let host = Nginx::before(scene.served.address(), "proxy_set_header Host $http_host;").await;
    let quiet = Nginx::before(scene.served.address(), "proxy_set_header Host localhost;").await;
    for nginx in [&plain, &host, &quiet] {
        assert_eq!(got(scene.client.get(format!("http://{}/-/ready", nginx.address))).await.status, 200, "it passes on");
        for name in ["localhost", "127.0.0.1", "[::1]:8080", "bots.example", scene.served.address()] {
            assert!(!scene.is_operator(&nginx.address, |request| request.header("host", name)).await, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_the_operator_behind_what_passes_on_bytes() {
    for proxied in [PUBLIC, ["--trusted-proxy", "10.0.0.0/8"]] {
        let scene = Scene::start(&proxied);
        assert!(!scene.is_operator(&forwarder(scene.served.address()).await, |request| request.header("host", "localhost")).await);
        assert!(!scene.is_operator(scene.served.address(), |request| request).await);
        scene.told("nobody is the operator; --operator-listen");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_has_a_listener_of_its_own() {
    for more in [&PUBLIC[..], &["--trusted-proxy", "127.0.0.1"], &[]] {
        let scene = Scene::start(&[more, &OPERATOR].concat());
        let operator = scene.operator();
        assert!(scene.is_operator(&operator, |request| request).await);
        assert!(scene.is_operator(&operator, |request| request.header("origin", format!("http://{operator}"))).await);
        for (name, value) in [("host", "bots.example"), ("via", "1.1 nginx"), ("x-forwarded-for", "127.0.0.1")] {
            assert!(!scene.is_operator(&operator, |request| request.header(name, value)).await, "{name}");
        }
        let page = scene.client.get(format!("http://{operator}/v1/bots")).header("origin", "https://evil.example");
        assert_eq!(got(page).await.problem(401), "unauthorized");
        assert!(!scene.is_operator(scene.served.address(), |request| request).await, "only there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_proxy_the_start_warns_of_one() {
    let scene = Scene::start(&[]);
    let told = scene.told("whoever calls from this machine is the operator");
    assert!(told.contains("a proxy in front") && told.contains("--public-url"), "{told}");
    assert!(scene.is_operator(scene.served.address(), |request| request).await);
}

/// The client of nginx makes up the header that nginx does not write.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_header_that_the_proxy_writes_names_the_client() {
    for (written, lines, made_up) in [
        ("forwarded", "proxy_set_header Forwarded \"for=$remote_addr\";", "x-forwarded-for"),
        ("x-forwarded-for", "proxy_set_header X-Forwarded-For $remote_addr;", "forwarded"),
    ] {
        let scene = Scene::start(&[&PUBLIC[..], &["--trusted-proxy", "127.0.0.1", "--forwarded-header", written]].concat());
        let nginx = Nginx::before(scene.served.address(), lines).await;
        let ask = |n: u32| {
            let value = if made_up == "forwarded" { format!("for=192.0.2.{n}") } else { format!("192.0.2.{n}") };
            got(scene.client.post(format!("http://{}/v1/bots/echo/webchat/token", nginx.address)).header(made_up, value))
        };
        let mut statuses = Vec::new();
        while statuses.last() != Some(&429) {
            statuses.push(ask(u32::try_from(statuses.len()).unwrap()).await.status);
            assert!(statuses.len() < 250, "{written}: never refused");
        }
    }
}

/// Passes on bytes, and says nothing of it.
async fn forwarder(to: &str) -> String {
    let (listener, to) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), to.to_owned());
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = TcpStream::connect(&to).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut client, &mut server).await });
        }
    });
    address
}
