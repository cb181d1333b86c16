//! What puts a version of a pack in force and out of force again: two persons each time.

use actix_web::{
    HttpRequest, HttpResponse, delete,
    http::StatusCode,
    post,
    web::{Data, Path},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::packs::PackView;
use crate::{
    affairs::packs as steps,
    ledger::unhex,
    web::{
        access::{Body, Late, Office, Unread},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
    },
};

/// What is put in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    /// 所模拟文本的 SHA-256，十六进制；与登记的文本不同的，不予启用
    pub hash: String,
}

/// Puts a version in force.
#[utoipa::path(
    tag = "规则包",
    summary = "启用规则包的一个版本",
    description = "须由提出人以外的另一人，在模拟这一文本之后进行，并指明其 SHA-256；启用后全部主体的状况重新推导，\
        以往的日子仍按当时的规则回答。可带 Idempotency-Key。",
    params(("id" = String, Path, description = "规则包"), ("version" = u32, Path, description = "版本")),
    request_body = Activation,
    responses((status = 200, body = PackView)),
    security(("key" = ["office"]))
)]
#[post("/packs/{id}/{version}/activate")]
pub async fn activate(
    Office(caller): Office,
    desk: Data<Desk>,
    request: HttpRequest,
    place: Late<Path<(String, u32)>>,
    body: Body<Activation>,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = place.get()?.into_inner();
    let (Activation { hash }, said) = body.said()?;
    let text =
        unhex::<32>(&hash).ok_or_else(|| ApiError::BadRequest("hash 应为文本的 SHA-256（十六进制）".to_owned()))?;
    let once = Once::of(&request, &caller, &said)?;
    let shop = desk.shop().clone();
    idempotent::write(&desk, once, StatusCode::OK, move |conn| {
        Ok(PackView::from(steps::activate(conn, &shop, (&id, version), &text, &caller.actor())?))
    })
    .await
}

/// Proposes to put a version out of force.
#[utoipa::path(
    tag = "规则包",
    summary = "提出停用规则包的一个版本",
    description = "在另一人确认之前仍然有效。可带 Idempotency-Key。",
    params(("id" = String, Path, description = "规则包"), ("version" = u32, Path, description = "版本")),
    responses((status = 201, body = PackView)),
    security(("key" = ["office"]))
)]
#[post("/packs/{id}/{version}/retirement")]
pub async fn propose_retiring(
    Office(caller): Office,
    desk: Data<Desk>,
    request: HttpRequest,
    place: Late<Path<(String, u32)>>,
    body: Unread,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = place.get()?.into_inner();
    let once = Once::of(&request, &caller, &body.said()?)?;
    let shop = desk.shop().clone();
    idempotent::write(&desk, once, StatusCode::CREATED, move |conn| {
        Ok(PackView::from(steps::propose_retiring(conn, &shop, (&id, version), &caller.actor(), true)?))
    })
    .await
}

/// Takes back a proposal to put a version out of force.
#[utoipa::path(
    tag = "规则包",
    summary = "撤销停用的提出",
    params(("id" = String, Path, description = "规则包"), ("version" = u32, Path, description = "版本")),
    responses((status = 204)),
    security(("key" = ["office"]))
)]
#[delete("/packs/{id}/{version}/retirement")]
pub async fn drop_retiring(
    Office(caller): Office,
    desk: Data<Desk>,
    place: Late<Path<(String, u32)>>,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = place.get()?.into_inner();
    let shop = desk.shop().clone();
    let done =
        desk.write(move |conn| Ok(steps::propose_retiring(conn, &shop, (&id, version), &caller.actor(), false)?));
    done.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Puts a version out of force.
#[utoipa::path(
    tag = "规则包",
    summary = "确认停用规则包的一个版本",
    description = "须由提出停用者以外的另一人进行；以往的日子仍按当时的规则回答。可带 Idempotency-Key。",
    params(("id" = String, Path, description = "规则包"), ("version" = u32, Path, description = "版本")),
    responses((status = 200, body = PackView)),
    security(("key" = ["office"]))
)]
#[post("/packs/{id}/{version}/retire")]
pub async fn retire(
    Office(caller): Office,
    desk: Data<Desk>,
    request: HttpRequest,
    place: Late<Path<(String, u32)>>,
    body: Unread,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = place.get()?.into_inner();
    let once = Once::of(&request, &caller, &body.said()?)?;
    let shop = desk.shop().clone();
    idempotent::write(&desk, once, StatusCode::OK, move |conn| {
        Ok(PackView::from(steps::retire(conn, &shop, (&id, version), &caller.actor())?))
    })
    .await
}
