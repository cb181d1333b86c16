//! Doubtful rows (疑问数据): the list, one with its cells, and what a person decides about it.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Data, Path, Query},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{held::Reason, subjects};
use crate::{
    ingest::{self, By, FaultView, Workshop},
    record::Doubt,
    standards::mask,
    store::doubts,
    web::{
        access::{Body, Caller, Late, Member, Office},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment::{self, utc},
        paging::{Page, PageQuery},
    },
};

/// A doubtful row.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoubtView {
    /// 疑问数据编号
    pub id: i64,
    /// 首次出现的批次
    pub delivery: i64,
    /// 最近一次原样出现的批次
    pub last_delivery: i64,
    /// 在首次批次文件中的行
    pub row: u64,
    /// 归集单位
    pub unit: String,
    /// 资源编码
    pub resource: String,
    /// 种类：fault、conflict、unlinked
    pub kind: String,
    /// 处理状态：open、corrected、linked、ignored
    pub state: String,
    /// 全部问题
    pub faults: Vec<FaultView>,
    /// 未关联时的候选主体，形如 `@编号`
    pub candidates: Vec<String>,
    /// 人工处理的理由
    pub reason: Option<String>,
    /// 处理者
    pub actor: Option<String>,
    /// 更正它的批次
    pub closed_by: Option<i64>,
    /// 首次出现的时间
    pub made_at: DateTime<Utc>,
    /// 处理完毕的时间
    pub closed_at: Option<DateTime<Utc>>,
}

impl DoubtView {
    fn new(it: Doubt) -> Result<Self, ApiError> {
        let candidates: Option<Vec<i64>> = it.candidates.as_deref().map(serde_json::from_str).transpose()?;
        Ok(Self {
            id: it.id,
            delivery: it.delivery,
            last_delivery: it.last_delivery,
            row: it.row,
            unit: it.unit,
            resource: it.resource,
            kind: it.kind.to_string(),
            state: it.state.to_string(),
            faults: serde_json::from_str(&it.faults)?,
            candidates: candidates.into_iter().flatten().map(subjects::reference).collect(),
            reason: it.reason,
            actor: it.actor,
            closed_by: it.closed_by,
            made_at: utc(it.made_at),
            closed_at: it.closed_at.map(utc),
        })
    }
}

/// What a list of doubtful rows is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// 只看这个单位（信用办）
    pub unit: Option<String>,
    /// 只看这个资源
    pub resource: Option<String>,
    /// 只看这个状态：open、corrected、linked、ignored
    pub state: Option<String>,
    /// 只看这一种：fault、conflict、unlinked
    pub kind: Option<String>,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

impl Narrowed {
    fn filter(&self, caller: &Caller) -> Result<doubts::Filter, ApiError> {
        Ok(doubts::Filter {
            unit: caller.own_unit().or_else(|| self.unit.clone()),
            resource: self.resource.clone(),
            state: self.state.as_deref().map(|it| moment::parse_name("state", it)).transpose()?,
            kind: self.kind.as_deref().map(|it| moment::parse_name("kind", it)).transpose()?,
        })
    }
}

/// The doubtful rows, the latest first.
#[utoipa::path(
    tag = "处置",
    summary = "疑问数据列表",
    params(Narrowed),
    responses((status = 200, body = Page<DoubtView>)),
    security(("key" = ["unit", "office"]))
)]
#[get("/doubts")]
pub async fn list(
    Member(caller): Member,
    desk: Data<Desk>,
    query: Late<Query<Narrowed>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?;
    let page = PageQuery { cursor: query.cursor.clone(), limit: query.limit };
    let (filter, limit, [below]) = (query.filter(&caller)?, page.limit()?, page.position([i64::MAX])?);
    let found = desk.read(move |conn| Ok(doubts::list(conn, &filter, below, limit + 1)?)).await?;
    let page = Page::cut(found, limit, |it| [it.id]);
    let items = page.items.into_iter().map(DoubtView::new).collect::<Result<_, _>>()?;
    Ok(Page { items, next: page.next }.answer(&request))
}

/// A doubtful row with its cells.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoubtWithCells {
    /// 疑问数据
    #[serde(flatten)]
    pub doubt: DoubtView,
    /// 原始单元格，[列名, 内容]；证件号码已脱敏
    pub cells: Vec<(String, String)>,
}

/// One doubtful row.
#[utoipa::path(
    tag = "处置",
    summary = "一条疑问数据及其原始单元格",
    params(("id" = i64, Path, description = "疑问数据编号")),
    responses((status = 200, body = DoubtWithCells)),
    security(("key" = ["unit", "office"]))
)]
#[get("/doubts/{id}")]
pub async fn show(Member(caller): Member, desk: Data<Desk>, id: Late<Path<i64>>) -> Result<HttpResponse, ApiError> {
    let id = id.get()?;
    let found = desk.run(move |shop| {
        let (doubt, sealed) = own(shop, &caller, *id)?;
        let cells = shop.open_cells(&doubt, &sealed)?;
        let cells = cells.into_iter().map(|(heading, text)| (heading, mask::citizens_in_text(&text).into_owned()));
        Ok(DoubtWithCells { cells: cells.collect(), doubt: DoubtView::new(doubt)? })
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

fn own(shop: &Workshop, caller: &Caller, id: i64) -> Result<(Doubt, Vec<u8>), ApiError> {
    let found = shop.database.read(|conn| doubts::find(conn, id))?;
    let own = found.filter(|(it, _)| caller.own_unit().is_none_or(|unit| unit == it.unit));
    own.ok_or(ApiError::NotFound("疑问数据"))
}

/// Ignores a doubtful row.
#[utoipa::path(
    tag = "处置",
    summary = "忽略一条疑问数据",
    description = "可带 Idempotency-Key。",
    params(("id" = i64, Path, description = "疑问数据编号")),
    request_body = Reason,
    responses((status = 200, body = DoubtView)),
    security(("key" = ["unit", "office"]))
)]
#[post("/doubts/{id}/ignore")]
pub async fn ignore(
    Member(caller): Member,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    request: HttpRequest,
    reason: Body<Reason>,
) -> Result<HttpResponse, ApiError> {
    let (id, (reason, said)) = (*id.get()?, reason.said()?);
    let once = Once::of(&request, &caller, &said)?;
    let by = By { reason: reason.checked()?, actor: caller.actor() };
    idempotent::run(&desk, once, StatusCode::OK, move |shop| {
        own(shop, &caller, id)?;
        ingest::ignore(shop, id, &by)?;
        DoubtView::new(own(shop, &caller, id)?.0)
    })
    .await
}

/// Whose an unlinked row is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// 主体：代码，或 `@编号`
    pub subject: String,
    /// 理由，1–500 字
    pub reason: String,
}

/// Links an unlinked row to a subject.
#[utoipa::path(
    tag = "处置",
    summary = "把未关联的数据关联到主体",
    description = "该行按现行规则重新校验后成为该主体的记录。可带 Idempotency-Key。",
    params(("id" = i64, Path, description = "疑问数据编号")),
    request_body = Link,
    responses((status = 200, body = DoubtView)),
    security(("key" = ["office"]))
)]
#[post("/doubts/{id}/link")]
pub async fn link(
    Office(caller): Office,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    request: HttpRequest,
    body: Body<Link>,
) -> Result<HttpResponse, ApiError> {
    let (id, (body, said)) = (*id.get()?, body.said()?);
    let once = Once::of(&request, &caller, &said)?;
    let Link { subject, reason } = body;
    let by = By { reason: Reason { reason }.checked()?, actor: caller.actor() };
    idempotent::run(&desk, once, StatusCode::OK, move |shop| {
        own(shop, &caller, id)?;
        let subject = shop.database.read(|conn| subjects::found_in_body(conn, &subject))?;
        ingest::link(shop, id, subject.id, &by)?;
        DoubtView::new(own(shop, &caller, id)?.0)
    })
    .await
}
