//! What the machine can do at best: handlers that do nothing but what has to be done.

mod postgres;
mod sqlite;

use std::future::Future;

use actix_web::{App, HttpResponse, HttpServer, web};
use serde::Deserialize;

pub(crate) use postgres::groups as postgres_groups;
pub(crate) use sqlite::groups as sqlite_groups;

use super::rows::Rows;

/// About 300 bytes, as an answer to W1.
const ANSWER: &str = r#"{"session":"s0123456789abcdef","version":"0123456789abcdef0123456789abcdef","messages":[{"id":"m1","type":"text","text":"Hello, good to see you again at the pizzeria!"},{"id":"m2","type":"quick_replies","text":"What can I do for you?","items":[{"title":"Order a pizza","payload":"p.1"},{"title":"Opening hours","payload":"p.2"}]}]}"#;

#[derive(Deserialize)]
struct Message {
    user: String,
    text: String,
    id: String,
}

/// One thing said: the number of the user, and the id of the message.
pub(crate) struct Said {
    pub(crate) user: usize,
    pub(crate) id: String,
}

/// Writes the rows of one message in a transaction of its own.
pub(crate) trait Write: Send + Sync + 'static {
    fn write(&self, said: Said) -> impl Future<Output = ()> + Send;
}

/// F1 writes nothing.
struct Nothing;

impl Write for Nothing {
    async fn write(&self, _: Said) {}
}

/// Serves one floor until the process is killed.
pub(crate) fn serve(name: &str, database: &str, users: usize) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        match name {
            "f1" => http(Nothing).await,
            "f2-postgres" => http(postgres::Pool::open(database, rows(), users).await).await,
            "f2-sqlite-full" => http(sqlite::Writer::open(database, "full", rows(), users)).await,
            "f2-sqlite-normal" => http(sqlite::Writer::open(database, "normal", rows(), users)).await,
            "backend" => backend().await,
            _ => panic!("there is no floor {name}"),
        }
    });
}

/// What W1 writes, as the parent process found it.
fn rows() -> Rows {
    serde_json::from_reader(std::io::stdin()).expect("rows as JSON")
}

async fn http<W: Write>(floor: W) {
    let floor = web::Data::new(floor);
    listen(move |routes| {
        routes.app_data(floor.clone()).route("/v1/bots/{bot}/messages", web::post().to(answer::<W>));
    })
    .await;
}

async fn answer<W: Write>(floor: web::Data<W>, message: web::Json<Message>) -> HttpResponse {
    let Message { user, text, id } = message.into_inner();
    assert_eq!(text, "hi");
    floor.write(Said { user: user[1..].parse().expect("u<number>"), id }).await;
    HttpResponse::Ok().content_type("application/json").body(ANSWER)
}

/// The team's own backend: it answers at once.
async fn backend() {
    let stock = || async { HttpResponse::Ok().content_type("application/json").body(r#"{"success":true,"data":"42 pieces"}"#) };
    listen(move |routes| {
        routes.route("/stock", web::get().to(stock));
    })
    .await;
}

async fn listen(routes: impl FnOnce(&mut web::ServiceConfig) + Clone + Send + 'static) {
    let server = HttpServer::new(move || App::new().configure(routes.clone())).bind("127.0.0.1:0").expect("a free port");
    eprintln!("listening on http://{}", server.addrs()[0]);
    server.run().await.expect("a server that listens");
}
