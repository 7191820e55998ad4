//! The pizzeria: a menu, orders that progress with time, and the kitchen's own plain JSON.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant},
};

use actix_web::{HttpRequest, HttpResponse, dev::ConnectionInfo, get, post, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{envelope, not_found, refusal};

/// Key (also the name of its picture), name, price, toppings.
const PIZZAS: [(&str, &str, f64, &str); 3] = [
    ("margherita", "Margherita", 7.5, "Tomato, mozzarella, basil"),
    ("marinara", "Marinara", 6.0, "Tomato, garlic, oregano"),
    ("diavola", "Diavola", 9.0, "Spicy salami, mozzarella"),
];

/// Minutes pass a little faster here, so that a delivery can be watched: 10 seconds each.
const MINUTE: Duration = Duration::from_secs(10);

pub(crate) struct Shop {
    orders: Mutex<Orders>,
}

struct Orders {
    next: u32,
    placed: BTreeMap<u32, Instant>,
    /// Which order an `Idempotency-Key` has made, so that a repeated call does not make two.
    by_key: BTreeMap<String, u32>,
}

impl Shop {
    /// Order 42 is there from the beginning, for everybody to ask about.
    pub(crate) fn open() -> Self {
        let placed = BTreeMap::from([(42, Instant::now())]);
        Self { orders: Mutex::new(Orders { next: 1001, placed, by_key: BTreeMap::new() }) }
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().expect("no handler panics while it holds the lock")
    }
}

impl Orders {
    fn place(&mut self, key: Option<String>) -> u32 {
        if let Some(order) = key.as_ref().and_then(|key| self.by_key.get(key)) {
            return *order;
        }
        let order = self.next;
        self.next += 1;
        self.placed.insert(order, Instant::now());
        self.by_key.extend(key.map(|key| (key, order)));
        order
    }
}

pub(crate) fn routes(app: &mut web::ServiceConfig) {
    app.service(menu).service(recommendations).service(photo).service(kitchen).service(status).service(place_order);
}

/// `output: gallery`. A pressed button saves its `extra` as attributes and goes to the sequence in `value`.
#[get("/shop/menu")]
async fn menu(host: ConnectionInfo) -> HttpResponse {
    let card = |(key, name, price, toppings): (&str, &str, f64, &str)| {
        let add = json!({"title": format!("Add {name}"), "type": "sequence", "value": "add_to_cart", "extra": extra(name, price)});
        let image = format!("http://{}/media/{key}.svg", host.host());
        json!({"title": name, "subtitle": format!("{toppings} · €\u{a0}{price:.2}"), "image": image, "url": "", "buttons": [add]})
    };
    envelope(PIZZAS.map(card), json!({}))
}

/// `output: quick_replies`: what goes with the last pizza.
#[get("/shop/recommendations")]
async fn recommendations(query: web::Query<BTreeMap<String, String>>) -> HttpResponse {
    let last = query.get("last").map_or("", String::as_str);
    let others = PIZZAS.into_iter().filter(|(_, name, ..)| *name != last).take(2);
    let reply = |(_, name, price, _): (&str, &str, f64, &str)| json!({"title": name, "type": "sequence", "value": "add_to_cart", "extra": extra(name, price)});
    envelope(others.map(reply).collect::<Vec<_>>(), json!({}))
}

fn extra(name: &str, price: f64) -> String {
    format!("pizza={name}&price={price}")
}

/// `output: image`.
#[get("/shop/photo")]
async fn photo(host: ConnectionInfo) -> HttpResponse {
    envelope(json!({"type": "image", "url": format!("http://{}/media/diavola.svg", host.host())}), json!({}))
}

/// Plain JSON, for an API file with `envelope: false`.
#[get("/shop/kitchen")]
async fn kitchen(shop: web::Data<Shop>) -> HttpResponse {
    let baking = shop.orders().placed.values().filter(|placed| placed.elapsed() < MINUTE * 2).count();
    HttpResponse::Ok().json(json!({"orders": baking, "minutes": 20 + 5 * baking}))
}

/// `output: text`. Order 500 always breaks, to see what a bot says then.
#[get("/shop/orders/{order}/status")]
async fn status(shop: web::Data<Shop>, order: web::Path<u32>) -> HttpResponse {
    if *order == 500 {
        return HttpResponse::InternalServerError().finish();
    }
    let Some(minutes) = shop.orders().placed.get(&order).map(|placed| placed.elapsed().as_secs() / MINUTE.as_secs()) else {
        return not_found("no such order");
    };
    let text = match minutes {
        0..2 => "in the oven 🔥".to_owned(),
        2..12 => format!("on its way, {} minutes to go 🛵", 12 - minutes),
        _ => "delivered. Enjoy your meal! 🍕".to_owned(),
    };
    envelope(text, json!({}))
}

/// What is read of a POST's customer document: the bot's attributes are its top-level keys, next to what `body` adds.
#[derive(Deserialize)]
struct Customer {
    #[serde(default)]
    full_name: String,
    #[serde(default)]
    cart: Vec<Value>,
}

/// `output: json`, `method: POST`.
#[post("/shop/orders")]
async fn place_order(shop: web::Data<Shop>, request: HttpRequest, customer: web::Json<Customer>) -> HttpResponse {
    if customer.cart.is_empty() {
        return refusal("the cart is empty");
    }
    let key = request.headers().get("Idempotency-Key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let order = shop.orders().place(key);
    envelope(json!({"order_id": order, "minutes": 25, "name": customer.full_name}), json!({}))
}
