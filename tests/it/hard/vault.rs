//! The bot that uses a secret in every place there is, and its backend, which tells back whatever it was sent when it fails.

use std::path::Path;

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use super::{
    backend::{Backend, Play, answer, redirect},
    bots::{bot, sequence, write},
};

/// Where each secret is kept.
pub(super) const ENV: [&str; 13] = [
    "BASE",
    "PATH_PART",
    "HEADER",
    "HEADER_PART",
    "PARAM",
    "BODY",
    "BODY_DEEP",
    "FORM",
    "BEARER",
    "TOKEN_PATH",
    "CLIENT",
    "SCOPE",
    "PLAIN",
];
pub(super) const FILES: [&str; 6] = ["file-path", "file-header", "file-param", "file-body", "file-bearer", "client-secret"];
/// What the token endpoint grants is a secret, too.
pub(super) const GRANTED: &str = "canary-granted-5d1f";
/// In a file of the bot.
pub(super) const WRITTEN: &str = "a-word-in-a-bot-file";

/// The value of a secret.
pub(super) fn value(name: &str) -> String {
    format!("canary-{}-9c3e", name.to_lowercase().replace('_', "-"))
}

pub(super) const APIS: [(&str, &str); 5] = [
    (
        "everywhere",
        "method: POST
url: ${env:BASE}/{{case}}/${env:PATH_PART}/${file:file-path}
headers: {X-One: '${env:HEADER}', X-Two: 'Token ${env:HEADER_PART};${file:file-header}'}
params: {one: '${env:PARAM}', two: '${file:file-param}'}
body: {one: '${env:BODY}', deep: [{two: 'x ${env:BODY_DEEP}'}, '${file:file-body}']}",
    ),
    ("form", "method: PUT\nenvelope: false\nurl: ${env:BASE}/{{case}}/form\nform: {one: '${env:FORM}'}"),
    ("bearer", "method: GET\nurl: ${env:BASE}/{{case}}/bearer\nauth: {bearer: '${env:BEARER}.${file:file-bearer}'}"),
    (
        "granted",
        "method: GET
url: ${env:BASE}/{{case}}/api
auth: {oauth2: {token_url: '${env:BASE}/{{case}}/token/${env:TOKEN_PATH}', client_id: '${env:CLIENT}', client_secret: '${file:client-secret}', scope: '${env:SCOPE}'}}",
    ),
    ("plain", "method: POST\nenvelope: false\nurl: ${env:BASE}/{{case}}/plain\nbody: '${env:PLAIN}'"),
];
pub(super) const CASES: [&str; 10] = ["fine", "told", "echo500", "refuse", "misfit", "away", "garbage", "large", "denied", "expired"];

/// Whatever fails tells back all that it was sent.
pub(super) fn tell_back(request: &str) -> Play {
    let json = |status: &str, body: &Value| Play::Bytes(answer(status, "application/json", &body.to_string()));
    let path = request.split(' ').nth(1).unwrap_or_default();
    let basic = request.lines().find_map(|line| line.strip_prefix("authorization: Basic ")).unwrap_or_default();
    let echo = format!("{request} {}", String::from_utf8_lossy(&BASE64_STANDARD.decode(basic).unwrap_or_default()));
    if ["expired", "fine", "told"].iter().any(|case| path.contains(&format!("/{case}/token/"))) {
        return json("200 OK", &json!({"access_token": GRANTED, "expires_in": 3600}));
    }
    match path.split('/').nth(2).unwrap_or_default() {
        "fine" => json("200 OK", &json!({"success": true, "data": "fine", "message": "ok"})),
        "told" => {
            let encoded = url::form_urlencoded::byte_serialize(request.as_bytes()).collect::<String>();
            let in_base64 = [BASE64_STANDARD.encode(request), BASE64_URL_SAFE_NO_PAD.encode(request)].join(" ");
            json("200 OK", &json!({"data": "told", "attributes": {"told": echo, "encoded": encoded, "in_base64": in_base64}}))
        }
        "echo500" => json("500 Oops", &json!({"message": echo})),
        "denied" | "expired" => json("401 No", &json!({"success": false, "message": echo})),
        "refuse" => json(
            "200 OK",
            &json!({"success": false, "message": echo.chars().rev().take(4_000).collect::<String>().chars().rev().collect::<String>()}),
        ),
        "misfit" => json("200 OK", &json!({"success": true, "data": echo})),
        "away" => Play::Bytes(redirect(&format!("http://127.0.0.1:9{path}"))),
        "garbage" => Play::Bytes(echo.into_bytes()),
        "large" => json("200 OK", &json!({"data": echo.repeat((2 << 20) / echo.len())})),
        case => panic!("no case {case}"),
    }
}

fn write_bots(bots: &Path) {
    let mut branches = String::new();
    for (name, lines) in APIS {
        let (output, spoken) = match lines.contains("envelope: false") {
            true => {
                ("output: json\nresponse: {type: object, required: [never], properties: {never: {type: string}}}", format!("{name}.never"))
            }
            false => ("output: text\nresponse: {type: string, maxLength: 8}", name.to_owned()),
        };
        write(bots, &format!("vault/apis/{name}.yaml"), &format!("version: 1\napi: {name}\n{lines}\n{output}\n"));
        branches += &format!("      - {{when: \"api == '{name}'\", text: \"It says <<{spoken}>>\"}}\n");
    }
    let lines = r#"on_error: {text: "Failed: {{error.kind}} {{error.status}} {{error.message}}"}
attributes: {case: {type: string}, api: {type: string}, told: {type: string}, encoded: {type: string}, in_base64: {type: string}}
triggers:
  - {keywords: [what was told], text: "{{told}} {{encoded}} {{in_base64}}"}
  - {pattern: '^try (?<case>\w+) (?<api>\w+)$', set: {case: "{{match.case}}", api: "{{match.api}}"}, run: attempt}"#;
    write(bots, "vault/bot.yaml", &bot("vault", lines));
    write(bots, "vault/sequences/attempt.yaml", &sequence("attempt", &format!("  - decide:\n{branches}")));
    write(bots, "vault/sequences/welcome.yaml", &sequence("welcome", &format!("  - text: \"Hello\"\n    note: {WRITTEN}")));
    // bots that are refused: what is said of them names references only
    for (name, api) in [
        ("lacking", "version: 1\napi: x\nmethod: GET\nurl: '${env:BASE}/${env:NOT_SET}/${file:../path}'\noutput: text\n"),
        ("broken", "version: 1\napi: x\nmethod: GET\nurl: '${env:BASE}/${env:PATH_PART'\noutput: text\nheaders: {X: '${env:HEADER}'\n"),
    ] {
        write(bots, &format!("{name}/bot.yaml"), &bot(name, ""));
        write(bots, &format!("{name}/apis/x.yaml"), api);
        write(bots, &format!("{name}/sequences/welcome.yaml"), &sequence("welcome", "  - text: \"<<x>>\""));
    }
}

/// A folder with bots and secrets, and the environment in which the program runs there.
pub(super) fn prepare(folder: &Path, backend: &Backend) -> Vec<(String, String)> {
    write_bots(&folder.join("bots"));
    for name in FILES {
        write(folder, &format!("secrets/{name}"), &format!("{}\n", value(name)));
    }
    let base = ("BASE".to_owned(), format!("{}/{}", backend.url(), value("BASE")));
    ENV.iter().filter(|name| **name != "BASE").map(|name| ((*name).to_owned(), value(name))).chain([base]).collect()
}
