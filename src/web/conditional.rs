//! Conditional answers: an `ETag` over the body, and 304 for whoever has it already.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH},
    web::Bytes,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::ApiError;
use crate::ledger::hex;

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
    let tag = tag(&body);
    sent(request, keep, content_type, (body.into(), &tag))
}

/// The tag of a body. Weak: the same answer may travel compressed.
pub fn tag(body: &[u8]) -> String {
    format!("W/\"{}\"", hex(&Sha256::digest(body)[..12]))
}

/// Bytes with a tag that is known, or 304.
pub fn sent(request: &HttpRequest, keep: Keep, content_type: &str, (body, tag): (Bytes, &str)) -> HttpResponse {
    let cache = match keep {
        Keep::Anybody => "public, no-cache",
        Keep::Nobody => "no-store",
    };
    let is_known = has(request, tag);
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, cache));
    if is_known { answer.finish() } else { answer.content_type(content_type).body(body) }
}

fn has(request: &HttpRequest, tag: &str) -> bool {
    let opaque = |it: &str| it.trim().trim_start_matches("W/").to_owned();
    request.headers().get_all(IF_NONE_MATCH).any(|header| match header.to_str() {
        Ok(text) => text.split(',').any(|it| it.trim() == "*" || opaque(it) == opaque(tag)),
        Err(_) => false,
    })
}
