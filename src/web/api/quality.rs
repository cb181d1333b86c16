//! The quality of reporting (数据质量): figures of units by month, the ranking, and what is due soon or late.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::figures::{FiguresView, LineView, OwedView, ShareView, WarningView};
use crate::{
    ingest::Workshop,
    quality::{self, Measure, Report, Rules},
    standards::Month,
    store,
    web::{
        access::{Caller, Late, Member},
        conditional::{self, Keep},
        desk::Desk,
        error::ApiError,
    },
};

/// Which month.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// 月份（YYYY-MM），默认本月
    pub month: Option<String>,
}

/// The report of a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct QualityReport {
    /// 月份
    pub month: String,
    /// 判断之日：未处理疑问、期次情况以此日为准
    pub today: NaiveDate,
    /// 各单位合计
    pub units: Vec<LineView>,
    /// 总计
    pub total: FiguresView,
}

/// The report of a month for one unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitReport {
    /// 月份
    pub month: String,
    /// 判断之日
    pub today: NaiveDate,
    /// 合计；本月无报送亦无期次时为空
    pub total: Option<LineView>,
    /// 按资源
    pub lines: Vec<LineView>,
    /// 本月到期的报送期次
    pub owed: Vec<OwedView>,
    /// 预警
    pub warnings: Vec<WarningView>,
}

/// The month that is asked for, or that of today.
pub(super) fn month(shop: &Workshop, text: Option<&str>) -> Result<Month, ApiError> {
    match text {
        None => Ok(Month::of(shop.clock.day())),
        Some(text) => text.parse().map_err(|_| ApiError::BadRequest("month 应如 2026-11".to_owned())),
    }
}

/// The report of a month, of one unit or of all.
pub(super) fn report(shop: &Workshop, rules: &Rules, month: Month, unit: Option<&str>) -> Result<Report, ApiError> {
    let known = shop.database.read(|conn| store::quality::known(conn, month, unit))?;
    let measure = Measure { rules, calendar: &shop.calendar, today: shop.clock.day() };
    Ok(quality::report(&known, &shop.catalog, month, measure))
}

/// A unit asks about itself, the office about any.
pub(super) fn may_ask(caller: &Caller, unit: &str) -> Result<(), ApiError> {
    if caller.own_unit().is_none_or(|own| own == unit) { Ok(()) } else { Err(ApiError::NotFound("单位")) }
}

/// The figures of a month.
#[utoipa::path(
    tag = "质量",
    summary = "某月各单位的报送质量",
    description = "合规率＝（上报−疑问−冲突）÷上报；迟报率＝超过规定工作日才报送的新增记录÷有时限的新增记录；按报送日归月。归集单位只看到本单位。",
    params(Asked),
    responses((status = 200, body = QualityReport)),
    security(("key" = ["unit", "office"]))
)]
#[get("/quality")]
pub async fn all(
    Member(caller): Member,
    desk: Data<Desk>,
    query: Late<Query<Asked>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let month = month(desk.shop(), query.get()?.month.as_deref())?;
    let rules = desk.rules();
    let report = desk.run(move |shop| report(shop, &rules, month, caller.own_unit().as_deref())).await?;
    let view = QualityReport {
        month: month.to_string(),
        today: report.today,
        units: report.units.iter().map(LineView::from).collect(),
        total: (&report.total).into(),
    };
    conditional::json(&request, Keep::Nobody, &view)
}

/// The figures of a unit.
#[utoipa::path(
    tag = "质量",
    summary = "某月某单位的报送质量，按资源",
    params(("unit" = String, Path, description = "单位编码"), Asked),
    responses((status = 200, body = UnitReport)),
    security(("key" = ["unit", "office"]))
)]
#[get("/quality/{unit}")]
pub async fn of_unit(
    Member(caller): Member,
    desk: Data<Desk>,
    unit: Late<Path<String>>,
    query: Late<Query<Asked>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (unit, month) = (unit.get()?.into_inner(), month(desk.shop(), query.get()?.month.as_deref())?);
    may_ask(&caller, &unit)?;
    let rules = desk.rules();
    let report = desk.run(move |shop| {
        shop.database.read(|conn| store::units::find(conn, &unit))?.ok_or(ApiError::NotFound("单位"))?;
        report(shop, &rules, month, Some(&unit))
    });
    conditional::json(&request, Keep::Nobody, &unit_report(&report.await?))
}

fn unit_report(report: &Report) -> UnitReport {
    let in_month = report.owed.iter().filter(|it| Month::of(it.span.last) == report.month);
    UnitReport {
        month: report.month.to_string(),
        today: report.today,
        total: report.units.first().map(LineView::from),
        lines: report.lines.iter().map(LineView::from).collect(),
        owed: in_month.map(OwedView::from).collect(),
        warnings: report.warnings.iter().map(WarningView::from).collect(),
    }
}

/// A place in the ranking.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceView {
    /// 名次；指标相同的并列
    pub place: usize,
    /// 单位编码
    pub unit: String,
    /// 单位名称
    pub unit_name: String,
    /// 漏报期次
    pub missed: u64,
    /// 合规率
    pub compliance: ShareView,
    /// 及时率
    pub timeliness: ShareView,
}

/// The ranking of a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ranking {
    /// 月份
    pub month: String,
    /// 依次比较漏报、合规率、及时率
    pub items: Vec<PlaceView>,
}

/// The ranking.
#[utoipa::path(
    tag = "质量",
    summary = "某月的单位排名",
    description = "依次比较漏报、合规率、及时率，不加权；各单位均可查看。",
    params(Asked),
    responses((status = 200, body = Ranking)),
    security(("key" = ["unit", "office"]))
)]
#[get("/quality/ranking")]
pub async fn ranking(
    _member: Member,
    desk: Data<Desk>,
    query: Late<Query<Asked>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let month = month(desk.shop(), query.get()?.month.as_deref())?;
    let rules = desk.rules();
    let report = desk.run(move |shop| report(shop, &rules, month, None)).await?;
    let places = report.ranking.iter().map(|it| PlaceView {
        place: it.place,
        unit: it.line.unit.clone(),
        unit_name: it.line.unit_name.clone(),
        missed: it.line.figures.missed,
        compliance: it.line.figures.compliance().into(),
        timeliness: it.line.figures.timeliness().into(),
    });
    conditional::json(&request, Keep::Nobody, &Ranking { month: month.to_string(), items: places.collect() })
}

/// What is due soon or late.
#[derive(Debug, Serialize, ToSchema)]
pub struct Warnings {
    /// 判断之日
    pub today: NaiveDate,
    /// 最紧急的在前
    pub items: Vec<WarningView>,
}

/// The warnings.
#[utoipa::path(
    tag = "质量",
    summary = "到期与逾期预警",
    description = "归集单位只看到本单位。",
    params(Asked),
    responses((status = 200, body = Warnings)),
    security(("key" = ["unit", "office"]))
)]
#[get("/quality/warnings")]
pub async fn warnings(
    Member(caller): Member,
    desk: Data<Desk>,
    query: Late<Query<Asked>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let month = month(desk.shop(), query.get()?.month.as_deref())?;
    let rules = desk.rules();
    let report = desk.run(move |shop| report(shop, &rules, month, caller.own_unit().as_deref())).await?;
    let items = report.warnings.iter().map(WarningView::from).collect();
    conditional::json(&request, Keep::Nobody, &Warnings { today: report.today, items })
}
