//! What the tests of this module share.

mod budget;
mod expr;
mod helpers;
mod hostile;
mod slips;
mod text;

use std::{borrow::Cow, collections::BTreeMap};

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Budget, Env, Escape, Expr, Failure, Fault, Read, Roots, Text};
use crate::time::Timestamp;

/// The steps of a world: those of a run.
const STEPS: u64 = 2_000_000;

/// A world for a template: 2 March 2026, 19:00 in Rome.
pub(super) struct World {
    pub(super) roots: BTreeMap<String, Value>,
    pub(super) apis: BTreeMap<String, Value>,
    pub(super) dates: Vec<&'static str>,
    pub(super) env: Env,
    pub(super) budget: Budget,
}

impl World {
    pub(super) fn new(roots: Value) -> Self {
        let zone = TimeZone::get("Europe/Rome").unwrap();
        let now = "2026-03-02T18:00:00Z".parse::<jiff::Timestamp>().unwrap();
        let mut world = Self {
            roots: serde_json::from_value(roots).unwrap(),
            apis: BTreeMap::new(),
            dates: vec!["due", "at", "opens"],
            env: Env { now: Timestamp(now.as_millisecond()), timezone: zone, language: "en".into(), currency: "EUR".into() },
            budget: Budget::new(0, STEPS),
        };
        world.roots.insert("now".into(), world.env.now.rfc3339().into());
        world.roots.insert("today".into(), "2026-03-02".into());
        world
    }

    pub(super) fn speaking(mut self, language: &str) -> Self {
        self.env.language = language.into();
        self
    }

    pub(super) fn with_api(mut self, name: &str, data: Value) -> Self {
        self.apis.insert(name.into(), data);
        self
    }

    pub(super) fn try_text(&self, source: &str) -> Result<String, Failure> {
        compile(source).render(self, Escape::Plain, 16 * 1024)
    }

    pub(super) fn text(&self, source: &str) -> String {
        self.try_text(source).unwrap_or_else(|failure| panic!("{source}: {failure}"))
    }

    pub(super) fn try_expr(&self, source: &str) -> Result<Value, Failure> {
        Expr::compile(source).unwrap_or_else(|faults| panic!("{source}: {faults:?}")).eval(self)
    }

    pub(super) fn expr(&self, source: &str) -> Value {
        self.try_expr(source).unwrap_or_else(|failure| panic!("{source}: {failure}"))
    }

    pub(super) fn truth(&self, source: &str) -> bool {
        Expr::compile(source).unwrap_or_else(|faults| panic!("{source}: {faults:?}")).truth(self).unwrap()
    }
}

impl Roots for World {
    fn root(&self, name: &str) -> Option<Cow<'_, Value>> {
        self.roots.get(name).map(Cow::Borrowed)
    }
    fn temporal(&self, name: &str) -> bool {
        self.dates.contains(&name)
    }
    fn api(&self, name: &str) -> Option<&Value> {
        self.apis.get(name)
    }
    fn env(&self) -> &Env {
        &self.env
    }
    fn budget(&self) -> &Budget {
        &self.budget
    }
}

pub(super) fn world() -> World {
    World::new(json!({
        "full_name": "Ada Lovelace", "city": "Rome", "vip": true, "count": 3, "price": 12.5, "zero": 0, "blank": "", "nothing": null,
        "tags": ["new", "gold"], "due": "2026-03-10", "at": "2026-03-02T21:30:00Z", "opens": "09:30", "line": "outer",
        "cart": [{"name": "Pizza", "qty": 2, "price": 8.5}, {"name": "Cola", "qty": 1, "price": 2.5}],
        "user": {"city": "Rome", "due": "2026-03-10"}, "with": {"x": 1},
    }))
}

pub(super) fn compile(source: &str) -> Text {
    Text::compile(source).unwrap_or_else(|faults| panic!("{source}: {faults:?}"))
}

/// The one fault of a text, with the source that it is about.
pub(super) fn text_fault(source: &str) -> (String, Fault) {
    shown(source, Text::compile(source).expect_err(source))
}

/// The one fault of an expression, with the source that it is about.
pub(super) fn expr_fault(source: &str) -> (String, Fault) {
    shown(source, Expr::compile(source).expect_err(source))
}

fn shown(source: &str, mut faults: Vec<Fault>) -> (String, Fault) {
    assert_eq!(faults.len(), 1, "{source}: {faults:?}");
    let fault = faults.remove(0);
    (source[fault.range.clone()].to_owned(), fault)
}

/// Reads as `path@source`.
pub(super) fn shown_reads(source: &str, reads: &[Read]) -> Vec<String> {
    reads.iter().map(|read| format!("{}@{}", read.path.join("."), &source[read.range.clone()])).collect()
}

#[test]
fn compiled_sources_cross_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Text>();
    crosses::<Expr>();
}
