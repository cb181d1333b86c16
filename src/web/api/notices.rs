//! What waits to be told to the platform above (上报队列): read by whoever carries it there, and said to be sent.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Data, Path, Query},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::subjects;
use crate::{
    ledger::{deeds, hex},
    store::{
        ledger,
        rights::{self, Notice},
    },
    web::{
        access::{Late, Office, Unread},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment::utc,
        paging::{Page, PageQuery},
    },
};

/// A notice upward.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpwardNoticeView {
    /// 上报事项编号
    pub id: i64,
    /// 主体
    pub subject: String,
    /// 事由，如 repair_granted、record_corrected
    pub kind: String,
    /// 记录标识
    pub record: Option<String>,
    /// 内容：编号与摘要
    #[schema(value_type = Object)]
    pub body: Value,
    /// 产生时间
    pub made_at: DateTime<Utc>,
}

impl UpwardNoticeView {
    fn new(it: Notice) -> Result<Self, ApiError> {
        Ok(Self {
            id: it.id,
            subject: subjects::reference(it.subject),
            kind: it.kind,
            record: it.key.map(|key| hex(&key)),
            body: serde_json::from_str(&it.body)?,
            made_at: utc(it.made_at),
        })
    }
}

/// What waits.
#[utoipa::path(
    tag = "权益",
    summary = "待上报事项",
    description = "尚未报送上级平台的事项，最早的在前。",
    params(PageQuery),
    responses((status = 200, body = Page<UpwardNoticeView>)),
    security(("key" = ["office"]))
)]
#[get("/upward-notices")]
pub async fn list(
    _office: Office,
    desk: Data<Desk>,
    query: Late<Query<PageQuery>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?;
    let (limit, [above]) = (query.limit()?, query.position([0])?);
    let page = desk.read(move |conn| {
        let found = rights::waiting(conn, above, limit + 1)?;
        let views = found.into_iter().map(UpwardNoticeView::new).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(views, limit, |it| [it.id]))
    });
    Ok(page.await?.answer(&request))
}

/// Says that a notice was sent.
#[utoipa::path(
    tag = "权益",
    summary = "登记为已上报",
    description = "没有这一事项，或此前已登记为已上报的，答 404。可带 Idempotency-Key：重发同一请求仍答 204。",
    params(("id" = i64, Path, description = "上报事项编号")),
    responses((status = 204)),
    security(("key" = ["office"]))
)]
#[post("/upward-notices/{id}/sent")]
pub async fn sent(
    Office(caller): Office,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    request: HttpRequest,
    body: Unread,
) -> Result<HttpResponse, ApiError> {
    let (id, once) = (id.get()?.into_inner(), Once::of(&request, &caller, &body.said()?)?);
    let now = desk.shop().clock.now();
    idempotent::write(&desk, once, StatusCode::NO_CONTENT, move |conn| {
        let changes = rights::sent(conn, &[id], now)?;
        if changes.is_empty() {
            return Err(ApiError::NotFound("待上报事项"));
        }
        let event = deeds::notices_sent(changes, now, &caller.actor());
        Ok(ledger::append(conn, &[event]).map(drop)?)
    })
    .await
}
