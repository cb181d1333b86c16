//! Zero reports (零报告): a period brought nothing to report, and a unit says so.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Data, Query},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ingest::report_nothing,
    quality::reportable,
    store::{units, units::ZeroReport},
    web::{
        access::{Body, Late, Member},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment::utc,
    },
};

/// Nothing to report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {
    /// 资源编码
    pub resource: String,
    /// 期间：2026-11、2026-W47、2026-Q4、2026-H2 或 2026
    pub period: String,
}

/// A zero report as it is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZeroReportView {
    /// 归集单位
    pub unit: String,
    /// 资源编码
    pub resource: String,
    /// 期间
    pub period: String,
    /// 提交者
    pub actor: String,
    /// 提交时间
    pub made_at: DateTime<Utc>,
}

impl From<ZeroReport> for ZeroReportView {
    fn from(it: ZeroReport) -> Self {
        let ZeroReport { unit, resource, period, actor, made_at } = it;
        Self { unit, resource, period, actor, made_at: utc(made_at) }
    }
}

/// Says that a period brought nothing.
#[utoipa::path(
    tag = "报送",
    summary = "提交零报告",
    description = "本期没有可报的数据时提交；重复提交无影响。可带 Idempotency-Key。",
    request_body = Nothing,
    responses((status = 201, body = ZeroReportView), (status = 200, body = ZeroReportView, description = "以前已提交")),
    security(("key" = ["unit", "office"]))
)]
#[post("/zero-reports")]
pub async fn create(
    Member(caller): Member,
    desk: Data<Desk>,
    request: HttpRequest,
    body: Body<Nothing>,
) -> Result<HttpResponse, ApiError> {
    let (Nothing { resource, period: text }, said) = body.said()?;
    let once = Once::of(&request, &caller, &said)?;
    let (catalog, clock) = (&desk.shop().catalog, desk.shop().clock);
    let defined = catalog.get(&resource).ok_or_else(|| ApiError::UnknownResource(resource.clone()))?;
    let period = reportable(defined, &text, clock.day());
    let period = period.map_err(|err| ApiError::BadRequest(err.to_string()))?.to_string();
    let (actor, made_at) = (caller.actor(), clock.now());
    let report = ZeroReport { unit: caller.unit, resource, period, actor, made_at };
    idempotent::write_as(&desk, once, move |conn| {
        let fresh = report_nothing(conn, &report)?;
        Ok((if fresh { StatusCode::CREATED } else { StatusCode::OK }, ZeroReportView::from(report)))
    })
    .await
}

/// Which zero reports.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// 期间
    pub period: String,
}

/// The zero reports of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZeroReports {
    /// 按单位、资源排列
    pub items: Vec<ZeroReportView>,
}

/// The zero reports of a period.
#[utoipa::path(
    tag = "报送",
    summary = "某期间的零报告",
    params(Asked),
    responses((status = 200, body = ZeroReports)),
    security(("key" = ["unit", "office"]))
)]
#[get("/zero-reports")]
pub async fn list(
    Member(caller): Member,
    desk: Data<Desk>,
    query: Late<Query<Asked>>,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?;
    let found = desk.read(move |conn| Ok(units::zero_reports(conn, &query.period)?)).await?;
    let own = caller.own_unit();
    let seen = found.into_iter().filter(|it| own.as_ref().is_none_or(|unit| *unit == it.unit));
    Ok(HttpResponse::Ok().json(ZeroReports { items: seen.map(ZeroReportView::from).collect() }))
}
