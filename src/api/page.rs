//! The chat page: files in the binary, under a policy that lets in nothing from elsewhere but pictures and sounds.

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    web::Path,
};

use super::problem::Problem;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: https: http:; \
    media-src https: http:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file of the page.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    content: &'static [u8],
    etag: String,
}

macro_rules! assets {
    ($($name:literal $content_type:literal)*) => {
        [$(Asset::new($name, $content_type, include_bytes!(concat!("../../assets/chat/", $name)))),*]
    };
}

/// The page itself is the first.
static ASSETS: LazyLock<[Asset; 6]> = LazyLock::new(|| {
    assets! {
        "index.html" "text/html; charset=utf-8"
        "chat.css" "text/css; charset=utf-8"
        "chat.js" "text/javascript; charset=utf-8"
        "client.js" "text/javascript; charset=utf-8"
        "log.js" "text/javascript; charset=utf-8"
        "messages.js" "text/javascript; charset=utf-8"
    }
});

impl Asset {
    fn new(name: &'static str, content_type: &'static str, content: &'static [u8]) -> Self {
        Self { name, content_type, content, etag: format!("\"{}\"", &blake3::hash(content).to_hex()[..20]) }
    }

    /// The file, or 304 to who has it already.
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let known = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
        let is_known = known.flat_map(|value| value.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == self.etag);
        let mut response = HttpResponse::build(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
        response.insert_header((ETAG, self.etag.as_str())).insert_header((CACHE_CONTROL, "no-cache"));
        response.insert_header((CONTENT_SECURITY_POLICY, POLICY)).insert_header((CONTENT_TYPE, self.content_type));
        if is_known { response.finish() } else { response.body(self.content) }
    }
}

/// A page to chat with the bots.
#[utoipa::path(tag = "page", responses((status = 200, content_type = "text/html", body = String)))]
#[get("/")]
pub(super) async fn show_page(request: HttpRequest) -> HttpResponse {
    ASSETS[0].answer(&request)
}

/// The files of the page.
#[utoipa::path(
    tag = "page",
    params(("file" = String, Path, description = "The name of the file")),
    responses((status = 200, description = "The file"), (status = 404, body = Problem, content_type = "application/problem+json")),
)]
#[get("/assets/{file}")]
pub(super) async fn show_page_file(request: HttpRequest, file: Path<String>) -> Result<HttpResponse, Problem> {
    let asset = ASSETS.iter().find(|asset| asset.name == *file);
    asset.map(|asset| asset.answer(&request)).ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "not-found", "there is no such file"))
}
