//! The clinic: doctors, free times, and appointments that can be made and cancelled.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{envelope, not_found, refusal};

/// Key, name, speciality, the first hour of the day.
const DOCTORS: [(&str, &str, &str, u32); 2] = [("rossi", "Dr. Rossi", "Family medicine", 9), ("okafor", "Dr. Okafor", "Children", 14)];

#[derive(Default)]
pub(crate) struct Clinic {
    appointments: Mutex<BTreeMap<u32, Appointment>>,
}

/// An appointment, as the bot's customer document names its parts.
#[derive(Clone, Deserialize, Serialize, PartialEq)]
struct Appointment {
    doctor: String,
    visit_date: String,
    visit_time: String,
    #[serde(default)]
    full_name: String,
}

impl Clinic {
    fn appointments(&self) -> MutexGuard<'_, BTreeMap<u32, Appointment>> {
        self.appointments.lock().expect("no handler panics while it holds the lock")
    }
}

impl Appointment {
    fn same_time(&self, other: &Self) -> bool {
        (&self.doctor, &self.visit_date, &self.visit_time) == (&other.doctor, &other.visit_date, &other.visit_time)
    }
}

pub(crate) fn routes(app: &mut web::ServiceConfig) {
    app.service(doctors).service(slots).service(make_appointment).service(show_appointment).service(cancel).service(callback);
}

/// `output: gallery`.
#[get("/clinic/doctors")]
async fn doctors() -> HttpResponse {
    let card = |(key, name, speciality, _): (&str, &str, &str, u32)| {
        let book = json!({"title": format!("Book {name}"), "type": "sequence", "value": "book", "extra": format!("doctor={key}")});
        json!({"title": name, "subtitle": speciality, "buttons": [book]})
    };
    envelope(DOCTORS.map(card), json!({}))
}

/// What a GET sends is in its query string.
#[derive(Deserialize)]
struct Day {
    doctor: String,
    date: jiff::civil::Date,
}

/// `output: buttons`: the free times of a day. On Sundays there are none, and `[]` shows nothing.
#[get("/clinic/slots")]
async fn slots(clinic: web::Data<Clinic>, day: web::Query<Day>) -> HttpResponse {
    let Some((.., first)) = DOCTORS.into_iter().find(|(key, ..)| *key == day.doctor) else { return not_found("no such doctor") };
    let hours = if day.date.weekday() == jiff::civil::Weekday::Sunday { 0 } else { 3 };
    let times = (first..first + hours).flat_map(|hour| [format!("{hour:02}:00"), format!("{hour:02}:30")]);
    let booked = clinic.appointments().values().cloned().collect::<Vec<_>>();
    let free = times.filter(|time| !booked.iter().any(|other| other.same_time(&wanted(&day, time))));
    let button = |time: String| json!({"title": time, "type": "sequence", "value": "confirm", "extra": format!("visit_time={time}")});
    envelope(free.map(button).collect::<Vec<_>>(), json!({}))
}

fn wanted(day: &Day, time: &str) -> Appointment {
    Appointment { doctor: day.doctor.clone(), visit_date: day.date.to_string(), visit_time: time.to_owned(), full_name: String::new() }
}

/// `output: text`, `method: POST`. The answer also sets an attribute of the user.
#[post("/clinic/appointments")]
async fn make_appointment(clinic: web::Data<Clinic>, wanted: web::Json<Appointment>) -> HttpResponse {
    let mut appointments = clinic.appointments();
    if appointments.values().any(|other| other.same_time(&wanted)) {
        return refusal("this time has just been taken");
    }
    let number = appointments.last_key_value().map_or(7001, |(last, _)| last + 1);
    let text = format!("{} at {}. Your number is {number}.", wanted.visit_date, wanted.visit_time);
    appointments.insert(number, wanted.into_inner());
    envelope(text, json!({"appointment_id": number}))
}

/// `output: text`.
#[get("/clinic/appointments/{number}")]
async fn show_appointment(clinic: web::Data<Clinic>, number: web::Path<u32>) -> HttpResponse {
    match clinic.appointments().get(&number) {
        Some(found) => envelope(format!("{} at {}", found.visit_date, found.visit_time), json!({})),
        None => not_found("no such appointment"),
    }
}

/// `output: json`, `method: POST`.
#[post("/clinic/appointments/{number}/cancel")]
async fn cancel(clinic: web::Data<Clinic>, number: web::Path<u32>) -> HttpResponse {
    match clinic.appointments().remove(&number) {
        Some(_) => envelope(json!({"cancelled": *number}), json!({})),
        None => not_found("no such appointment"),
    }
}

#[derive(Deserialize)]
struct Callback {
    name: String,
    phone: String,
}

/// Plain JSON in and out, for an API file with `envelope: false` and a `body` of its own.
#[post("/clinic/callbacks")]
async fn callback(wish: web::Json<Callback>) -> HttpResponse {
    let reference = format!("C-{:03}", (wish.name.len() * 31 + wish.phone.len() * 7) % 1000);
    HttpResponse::Created().json(json!({"reference": reference}))
}
