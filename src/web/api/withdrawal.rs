//! Withdrawing a record by request (撤销): it is kept, and ended.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    post,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{held::Reason, records, subjects};
use crate::{
    affairs::objection,
    ingest::{self, By, Workshop},
    record::RecordKey,
    store::{merges, records as kept},
    web::{
        access::{Body, Caller, Late, Member},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
    },
};

/// A record that was withdrawn.
#[derive(Debug, Serialize, ToSchema)]
pub struct Withdrawn {
    /// 记录编号
    pub key: String,
    /// 记录状态
    pub state: &'static str,
}

/// Withdraws a record.
#[utoipa::path(
    tag = "处置",
    summary = "撤销一条记录",
    description = "记录保留并于当日终止。归集单位只能撤销本单位报送的记录。可带 Idempotency-Key。",
    params(("code" = String, Path, description = "代码，或 @编号"), ("key" = String, Path, description = "记录编号")),
    request_body = Reason,
    responses((status = 200, body = Withdrawn)),
    security(("key" = ["unit", "office"]))
)]
#[post("/subjects/{code}/records/{key}/withdraw")]
pub async fn create(
    Member(caller): Member,
    desk: Data<Desk>,
    request: HttpRequest,
    address: Late<Path<(String, String)>>,
    reason: Body<Reason>,
) -> Result<HttpResponse, ApiError> {
    let (address, (reason, said)) = (address.get()?, reason.said()?);
    let (code, text) = address.into_inner();
    let key = records::parse_key(&text)?;
    let (reason, once) = (reason.checked()?, Once::of(&request, &caller, &said)?);
    idempotent::run(&desk, once, StatusCode::OK, move |shop| {
        withdraw(shop, &caller, (&code, &key), reason)?;
        Ok(Withdrawn { key: text, state: "withdrawn" })
    })
    .await
}

fn withdraw(shop: &Workshop, caller: &Caller, (code, key): (&str, &RecordKey), reason: String) -> Result<(), ApiError> {
    let versions = shop.database.read(|conn| {
        let subject = subjects::found(conn, code)?;
        let group = merges::group(conn, subject.id)?;
        Ok::<_, ApiError>(kept::history(conn, &group, key)?)
    })?;
    let own = |unit: &str| caller.own_unit().is_none_or(|own| own == unit);
    let latest = versions.first().filter(|it| own(&it.unit)).ok_or(ApiError::NotFound("记录"))?;
    ingest::withdraw(shop, latest.subject, key, &By { actor: caller.actor(), reason })?;
    // An objection may have waited for just this. It is withdrawn all the same when none can be closed now.
    if let Err(err) = objection::settle(shop) {
        tracing::error!(error = %err, "objections could not be closed; they will be after the next delivery");
    }
    Ok(())
}
