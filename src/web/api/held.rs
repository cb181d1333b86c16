//! Deliveries that a threshold holds: the office lets them go on or discards them.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    post,
    web::{Data, Path},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::deliveries::{self, DeliveryView};
use crate::{
    ledger::deeds,
    store::{deliveries as kept, ledger},
    web::{
        access::{Body, Late, Office, Unread},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
    },
};

/// Why something is decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReasonGiven)]
pub struct Reason {
    /// 理由，1–500 字，留存备查
    pub reason: String,
}

impl Reason {
    /// The reason, when there is one.
    pub fn checked(self) -> Result<String, ApiError> {
        let reason = self.reason.trim();
        match reason.chars().count() {
            1..=500 => Ok(reason.to_owned()),
            _ => Err(ApiError::BadRequest("reason 应为 1 到 500 字的理由".to_owned())),
        }
    }
}

/// Lets a held delivery go on.
#[utoipa::path(
    tag = "处置",
    summary = "放行暂存批次",
    description = "可带 Idempotency-Key。",
    params(("id" = i64, Path, description = "批次编号")),
    responses((status = 200, body = DeliveryView)),
    security(("key" = ["office"]))
)]
#[post("/deliveries/{id}/release")]
pub async fn release(
    Office(caller): Office,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    request: HttpRequest,
    body: Unread,
) -> Result<HttpResponse, ApiError> {
    let (id, once) = (*id.get()?, Once::of(&request, &caller, &body.said()?)?);
    let (actor, now) = (caller.actor(), desk.shop().clock.now());
    let released = idempotent::write(&desk, once, StatusCode::OK, move |conn| {
        deliveries::own(conn, &caller, id)?;
        if !kept::release(conn, id)? {
            return Err(ApiError::WrongState("该批次不在暂存状态".to_owned()));
        }
        ledger::append(conn, &[deeds::delivery(id, "released", now, &caller.actor())])?;
        Ok(DeliveryView::from(deliveries::own(conn, &caller, id)?))
    });
    let answer = released.await?;
    tracing::info!(delivery = id, %actor, "a held delivery was released");
    desk.ring();
    Ok(answer)
}

/// Refuses a held delivery.
#[utoipa::path(
    tag = "处置",
    summary = "退回暂存批次",
    description = "可带 Idempotency-Key。",
    params(("id" = i64, Path, description = "批次编号")),
    request_body = Reason,
    responses((status = 200, body = DeliveryView)),
    security(("key" = ["office"]))
)]
#[post("/deliveries/{id}/discard")]
pub async fn discard(
    Office(caller): Office,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    request: HttpRequest,
    reason: Body<Reason>,
) -> Result<HttpResponse, ApiError> {
    let (id, (reason, said)) = (*id.get()?, reason.said()?);
    let once = Once::of(&request, &caller, &said)?;
    let reason = format!("{}（{}）", reason.checked()?, caller.actor());
    let now = desk.shop().clock.now();
    idempotent::write(&desk, once, StatusCode::OK, move |conn| {
        deliveries::own(conn, &caller, id)?;
        if !kept::discard(conn, id, &reason, now)? {
            return Err(ApiError::WrongState("该批次不在暂存状态".to_owned()));
        }
        ledger::append(conn, &[deeds::delivery(id, "discarded", now, &caller.actor())])?;
        Ok(DeliveryView::from(deliveries::own(conn, &caller, id)?))
    })
    .await
}
