//! Conditional answers: an `ETag` over the body, and 304 for whoever has it already.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::ApiError;

/// Who may keep a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Anybody, asking again each time whether it still holds: definitions and templates.
    Anybody,
    /// Nobody: personal data. A caller that remembers the tag still spares itself the body.
    Nobody,
}

/// A JSON body with its tag.
pub fn json(request: &HttpRequest, keep: Keep, body: &impl Serialize) -> Result<HttpResponse, ApiError> {
    let bytes = serde_json::to_vec(body)?;
    Ok(tagged(request, keep, "application/json", bytes))
}

/// Bytes with their tag, or 304.
pub fn tagged(request: &HttpRequest, keep: Keep, content_type: &str, body: Vec<u8>) -> HttpResponse {
    let digest = Sha256::digest(&body);
    // Weak: the same answer may travel compressed.
    let tag = format!("W/\"{}\"", digest[..12].iter().map(|it| format!("{it:02x}")).collect::<String>());
    let cache = match keep {
        Keep::Anybody => "public, no-cache",
        Keep::Nobody => "no-store",
    };
    if has(request, &tag) {
        return HttpResponse::NotModified().insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, cache)).finish();
    }
    HttpResponse::Ok()
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, cache))
        .content_type(content_type)
        .body(body)
}

fn has(request: &HttpRequest, tag: &str) -> bool {
    let opaque = |it: &str| it.trim().trim_start_matches("W/").to_owned();
    request.headers().get_all(IF_NONE_MATCH).any(|header| match header.to_str() {
        Ok(text) => text.split(',').any(|it| it.trim() == "*" || opaque(it) == opaque(tag)),
        Err(_) => false,
    })
}
