//! The rows behind a figure of quality: deliveries, doubtful rows, records with a limit, late ones, owed periods.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    deliveries::DeliveryView,
    faults::{self, BadRowView},
    figures::OwedView,
    quality,
};
use crate::{
    ingest::{Workshop, in_time_from},
    quality::{Figure, Rules},
    record::Delivery,
    standards::Month,
    store::{Conn, doubts, quality as kept, quality::Behind},
    web::{
        access::{Late, Member},
        desk::Desk,
        error::ApiError,
        moment,
        paging::{self, Page, PageQuery},
    },
};

/// Which figure.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// 指标：delivered 批次、doubtful 未入库的行、timed 有时限的记录、late 迟报的记录、owed 报送期次
    pub figure: String,
    /// 月份（YYYY-MM），默认本月
    pub month: Option<String>,
    /// 只看这个资源
    pub resource: Option<String>,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

/// A row behind a figure; its shape follows from the figure.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum BehindRow {
    /// delivered
    Delivered(Box<DeliveryView>),
    /// doubtful
    Doubtful(DoubtfulRow),
    /// timed、late
    Timed(TimedRow),
    /// owed
    Owed(OwedView),
}

/// A doubtful row and its delivery.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoubtfulRow {
    /// 批次编号
    pub delivery: i64,
    /// 疑问行
    #[serde(flatten)]
    pub row: BadRowView,
}

/// A new record whose resource has a limit in working days.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimedRow {
    /// 批次编号
    pub delivery: i64,
    /// 在文件中的行
    pub row: u64,
    /// 资源编码
    pub resource: String,
    /// 事实发生日
    pub fact_on: NaiveDate,
    /// 截止日
    pub due: NaiveDate,
    /// 报送日
    pub day: NaiveDate,
    /// 是否迟报
    pub late: bool,
}

/// What is asked, understood.
struct Question {
    figure: Figure,
    behind: Behind,
    unit: String,
    /// The delivery the page begins in, and how many rows of it, or which row and doubt, came before.
    from: [i64; 3],
    limit: i64,
}

/// The rows behind a figure of a unit.
#[utoipa::path(
    tag = "质量",
    summary = "某单位某月某指标背后的逐行数据",
    params(("unit" = String, Path, description = "单位编码"), Asked),
    responses((status = 200, body = Page<BehindRow>)),
    security(("key" = ["unit", "office"]))
)]
#[get("/quality/{unit}/rows")]
pub async fn list(
    Member(caller): Member,
    desk: Data<Desk>,
    unit: Late<Path<String>>,
    query: Late<Query<Asked>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (unit, asked) = (unit.get()?.into_inner(), query.get()?.into_inner());
    quality::may_ask(&caller, &unit)?;
    let month = quality::month(desk.shop(), asked.month.as_deref())?;
    let page = PageQuery { cursor: asked.cursor, limit: asked.limit };
    let question = Question {
        figure: moment::parse_name("figure", &asked.figure)?,
        behind: Behind { month, unit: Some(unit.clone()), resource: asked.resource },
        unit,
        from: page.position([0, 0, 0])?,
        limit: page.limit()?,
    };
    let rules = desk.rules();
    let page = desk.run(move |shop| rows(shop, &rules, &question)).await?;
    Ok(page.answer(&request))
}

fn rows(shop: &Workshop, rules: &Rules, question: &Question) -> Result<Page<BehindRow>, ApiError> {
    if question.figure == Figure::Owed {
        return owed(shop, rules, question);
    }
    let mut found: Vec<([i64; 3], BehindRow)> = Vec::new();
    let wanted = usize::try_from(question.limit + 1).unwrap_or(usize::MAX);
    shop.database.read(|conn| {
        // The delivery the last page ended in may have more.
        let mut above = question.from[0] - 1;
        while found.len() < wanted {
            let deliveries = kept::deliveries(conn, &question.behind, above, 1)?;
            let Some(delivery) = deliveries.into_iter().next() else { break };
            above = delivery.id;
            of_delivery((shop, &mut *conn), question, delivery, &mut found)?;
        }
        Ok::<_, ApiError>(())
    })?;
    let page = Page::cut(found, question.limit, |(at, _)| *at);
    Ok(page.map(|(_, row)| row))
}

fn of_delivery(
    (shop, conn): (&Workshop, &mut Conn),
    question: &Question,
    delivery: Delivery,
    found: &mut Vec<([i64; 3], BehindRow)>,
) -> Result<(), ApiError> {
    let id = delivery.id;
    let [begun, row, doubt] = question.from;
    let (row, doubt) = if begun == id { (row, doubt) } else { (0, 0) };
    match question.figure {
        Figure::Delivered if begun == id => {}
        Figure::Delivered => found.push(([id, 0, 0], BehindRow::Delivered(Box::new(delivery.into())))),
        Figure::Doubtful => {
            for (it, _) in doubts::of_delivery(conn, id, (row.unsigned_abs(), doubt), question.limit + 1)? {
                let view = DoubtfulRow { delivery: id, row: faults::bad_row(&it)? };
                found.push(([id, it.row.cast_signed(), it.id], BehindRow::Doubtful(view)));
            }
        }
        Figure::Timed | Figure::Late | Figure::Owed => {
            let rows = timed(shop, conn, &delivery)?;
            let seen = rows.into_iter().filter(|it| it.late || question.figure == Figure::Timed).zip(1_i64..);
            let left = seen.filter(|(_, at)| *at > row);
            found.extend(left.map(|(it, at)| ([id, at, 0], BehindRow::Timed(it))));
        }
    }
    Ok(())
}

fn timed(shop: &Workshop, conn: &mut Conn, delivery: &Delivery) -> Result<Vec<TimedRow>, ApiError> {
    let Some(resource) = shop.catalog.get(&delivery.resource) else { return Ok(Vec::new()) };
    let in_time = in_time_from(resource, &shop.calendar, delivery.day);
    let Some((in_time, days)) = in_time.zip(resource.duty.working_days) else { return Ok(Vec::new()) };
    let row = |version: crate::record::Version| {
        let fact_on = version.fact_on?;
        Some(TimedRow {
            delivery: delivery.id,
            row: version.row,
            resource: version.resource,
            fact_on,
            due: shop.calendar.add_workdays(fact_on, u16::from(days)).day,
            day: delivery.day,
            late: fact_on < in_time,
        })
    };
    Ok(kept::timed(conn, delivery.id)?.into_iter().filter_map(row).collect())
}

fn owed(shop: &Workshop, rules: &Rules, question: &Question) -> Result<Page<BehindRow>, ApiError> {
    let report = quality::report(shop, rules, question.behind.month, Some(&question.unit))?;
    let of = |it: &&crate::quality::Owed| {
        Month::of(it.span.last) == report.month
            && question.behind.resource.as_ref().is_none_or(|code| *code == it.resource)
    };
    let [before, ..] = question.from;
    let rows = report.owed.iter().filter(of).map(|it| BehindRow::Owed(it.into())).zip(1_i64..);
    let left: Vec<(BehindRow, i64)> = rows.filter(|(_, at)| *at > before).collect();
    let page: Page<(BehindRow, i64)> = Page::cut(left, question.limit, |(_, at)| [*at, 0, 0]);
    Ok(paging::Page { items: page.items.into_iter().map(|(row, _)| row).collect(), next: page.next })
}
