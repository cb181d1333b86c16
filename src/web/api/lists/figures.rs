//! Figures of lists, and what others claim held against them.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Query},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::entries::{Question, extent};
use crate::{
    dossier,
    standing::{self, Cell, Claim, Finding, Sums},
    store::list_entries::Asked,
    web::{
        access::{Asker, Body, Caller, Late, Sight},
        desk::Desk,
        error::ApiError,
        moment::{self, utc},
        recorded,
    },
};

/// What figures are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// 所问之日（YYYY-MM-DD），默认今日
    pub as_of: Option<String>,
    /// 按这一时刻所知回答（RFC 3339），默认当前
    pub known_at: Option<String>,
    /// 只看这个名单
    pub list: Option<String>,
    /// 只看这个报送单位
    pub unit: Option<String>,
    /// 只看这类主体：organisation、individual_business、person
    pub kind: Option<String>,
    /// 只看这一年列入的
    pub year: Option<i32>,
}

/// Figures of lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statistics {
    /// 所问之日
    pub as_of: NaiveDate,
    /// 按这一时刻所知
    pub known_at: DateTime<Utc>,
    /// 名单所载截至这一时刻：另有批次正在入库，此后报送的可能尚未计入；为空即截至查询之时
    pub current_to: Option<DateTime<Utc>>,
    /// 全部名单
    pub all: Sums,
    /// 各名单，按编码
    pub lists: BTreeMap<String, Sums>,
    /// 最细的统计单元：各项合计都由这些数相加而得
    pub cells: Vec<CellView>,
}

/// So many entries of a list, a kind of subject, a unit and a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct CellView {
    /// 名单编码
    pub list: String,
    /// 名单类别
    pub kind: String,
    /// 主体类别
    pub subject: String,
    /// 报送单位
    pub unit: String,
    /// 列入年份
    pub year: Option<i32>,
    /// 条数
    pub n: u64,
}

impl From<Cell> for CellView {
    fn from(it: Cell) -> Self {
        let (kind, subject) = (it.kind.to_string(), it.subject.to_string());
        Self { list: it.list, kind, subject, unit: it.unit, year: it.year, n: it.n }
    }
}

/// Whether somebody's figures are of published entries only: full ones are for the office, and for a unit of its own.
fn is_public(caller: &Caller, question: &Question) -> Result<bool, ApiError> {
    Ok(extent(caller, question)?.0 != Sight::Whole)
}

/// The figures of lists.
#[utoipa::path(
    tag = "名单",
    summary = "名单统计",
    description = "所问之日在列的条目，按名单、主体类别、报送单位、列入年份计数；合计由统计单元相加，可由逐条记录复算。\
        信用办见全部；报送单位以 unit=本单位 见自己报送的；其余只计已公布的，与名单条目逐条一致，且只答今日。查询留痕。",
    params(Narrowed, recorded::Purpose),
    responses((status = 200, body = Statistics)),
    security(("key" = ["unit", "office", "reader", "window"]))
)]
#[get("/lists/statistics")]
pub async fn statistics(
    Asker(caller): Asker,
    desk: Data<Desk>,
    query: Late<Query<Narrowed>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let Narrowed { as_of, known_at, list, unit, kind, year } = query.get()?.into_inner();
    let question = Question { as_of, known_at, unit, kind, year, ..Question::default() };
    let public = is_public(&caller, &question)?;
    let asked = json!({"list": list, "as_of": question.as_of, "known_at": question.known_at, "unit": question.unit,
        "kind": question.kind, "year": question.year});
    let told = desk.run(move |shop| {
        let (asked, known_at) = question.asked(shop, list)?;
        let asked = Asked { public, ..asked };
        dossier::fill_lists(shop)?;
        let (cells, current_to) = shop.database.read(|conn| {
            let cells = dossier::list_cells(conn, shop, &asked, known_at)?;
            Ok::<_, ApiError>((cells, dossier::lists_current_to(conn, shop)?))
        })?;
        let mut codes: Vec<String> = cells.iter().map(|it| it.list.clone()).collect();
        codes.dedup();
        let of = |code: &str| Sums::of(cells.iter().filter(|it| it.list == code));
        Ok(Statistics {
            as_of: asked.day,
            known_at: utc(asked.known_at),
            current_to: current_to.map(utc),
            all: Sums::of(&cells),
            lists: codes.iter().map(|it| (it.clone(), of(it))).collect(),
            cells: cells.into_iter().map(CellView::from).collect(),
        })
    });
    let asked = recorded::Asked::of(desk.now(), "lists.statistics", Vec::new(), asked);
    recorded::show((&desk, &caller), &request, asked, &told.await?).await
}

/// Figures that somebody tells.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// 与哪一日的记录核对（YYYY-MM-DD），默认今日
    pub as_of: Option<String>,
    /// 是否与逐条记录核对；否则只核对各数之间，默认是
    pub rows: Option<bool>,
    /// 外来数字
    pub claims: Vec<Claim>,
}

/// What is wrong with them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClaimsChecked)]
pub struct Checked {
    /// 核对之日
    pub as_of: NaiveDate,
    /// 是否一致；没有矛盾而有无法核对的，为空
    pub agrees: Option<bool>,
    /// 矛盾之处，与无法核对之处
    pub findings: Vec<Finding>,
}

/// Claims in one request.
const MOST: usize = 200;

/// Holds figures against themselves and against the rows.
#[utoipa::path(
    tag = "名单",
    summary = "核对外来的名单数字",
    description = "部分大于全部、各部分之和大于全部、与逐条记录不符的，一一列出；逐条记录的范围与名单统计相同。查询留痕。",
    params(recorded::Purpose),
    request_body = Claims,
    responses((status = 200, body = Checked)),
    security(("key" = ["unit", "office", "reader", "window"]))
)]
#[post("/lists/statistics/check")]
pub async fn check(
    Asker(caller): Asker,
    desk: Data<Desk>,
    body: Body<Claims>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let Claims { as_of, rows, claims } = body.read()?;
    if claims.is_empty() || claims.len() > MOST {
        return Err(ApiError::BadRequest(format!("claims 应为 1 到 {MOST} 项")));
    }
    let day = as_of.as_deref().map(|it| moment::parse_day("as_of", it)).transpose()?;
    let question = Question { as_of: day.map(|it| it.to_string()), ..Question::default() };
    let public = is_public(&caller, &question)?;
    let asked = json!({"as_of": question.as_of, "claims": claims.len(), "rows": rows != Some(false)});
    let told = desk.run(move |shop| {
        let (asked, _) = question.asked(shop, None)?;
        let asked = Asked { public, ..asked };
        let mut cells = None;
        if rows != Some(false) {
            dossier::fill_lists(shop)?;
            cells = Some(shop.database.read(|conn| dossier::list_cells(conn, shop, &asked, None))?);
        }
        let findings = standing::check(&claims, cells.as_deref());
        Ok(Checked { as_of: asked.day, agrees: standing::agree(&findings), findings })
    });
    let asked = recorded::Asked::of(desk.now(), "lists.claims", Vec::new(), asked);
    recorded::show((&desk, &caller), &request, asked, &told.await?).await
}
