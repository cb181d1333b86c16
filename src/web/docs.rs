//! The documentation page: our own small page over the OpenAPI document, embedded, without a network.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::CONTENT_SECURITY_POLICY,
    web::{self, Data},
};

use super::{
    conditional::{self, Keep},
    routes::Known,
};

/// Nothing but this page's own files and the document it shows.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// OpenAPI 3.1
#[utoipa::path(tag = "运行", summary = "接口描述（OpenAPI 3.1）", responses((status = 200, body = Object, description = "OpenAPI 文档")))]
#[get("/openapi.json")]
pub async fn document(request: HttpRequest, known: Data<Known>) -> HttpResponse {
    conditional::tagged(&request, Keep::Anybody, "application/json", known.text.clone().into_bytes())
}

/// The page.
#[utoipa::path(tag = "运行", summary = "接口文档页面（离线可用）", responses((status = 200, body = String, content_type = "text/html")))]
#[get("/docs")]
pub async fn page(request: HttpRequest) -> HttpResponse {
    file(&request, "text/html; charset=utf-8", include_str!("docs/page.html"))
}

/// Whoever comes to the bare address is led to the page.
pub async fn entrance() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", "/api/v1/docs")).finish()
}

/// The page's own files; they are no part of the API.
pub fn files(config: &mut web::ServiceConfig) {
    config.route("/docs/page.js", web::get().to(script)).route("/docs/page.css", web::get().to(style));
}

async fn script(request: HttpRequest) -> HttpResponse {
    file(&request, "text/javascript; charset=utf-8", include_str!("docs/page.js"))
}

async fn style(request: HttpRequest) -> HttpResponse {
    file(&request, "text/css; charset=utf-8", include_str!("docs/page.css"))
}

fn file(request: &HttpRequest, content_type: &str, text: &str) -> HttpResponse {
    let mut answer = conditional::tagged(request, Keep::Anybody, content_type, text.as_bytes().to_vec());
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, POLICY.parse().expect("a header's text"));
    answer
}
