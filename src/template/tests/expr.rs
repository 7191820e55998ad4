//! Expressions: what they give, and what is wrong with them.

use serde_json::json;

use super::*;

#[test]
fn one_kind_of_number() {
    let world = world();
    for (source, value) in [
        ("1 + 2 * 3", json!(7)),
        ("1 / 2", json!(0.5)),
        ("4 / 2", json!(2)),
        ("7 % 4", json!(3)),
        ("0.1 + 0.2", json!(0.3)),
        ("price * count", json!(37.5)),
        ("-count", json!(-3)),
        ("1.0 == 1 && 3u == 3 && 0x10 == 16", json!(true)),
        ("9223372036854775807 + 1", json!(9_223_372_036_854_775_808_f64)),
        ("2.5 > 2 && 2 < 2.5", json!(true)),
    ] {
        assert_eq!(world.expr(source), value, "{source}");
    }
    assert_eq!(world.try_expr("1 / zero").unwrap_err().message, "a number is divided by zero");
}

#[test]
fn an_absent_value() {
    let world = world();
    for yes in [
        "x == null",
        "x == \"\"",
        "nothing == null",
        "nothing == \"\"",
        "x == y",
        "x != 0",
        "x != \"a\"",
        "!x",
        "x.y.z == null",
        "cart[9] == null",
        "!has(x.y)",
        "!has(x)",
        "blank == \"\"",
        "blank == null",
    ] {
        assert!(world.truth(yes), "{yes}");
    }
    for no in
        ["x", "x > 1", "x < 1", "x >= 0", "1 > x", "x > y", "x && true", "x || false", "x in tags", "\"a\" in x", "x == 0", "x == false"]
    {
        assert!(!world.truth(no), "{no}");
    }
    assert_eq!(world.expr("x ? 1 : 2"), json!(2));
    assert_eq!(world.expr("x"), json!(null));
    for source in ["x + 1", "1 - x", "\"a\" + x", "-x", "x * 2"] {
        assert_eq!(world.try_expr(source).unwrap_err().message, "\"x\" has no value to calculate with", "{source}");
    }
    assert_eq!(world.try_expr("user.age + 1").unwrap_err().message, "\"user.age\" has no value to calculate with");
}

#[test]
fn conditions_are_true_or_false() {
    let world = world();
    let failure = Expr::compile("city").unwrap().truth(&world).unwrap_err();
    assert_eq!(failure.message, "\"city\" is a text, not true or false");
    assert!(world.truth("vip && (city == \"Rome\" || count > 100)"));
    assert!(world.truth("false || vip"));
    assert_eq!(world.expr("count > 2 ? \"many\" : \"few\""), json!("many"));
    assert_eq!(world.try_expr("city > 3").unwrap_err().message, "\"city\" (a text) and a value (a number) have no order");
}

#[test]
fn texts_join() {
    let world = world();
    assert_eq!(world.expr("\"n: \" + count + \"!\""), json!("n: 3!"));
    assert_eq!(world.expr("count + \" \" + price"), json!("3 12.5"));
    assert_eq!(world.expr("tags + [\"x\"]"), json!(["new", "gold", "x"]));
    assert_eq!(world.try_expr("tags + 1").unwrap_err().message, "a list and a number cannot be calculated with");
    assert!(world.truth("\"1\" != 1 && \"a\" < \"b\""));
}

#[test]
fn dates_compare_and_move() {
    let world = world();
    for yes in [
        "due > today",
        "due > \"2026-03-01\"",
        "due == \"2026-03-10\"",
        "user.due > today",
        "at > now",
        "now > today",
        "due + \"1d\" == date(\"2026-03-11\")",
        "due < today + \"2w\"",
        "opens > \"08:00\"",
        "at > \"2026-03-02T22:00\"",
        "due in [\"2026-03-10\"]",
        "date(now) == today",
    ] {
        assert!(world.truth(yes), "{yes}");
    }
    for (source, value) in [
        ("due + \"1d\"", json!("2026-03-11")),
        ("due - \"1w\"", json!("2026-03-03")),
        ("today + \"2h\"", json!("2026-03-02T02:00:00")),
        ("now + \"1h30m\"", json!("2026-03-02T19:30:00.000Z")),
        ("opens + \"30m\"", json!("10:00")),
        ("due - today", json!(8)),
        ("due - \"2026-03-01\"", json!(9)),
        ("\"until \" + due", json!("until 2026-03-10")),
        ("max(due, today)", json!("2026-03-10")),
        ("date(at)", json!("2026-03-02")),
        ("date(x)", json!(null)),
        ("date(\"2020-10-16 06:41:59.039735+00:00\")", json!("2020-10-16")),
        ("due + \"-1d\"", json!("2026-03-09")),
    ] {
        assert_eq!(world.expr(source), value, "{source}");
    }
    // Clocks go forward on 29 March in Rome: a day is the same hour of the next day.
    let spring = World::new(json!({"at": "2026-03-28T09:00:00Z"}));
    assert_eq!(spring.expr("at + \"1d\""), json!("2026-03-29T08:00:00.000Z"));
    assert!(world.try_expr("due + \"soon\"").unwrap_err().message.starts_with("\"soon\" is no length of time"));
    assert!(world.try_expr("due + \"99999999999d\"").is_err());
    assert!(world.try_expr("date(city)").unwrap_err().message.contains("\"Rome\" is not a date"));
}

#[test]
fn lists_and_maps() {
    let world = world();
    for (source, value) in [
        ("cart[0].name", json!("Pizza")),
        ("cart[count - 2][\"qty\"]", json!(1)),
        ("cart.map(l, l.qty * l.price)", json!([17, 2.5])),
        ("sum(cart.map(l, l.qty * l.price))", json!(19.5)),
        ("cart.filter(l, l.qty > 1).map(l, l.name)", json!(["Pizza"])),
        ("cart.map(l, l.qty > 1, l.name)", json!(["Pizza"])),
        ("cart.exists(l, l.name == \"Cola\") && cart.all(l, l.qty > 0) && cart.exists_one(l, l.qty == 2)", json!(true)),
        ("cart.all(l, tags.exists(t, t == l.name))", json!(false)),
        ("tags.map(a, tags.map(b, a + b))", json!([["newnew", "newgold"], ["goldnew", "goldgold"]])),
        ("x.map(l, l)", json!([])),
        ("user.map(k, k)", json!(["city", "due"])),
        ("{\"b\": 1, \"a\": [count]}", json!({"a": [3], "b": 1})),
        ("\"gold\" in tags && !(\"x\" in tags) && \"city\" in user", json!(true)),
        ("[1, 2] == [1.0, 2] && {\"a\": 1} == {\"a\": 1.0}", json!(true)),
        ("cart.map(cart, cart.qty)", json!([2, 1])),
    ] {
        assert_eq!(world.expr(source), value, "{source}");
    }
    let map = world.expr("{\"b\": 1, \"a\": 2, \"c\": 0}");
    assert_eq!(map.as_object().unwrap().keys().collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(world.try_expr("city.map(x, x)").unwrap_err().message, "\"city\" is not a list");
}

#[test]
fn functions() {
    let world = world();
    for (source, value) in [
        ("size(city) + city.size() + len(tags)", json!(10)),
        ("size(x)", json!(0)),
        ("city.contains(\"om\") && city.startsWith(\"R\") && city.endsWith(\"e\") && tags.contains(\"new\")", json!(true)),
        ("x.contains(\"a\")", json!(false)),
        ("city.matches(\"^R.m\") && !matches(city, \"^m\")", json!(true)),
        ("int(\"12\") + int(1.9) + double(\" 1.5 \")", json!(14.5)),
        ("int(\"\")", json!(null)),
        ("string(price) + string(vip)", json!("12.5true")),
        ("lower(city) + upper(city)", json!("romeROME")),
        ("join(tags, \"-\") + tags.join()", json!("new-goldnew, gold")),
        ("split(\"a, b,c\", \",\")", json!(["a", "b", "c"])),
        ("min([3, 1.5, 2]) + max(1, 2, 5)", json!(6.5)),
        ("min([])", json!(null)),
        ("max(x, 2)", json!(2)),
        ("[round(2.5), round(1.005, 2), round(-2.5), round(1234, -2), round(2.4)]", json!([3, 1.01, -3, 1200, 2])),
        ("sum([])", json!(0)),
        ("has(user.city)", json!(true)),
    ] {
        assert_eq!(world.expr(source), value, "{source}");
    }
    assert_eq!(world.try_expr("int(city)").unwrap_err().message, "\"Rome\" is not a number");
    assert_eq!(world.try_expr("sum(tags)").unwrap_err().message, "sum wants numbers, not a text");
    assert_eq!(world.try_expr("\"a\" in city").unwrap_err().message, "`in` wants a list, not a text");
}

#[test]
fn reads_are_paths_with_places() {
    let reads = |source: &str| shown_reads(source, Expr::compile(source).unwrap().reads());
    assert_eq!(reads("\"é\" + vip && user.city == cart[0].name"), ["vip@vip", "user.city@user.city", "cart.0.name@cart[0].name"]);
    assert_eq!(reads("cart.exists(l, l.qty > least)"), ["cart@cart", "cart.*.qty@l.qty", "least@least"]);
    assert_eq!(reads("cart[i].name + has(a.b)"), ["cart.*.name@cart[i].name", "i@i", "a.b@a.b"]);
    assert_eq!(reads("size(tags) > 0 || name.startsWith(\"a\")"), ["tags@tags", "name@name"]);
}

#[test]
fn explains_what_decided() {
    let expr = Expr::compile("vip && cart[0].qty > least && cart.exists(l, l.qty > 1) && vip").unwrap();
    let explained = expr.explain(&world());
    let cart = world().roots["cart"].clone();
    assert_eq!(
        explained,
        [("vip".into(), json!(true)), ("cart.0.qty".into(), json!(2)), ("least".into(), json!(null)), ("cart".into(), cart)]
    );
}

#[test]
fn loops_end() {
    let world = || World::new(json!({"list": vec![1; 1_000], "longer": vec![1; 1_001], "text": "x".repeat(8_000)}));
    assert_eq!(world().expr("list.map(a, a).size()"), json!(1_000));
    assert_eq!(world().try_expr("longer.map(a, a)").unwrap_err().message, "\"longer\" has more than 1000 elements");
    for source in ["list.map(a, list.map(b, text))", "list.map(a, list.exists(b, a + b + a + b > 9))"] {
        let failure = world().try_expr(source).unwrap_err();
        assert_eq!((failure.message.as_str(), failure.over_limit), ("the run takes too many steps", true), "{source}");
    }
}
