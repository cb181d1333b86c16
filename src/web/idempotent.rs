//! `Idempotency-Key`: a request that makes something is done once, however often it is sent.
//!
//! The same key with the same request is answered with the first answer, with another request 422, and while the first
//! is on its way 409. What failed is not kept: it may be tried again.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use chrono::Duration;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    access::{Caller, Said},
    desk::Desk,
    error::ApiError,
};
use crate::{
    ingest::Workshop,
    store::{
        Conn, StoreError,
        idempotency::{self, Claim, Known},
    },
};

/// How long a key is remembered.
pub const KEPT_DAYS: i64 = 7;
/// How long a request may be on its way: after that its process is taken for dead.
const UNDERWAY_MINUTES: i64 = 5;
/// Characters of a key.
const LENGTH: usize = 128;
/// The header of the key, and the one that says an answer was given before.
const KEY: &str = "idempotency-key";
const REPLAYED: &str = "idempotency-replayed";

/// A request that is done once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    holder: String,
    /// None when the caller gave no key: then the request is done each time.
    key: Option<String>,
    digest: [u8; 32],
}

impl Once {
    /// What the caller says of it. `said` is the digest of the body: [`super::access::Late`] of a JSON body gives it.
    pub fn of(request: &HttpRequest, caller: &Caller, said: &Said) -> Result<Self, ApiError> {
        let key = request.headers().get(KEY).map(|it| it.to_str().map(str::trim));
        let key = key.transpose().map_err(|_| bad_key())?;
        let fits = |it: &str| !it.is_empty() && it.len() <= LENGTH && it.bytes().all(|it| it.is_ascii_graphic());
        if key.is_some_and(|it| !fits(it)) {
            return Err(bad_key());
        }
        let mut digest = Sha256::new();
        // The parts have borders that stand in none of them.
        digest.update(format!("{} {}\n", request.method(), request.uri()));
        digest.update(said.0);
        Ok(Self { holder: caller.holder(), key: key.map(str::to_owned), digest: digest.finalize().into() })
    }

    fn claim(&self, shop: &Workshop) -> Option<Claim> {
        let key = self.key.clone()?;
        Some(Claim { holder: self.holder.clone(), key, digest: self.digest, at: shop.clock.now() })
    }
}

fn bad_key() -> ApiError {
    ApiError::BadRequest(format!("Idempotency-Key 应为 1 到 {LENGTH} 个可见的 ASCII 字符"))
}

/// Does work that opens transactions of its own, once, and answers with what it gives.
pub async fn run<T: Serialize + Send + 'static>(
    desk: &Desk,
    once: Once,
    status: StatusCode,
    work: impl FnOnce(&Workshop) -> Result<T, ApiError> + Send + 'static,
) -> Result<HttpResponse, ApiError> {
    desk.run(move |shop| {
        let Some(claim) = once.claim(shop) else { return Ok(fresh(status, serde_json::to_vec(&work(shop)?)?)) };
        let known = shop.database.write(|conn| take(conn, &claim))?;
        if let Some(reply) = replayed(shop, &claim, known)? {
            return Ok(reply);
        }
        let done = work(shop).and_then(|it| Ok(serde_json::to_vec(&it)?));
        match done {
            Ok(body) => {
                let sealed = shop.keys.seal(&body, &place(&claim));
                shop.database.write(|conn| idempotency::settle(conn, &claim, status.as_u16(), &sealed))?;
                Ok(fresh(status, body))
            }
            Err(err) => {
                shop.database.write(|conn| idempotency::release(conn, &claim))?;
                Err(err)
            }
        }
    })
    .await
    .map(Reply::answer)
}

/// Does work in one transaction with its claim, once: a process that dies in between has done neither.
pub async fn write<T: Serialize + Send + 'static>(
    desk: &Desk,
    once: Once,
    status: StatusCode,
    work: impl FnOnce(&mut Conn) -> Result<T, ApiError> + Send + 'static,
) -> Result<HttpResponse, ApiError> {
    write_as(desk, once, move |conn| Ok((status, work(conn)?))).await
}

/// The same, where the work says with which status it is answered.
pub async fn write_as<T: Serialize + Send + 'static>(
    desk: &Desk,
    once: Once,
    work: impl FnOnce(&mut Conn) -> Result<(StatusCode, T), ApiError> + Send + 'static,
) -> Result<HttpResponse, ApiError> {
    desk.run(move |shop| {
        let claim = once.claim(shop);
        shop.database.write(|conn| {
            if let Some(claim) = &claim {
                let known = take(conn, claim)?;
                if let Some(reply) = replayed(shop, claim, known)? {
                    return Ok(reply);
                }
            }
            let (status, told) = work(conn)?;
            let body = serde_json::to_vec(&told)?;
            if let Some(claim) = &claim {
                let sealed = shop.keys.seal(&body, &place(claim));
                idempotency::settle(conn, claim, status.as_u16(), &sealed)?;
            }
            Ok(fresh(status, body))
        })
    })
    .await
    .map(Reply::answer)
}

fn take(conn: &mut Conn, claim: &Claim) -> Result<Known, StoreError> {
    idempotency::forget(conn, claim.at - Duration::days(KEPT_DAYS))?;
    idempotency::claim(conn, claim, claim.at - Duration::minutes(UNDERWAY_MINUTES))
}

/// What the body of an answer is sealed for.
fn place(claim: &Claim) -> Vec<u8> {
    format!("idempotency:{}:{}", claim.holder, claim.key).into_bytes()
}

/// An answer on its way from the thread that made it.
struct Reply {
    status: StatusCode,
    body: Vec<u8>,
    replayed: bool,
}

const fn fresh(status: StatusCode, body: Vec<u8>) -> Reply {
    Reply { status, body, replayed: false }
}

impl Reply {
    fn answer(self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        if self.replayed {
            answer.insert_header((REPLAYED, "true"));
        }
        if self.status == StatusCode::NO_CONTENT {
            return answer.finish();
        }
        answer.content_type("application/json").body(self.body)
    }
}

/// The answer that was given before; none when the claim is new and the work is to be done.
fn replayed(shop: &Workshop, claim: &Claim, known: Known) -> Result<Option<Reply>, ApiError> {
    match known {
        Known::Claimed => Ok(None),
        Known::Underway => Err(ApiError::Underway),
        Known::Other => Err(ApiError::OtherRequest),
        Known::Answered { status, body } => {
            let inside = |err: Box<dyn std::error::Error + Send + Sync>| ApiError::Inside(err);
            let body = shop.keys.open(&body, &place(claim)).map_err(|it| inside(Box::new(it)))?;
            let status = StatusCode::from_u16(status).map_err(|it| inside(Box::new(it)))?;
            Ok(Some(Reply { status, body, replayed: true }))
        }
    }
}
