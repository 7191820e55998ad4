//! The client-credentials grant.

use super::{
    server::{Server, answer},
    *,
};

/// Hands out tokens `t0`, `t1` … and serves `/data` to the bearer of `good`.
async fn provider(expires_in: &'static str, good: &'static str) -> Server {
    Server::answering(move |request, n| match request.split(' ').nth(1) {
        Some("/token") => answer("200 OK", "application/json", &format!(r#"{{"access_token":"t{n}","expires_in":{expires_in}}}"#)),
        _ if request.contains(&format!("authorization: Bearer {good}\r\n")) => answer("200 OK", "text/plain", "data"),
        _ => answer("401 Unauthorized", "text/plain", ""),
    })
    .await
}

fn protected(server: &Server) -> Request {
    let secret = |name: &str| Parts(vec![Part::Secret(SecretRef::Env(name.to_owned()))]);
    let auth = Auth::OAuth2 {
        token_url: server.url("/token").into(),
        client_id: secret("ID"),
        client_secret: secret("SECRET"),
        scope: Some("read all".into()),
    };
    Request { auth, ..get(server.url("/data")) }
}

fn oauth_client() -> Client {
    client_with(Egress::Any, Secrets::of([("ID", "me"), ("SECRET", "can:ary")]))
}

async fn ask(client: &Client, request: &Request) -> Result<Response, Error> {
    client.send(request, &[], in_ms(5_000), MIB, false).await
}

fn tokens_asked(server: &Server) -> usize {
    server.seen().iter().filter(|request| request.starts_with("POST /token ")).count()
}

#[tokio::test]
async fn one_token_serves_all_calls() {
    let server = provider("3600", "t0").await;
    let (client, request) = (oauth_client(), protected(&server));
    let all = futures_util::future::join_all((0..5).map(|_| ask(&client, &request))).await;
    assert!(all.iter().all(|answer| answer.as_ref().is_ok_and(|response| response.status == 200)), "{all:?}");
    assert_eq!((tokens_asked(&server), server.seen().len()), (1, 6));
    let asked = &server.seen()[0];
    assert!(asked.contains("authorization: Basic bWU6Y2FuJTNBYXJ5\r\n"), "{asked}");
    assert!(asked.ends_with("grant_type=client_credentials&scope=read+all"), "{asked}");
}

#[tokio::test]
async fn an_expired_token_is_fetched_anew() {
    let server = provider("\"0\"", "t2").await;
    let (client, request) = (oauth_client(), protected(&server));
    for _ in 0..2 {
        ask(&client, &request).await.unwrap();
    }
    assert!(tokens_asked(&server) >= 2, "{:?}", server.seen());
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let server = provider("3600", "t2").await;
    let (client, request) = (oauth_client(), protected(&server));
    assert_eq!(ask(&client, &request).await.unwrap().status, 200);
    assert_eq!(tokens_asked(&server), 2);
    let never = provider("3600", "none").await;
    assert_eq!(ask(&oauth_client(), &protected(&never)).await.unwrap().status, 401);
    assert_eq!((tokens_asked(&never), never.seen().len()), (2, 4));
}

#[tokio::test]
async fn credentials_go_in_the_body_where_basic_is_not_known() {
    let server = Server::answering(|request, _| match request.split(' ').nth(1) {
        Some("/token") if request.ends_with("client_id=me&client_secret=can%3Aary") => {
            answer("200 OK", "application/json", r#"{"access_token":"t"}"#)
        }
        Some("/token") => answer("401 Unauthorized", "application/json", r#"{"error":"invalid_client"}"#),
        _ => answer("200 OK", "text/plain", "data"),
    })
    .await;
    assert_eq!(ask(&oauth_client(), &protected(&server)).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_failing_token_endpoint_leaks_nothing() {
    for (status, body, kind) in [
        ("403 Forbidden", "can:ary", Kind::Status),
        ("500 Oops", "", Kind::Status),
        ("200 OK", "<html>", Kind::Token),
        ("200 OK", r#"{"access_token":"canary","expires_in":3600"#, Kind::Token),
    ] {
        let server = Server::answering(move |_, _| answer(status, "application/json", body)).await;
        let error = ask(&oauth_client(), &protected(&server)).await.unwrap_err();
        assert_eq!(error.kind, kind, "{status}");
        assert!(!format!("{error:?}").contains("ary"), "{error:?}");
        assert!(server.seen().iter().all(|request| request.starts_with("POST /token ")));
    }
}

#[tokio::test]
async fn who_waits_for_a_token_waits_no_longer_than_his_deadline() {
    let server = Server::silent().await;
    let (client, request) = (oauth_client(), protected(&server));
    let ask = || client.send(&request, &[], in_ms(200), MIB, false);
    let (first, second) = tokio::join!(ask(), ask());
    assert_eq!((first.unwrap_err(), second.unwrap_err()), (Error::timeout(), Error::timeout()));
}

#[tokio::test]
async fn an_empty_token_is_none() {
    for granted in [r#"{"access_token": ""}"#, r#"{"access_token": " "}"#, r#"{"access_token": null}"#, "{}"] {
        let server = Server::answering(move |_, _| answer("200 OK", "application/json", granted)).await;
        let error = ask(&oauth_client(), &protected(&server)).await.unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), (Kind::Token, "the token endpoint's answer has no access_token"), "{granted}");
        assert_eq!(tokens_asked(&server), server.seen().len(), "the API is not called");
    }
}
