//! Each API tells what it refuses as its clients read it, also where there is no route.

use serde_json::json;

use crate::support::app::{TestApp, got};

#[tokio::test(flavor = "multi_thread")]
async fn unknown_paths_are_told_as_their_apis_tell_errors() {
    let app = TestApp::start().await;
    let platform = json!({"responseObject": null, "status": {"code": 2000, "desc": "FAILURE"}});
    let open = json!({"statusCode": 404, "error": "Not Found"});
    for (path, expected) in [
        ("/bot-api", &platform),
        ("/bot-api/v1.0/customer/1/bot/shop/nothing", &platform),
        ("/%62ot-api/v9.0/customer/1", &platform),
        ("/whatsapp-api/v1.0/%ff", &platform),
        ("/users/ada", &open),
        ("/login/", &open),
    ] {
        for method in ["GET", "POST", "BREW"] {
            let refused = got(app.request(method, path)).await;
            assert_eq!((refused.status, refused.header("content-type")), (404, "application/json"), "{method} {path}");
            let mut told = refused.json();
            let message = told.as_object_mut().and_then(|told| told.remove("message")).unwrap_or_default();
            assert_eq!(told, *expected, "{method} {path}");
            assert!(message.as_str().is_some_and(|message| message.contains("/docs")), "{message}");
        }
        let head = got(app.request("HEAD", path)).await;
        assert_eq!((head.status, head.body.as_str()), (404, ""), "{path}");
    }
    assert_eq!(got(app.get("/v1/bots/shop/nothing")).await.problem(404), "not-found");
    app.stop().await;
}
