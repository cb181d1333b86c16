//! What everybody is told of a list before and after its entries: proposals that are open to objections, and exits.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::known;
use crate::{
    affairs::designation::{Publicised, publicised},
    dossier::{self, Exit},
    policy::rules::ListRule,
    web::{
        access::Sight,
        api::subjects::SubjectLine,
        desk::Desk,
        error::ApiError,
        paging::{Page, PageQuery},
    },
};

/// A proposal for a red list that anybody may object to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalView {
    /// 拟认定的主体
    pub subject: SubjectLine,
    /// 名单编码
    pub list: String,
    /// 名单名称
    pub name: String,
    /// 提出的机关
    pub body: String,
    /// 公示公告的文号
    pub document: Option<String>,
    /// 公示自
    pub since: NaiveDate,
    /// 可以提出异议至（含）
    pub until: NaiveDate,
    /// 期限所跨年份的节假日安排是否均已公布
    pub certain: bool,
}

impl ProposalView {
    fn new(it: Publicised, rule: &ListRule) -> Self {
        Self {
            subject: SubjectLine::new(&it.subject, Sight::Public),
            list: rule.code.clone(),
            name: rule.name.clone(),
            body: it.body,
            document: it.document,
            since: it.since,
            until: it.until.day,
            certain: it.until.certain,
        }
    }
}

/// The proposals for a red list that are made public before the decision.
#[utoipa::path(
    tag = "公开查询",
    summary = "红名单认定前公示（公开）",
    description = "公示期内的拟认定名单，最新的在前：主体、提出的机关、公告文号，以及可以提出异议至哪一日。不含自然人；\
        其他名单列入前告知当事人，不公示，一律为空。",
    params(("list" = String, Path, description = "名单编码"), PageQuery),
    responses((status = 200, body = Page<ProposalView>))
)]
#[get("/public/lists/{list}/proposals")]
pub async fn proposals(
    desk: Data<Desk>,
    list: Path<String>,
    query: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (list, query) = (list.into_inner(), query.into_inner());
    let (limit, [below]) = (query.limit()?, query.position([i64::MAX])?);
    let page = desk.run(move |shop| {
        let rule = known(&shop.packs, &list, shop.clock.day())?;
        let n = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
        let found = shop.database.read(|conn| publicised(conn, shop, &list, below, n))?;
        Ok(Page::cut(found, limit, |it| [it.id]).map(|it| ProposalView::new(it, rule)))
    });
    Ok(page.await?.answer(&request))
}

/// A notice that an entry left its list. What it was for is not told again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExitView {
    /// 移出的主体
    pub subject: SubjectLine,
    /// 名单编码
    pub list: String,
    /// 名单名称
    pub name: String,
    /// 移出日期
    pub left_on: NaiveDate,
    /// 移出事由：term_over 期限届满、repaired 信用修复、revoked 决定被撤销、exit 退出
    pub ground: String,
    /// 移出事由名称
    pub ground_name: String,
}

impl ExitView {
    fn new(it: &Exit, rule: &ListRule) -> Self {
        Self {
            subject: SubjectLine::new(&it.subject, Sight::Public),
            list: rule.code.clone(),
            name: rule.name.clone(),
            left_on: it.row.gone_on,
            ground: it.ground.to_string(),
            ground_name: it.ground.name().to_owned(),
        }
    }
}

/// The entries that left a list of late.
#[utoipa::path(
    tag = "公开查询",
    summary = "名单退出公告（公开）",
    description = "曾经公示、近日移出的条目，最新的在前，只载名单、主体、日期和事由的类别，不再载列入的内容。公告多少天、因何移出的\
        才公告，由规则包规定；没有规定的名单一律为空。不含自然人，以及从未公示的条目。",
    params(("list" = String, Path, description = "名单编码"), PageQuery),
    responses((status = 200, body = Page<ExitView>))
)]
#[get("/public/lists/{list}/exits")]
pub async fn exits(
    desk: Data<Desk>,
    list: Path<String>,
    query: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (list, query) = (list.into_inner(), query.into_inner());
    let today = desk.shop().clock.day();
    let first = [today.num_days_from_ce().into(), i64::MIN, 0];
    let (limit, [day, subject, record]) = (query.limit()?, query.position(first)?);
    let day = i32::try_from(day).map_err(|_| ApiError::BadCursor)?;
    let day = NaiveDate::from_num_days_from_ce_opt(day).ok_or(ApiError::BadCursor)?;
    let page = desk.run(move |shop| {
        let rule = known(&shop.packs, &list, shop.clock.day())?;
        let n = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
        dossier::fill_lists(shop)?;
        let found = shop.database.read(|conn| dossier::exits(conn, shop, rule, (day, subject, record), n))?;
        let place = |it: &Exit| [it.row.gone_on.num_days_from_ce().into(), it.row.subject_id, it.row.record];
        Ok(Page::cut(found, limit, place).map(|it| ExitView::new(&it, rule)))
    });
    Ok(page.await?.answer(&request))
}
