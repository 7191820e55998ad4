//! The APIs of random bots.

use serde_json::json;

pub(super) fn said() -> String {
    json!({"version": 1, "api": "said", "url": "http://127.0.0.1:9/said", "method": "GET", "output": "text", "params": {"q": "{{s}}"},
        "sample": {"success": true, "data": "what it says"}})
    .to_string()
}

pub(super) fn shop() -> String {
    json!({"version": 1, "api": "shop", "url": "http://127.0.0.1:9/shop", "method": "POST", "output": "json", "body": {"k": "{{with.k}}"},
        "response": {"type": "object", "properties": {"left": {"type": "integer"}, "name": {"type": "string"}}},
        "sample": {"success": true, "data": {"left": 3, "name": "Tea"}, "attributes": {"x": 7}}})
    .to_string()
}
