//! Two subjects found to be one (主体合并), and the undoing of it. No record moves.

use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::StatusCode,
    post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{held::Reason, subjects};
use crate::{
    ledger::deeds,
    store::{ledger, merges, merges::Merging},
    web::{
        access::{Body, Late, Office},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment::utc,
    },
};

/// Which two subjects are one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// 并入的主体：代码，或 @编号
    pub loser: String,
    /// 保留的主体：代码，或 @编号
    pub winner: String,
    /// 理由，1–500 字
    pub reason: String,
}

/// A merge.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeView {
    /// 合并编号
    pub id: i64,
    /// 并入的主体
    pub loser: String,
    /// 保留的主体
    pub winner: String,
    /// 理由
    pub reason: String,
    /// 决定者
    pub actor: String,
    /// 合并时间
    pub made_at: DateTime<Utc>,
    /// 撤销合并的时间
    pub undone_at: Option<DateTime<Utc>>,
}

impl From<Merging> for MergeView {
    fn from(it: Merging) -> Self {
        let Merging { id, loser, winner, reason, actor, made_at, undone_at } = it;
        let (loser, winner) = (subjects::reference(loser), subjects::reference(winner));
        Self { id, loser, winner, reason, actor, made_at: utc(made_at), undone_at: undone_at.map(utc) }
    }
}

/// Merges two subjects.
#[utoipa::path(
    tag = "处置",
    summary = "合并两个主体",
    description = "两个主体经查实为同一主体时合并；记录不移动，可撤销。可带 Idempotency-Key。",
    request_body = Merge,
    responses((status = 201, body = MergeView)),
    security(("key" = ["office"]))
)]
#[post("/subjects/merges")]
pub async fn create(
    Office(caller): Office,
    desk: Data<Desk>,
    request: HttpRequest,
    body: Body<Merge>,
) -> Result<HttpResponse, ApiError> {
    let (Merge { loser, winner, reason }, said) = body.said()?;
    let once = Once::of(&request, &caller, &said)?;
    let reason = Reason { reason }.checked()?;
    let (actor, made_at) = (caller.actor(), desk.shop().clock.now());
    idempotent::write(&desk, once, StatusCode::CREATED, move |conn| {
        let (loser, winner) = (subjects::found_in_body(conn, &loser)?.id, subjects::found_in_body(conn, &winner)?.id);
        let new = Merging { id: 0, loser, winner, reason, actor, made_at, undone_at: None };
        let (id, change) = merges::merge(conn, new.clone())?
            .ok_or_else(|| ApiError::WrongState("两个主体相同，或其中之一已与其他主体合并".to_owned()))?;
        ledger::append(conn, &[deeds::merged((id, change), (loser, winner), made_at, &new.actor)])?;
        Ok(MergeView::from(Merging { id, ..new }))
    })
    .await
}

/// Undoes a merge.
#[utoipa::path(
    tag = "处置",
    summary = "撤销合并",
    params(("id" = i64, Path, description = "合并编号")),
    responses((status = 204)),
    security(("key" = ["office"]))
)]
#[delete("/subjects/merges/{id}")]
pub async fn undo(Office(caller): Office, desk: Data<Desk>, id: Late<Path<i64>>) -> Result<HttpResponse, ApiError> {
    let id = id.get()?;
    let at = desk.shop().clock.now();
    let done = desk.write(move |conn| {
        let Some(change) = merges::undo(conn, *id, at)? else { return Ok(false) };
        ledger::append(conn, &[deeds::unmerged((*id, change), at, &caller.actor())])?;
        Ok(true)
    });
    let done = done.await?;
    if done { Ok(HttpResponse::NoContent().finish()) } else { Err(ApiError::NotFound("合并")) }
}

/// The merges of a subject.
#[derive(Debug, Serialize, ToSchema)]
pub struct Merges {
    /// 最近的在前
    pub items: Vec<MergeView>,
}

/// The merges of a subject.
#[utoipa::path(
    tag = "处置",
    summary = "主体的合并与撤销合并",
    params(("code" = String, Path, description = "代码，或 @编号")),
    responses((status = 200, body = Merges)),
    security(("key" = ["office"]))
)]
#[get("/subjects/{code}/merges")]
pub async fn list(_office: Office, desk: Data<Desk>, code: Late<Path<String>>) -> Result<HttpResponse, ApiError> {
    let code = code.get()?;
    let found = desk.read(move |conn| {
        let subject = subjects::found(conn, &code)?;
        Ok(merges::of(conn, subject.id)?)
    });
    let items = found.await?.into_iter().map(MergeView::from).collect();
    Ok(HttpResponse::Ok().json(Merges { items }))
}
