//! Who asked about a subject (查询记录): for the subject itself by its own key, and for the office.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::subjects;
use crate::{
    ledger::hex,
    store::{
        Conn,
        answers::{self, Logged},
        merges,
    },
    web::{
        access::{Late, Office, Own},
        desk::Desk,
        error::ApiError,
        moment::utc,
        paging::{Page, PageQuery},
    },
};

/// A question that was asked about a subject.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryView {
    /// 答复编号
    pub id: i64,
    /// 查询时间
    pub asked_at: DateTime<Utc>,
    /// 查询单位
    pub unit: String,
    /// 角色
    pub role: String,
    /// 查询事项：bank.verify 核验、bank.profile 画像、bank.scan 风险扫描、bank.screening 批量筛查、window.decision 容缺决定、
    /// consents.check 核对授权、subject 主体、records 记录、history 历史版本、standing 信用状况、lists 名单、
    /// repairability 可修复情况、repair_notice 修复告知书、case 事项、case.paper 事项材料、case.letter 事项文书
    pub kind: String,
    /// 用途
    pub purpose: Option<String>,
    /// 所依据的授权
    pub consent: Option<i64>,
    /// 结论
    pub outcome: String,
    /// 是否与其他主体一并查询
    pub among_others: bool,
    /// 答复内容的 SHA-256
    pub digest: String,
    /// 账本链
    pub chain: String,
    /// 链上序号
    pub seq: i64,
}

impl From<Logged> for QueryView {
    fn from(it: Logged) -> Self {
        Self {
            id: it.id,
            asked_at: utc(it.asked_at),
            unit: it.unit,
            role: it.role,
            kind: it.kind,
            purpose: it.purpose,
            consent: it.consent,
            outcome: it.outcome,
            among_others: it.subject_id == 0,
            digest: hex(&it.digest),
            chain: it.chain,
            seq: it.seq,
        }
    }
}

fn page(conn: &mut Conn, subject: i64, query: &PageQuery) -> Result<Page<QueryView>, ApiError> {
    let (limit, [below]) = (query.limit()?, query.position([i64::MAX])?);
    let subject = subjects::winner(conn, subject)?;
    let group = merges::group(conn, subject.id)?;
    let found = answers::about(conn, &group, below, limit + 1)?;
    Ok(Page::cut(found, limit, |it| [it.id]).map(QueryView::from))
}

/// Who asked about the caller.
#[utoipa::path(
    tag = "本人",
    summary = "谁查过我",
    description = "银行、审批窗口对本主体的每一次查询，最近的在前。",
    params(PageQuery),
    responses((status = 200, body = Page<QueryView>)),
    security(("key" = ["subject"]))
)]
#[get("/me/queries")]
pub async fn mine(
    own: Own,
    desk: Data<Desk>,
    query: Late<Query<PageQuery>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?;
    let page = desk.read(move |conn| page(conn, own.subject, &query)).await?;
    Ok(page.answer(&request))
}

/// Who asked about a subject.
#[utoipa::path(
    tag = "查询",
    summary = "谁查过这一主体",
    params(("code" = String, Path, description = "代码，或 @编号"), PageQuery),
    responses((status = 200, body = Page<QueryView>)),
    security(("key" = ["office"]))
)]
#[get("/subjects/{code}/queries")]
pub async fn list(
    _office: Office,
    desk: Data<Desk>,
    code: Late<Path<String>>,
    query: Late<Query<PageQuery>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (code, query) = (code.get()?, query.get()?);
    let page = desk
        .read(move |conn| {
            let subject = subjects::found(conn, &code)?;
            page(conn, subject.id, &query)
        })
        .await?;
    Ok(page.answer(&request))
}
