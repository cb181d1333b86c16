//! What every request gets: an id, a line in the log without its query, a place in the counts, headers of caution.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use actix_web::{
    Error, HttpMessage, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};

use super::{access::Caller, desk::Desk, error::ApiError};
use crate::ledger::hex;

tokio::task_local! {
    static REQUEST_ID: String;
}

const ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of an id a caller may give.
const ID_LENGTH: usize = 64;

/// Ids count from a random number, so that two processes hardly give the same. They are no secret.
static NEXT_ID: LazyLock<AtomicU64> = LazyLock::new(|| {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    AtomicU64::new(u64::from_be_bytes(bytes))
});

/// The id of the request that is being answered.
pub fn request_id() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_else(|_| "outside-a-request".to_owned())
}

/// Answers a request in its envelope.
pub async fn wrap<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, Error> {
    let begun = Instant::now();
    let id = id_of(request.headers());
    let method = request.method().to_string();
    if request.method() == Method::HEAD {
        // Answered like GET; the connection leaves the body out.
        request.head_mut().method = Method::GET;
    }
    let desk = request.app_data::<Data<Desk>>().cloned().expect("`server` gives every worker the desk");
    let mut answer = REQUEST_ID.scope(id.clone(), answered(request, next)).await?;
    let route = answer.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let status = answer.status().as_u16();
    let took = begun.elapsed();
    let actor = answer.request().extensions().get::<Caller>().map_or_else(|| "-".to_owned(), Caller::actor);
    // The address itself may name a subject and the query a person: only the pattern is logged.
    tracing::info!(%id, %actor, %method, %route, status, ms = took.as_secs_f64() * 1e3, "answered");
    desk.metrics.answered(method, route, status, took);
    caution(answer.headers_mut(), &id);
    Ok(answer)
}

async fn answered<B: MessageBody + 'static>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse, Error> {
    // No name, code or cursor has a NUL, and PostgreSQL takes none.
    if request.uri().path_and_query().is_some_and(|it| it.as_str().contains("%00")) {
        let problem = ApiError::BadRequest("地址中含有空字符".to_owned()).error_response();
        return Ok(request.into_response(problem));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// The caller's own id when it is harmless, else a new one.
fn id_of(headers: &HeaderMap) -> String {
    let given = headers.get(ID).map_or("", |it| it.to_str().unwrap_or(""));
    let harmless = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
    if !given.is_empty() && given.len() <= ID_LENGTH && given.bytes().all(harmless) {
        return given.to_owned();
    }
    hex(&NEXT_ID.fetch_add(1, Ordering::Relaxed).to_be_bytes())
}

fn caution(headers: &mut HeaderMap, id: &str) {
    headers.insert(ID, HeaderValue::from_str(id).expect("an id has harmless characters"));
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY"));
    let or = |headers: &mut HeaderMap, name: HeaderName, value| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    // A handler that says nothing of keeping answers for nobody to keep.
    or(headers, CACHE_CONTROL, "no-store");
    or(headers, CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_the_caller_is_taken_only_when_it_is_harmless() {
        let with = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ID, HeaderValue::from_static(text));
            id_of(&headers)
        };
        assert_eq!(with("gateway-7.1"), "gateway-7.1");
        for bad in ["", "a b", "x\"y"] {
            assert_eq!(with(bad).len(), 16, "{bad}");
            assert_ne!(with(bad), with(bad));
        }
    }
}
