//! Zero reports (零报告): a period brought nothing to report, and a unit says so.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json, Query},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::deliveries;
use crate::{
    catalog::Period,
    store::{units, units::ZeroReport},
    web::{
        access::{Late, Member},
        desk::Desk,
        error::ApiError,
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

/// The period a text names, if it is well formed.
fn period(text: &str) -> Option<Period> {
    let Some((year, rest)) = text.split_once('-') else {
        return is_number(text, 4, 2000..=2999).then_some(Period::Year);
    };
    if !is_number(year, 4, 2000..=2999) {
        return None;
    }
    match rest.split_at_checked(1) {
        Some(("W", week)) => is_number(week, 2, 1..=53).then_some(Period::Week),
        Some(("Q", quarter)) => is_number(quarter, 1, 1..=4).then_some(Period::Quarter),
        Some(("H", half)) => is_number(half, 1, 1..=2).then_some(Period::HalfYear),
        _ => is_number(rest, 2, 1..=12).then_some(Period::Month),
    }
}

fn is_number(text: &str, digits: usize, range: std::ops::RangeInclusive<u32>) -> bool {
    text.len() == digits
        && text.bytes().all(|it| it.is_ascii_digit())
        && text.parse::<u32>().is_ok_and(|it| range.contains(&it))
}

/// Says that a period brought nothing.
#[utoipa::path(
    tag = "报送",
    summary = "提交零报告",
    description = "本期没有可报的数据时提交；重复提交无影响。",
    request_body = Nothing,
    responses((status = 201, body = ZeroReportView), (status = 200, body = ZeroReportView, description = "以前已提交")),
    security(("key" = ["unit", "office"]))
)]
#[post("/zero-reports")]
pub async fn create(
    Member(caller): Member,
    desk: Data<Desk>,
    body: Late<Json<Nothing>>,
) -> Result<HttpResponse, ApiError> {
    let body = body.get()?;
    let Nothing { resource, period: text } = body.into_inner();
    deliveries::known(&desk, Some(&resource))?;
    if period(&text).is_none() {
        return Err(ApiError::BadRequest("period 应如 2026-11、2026-W47、2026-Q4、2026-H2 或 2026".to_owned()));
    }
    let (actor, made_at) = (caller.actor(), desk.shop().clock.now());
    let report = ZeroReport { unit: caller.unit, resource, period: text, actor, made_at };
    let kept = report.clone();
    let fresh = desk.write(move |conn| Ok(units::report_zero(conn, &kept)?)).await?;
    let mut answer = if fresh { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(ZeroReportView::from(report)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_week_a_month_a_quarter_a_half_or_a_year() {
        for (text, expected) in [
            ("2026", Some(Period::Year)),
            ("2026-11", Some(Period::Month)),
            ("2026-W47", Some(Period::Week)),
            ("2026-Q4", Some(Period::Quarter)),
            ("2026-H2", Some(Period::HalfYear)),
            ("2026-13", None),
            ("2026-Q5", None),
            ("2026-W54", None),
            ("26-11", None),
            ("2026-", None),
            ("2026-月", None),
            ("", None),
        ] {
            assert_eq!(period(text), expected, "{text}");
        }
    }
}
