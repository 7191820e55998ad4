//! A small backend to run beside the sample bots: it answers the APIs of `bots/shop` and `bots/clinic`.
//!
//! `cargo run --example backend` listens on 127.0.0.1:8090; nothing is stored but in memory. It shows what a team has to
//! offer so that a bot can use its systems: JSON answers within 5 seconds, in the envelope that [`envelope`] makes, or
//! any JSON at all where the bot's API file says `envelope: false`.
//! A real backend would also check a secret header that the API file sends (`headers: {X-Token: "${env:…}"}`).

mod clinic;
mod shop;

use std::net::SocketAddr;

use actix_web::{App, HttpResponse, HttpServer, get, web};
use clap::Parser;
use serde::Serialize;
use serde_json::json;

/// A backend for the sample bots, with its data in memory.
#[derive(Parser)]
struct Args {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
}

#[actix_web::main]
#[expect(clippy::print_stdout, reason = "says where it listens")]
async fn main() -> std::io::Result<()> {
    let Args { listen } = Args::parse();
    let (shop, clinic) = (web::Data::new(shop::Shop::open()), web::Data::new(clinic::Clinic::default()));
    let app =
        move || App::new().app_data(shop.clone()).app_data(clinic.clone()).configure(shop::routes).configure(clinic::routes).service(media);
    let server = HttpServer::new(app).workers(1).bind(listen)?;
    println!("The backend of the sample bots listens on http://{listen}");
    server.run().await
}

/// The answer of an API that did what it was asked. `data` is shown as the API file's `output` says, `attributes` are saved on the user.
fn envelope(data: impl Serialize, attributes: serde_json::Value) -> HttpResponse {
    HttpResponse::Ok().json(json!({"data": data, "success": true, "message": "Successful", "attributes": attributes, "status": 200}))
}

/// The answer of an API that understood but will not do it: the flow sees `error.kind == "refused"` and this message.
fn refusal(message: &str) -> HttpResponse {
    HttpResponse::Ok().json(json!({"data": null, "success": false, "message": message, "status": 200}))
}

/// Something that does not exist: the flow sees `error.kind == "status"` and `error.status == 404`.
fn not_found(message: &str) -> HttpResponse {
    HttpResponse::NotFound().json(json!({"data": null, "success": false, "message": message, "status": 404}))
}

/// Pictures and files of the bots: they travel as links, a client fetches them itself.
#[get("/media/{name}")]
async fn media(name: web::Path<String>) -> HttpResponse {
    let (kind, bytes): (&str, &'static [u8]) = match name.as_str() {
        "margherita.svg" => ("image/svg+xml", include_bytes!("../media/margherita.svg")),
        "marinara.svg" => ("image/svg+xml", include_bytes!("../media/marinara.svg")),
        "diavola.svg" => ("image/svg+xml", include_bytes!("../media/diavola.svg")),
        "directions.svg" => ("image/svg+xml", include_bytes!("../media/directions.svg")),
        "bell.wav" => ("audio/wav", include_bytes!("../media/bell.wav")),
        "oven.webm" => ("video/webm", include_bytes!("../media/oven.webm")),
        "menu.pdf" => ("application/pdf", include_bytes!("../media/menu.pdf")),
        "first-visit.pdf" => ("application/pdf", include_bytes!("../media/first-visit.pdf")),
        _ => return not_found("no such file"),
    };
    HttpResponse::Ok().content_type(kind).body(bytes)
}
