//! What is due (预警), blue, yellow and red: cases, promised materials, designations, correction tasks.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Query},
};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    affairs::{self, Duty, DutyKind},
    record::Urgency,
    web::{
        access::{Dutiful, Late},
        desk::Desk,
        error::ApiError,
        moment,
        paging::{Page, PageQuery, next_link},
    },
};

/// What warnings are narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// 只看由这个单位办理的（信用办）
    pub unit: Option<String>,
    /// 只看这一级：blue、yellow、red
    pub level: Option<String>,
    /// 上一页返回的 `next`；首页不填。
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50。
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

/// What is due.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Duties)]
pub struct Warnings {
    /// 今日（北京时间）
    pub day: NaiveDate,
    /// 各级件数
    pub counts: Counts,
    /// 最紧急的在前
    pub items: Vec<WarningView>,
    /// 下一页的 cursor；没有下一页时为空。
    pub next: Option<String>,
}

/// How many there are of each level, however the list is narrowed to a level.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = DutyCounts)]
pub struct Counts {
    /// 红色
    pub red: usize,
    /// 黄色
    pub yellow: usize,
    /// 蓝色
    pub blue: usize,
}

/// A duty that is due.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyView)]
pub struct WarningView {
    /// 预警类别：case 权益事项、deferral 容缺件、designation 名单认定、correction 更正任务
    pub kind: &'static str,
    /// 级别：blue、yellow、red
    pub level: &'static str,
    /// 级别名称
    pub level_name: &'static str,
    /// 到期日
    pub due_on: NaiveDate,
    /// 距到期日的工作日数；当日为 0，逾期为负
    pub days_left: i64,
    /// 是否逾期
    pub overdue: bool,
    /// 办理单位
    pub unit: String,
    /// 待办何事
    pub title: String,
    /// 对象的地址；更正任务为其清单
    pub href: String,
}

impl From<Duty> for WarningView {
    fn from(it: Duty) -> Self {
        let href = match it.kind {
            DutyKind::Case => format!("/api/v1/cases/{}", it.id),
            DutyKind::Deferral => format!("/api/v1/window/cases/{}", it.id),
            DutyKind::Designation => format!("/api/v1/designations/{}", it.id),
            DutyKind::Correction => "/api/v1/corrections?state=open".to_owned(),
        };
        Self {
            kind: it.kind.as_str(),
            level: it.level.as_str(),
            level_name: it.level.name(),
            due_on: it.due_on,
            days_left: it.days_left,
            overdue: it.overdue,
            unit: it.unit,
            title: it.title,
            href,
        }
    }
}

/// What is due.
#[utoipa::path(
    tag = "权益",
    summary = "到期预警",
    description = "权益事项、容缺件、名单认定、更正任务。按工作日计算，即将到期为蓝色、黄色，当日到期与逾期为红色；时限与界限见规则包。\
        归集单位、窗口只看到由本单位办理的。",
    params(Narrowed),
    responses((status = 200, body = Warnings)),
    security(("key" = ["unit", "window", "office"]))
)]
#[get("/warnings")]
pub async fn list(
    Dutiful(caller): Dutiful,
    desk: Data<Desk>,
    request: HttpRequest,
    query: Late<Query<Narrowed>>,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?.into_inner();
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (limit, after) = (page.limit()?, page.position([i64::MIN; 3])?);
    let level: Option<Urgency> = query.level.as_deref().map(|it| moment::parse_name("level", it)).transpose()?;
    let unit = caller.asking_of(query.unit)?;
    let warnings = desk.run(move |shop| {
        let day = shop.clock.day();
        let found =
            shop.database.read(|conn| Ok::<_, ApiError>(affairs::warnings(conn, shop, unit.as_deref(), day)?))?;
        let count = |level| found.iter().filter(|it| it.level == level).count();
        let counts = Counts { red: count(Urgency::Red), yellow: count(Urgency::Yellow), blue: count(Urgency::Blue) };
        let asked = found.into_iter().filter(|it| level.is_none_or(|level| it.level == level));
        // They stand in the order of their places.
        let beyond = asked.skip_while(|it| place(it) <= after).collect();
        let page = Page::cut(beyond, limit, place).map(WarningView::from);
        Ok(Warnings { day, counts, items: page.items, next: page.next })
    });
    let warnings = warnings.await?;
    let mut answer = HttpResponse::Ok();
    if let Some(next) = &warnings.next {
        answer.insert_header(("Link", next_link(&request, next)));
    }
    Ok(answer.json(warnings))
}

/// Where a duty stands among those that are due: the most urgent day first.
fn place(duty: &Duty) -> [i64; 3] {
    [duty.due_on.num_days_from_ce().into(), duty.kind as i64, duty.id]
}
