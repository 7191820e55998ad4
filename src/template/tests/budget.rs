//! What is done is paid for: whatever is nested in whatever, no source touches more than its steps allow.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// No step touches more bytes than this.
const BYTES_A_STEP: u64 = 64;
const STEPS_HERE: u64 = 200_000;
const TEXT: usize = 4_096;
const ELEMENTS: usize = 60;

/// A source, and the bytes that it cannot do without touching: counted by what it says, not by what is charged.
#[derive(Clone, Debug)]
struct Source {
    text: String,
    touches: u64,
}

impl Source {
    fn new(text: impl Into<String>, touches: usize) -> Self {
        Self { text: text.into(), touches: touches as u64 }
    }

    fn times(&self, n: usize, text: String) -> Self {
        Self { text, touches: self.touches.saturating_mul(n as u64) }
    }
}

fn rich() -> World {
    let list: Vec<usize> = (0..ELEMENTS).collect();
    World::new(json!({"t": "ab".repeat(TEXT / 2), "u": "ab".repeat(TEXT / 2), "l": list, "m": list, "d": "2026-03-02",
        "o": {"a": "ab".repeat(TEXT / 2)}, "p": {"a": "ab".repeat(TEXT / 2)}}))
}

/// Conditions that hold.
fn condition() -> impl Strategy<Value = Source> {
    let leaf = prop_oneof![
        Just(Source::new("t == u", TEXT)),
        Just(Source::new("!(t != u)", TEXT)),
        Just(Source::new("t <= u", TEXT)),
        Just(Source::new("o == p", TEXT)),
        Just(Source::new("l == m", ELEMENTS)),
        Just(Source::new("!t.contains('zz')", TEXT)),
        Just(Source::new("!contains(l, 'zz')", ELEMENTS)),
        Just(Source::new("!('zz' in l)", ELEMENTS)),
        Just(Source::new("!t.matches('[y-z][0-9]')", TEXT)),
        Just(Source::new("upper(t) != ''", TEXT)),
        Just(Source::new("size(split(t, 'x')) == 1", TEXT)),
        Just(Source::new("size(split(t, '')) > 1", TEXT)),
        Just(Source::new("join(l, t) != ''", (ELEMENTS - 1) * TEXT)),
        Just(Source::new("t + u != ''", 2 * TEXT)),
        Just(Source::new("size(l + m) > 1", 2 * ELEMENTS)),
        Just(Source::new("max(t, u) == t", 2 * TEXT)),
        Just(Source::new("sum(l) > 1", ELEMENTS)),
        Just(Source::new("date(d) > date('2026-03-01')", 20)),
    ];
    let two = |deeper: BoxedStrategy<Source>| {
        (deeper.clone(), deeper).prop_flat_map(|(a, b)| {
            let touches = usize::try_from(a.touches.saturating_add(b.touches)).unwrap_or(usize::MAX);
            prop_oneof![
                Just(Source::new(format!("({} && {})", a.text, b.text), touches)),
                Just(Source::new(format!("({} ? {} : false)", a.text, b.text), touches)),
                Just(Source::new(format!("!(!({}) || !({}))", a.text, b.text), touches)),
            ]
        })
    };
    let looped = |deeper: BoxedStrategy<Source>| {
        (deeper, "[xy]").prop_flat_map(|(body, name)| {
            prop_oneof![
                Just(body.times(ELEMENTS, format!("l.all({name}, {})", body.text))),
                Just(body.times(ELEMENTS, format!("!l.exists({name}, !({}))", body.text))),
                Just(body.times(ELEMENTS, format!("size(l.filter({name}, {})) > 1", body.text))),
                Just(body.times(ELEMENTS, format!("size(l.map({name}, {})) > 1", body.text))),
            ]
        })
    };
    let once = two(leaf.boxed()).boxed();
    let inner = looped(once.clone()).boxed();
    let outer = looped(prop_oneof![once.clone(), inner.clone()].boxed()).boxed();
    prop_oneof![once, inner, outer]
}

/// Pieces that show nothing.
fn piece() -> impl Strategy<Value = Source> {
    let leaf = prop_oneof![
        condition().prop_map(|c| Source { text: format!("{{{{#if (calc \"{}\")}}}}{{{{/if}}}}", c.text), ..c }),
        Just(Source::new("{{#if (eq t u)}}{{/if}}", TEXT)),
        Just(Source::new("{{#if (eq o p)}}{{/if}}", TEXT)),
        Just(Source::new("{{#if (gt t u)}}{{/if}}", TEXT)),
        Just(Source::new("{{#if (upper t)}}{{/if}}", TEXT)),
        Just(Source::new("{{#if (url t)}}{{/if}}", TEXT)),
        Just(Source::new("{{#if (json o)}}{{/if}}", TEXT)),
        Just(Source::new("{{#if (join l t)}}{{/if}}", (ELEMENTS - 1) * TEXT)),
        Just(Source::new("{{#if (plural 1234 other=t)}}{{/if}}", TEXT)),
        Just(Source::new("{{#if (and (date d 'full') (money 12.5) (ago d))}}{{/if}}", 3)),
    ];
    leaf.prop_recursive(3, 12, 3, |deeper| {
        prop_oneof![
            (deeper.clone(), deeper.clone())
                .prop_map(|(a, b)| Source { text: [a.text, b.text].concat(), touches: a.touches.saturating_add(b.touches) }),
            deeper.prop_map(|body| body.times(ELEMENTS, format!("{{{{#each l as |e|}}}}{}{{{{/each}}}}", body.text))),
        ]
    })
}

/// Runs a source with so many steps: whether they were enough, and how many it took.
fn run(steps: u64, source: impl Fn(&World) -> Result<(), Failure>) -> (bool, u64) {
    let world = World { budget: Budget::new(0, steps), ..rich() };
    let enough = match source(&world) {
        Ok(()) => true,
        Err(failure) => {
            assert!(failure.over_limit, "{failure}");
            false
        }
    };
    (enough, world.budget.spent())
}

/// What was done was paid for, and no step less would have done.
fn is_paid(touches: u64, source: impl Fn(&World) -> Result<(), Failure>) -> Result<(), TestCaseError> {
    let (enough, spent) = run(STEPS_HERE, &source);
    prop_assert_eq!(enough, spent <= STEPS_HERE);
    if enough {
        prop_assert!(spent * BYTES_A_STEP >= touches, "{} steps for {} bytes", spent, touches);
        prop_assert_eq!(run(spent, &source), (true, spent));
        prop_assert_eq!(run(spent - 1, &source), (false, spent));
    }
    prop_assert!(!enough || touches <= STEPS_HERE * BYTES_A_STEP);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_expression_does_no_more_than_it_pays_for(source in condition()) {
        let Ok(expr) = Expr::compile(&source.text) else { return Ok(()) };
        is_paid(source.touches, |world| expr.truth(world).map(|truth| assert!(truth, "{}", source.text)))?;
    }

    #[test]
    fn a_text_does_no_more_than_it_pays_for(source in piece()) {
        let Ok(text) = Text::compile(&source.text) else { return Ok(()) };
        is_paid(source.touches, |world| text.render(world, Escape::Plain, 16 * 1024).map(drop))?;
    }
}

#[test]
fn what_is_used_up_stays_so_until_more_is_granted() {
    let budget = Budget::new(0, 10);
    assert!(budget.spend(10).is_ok());
    assert!(budget.spend(1).is_err());
    assert!(budget.spend(0).is_err(), "whatever is asked for next");
    assert_eq!(budget.spent(), 11);
    budget.grant(13);
    assert!(budget.spend(2).is_ok());
    assert!(budget.spend(1).is_err());
    budget.charge(usize::MAX);
    assert_eq!(budget.spent(), 14);
}

/// The steps of looking for a pattern in a text, and whether it is there.
fn looked(source: &str, text: &str) -> (u64, bool) {
    let budget = Budget::new(0, u64::MAX);
    let found = crate::template::Pattern::compile(source, false, 1 << 20).unwrap().is_match(text, &budget).unwrap();
    (budget.spent(), found)
}

#[test]
fn a_pattern_costs_as_much_as_it_may_have_to_remember() {
    let text = "ab".repeat(400);
    let plain = 408;
    for (source, steps) in [
        ("a?b$", plain),
        (".*order.*(\\d+).*", plain),
        ("pizza|pasta|panini", plain),
        ("([a-z0-9._%+-]+)@([a-z0-9.-]+)\\.[a-z]{2,6}$", plain),
        ("[ab]*a[ab]{12}c", 800 * 2 * 13 + 8),
        ("a.{0,500}c", 800 * 2 * 500 + 8),
        ("(aa|bc){20}d", 800 * 2 * 80 + 8),
        ("(?:(?:[ab]{10}){10}){2}", 800 * 2 * 200 + 8),
    ] {
        assert_eq!(looked(source, &text).0, steps, "{source}");
    }
}

#[test]
fn a_text_that_is_too_long_for_a_pattern_is_not_looked_at() {
    assert_eq!(looked("^(?:[A-Z]{3}.{0,500})$", &"A".repeat(3_000)), (1, false));
    assert_eq!(looked("^(?:[A-Z]{3})$", "ABC"), (9, true));
    assert!(looked("[A-Z]{3}", &"A".repeat(3_000)).1, "it may stand anywhere");
    assert!(looked("^[A-Z]+$", &"A".repeat(3_000)).1);
}

#[test]
fn of_the_user_only_what_is_read_is_made() {
    struct User(World, std::cell::Cell<usize>);
    impl Roots for User {
        fn root(&self, name: &str) -> Option<Cow<'_, Value>> {
            self.1.set(self.1.get() + 1);
            self.0.root(name).map(|value| Cow::Owned(value.into_owned()))
        }
        fn below(&self, name: &str, path: &[String]) -> Option<Cow<'_, Value>> {
            assert_eq!((name, path), ("user", &["city".to_owned()][..]));
            Some(Cow::Owned(json!("Rome")))
        }
        fn api(&self, name: &str) -> Option<&Value> {
            self.0.api(name)
        }
        fn env(&self) -> &Env {
            &self.0.env
        }
        fn budget(&self) -> &Budget {
            &self.0.budget
        }
    }
    let user = User(world(), std::cell::Cell::new(0));
    assert_eq!(Expr::compile("user.city == \"Rome\"").unwrap().truth(&user), Ok(true));
    assert_eq!(compile("{{user.city}}").render(&user, Escape::Plain, 100), Ok("Rome".to_owned()));
    assert_eq!(user.1.get(), 0, "the whole is not made");
}
