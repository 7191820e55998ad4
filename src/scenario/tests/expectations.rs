//! What steps expect: what holds, what does not, and what could not fail.

use super::*;

#[test]
fn expectations_that_do_not_hold_fail() {
    let before = "  - user: hi\n  - bot: {}\n  - user: '2'\n  - bot: {}\n  - expect: ";
    let cases = [
        ("{attributes: {n: 3}}", "attribute \"n\" is something else"),
        ("{attributes: {n: null}}", "attribute \"n\" is something else"),
        ("{sequence: needy}", "the sequence is something else"),
        ("{ended: true}", "`ended` is something else"),
        ("{tags: [vip]}", "the list of tags is something else"),
        ("{called: {shop: {method: POST}}}", "the method is something else"),
        ("{called: {shop: {path: /3}}}", "the path is something else"),
        ("{called: {shop: {params: {c: x}}}}", "the query is something else"),
        ("{called: {shop: {headers: {x-a: c}}}}", "the list of headers is something else"),
        ("{called: {shop: {body: {n: 1}}}}", "the body is something else"),
        ("{called: {shop: [{}, {}]}}", "API \"shop\" was called once, not 2 times"),
    ];
    for (expected, message) in cases {
        assert!(failure(&format!("{before}{expected}")).contains(message), "{expected}");
    }
    assert!(failure("  - expect: {called: {shop: {}}}").contains("API \"shop\" was not called"));
    let good = "{attributes: {n: 2, code: null, day: ''}, sequence: main, ended: false, tags: [], called: {shop: [{method: get, headers: {x-a: b}, params: {c: ''}}]}}";
    assert_eq!(outcome(&format!("steps:\n{before}{good}")).failure, None);
}

#[test]
fn texts_match_by_parts_and_patterns() {
    for text in ["'How many?'", "{contains: many}", "{matches: '^How .*[?]$'}"] {
        assert_eq!(
            outcome(&format!("steps:\n  - user: hi\n  - bot: {{type: buttons, text: {text}, items: [{{title: One}}]}}")).failure,
            None
        );
    }
    for text in ["How", "{contains: Many}", "{matches: '^many'}"] {
        failure(&format!("  - user: hi\n  - bot: {{text: {text}}}"));
    }
}

#[test]
fn a_step_that_holds_whatever_the_bot_does_is_an_error() {
    let lines = "steps:\n  - bot: none\n  - expect: {called: {shop: []}}\n  - user: ' '\n  - wait: 0s\n  - bot: {text: {matches: ''}}\n  - bot: {items: [{not: {contains: ''}}]}\n  - expect: {}\n  - expect: {attributes: {}, called: {}}\n  - expect: {attributes: {n: {not: tow}, code: {not: 5}}}\n  - expect: {sequence: {not: mian}, called: {shop: {path: {matches: '('}}}}\n  - expect: {attributes: {n: {not: ''}, code: {equals: {contains: ''}}}}";
    assert_eq!(
        codes(lines),
        [
            "4:proves-nothing nothing has happened before this step",
            "5:proves-nothing nothing has happened before this step",
            "6:empty-value no user can send an empty message",
            "7:out-of-range a `wait` of no time does nothing",
            "8:proves-nothing every text has this",
            "9:proves-nothing every text has this",
            "10:proves-nothing this `expect` names nothing that has to hold",
            "11:proves-nothing this `expect` names nothing that has to hold",
            "12:wrong-value \"tow\" does not fit attribute \"n\", which is integer",
            "13:unknown-sequence there is no sequence \"mian\"",
            "13:bad-pattern the pattern does not compile: unclosed group",
        ]
    );
    assert_eq!(
        codes(&format!("steps:\n  - user: {}", "x".repeat(4_097))),
        ["4:out-of-range a message of a user has at most 4096 characters"]
    );
}

#[test]
fn a_list_is_all_calls_in_order() {
    let call = |n: u8| format!("  - start: {{sequence: main}}\n  - bot: {{}}\n  - user: '{n}'\n  - bot: {{}}\n");
    let lines = |expected: &str| format!("steps:\n{}{}  - expect: {{called: {{shop: {expected}}}}}", call(1), call(2));
    for good in [
        "[{}, {}]",
        "[{path: /1}, {path: /2}]",
        "{path: /2}",
        "{path: {not: /1}, params: {d: [1, 2], e: 3}}",
        "[{method: {not: post}}, {params: {c: {not: x}}}]",
    ] {
        assert_eq!(outcome(&lines(good)).failure, None, "{good}");
    }
    let wrong = [
        ("[]", "API \"shop\" was called 2 times\n"),
        ("[{}]", "API \"shop\" was called 2 times, not once"),
        ("[{path: /2}, {path: /1}]", "the path is something else"),
        ("{path: {not: /2}}", "the path is something else"),
        ("{path: {matches: '^/[13]'}}", "the path is something else"),
        ("{method: {not: get}}", "the method is something else"),
        ("{params: {d: 2}}", "the query is something else"),
        ("{headers: {X-A: {not: b}}}", "the list of headers is something else"),
        ("{body: {not: null}}", "the body is something else"),
    ];
    for (expected, message) in wrong {
        let failure = outcome(&lines(expected)).failure.expect(expected).to_string();
        assert!(failure.contains(message), "{expected}: {failure}");
    }
    assert_eq!(outcome("steps:\n  - user: hi\n  - bot: {}\n  - expect: {called: {shop: []}}").failure, None);
    assert!(failure("  - user: hi\n  - bot: {}\n  - expect: {called: {shop: [{}]}}").contains("was not called, but once is expected"));
}

#[test]
fn attributes_tags_and_sequences_take_matchers() {
    let before = "user: {code: abc}\nsteps:\n  - user: hi\n  - bot: {}\n  - user: '2'\n  - bot: {}\n  - expect: ";
    for good in
        ["{attributes: {code: {contains: b}, n: {not: 3}}}", "{sequence: {not: needy}}", "{tags: {not: {contains: vip}}}", "{tags: []}"]
    {
        assert_eq!(outcome(&format!("{before}{good}")).failure, None, "{good}");
    }
    for wrong in
        ["{attributes: {code: {matches: '^b'}}}", "{attributes: {n: {not: 2}}}", "{sequence: {not: main}}", "{tags: {contains: vip}}"]
    {
        assert!(!outcome(&format!("{before}{wrong}")).passed(), "{wrong}");
    }
}
