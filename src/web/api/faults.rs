//! What is wrong with a delivery's rows: the rows that were not taken, and the remarks on those that were.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::deliveries;
use crate::{
    ingest::FaultView,
    record::{Delivery, Doubt},
    store::doubts,
    web::{
        access::{Late, Member},
        desk::Desk,
        error::ApiError,
        paging::{Page, PageQuery, next_link},
    },
};

/// A row that was not taken, with all its faults.
#[derive(Debug, Serialize, ToSchema)]
pub struct BadRowView {
    /// 疑问数据编号
    pub doubt: i64,
    /// 在文件中的行
    pub row: u64,
    /// 疑问种类：fault、conflict、unlinked
    pub kind: String,
    /// 处理状态：open、corrected、linked、ignored
    pub state: String,
    /// 该行的全部问题
    pub faults: Vec<FaultView>,
}

/// The rows of a delivery that were not taken and are new with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BadRowPage {
    /// 本批次首次出现的疑问行
    pub items: Vec<BadRowView>,
    /// 以前的批次已经报告过、本批次又原样报来的疑问行数
    pub known: u64,
    /// 下一页的 cursor
    pub next: Option<String>,
}

/// Shapes a doubt as a bad row.
pub(super) fn bad_row(doubt: &Doubt) -> Result<BadRowView, ApiError> {
    Ok(BadRowView {
        doubt: doubt.id,
        row: doubt.row,
        kind: doubt.kind.to_string(),
        state: doubt.state.to_string(),
        faults: serde_json::from_str(&doubt.faults)?,
    })
}

/// Rows of this delivery that earlier ones had brought already.
pub(super) fn known(delivery: &Delivery, n_new: i64) -> u64 {
    let tally = delivery.tally;
    (tally.rejected + tally.conflicting + tally.unlinked).saturating_sub(n_new.unsigned_abs())
}

/// The faults of a delivery.
#[utoipa::path(
    tag = "报送",
    summary = "批次的疑问行",
    description = "按行排列，每行给出全部问题。再次报送时只列新出现的，已报告过的计入 known。",
    params(("id" = i64, Path, description = "批次编号"), PageQuery),
    responses((status = 200, body = BadRowPage)),
    security(("key" = ["unit", "office"]))
)]
#[get("/deliveries/{id}/faults")]
pub async fn list(
    Member(caller): Member,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    query: Late<Query<PageQuery>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (id, query) = (id.get()?, query.get()?);
    let (limit, [row, doubt]) = (query.limit()?, query.position([0, 0])?);
    let page = desk.read(move |conn| {
        let delivery = deliveries::own(conn, &caller, *id)?;
        let found = doubts::of_delivery(conn, delivery.id, (row.cast_unsigned(), doubt), limit + 1)?;
        let known = known(&delivery, doubts::count_of_delivery(conn, delivery.id)?);
        let page = Page::cut(found, limit, |(it, _)| [it.row.cast_signed(), it.id]);
        let items = page.items.iter().map(|(it, _)| bad_row(it)).collect::<Result<_, _>>()?;
        Ok(BadRowPage { items, known, next: page.next })
    });
    let page = page.await?;
    let mut answer = HttpResponse::Ok();
    if let Some(next) = &page.next {
        answer.insert_header(("Link", next_link(&request, next)));
    }
    Ok(answer.json(page))
}

/// The remarks on rows that were taken.
#[utoipa::path(
    tag = "报送",
    summary = "批次的提示（数据已入库）",
    description = "警告级问题，最多保留一万条；完整计数见报告。",
    params(("id" = i64, Path, description = "批次编号"), PageQuery),
    responses((status = 200, body = Page<FaultView>)),
    security(("key" = ["unit", "office"]))
)]
#[get("/deliveries/{id}/warnings")]
pub async fn warnings(
    Member(caller): Member,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    query: Late<Query<PageQuery>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (id, query) = (id.get()?, query.get()?);
    let (limit, [after]) = (query.limit()?, query.position([-1])?);
    let page = desk.read(move |conn| {
        let delivery = deliveries::own(conn, &caller, *id)?;
        let found = doubts::remarks(conn, delivery.id, after, limit + 1)?;
        let page = Page::cut(found, limit, |(seq, ..)| [*seq]);
        let items = page.items.iter().map(|(_, _, fault)| Ok(serde_json::from_str(fault)?));
        Ok::<Page<FaultView>, ApiError>(Page { items: items.collect::<Result<_, ApiError>>()?, next: page.next })
    });
    Ok(page.await?.answer(&request))
}
