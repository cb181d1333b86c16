//! Giving an answer: its text is digested, who asked what is recorded, and only then is it sent, with its receipt.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderName, HeaderValue},
    web::Query,
};
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use super::{
    access::Caller,
    conditional::{self, Keep},
    desk::Desk,
    error::ApiError,
    unread,
};
use crate::{
    answer::{Answer, Receipt, with_receipt},
    ledger::hex,
    store::answers::{Given, Recorded},
};

/// What was asked of whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// When, UTC: before anything was looked at, so that asking again what was known then gives the same.
    pub at: NaiveDateTime,
    /// What was asked: `bank.verify`, `window.decision` …
    pub kind: &'static str,
    /// What for.
    pub purpose: Option<String>,
    /// The consent it rests on.
    pub consent: Option<i64>,
    /// The subjects it is about.
    pub subjects: Vec<i64>,
    /// What was asked, by ids and codes only.
    pub question: Value,
}

impl Asked {
    /// A question about one subject, or about one that is not known.
    pub const fn of(at: NaiveDateTime, kind: &'static str, subjects: Vec<i64>, question: Value) -> Self {
        Self { at, kind, purpose: None, consent: None, subjects, question }
    }

    fn given(self, caller: &Caller, outcome: &str, digest: [u8; 32]) -> Given {
        Given {
            asked_at: self.at,
            unit: caller.unit.clone(),
            caller: caller.key.clone(),
            role: caller.role.to_string(),
            kind: self.kind.to_owned(),
            purpose: self.purpose,
            consent: self.consent,
            subjects: self.subjects,
            question: self.question,
            outcome: outcome.to_owned(),
            digest,
        }
    }
}

/// Records an answer and sends it.
pub async fn give<T: Serialize>(
    desk: &Desk,
    caller: &Caller,
    asked: Asked,
    answer: &Answer<T>,
) -> Result<HttpResponse, ApiError> {
    let text = serde_json::to_string(answer)?;
    let receipt = record(desk, caller, asked, (answer.outcome, text.as_bytes())).await?;
    Ok(HttpResponse::Ok().content_type("application/json").body(with_receipt(&text, &receipt)?))
}

/// What for, in the address: `?purpose=…`, where the question itself does not say.
///
/// An operation that has this parameter is described with the header of its receipt.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Purpose {
    /// 查询用途，至多 64 字，记入查询留痕
    #[param(max_length = 64)]
    purpose: Option<String>,
}

/// Characters of a purpose at the most.
const PURPOSE: usize = 64;

/// Records what a department is shown of a subject, and shows it; the receipt is in the header `Credence-Receipt`.
pub async fn show(
    (desk, caller): (&Desk, &Caller),
    request: &HttpRequest,
    asked: Asked,
    body: &impl Serialize,
) -> Result<HttpResponse, ApiError> {
    let told = Query::<Purpose>::from_query(request.query_string())
        .map_err(|it| ApiError::BadRequest(unread::told(&it.to_string())))?;
    let purpose = told.into_inner().purpose;
    if purpose.as_ref().is_some_and(|it| it.chars().count() > PURPOSE) {
        return Err(ApiError::BadRequest(format!("purpose 不超过 {PURPOSE} 字")));
    }
    let bytes = serde_json::to_vec(body)?;
    let asked = Asked { purpose: asked.purpose.clone().or(purpose), ..asked };
    let receipt = record(desk, caller, asked, ("shown", &bytes)).await?;
    let mut answer = conditional::tagged(request, Keep::Nobody, "application/json", bytes);
    let value = HeaderValue::from_str(&serde_json::to_string(&receipt)?).expect("names, digits and ASCII signs");
    answer.headers_mut().insert(HeaderName::from_static("credence-receipt"), value);
    Ok(answer)
}

/// Records an answer: an outcome and the bytes that will be sent.
pub async fn record(
    desk: &Desk,
    caller: &Caller,
    asked: Asked,
    (outcome, bytes): (&str, &[u8]),
) -> Result<Receipt, ApiError> {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let given = asked.given(caller, outcome, digest);
    Ok(receipt(desk.committer.record(given).await?, digest))
}

fn receipt(recorded: Recorded, digest: [u8; 32]) -> Receipt {
    let Recorded { id, receipt } = recorded;
    Receipt { id, chain: receipt.chain, seq: receipt.seq, hash: hex(&receipt.hash), digest: hex(&digest) }
}
