//! Texts: what they print, read and refuse.

use serde_json::json;

use super::*;

#[test]
fn a_text_without_placeholder_is_literal() {
    assert_eq!(compile("Hello, {you} & <b>").literal(), Some("Hello, {you} & <b>"));
    assert_eq!(compile("a \\<< b").literal(), Some("a << b"));
    assert_eq!(compile("\\<<order>> \\\\<<").literal(), Some("<<order>> \\<<"));
    assert_eq!(compile("a \\{{b}}").literal(), Some("a {{b}}"));
    assert_eq!(compile("").literal(), Some(""));
    assert_eq!(compile("{{!-- only a note --}}").literal(), Some(""));
    assert_eq!(compile("a{{! note }}b").literal(), Some("ab"));
    assert_eq!(compile("{{city}}").literal(), None);
}

#[test]
fn values_print_for_people() {
    let world = World::new(
        json!({"whole": 3.0, "real": 1.5, "big": 1e20, "huge": 1e300, "t": true, "list": [1, "a", null], "map": {"b": 1.0, "a": 2}}),
    );
    assert_eq!(world.text("{{whole}} {{real}} {{t}} {{list}} {{map}}|{{missing}}|"), "3 1.5 true 1, a,  {\"b\":1.0,\"a\":2}||");
    assert_eq!(world.text("{{big}} {{huge}}"), "100000000000000000000 1e300".replace("1e300", "1e+300"));
}

#[test]
fn nothing_is_html_escaped_and_no_value_is_read_again() {
    let world =
        World::new(json!({"evil": "{{full_name}} <<api>> {{#if}}", "html": "<b>\"&'</b>"})).with_api("api", json!("{{evil}} <<x>> \\<<"));
    assert_eq!(world.text("{{evil}} {{html}} <<api>>"), "{{full_name}} <<api>> {{#if}} <b>\"&'</b> {{evil}} <<x>> \\<<");
    assert_eq!(world.text("{{upper evil}}"), "{{FULL_NAME}} <<API>> {{#IF}}");
}

#[test]
fn api_placeholders_are_spliced() {
    let world = world().with_api("order", json!({"items": [{"title": "T"}], "n": 2})).with_api("else", json!("word"));
    assert_eq!(world.text("<<order.items.0.title>>/<<order.n>>/<<order.none>>/<<none>>|<<else>>"), "T/2//|word");
    let source = "é {{city}} <<order.items.0.title>> {{#if vip}}<<else>>{{/if}}";
    let text = compile(source);
    let apis: Vec<_> = text.apis().iter().map(|a| (a.api.as_str(), a.path.join("."), &source[a.range.clone()])).collect();
    assert_eq!(apis, [("order", "items.0.title".into(), "<<order.items.0.title>>"), ("else", String::new(), "<<else>>")]);
    assert_eq!(shown_reads(source, text.reads()), ["city@city", "vip@vip"]);
}

#[test]
fn a_single_placeholder_keeps_its_type() {
    let world = world().with_api("order", json!({"n": [1]}));
    let value = |source: &str| compile(source).value(&world, 1_000).unwrap();
    assert_eq!(value("{{count}}"), json!(3));
    assert_eq!(value("{{cart.0.qty}}"), json!(2));
    assert_eq!(value("<<order.n>>"), json!([1]));
    assert_eq!(value("{{missing}}"), json!(null));
    assert_eq!(value(" {{count}}"), json!(" 3"));
    assert_eq!(value("{{upper city}}"), json!("ROME"));
    assert_eq!(value("plain"), json!("plain"));
    assert!(compile("{{count}}").single() && !compile("{{upper city}}").single() && !compile("a{{count}}").single());
    assert!(compile("{{cart}}").value(&world, 5).is_err());
}

#[test]
fn conditions() {
    let world = world();
    assert_eq!(world.text("{{#if vip}}a{{else}}b{{/if}}{{#if zero}}a{{else if blank}}b{{else if count}}c{{else}}d{{/if}}"), "ac");
    assert_eq!(world.text("{{#unless missing}}a{{/unless}}{{#if missing}}b{{/if}}{{#if nothing}}b{{/if}}"), "a");
    assert_eq!(world.text("{{#if (and vip (gt count 2))}}yes{{/if}}"), "yes");
    assert_eq!(world.text("{{#if zero}}a{{else if blank}}b{{else}}{{#if vip}}c{{/if}}{{/if}} {{city}}"), "c Rome");
    assert_eq!(world.text("A\n{{#if vip}}\nB\n{{/if}}\nC"), "A\nB\nC");
    assert_eq!(world.text("a  {{~#if vip~}}  b  {{~/if~}}  c"), "abc");
}

#[test]
fn names_inside_each_are_those_outside() {
    let world = world();
    assert_eq!(
        world.text("{{#each cart as |x|}}{{@index}}:{{x.name}} in {{city}}{{#unless @last}}, {{/unless}}{{/each}}"),
        "0:Pizza in Rome, 1:Cola in Rome"
    );
    assert_eq!(world.text("{{#each cart}}{{this.name}} {{name}}{{../city}};{{/each}}"), "Pizza Rome;Cola Rome;");
    assert_eq!(world.text("{{#each tags}}{{#if @first}}{{this}}{{/if}}{{/each}}"), "new");
    assert_eq!(world.text("{{#each cart as |line i|}}{{i}}{{line.name}}{{/each}}{{line}}"), "0Pizza1Colaouter");
    assert_eq!(world.text("{{#each tags as |a|}}{{#each tags as |b|}}{{a}}{{b}} {{/each}}{{/each}}"), "newnew newgold goldnew goldgold ");
    assert_eq!(world.text("{{#each user as |v k|}}{{k}}={{v}};{{@key}} {{/each}}"), "city=Rome;city due=2026-03-10;due ");
    assert_eq!(world.text("{{#each missing}}a{{else}}none{{/each}}{{#each city}}a{{else}}none{{/each}}"), "nonenone");
    assert_eq!(world.text("{{#each cart as |x|}}{{money (calc \"x.price * x.qty\")}} {{/each}}"), "€17.00 €2.50 ");
}

#[test]
fn reads_know_block_parameters() {
    let reads = |source: &str| shown_reads(source, compile(source).reads());
    assert_eq!(reads("{{full_name}} {{cart.0.name}}"), ["full_name@full_name", "cart.0.name@cart.0.name"]);
    assert_eq!(
        reads("{{#each cart as |x|}}{{x.name}}{{city}}{{this.qty}}{{@index}}{{/each}}{{x}}"),
        ["cart@cart", "cart.*.name@x.name", "city@city", "cart.*.qty@this.qty", "x@x"]
    );
    assert_eq!(
        reads("{{#each a as |x|}}{{#each x.b as |y|}}{{y.c}}{{x.d}}{{/each}}{{/each}}"),
        ["a@a", "a.*.b@x.b", "a.*.b.*.c@y.c", "a.*.d@x.d"]
    );
    assert_eq!(
        reads("{{plural count one=\"# x\" other=label}} {{upper (default nick city)}}"),
        ["count@count", "label@label", "nick@nick", "city@city"]
    );
    let text = compile("{{plural n other=other}}");
    assert_eq!(text.reads()[1].range, 17..22);
    assert_eq!(reads("{{#if (gt total 3)}}é{{else if vip}}{{total}}{{/if}}"), ["total@total", "vip@vip", "total@total"]);
    assert_eq!(reads("é {{calc \"price * count\"}}"), ["price@price", "count@count"]);
    assert_eq!(reads("{{#each cart as |x|}}{{calc \"x.qty * rate\"}}{{/each}}"), ["cart@cart", "rate@rate"]);
}

#[test]
fn escapes_fit_their_place() {
    let world = World::new(json!({"q": "a b&c=é/\"}", "n": 2, "list": ["x\""], "t": true})).with_api("a", json!("1\n2"));
    let render = |source: &str, escape| compile(source).render(&world, escape, 1_000).unwrap();
    assert_eq!(
        render("/s?q={{q}}&n={{n}}&u={{upper q}}", Escape::Url),
        "/s?q=a%20b%26c%3D%C3%A9%2F%22%7D&n=2&u=A%20B%26C%3D%C3%89%2F%22%7D"
    );
    assert_eq!(
        render(
            "{\"q\": \"{{q}} <<a>>\", \"n\": {{n}}, \"l\": {{list}}, \"s\": {{q}}, \"none\": {{none}}, \"e\": \"\\\"{{list}}\"}",
            Escape::Json
        ),
        {
            "{\"q\": \"a b&c=é/\\\"} 1\\n2\", \"n\": 2, \"l\": [\"x\\\"\"], \"s\": \"a b&c=é/\\\"}\", \"none\": null, \"e\": \"\\\"x\\\"\"}"
        }
    );
}

#[test]
fn output_is_capped() {
    let world = World::new(json!({"long": "x".repeat(100), "list": vec![1; 200]}));
    assert_eq!(compile("{{long}}").render(&world, Escape::Plain, 99).unwrap_err().message, "the rendered text is longer than 99 bytes");
    assert!(compile("{{long}}").render(&world, Escape::Plain, 100).is_ok());
    let nested = "{{#each list}}".repeat(4) + &"{{/each}}".repeat(4);
    assert_eq!(world.try_text(&nested).unwrap_err().message, "the run takes too many steps");
    let world = World { budget: Budget::new(0, STEPS), ..world };
    let nested = format!("{}x{}", "{{#each list}}".repeat(4), "{{/each}}".repeat(4));
    assert_eq!(world.try_text(&nested).unwrap_err().message, "the rendered text is longer than 16384 bytes");
}
