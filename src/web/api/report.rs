//! The reports of a delivery: the workbook of its bad rows, and all that is known of it as one JSON document.

use std::fs::File;

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    deliveries::{self, DeliveryView},
    faults::{self, BadRowView},
};
use crate::{
    ingest::{FaultView, Precheck, Workshop},
    record::{Delivery, Doubt},
    report::{BadRow, BadRows, Mark},
    store::doubts,
    web::{
        access::{Caller, Late, Member},
        desk::Desk,
        error::ApiError,
        file_answer,
    },
};

/// Rows read at a time.
const STEP: i64 = 1000;
/// Bad rows in a JSON report; the rest is paged.
const JSON_ROWS: usize = 10_000;

/// The workbook.
#[utoipa::path(
    tag = "报送",
    summary = "疑问数据工作簿",
    description = "只含本批次首次出现且尚未处理的疑问行，问题单元格有底色，行末写明原因与修改建议；改好后可整份再次报送。只有报送单位可下载，因其中含完整的原始数据；信用办只能下载以本单位名义报送的，其他批次请看脱敏的疑问行（doubts）。",
    params(("id" = i64, Path, description = "批次编号")),
    responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
    security(("key" = ["unit", "office"]))
)]
#[get("/deliveries/{id}/report.xlsx")]
pub async fn xlsx(Member(caller): Member, desk: Data<Desk>, id: Late<Path<i64>>) -> Result<HttpResponse, ApiError> {
    let id = id.get()?;
    let id = id.into_inner();
    let file = desk.run(move |shop| workbook(shop, &caller, id)).await?;
    file_answer::answer(file, file_answer::XLSX, &format!("report-{id}.xlsx"))
}

/// Two passes: the headings first, since rows of one delivery may have different columns, then the rows.
fn workbook(shop: &Workshop, caller: &Caller, id: i64) -> Result<File, ApiError> {
    let delivery = shop.database.read(|conn| deliveries::own(conn, caller, id))?;
    if caller.unit != delivery.unit {
        // The cells are as they were delivered, personal numbers included.
        return Err(ApiError::Reserved("工作簿含完整的原始数据，只有报送单位可以下载；请看脱敏的疑问行"));
    }
    let mut headings: Vec<String> = Vec::new();
    each_open(shop, &delivery, &mut |_, cells| {
        for (heading, _) in cells {
            if !headings.contains(&heading) {
                headings.push(heading);
            }
        }
        Ok(())
    })?;
    let mut report = BadRows::begin(&headings).map_err(inside)?;
    each_open(shop, &delivery, &mut |doubt, cells| {
        let faults: Vec<FaultView> = serde_json::from_str(&doubt.faults)?;
        let marks = faults.into_iter().map(mark).collect();
        // Past a sheet's end the rest comes with the next report, when these are corrected.
        let _fits = report.add(&BadRow { row: doubt.row, cells, marks }).map_err(inside)?;
        Ok(())
    })?;
    let mut file = tempfile::tempfile()?;
    report.finish(&mut file).map_err(inside)?;
    Ok(file)
}

fn inside(err: crate::report::ReportError) -> ApiError {
    ApiError::Inside(Box::new(err))
}

fn mark(fault: FaultView) -> Mark {
    let warning = fault.grade != "error";
    Mark { heading: fault.heading, warning, message: fault.message, remedy: fault.remedy }
}

type Cells = Vec<(String, String)>;

/// Every doubt that is new with a delivery and still open, with its cells.
fn each_open(
    shop: &Workshop,
    delivery: &Delivery,
    work: &mut dyn FnMut(&Doubt, Cells) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let mut after = (0, 0);
    loop {
        let found = shop.database.read(|conn| doubts::of_delivery(conn, delivery.id, after, STEP))?;
        let Some((last, _)) = found.last() else { return Ok(()) };
        after = (last.row, last.id);
        for (doubt, sealed) in &found {
            if doubt.state == crate::record::DoubtState::Open {
                work(doubt, shop.open_cells(doubt, sealed)?)?;
            }
        }
    }
}

/// All that is known of a delivery.
#[derive(Debug, Serialize, ToSchema)]
pub struct Report {
    /// 批次
    pub delivery: DeliveryView,
    /// 预检报告：格式、按问题代码的计数、列名问题；尚未读完时为空
    pub survey: Option<Precheck>,
    /// 本批次首次出现的疑问行，最多一万行
    pub rows: Vec<BadRowView>,
    /// 以前报告过又原样报来的疑问行数
    pub known: u64,
    /// 是否因行数过多而未列全；其余用 faults 翻页
    pub truncated: bool,
}

/// The report as JSON.
#[utoipa::path(
    tag = "报送",
    summary = "批次报告（JSON）",
    params(("id" = i64, Path, description = "批次编号")),
    responses((status = 200, body = Report)),
    security(("key" = ["unit", "office"]))
)]
#[get("/deliveries/{id}/report.json")]
pub async fn json(Member(caller): Member, desk: Data<Desk>, id: Late<Path<i64>>) -> Result<HttpResponse, ApiError> {
    let id = id.get()?;
    let report = desk.run(move |shop| whole(shop, &caller, *id)).await?;
    Ok(HttpResponse::Ok().json(report))
}

fn whole(shop: &Workshop, caller: &Caller, id: i64) -> Result<Report, ApiError> {
    shop.database.read(|conn| {
        let delivery = deliveries::own(conn, caller, id)?;
        let n_new = doubts::count_of_delivery(conn, id)?;
        let (mut rows, mut after) = (Vec::new(), (0, 0));
        while rows.len() < JSON_ROWS {
            let found = doubts::of_delivery(conn, id, after, STEP)?;
            let Some((last, _)) = found.last() else { break };
            after = (last.row, last.id);
            for (doubt, _) in &found {
                rows.push(faults::bad_row(doubt)?);
            }
        }
        let survey = delivery.report.as_deref().map(serde_json::from_str).transpose()?;
        let known = faults::known(&delivery, n_new);
        let truncated = rows.len().cast_signed() < isize::try_from(n_new).unwrap_or(isize::MAX);
        Ok(Report { delivery: delivery.into(), survey, rows, known, truncated })
    })
}
