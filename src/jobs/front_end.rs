//! Pulling a front-end database (前置库抽取): page by page, each a delivery like any other; the position moves on only
//! when the delivery has been taken.
//!
//! Before a page is delivered its bounds are written down, so that a pull that was killed asks for the same rows again:
//! they are the same bytes, and the same delivery.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{JobError, bring_to_end};
use crate::{
    collect::front_end::{FrontEnd, PulledRow, lines},
    ingest::{self, Arrival, Workshop},
    record::{Channel, Delivery, DeliveryState},
    store::{
        front_end::{From, Opened, Table, open},
        marks,
    },
};

/// How far a pull has come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Position {
    /// Rows up to this value of the cursor were taken.
    after: Option<String>,
    /// SHA-256 of the rows with exactly that value: another row may still get the same one.
    tied: String,
    /// The end of a page that was begun.
    until: Option<String>,
}

/// Bytes a page may have.
const PAGE_LIMIT: u64 = 4 << 30;

/// Pulls what is new, telling `each` delivery.
///
/// # Errors
/// [`JobError::Refused`] when the table is not as configured or a delivery is refused; the position stays then.
pub fn pull(
    shop: &Workshop,
    source: &FrontEnd,
    worker: &str,
    each: &mut dyn FnMut(&Delivery) -> Result<(), JobError>,
) -> Result<(), JobError> {
    let mut table = table(source)?;
    let n_lost = table.without_cursor()?;
    if n_lost > 0 {
        tracing::warn!(source = source.name, n_lost, "rows without a value of the cursor column are never pulled");
    }
    let mut position = position(shop, source)?;
    while let Some((from_tied, until)) = next_page(&mut table, source, &position)? {
        position.until = Some(until.clone());
        keep(shop, source, &position)?;
        let from = match (&position.after, from_tied) {
            (None, _) => From::Start,
            (Some(after), true) => From::At(after),
            (Some(after), false) => From::After(after),
        };
        let rows = rows(&mut table, from, &until)?;
        if !rows.is_empty() {
            let delivery = deliver(shop, source, worker, &lines(&table.columns(), &rows))?;
            each(&delivery)?;
            if delivery.state == DeliveryState::Refused {
                let reason = delivery.message.unwrap_or_default();
                return Err(JobError::Refused(format!(
                    "前置库 {} 的批次 {} 被拒收：{reason}",
                    source.name, delivery.id
                )));
            }
        }
        let tied = tied(&mut table, &until)?;
        position = Position { after: Some(until), tied, until: None };
        keep(shop, source, &position)?;
    }
    Ok(())
}

/// Forgets the position: the next pull begins at the first row. What was taken is found to be repeated.
///
/// # Errors
/// [`JobError`].
pub fn reset(shop: &Workshop, source: &FrontEnd) -> Result<(), JobError> {
    keep(shop, source, &Position::default())
}

/// Whether the page begins with the tied rows, and where it ends; `None` when nothing is new.
fn next_page(table: &mut Table, source: &FrontEnd, position: &Position) -> Result<Option<(bool, String)>, JobError> {
    let from = position.after.as_deref().map_or(From::Start, From::After);
    let until = match &position.until {
        Some(until) => Some(until.clone()),
        None => table.boundary(from, source.page_rows)?,
    };
    let Some(after) = &position.after else { return Ok(until.map(|it| (false, it))) };
    let tied_changed = tied(table, after)? != position.tied;
    Ok(match until {
        Some(until) => Some((tied_changed, until)),
        None if tied_changed => Some((true, after.clone())),
        None => None,
    })
}

/// What tells whether the rows of one cursor value are still those that were taken.
fn tied(table: &mut Table, at: &str) -> Result<String, JobError> {
    let rows = rows(table, From::At(at), at)?;
    let digest = Sha256::digest(lines(&table.columns(), &rows));
    Ok(digest.iter().map(|it| format!("{it:02x}")).collect())
}

fn rows(table: &mut Table, from: From<'_>, until: &str) -> Result<Vec<PulledRow>, JobError> {
    let rows = table.page(from, until)?;
    Ok(rows.into_iter().map(|(cursor, values)| PulledRow { cursor, values }).collect())
}

fn table(source: &FrontEnd) -> Result<Table, JobError> {
    match open(&source.url, &source.table.quoted(), source.table.last(), &source.cursor)? {
        Opened::Table(table) => Ok(*table),
        Opened::NoTable => {
            let name = source.table.quoted();
            Err(JobError::Refused(format!("前置库 {}：没有表或视图 {name}，或无权读取", source.name)))
        }
        Opened::NoColumn(known) => {
            let (name, cursor, known) = (&source.name, &source.cursor, known.join("、"));
            Err(JobError::Refused(format!("前置库 {name}：没有游标列 {cursor}，现有列：{known}")))
        }
    }
}

fn deliver(shop: &Workshop, source: &FrontEnd, worker: &str, bytes: &[u8]) -> Result<Delivery, JobError> {
    let stored = shop.blobs.keep(&mut &bytes[..], PAGE_LIMIT)?;
    let arrival = Arrival {
        unit: source.unit.clone(),
        resource: source.resource.clone(),
        channel: Channel::FrontEnd,
        file_name: format!("{}.jsonl", source.name),
        stored,
    };
    let receipt = ingest::deliver(shop, &arrival)?;
    bring_to_end(shop, worker, receipt.delivery, &|_| {})
}

fn mark(source: &FrontEnd) -> String {
    format!("front_end/{}", source.name)
}

fn position(shop: &Workshop, source: &FrontEnd) -> Result<Position, JobError> {
    let kept = shop.database.read(|conn| marks::position(conn, &mark(source)))?;
    let Some(text) = kept else { return Ok(Position::default()) };
    serde_json::from_str(&text).map_err(|err| ingest::IngestError::Spoiled(err.to_string()).into())
}

fn keep(shop: &Workshop, source: &FrontEnd, position: &Position) -> Result<(), JobError> {
    let text = serde_json::to_string(position).expect("texts are JSON");
    let now = shop.clock.now();
    Ok(shop.database.write_again(|conn| marks::put(conn, &mark(source), &text, now))?)
}
