//! Generated bots: as many files as wanted, each with a bit of everything.

use std::{fmt::Write, fs, path::Path};

/// Lines of a generated sequence.
pub(crate) const LINES: usize = 60;

/// Writes a bot with so many sequences of 60 lines and three APIs.
pub(crate) fn write(folder: &Path, key: &str, sequences: usize) {
    put(&folder.join("bot.yaml"), &bot(key, sequences));
    for n in 0..3 {
        put(&folder.join(format!("apis/stock_{n}.yaml")), &api(n));
    }
    for n in 0..sequences {
        put(&folder.join(format!("sequences/topic_{n}.yaml")), &sequence(n, sequences));
    }
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

fn bot(key: &str, sequences: usize) -> String {
    let mut text = format!(
        "version: 1\nbot: {key}\nname: Bench\nstart: topic_0\nfallback: topic_1\n\
         attributes:\n  city: {{type: string}}\n  total: {{type: number, default: 0}}\n  vip: {{type: boolean, default: false}}\n"
    );
    for n in 0..10 {
        writeln!(text, "  qty_{n}: {{type: integer, default: 1}}").expect("a text can be written to");
    }
    text.push_str("triggers:\n");
    for n in (0..sequences).step_by(10) {
        writeln!(text, "  - {{keywords: [topic {n}], goto: topic_{n}}}").expect("a text can be written to");
    }
    text
}

fn api(n: usize) -> String {
    format!(
        "version: 1\napi: stock_{n}\nurl: \"http://127.0.0.1:9/stock/{n}\"\nmethod: GET\noutput: json\nparams: {{city: \"{{{{city}}}}\"}}\n\
         response:\n  type: object\n  properties: {{left: {{type: integer}}, price: {{type: number}}}}\n\
         sample: {{success: true, data: {{left: 3, price: 7.5}}}}\n"
    )
}

/// A sequence that talks, asks, decides, calls, and leads on to others.
fn sequence(n: usize, of: usize) -> String {
    let (next, far, api, qty) = ((n + 1) % of, (n * 7 + 3) % of, n % 3, n % 10);
    let mut text = format!(
        r#"version: 1
sequence: topic_{n}
title: Topic {n}
blocks:
  - text: "Welcome to topic {n}, {{{{full_name}}}}."
  - text: {{any: ["All about {n}.", "What you want to know about {n}."]}}
  - id: what
    buttons:
      text: "What would you like to do with topic {n}?"
      items:
        - {{title: "Read more", goto: more}}
        - {{title: "Order", set: {{total: {{expr: "total + qty_{qty}"}}}}, goto: many}}
        - title: "Something else"
          also: [else, other]
          description: "There is more, also for {{{{city}}}}"
          goto: topic_{next}
        - {{title: "Far away", when: "vip && total > 10", run: topic_{far}}}
        - {{title: "Call us", phone: "+39 081 555 01{code:02}"}}
  - id: more
    decide:
      - when: "vip"
        blocks:
          - text: "As a regular you see it all: {{{{money total}}}}"
          - goto: many
      - when: "total > 100 && city == 'Rome'"
        text: "That is much, even for {{{{city}}}}."
      - text: |
          Topic {n} in a few words:
          {{{{#if city}}}}In {{{{city}}}} it costs {{{{number total 2}}}}.{{{{else}}}}Tell us your city.{{{{/if}}}}
          And that is all there is.
  - id: many
    ask:
      text: "How many of {n}?"
      into: qty_{qty}
      expect: {{type: integer, min: 1, max: 20}}
      retry: {{text: "A number from 1 to 20, please.", times: 2}}
      skip: {{title: "Just one", set: {{qty_{qty}: 1}}}}
      otherwise: {{text: "For more please call us."}}
  - id: where
    when: "city == null"
    ask:
      text: "Which city?"
      into: city
      expect: {{type: string, min_length: 2, max_length: 60}}
  - set:
      total: {{expr: "total + qty_{qty} * 2.5"}}
      vip: {{expr: "total > 500"}}
  - text: "There are <<stock_{api}.left>> left, at {{{{money total}}}}."
    on_error: {{text: "The total is {{{{money total}}}}."}}
  - id: next
    quick_replies:
      text: "What next?"
      items:
        - {{title: "Again", goto: what}}
        - {{title: "Next topic", goto: topic_{next}}}
        - {{title: "A jump", goto: "topic_{far}#what"}}
        - {{title: "Enough"}}
"#,
        code = n % 100
    );
    while text.lines().count() + 1 < LINES {
        writeln!(text, "  # line {} of topic {n}", text.lines().count() + 1).expect("a text can be written to");
    }
    text.push_str("  - text: \"Goodbye.\"\n");
    assert_eq!(text.lines().count(), LINES, "the lines of a generated sequence");
    text
}
