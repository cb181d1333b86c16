//! The report of a delivery as files: one JSON document, or the workbook of its bad rows.

use std::io::{Seek, Write};

use serde::Serialize;

use super::JobError;
use crate::{
    ingest::{FaultView, IngestError, Precheck, Workshop},
    record::{Delivery, Doubt, DoubtState},
    report::{BadRow, BadRows, Mark},
    store::doubts,
};

/// Rows read at a time.
const STEP: i64 = 1000;
/// Bad rows and remarks in a JSON report; the counts are of all.
const JSON_ROWS: usize = 10_000;

/// All that is known of a delivery (批次报告). Its field names are a promise.
#[derive(Debug, Serialize)]
pub struct Report {
    delivery: i64,
    unit: String,
    resource: String,
    file_name: String,
    sha256: String,
    day: String,
    state: String,
    message: Option<String>,
    counts: Counts,
    survey: Option<Precheck>,
    rows: Vec<Bad>,
    remarks: Vec<FaultView>,
}

/// Every row, counted once.
#[derive(Debug, Serialize)]
struct Counts {
    rows: u64,
    new: u64,
    revised: u64,
    repeated: u64,
    outdated: u64,
    withdrawn: u64,
    conflicting: u64,
    rejected: u64,
    unlinked: u64,
}

/// A row that was not taken.
#[derive(Debug, Serialize)]
struct Bad {
    doubt: i64,
    row: u64,
    kind: String,
    state: String,
    faults: Vec<FaultView>,
}

/// The report of a delivery.
///
/// # Errors
/// [`JobError`].
pub fn report(shop: &Workshop, delivery: &Delivery) -> Result<Report, JobError> {
    let mut rows = Vec::new();
    each(shop, delivery, &mut |doubt, _| {
        if rows.len() < JSON_ROWS {
            let (kind, state) = (doubt.kind.to_string(), doubt.state.to_string());
            rows.push(Bad { doubt: doubt.id, row: doubt.row, kind, state, faults: faults(doubt)? });
        }
        Ok(())
    })?;
    let limit = i64::try_from(JSON_ROWS).expect("a small number");
    let remarks = shop.database.read(|conn| doubts::remarks(conn, delivery.id, -1, limit))?;
    let remarks = remarks.iter().map(|(_, _, fault)| parse(fault)).collect::<Result<_, _>>()?;
    let it = &delivery.tally;
    Ok(Report {
        delivery: delivery.id,
        unit: delivery.unit.clone(),
        resource: delivery.resource.clone(),
        file_name: delivery.file_name.clone(),
        sha256: delivery.digest.iter().map(|it| format!("{it:02x}")).collect(),
        day: delivery.day.to_string(),
        state: delivery.state.to_string(),
        message: delivery.message.clone(),
        counts: Counts {
            rows: it.rows,
            new: it.new,
            revised: it.revised,
            repeated: it.repeated,
            outdated: it.outdated,
            withdrawn: it.withdrawn,
            conflicting: it.conflicting,
            rejected: it.rejected,
            unlinked: it.unlinked,
        },
        survey: delivery.report.as_deref().map(parse).transpose()?,
        rows,
        remarks,
    })
}

/// Writes the report of a delivery as JSON.
///
/// # Errors
/// [`JobError`].
pub fn json(shop: &Workshop, delivery: &Delivery, mut out: impl Write) -> Result<(), JobError> {
    let report = report(shop, delivery)?;
    serde_json::to_writer_pretty(&mut out, &report).map_err(std::io::Error::from)?;
    Ok(writeln!(out)?)
}

/// Writes the workbook of a delivery's bad rows that are still open. It holds the rows as they were delivered, personal
/// numbers included: it is for the unit that sent them.
///
/// # Errors
/// [`JobError`].
pub fn xlsx(shop: &Workshop, delivery: &Delivery, out: impl Write + Seek + Send) -> Result<(), JobError> {
    let mut headings: Vec<String> = Vec::new();
    each(shop, delivery, &mut |doubt, sealed| {
        if doubt.state == DoubtState::Open {
            note(&mut headings, &shop.open_cells(doubt, sealed)?);
        }
        Ok(())
    })?;
    let mut book = BadRows::begin(&headings)?;
    each(shop, delivery, &mut |doubt, sealed| {
        if doubt.state == DoubtState::Open {
            let cells = shop.open_cells(doubt, sealed)?;
            let marks = faults(doubt)?.into_iter().map(mark).collect();
            // Past a sheet's end the rest comes with the next report, when these are corrected.
            let _fits = book.add(&BadRow { row: doubt.row, cells, marks })?;
        }
        Ok(())
    })?;
    Ok(book.finish(out)?)
}

/// Adds the headings that are not there yet.
pub fn note(headings: &mut Vec<String>, cells: &[(String, String)]) {
    for (heading, _) in cells {
        if !headings.contains(heading) {
            headings.push(heading.clone());
        }
    }
}

/// A fault as a mark at its cell.
#[must_use]
pub fn mark(fault: FaultView) -> Mark {
    let warning = fault.grade != "error";
    Mark { heading: fault.heading, warning, message: fault.message, remedy: fault.remedy }
}

/// What is done with a doubtful row and its sealed cells.
type Work<'w> = dyn FnMut(&Doubt, &[u8]) -> Result<(), JobError> + 'w;

/// Every doubtful row that is new with a delivery.
fn each(shop: &Workshop, delivery: &Delivery, work: &mut Work<'_>) -> Result<(), JobError> {
    let mut after = Default::default();
    loop {
        let found = shop.database.read(|conn| doubts::of_delivery(conn, delivery.id, after, STEP))?;
        let Some((last, _)) = found.last() else { return Ok(()) };
        after = (last.row as _, last.id);
        for (doubt, sealed) in &found {
            work(doubt, sealed)?;
        }
    }
}

fn faults(doubt: &Doubt) -> Result<Vec<FaultView>, JobError> {
    parse(&doubt.faults)
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, JobError> {
    serde_json::from_str(text).map_err(|err| IngestError::Spoiled(err.to_string()).into())
}
