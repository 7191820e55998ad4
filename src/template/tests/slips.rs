//! Each fault with the place that it marks, its words and its cure.

use super::*;
use crate::template::FaultKind;

fn text(source: &str, place: &str, message: &str, help: &str) {
    check(source, text_fault(source), place, message, help);
}

fn expr(source: &str, place: &str, message: &str, help: &str) {
    check(source, expr_fault(source), place, message, help);
}

fn check(source: &str, (marked, fault): (String, Fault), place: &str, message: &str, help: &str) {
    assert_eq!((marked.as_str(), fault.message.as_str()), (place, message), "{source}");
    let given = fault.help.unwrap_or_default();
    assert!(given.contains(help), "{source}: {given}");
}

#[test]
fn blocks() {
    text("é {{#if vip}} a", "{{#if vip}}", "the text opens \"{{#if\" and never closes it", "`{{/if}}`");
    text("{{#if vip}}a{{/each}}", "{{/each}}", "the block \"{{#if\" is closed by another name", "`{{/if}}`");
    text("a{{/if}}", "{{/if}}", "\"{{/if}}\" belongs to no block", "`{{#if name}}`");
    text("a{{else}}", "{{else}}", "\"{{else}}\" belongs to no block", "`{{#if name}}`");
    text("{{#if}}a{{/if}}", "{{#if}}", "`{{#if}}` is not given one value", "{{#if vip}}");
    text("{{#if a b}}x{{/if}}", "{{#if a b}}", "`{{#if}}` is not given one value", "(and a b)");
    text("{{#for a}}x{{/for}}", "{{#for a}}", "there is no block `{{#for}}`", "{{#each list as |x|}}");
    text("{{#eq a b}}x{{/eq}}", "{{#eq a b}}", "there is no block `{{#eq}}`", "{{#if (eq …)}}");
    text("{{#with user}}x{{/with}}", "{{#with user}}", "there is no block `{{#with}}`", "whole path");
    text("{{this}}", "this", "`this` stands outside `{{#each}}`", "each list");
    text("{{@index}}", "@index", "`@index` stands outside `{{#each}}`", "each list");
}

#[test]
fn placeholders() {
    text("Hi {{name", "{{", "the text opens \"{{name\" and never closes it", "}}");
    text("Hi {{name}!", "{{", "the text opens \"{{name}!\" and never closes it", "two braces");
    text("Hi {{}}", "{{}}", "the placeholder is empty", "{{first_name}}");
    text("Hi {{{name}}}", "{{{", "three braces stand together", "write two");
    text("{{ name | upper }}", "{{ name | upper }}", "there are no filters", "`{{upper name}}`");
    text("{{ name|uppercase }}", "{{ name|uppercase }}", "there are no filters", "`{{upper name}}`");
    text("{{cart[0].name}}", "{{cart[0].name}}", "brackets are not part of a placeholder", "`{{cart.0.name}}`");
    text("{{#if a == b}}x{{/if}}", "{{#if a == b}}", "`==` is not part of a placeholder", "(eq a b)");
    text("{{#if a >= b}}x{{/if}}", "{{#if a >= b}}", "`>=` is not part of a placeholder", "calc");
    text("{{price * 2}}", "{{price * 2}}", "`*` is not part of a placeholder", "{{calc \"price * 2\"}}");
    text("{{full name}}", "full", "there is no helper `full`", "to show an attribute");
    text("{{a,b}}", "{{a,b}}", "\"{{a,b}}\" cannot be read", "write a name");
    text("{{upper <<city>>}}", "{{upper <<city>>}}", "`<<` stands within `{{…}}`", "`save`");
}

#[test]
fn apis() {
    text("a << b", "<<", "`<<` does not begin the placeholder of an API", "`\\<<`");
    text("<< order >>", "<< order >>", "`<<` does not begin the placeholder of an API", "`<<order>>`");
    text("<<order..a>>", "<<order..a>>", "`<<` does not begin the placeholder of an API", "<<api.key>>");
    text("<<order", "<<", "`<<` does not begin the placeholder of an API", "<<api>>");
    assert_eq!(text_fault("a << b").1.kind, FaultKind::BadApi);
}

#[test]
fn helpers() {
    text("{{uper city}}", "uper", "there is no helper `uper`", "`upper`");
    text("{{length cart}}", "length", "there is no helper `length`", "`len`");
    text("{{log city}}", "log", "there is no helper `log`", "the helpers are");
    text("{{lookup city 1}}", "lookup", "there is no helper `lookup`", "the helpers are");
    text("{{gte a b}}", "gte", "there is no helper `gte`", "calc");
    text("{{upper}}", "upper", "`upper` is given 0 values", "`upper city`");
    text("{{upper a b}}", "upper", "`upper` is given 2 values", "`upper city`");
    text("{{upper a x=1}}", "upper", "`upper` has no option `x`", "`upper city`");
    text("{{plural n one=\"a\"}}", "plural", "`plural` has no `other`", "other=");
    text("{{calc price}}", "calc", "`calc` is not given one text", "{{calc \"price * 2\"}}");
    text("é {{calc \"price = 2\"}}", "=", "`=` does not compare", "`==`");
    text("{{calc 'price * roud(x)'}}", "roud", "there is no function `roud`", "`round`");
    assert_eq!(text_fault("{{uper city}}").1.kind, FaultKind::UnknownHelper);
    let faults = Text::compile("{{uper a}} {{lowr b}} {{upper}}").unwrap_err();
    assert_eq!(faults.len(), 3, "all faults at once: {faults:?}");
}

#[test]
fn what_handlebars_knows_and_we_do_not() {
    for source in [
        "{{> part}}",
        "{{#> part}}{{/part}}",
        "{{* deco}}",
        "{{#*inline \"r\"}}{{> r}}{{/inline}}{{> r}}",
        "{{{{raw}}}}{{{{/raw}}}}",
        "{{& name}}",
        "{{^name}}x{{/name}}",
        "{{~> part}}",
    ] {
        let faults = Text::compile(source).unwrap_err();
        assert!(faults.iter().any(|fault| fault.kind == FaultKind::Unsupported && fault.help.is_some()), "{source}: {faults:?}");
    }
}

#[test]
fn single_braces_are_suspect() {
    let source = "Hi {name}, ${user.city}, {{city}} {a b} {}";
    let found: Vec<_> =
        compile(source).suspects().into_iter().map(|fault| (source[fault.range.clone()].to_owned(), fault.help.unwrap())).collect();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0], ("{name}".into(), "a placeholder has two braces: `{{name}}`".into()));
    assert_eq!(found[1], ("${user.city}".into(), "a placeholder has two braces: `{{user.city}}`".into()));
}

#[test]
fn expressions() {
    expr("vip = true", "=", "`=` does not compare", "`==`");
    expr("a === b", "==", "`===` is not an operator", "`==`");
    expr("a <> b", "<>", "`<>` is not an operator", "`!=`");
    expr("vip and open", "and", "`and` is not an operator", "`&&`");
    expr("not vip", "not", "`not` is not an operator", "`!`");
    expr("vip & open", "&", "`&` is not an operator", "`&&`");
    expr("x == None", "None", "`None` is not a value", "`null`");
    expr("{{vip}} && a", "{{vip}}", "a placeholder `{{vip}}` stands in an expression", "`vip`");
    expr("${vip} && a", "${vip}", "a placeholder `${vip}` stands in an expression", "`vip`");
    expr("<<api>> == 1", "<<api>>", "a placeholder `<<api>>` stands in an expression", "`api` block");
    expr("", "", "the expression is empty", "");
    expr("a &&", "", "the expression ends too early", "missing");
    expr("\"é\" == a 1", "1", "`1` is not expected here", "conditions");
    expr("(a == 1", "", "a bracket opens and never closes", "`)`");
    expr("città == 1", "à", "`à` is not expected here", "conditions");
    expr("let == 1", "let", "`let` is a reserved word", "");
    expr("city == \"Rome", "\"Rome", "a text opens with a quote and never closes", "close it with \"");
    expr("lenght(x) > 1", "lenght", "there is no function `lenght`", "`size`");
    expr("city.toLowerCase() == \"a\"", "toLowerCase", "there is no function `toLowerCase`", "`lower`");
    expr("a && frob(x)", "frob", "there is no function `frob`", "the functions are");
    expr("round()", "round", "`round` is given 0 arguments", "round(number, 2)");
    expr("tags.exists(t)", "exists", "there is no function `exists`", "`list.exists(x, x > 3)`");
    expr("city.matches(pattern)", "(", "the pattern of `matches` is not a literal text", "write the pattern");
    expr("city.matches(\"(\")", "\"(\"", "the pattern cannot be read: unclosed group", "regex");
    expr("a.map(x, x.map(y, y.map(z, z)))", "(", "comprehensions nest more than 2 deep", "`set`");
    expr("b\"a\" == x", "b\"a\"", "there are no bytes here", "text");
    expr("Foo{a: 1}", "{", "this is not part of the expression language", "list");
}
