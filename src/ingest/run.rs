//! A delivery's way from its bytes to its end, by whichever worker holds the lease.

use std::{
    sync::mpsc::{RecvTimeoutError, sync_channel},
    thread,
};

use chrono::NaiveDateTime;

use super::{
    IngestError, Workshop,
    apply::{Job, apply},
    judge::Stamp,
    precheck::{Precheck, Rules, survey},
    prepare,
    privacy::Looker,
};
use crate::{
    catalog::{Resource, Thresholds},
    ledger::{Event, deeds},
    read::{ReadError, Source},
    record::{Channel, Delivery, Refusal, Tally},
    store::{
        StoreError,
        deliveries::{self, End, Surveyed},
        doubts, ledger, statistics, tallies,
    },
};

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It is being read through for the first time.
    Surveying,
    /// So many rows of so many are taken.
    Taken {
        /// Rows dealt with.
        done: u64,
        /// Rows there are.
        of: u64,
    },
}

/// Leases the next waiting delivery, or the one that is named, and brings it to its end. `None` when nothing waits.
///
/// # Errors
/// What the store or the kept bytes say; the delivery then waits for the next worker and goes on where it stopped.
pub fn work(
    shop: &Workshop,
    worker: &str,
    only: Option<i64>,
    watch: &dyn Fn(Progress),
) -> Result<Option<Delivery>, IngestError> {
    let now = shop.clock.now();
    let Some(id) = shop.database.write_resumable(|conn| deliveries::lease(conn, worker, only, now))? else {
        return Ok(None);
    };
    let done = alive(shop, worker, id, || {
        let delivery = find(shop, id)?;
        let end = bring(shop, worker, &delivery, watch)?;
        let now = shop.clock.now();
        Ok(shop.database.write_resumable(|conn| {
            deliveries::end(conn, id, worker, &end, now)?;
            let tally = tallies::find(conn, id)?.tally;
            ledger::append(conn, &[ended(id, &end, tally, (now, worker))]).map(drop)
        })?)
    });
    if let Err(err) = done {
        // Given back at once, so that nobody has to wait for the lease to lapse.
        let past = shop.clock.now() - deliveries::LEASE;
        shop.database.write_resumable(|conn| deliveries::renew(conn, id, worker, past))?;
        return Err(err);
    }
    let delivery = find(shop, id)?;
    statistics::refresh(&shop.database, delivery.tally.new + delivery.tally.revised);
    Ok(Some(delivery))
}

/// What the ledger is told of a delivery's end: how, and what became of its rows.
fn ended(id: i64, end: &End, tally: Tally, (now, worker): (NaiveDateTime, &str)) -> Event {
    deeds::delivery(id, end.state().as_str(), now, worker)
        .and("rows", tally.rows)
        .and("new", tally.new)
        .and("revised", tally.revised)
        .and("withdrawn", tally.withdrawn)
        .and("rejected", tally.rejected)
}

/// Does the work while another thread gives signs of life, so that a lease may be short and a long survey keep it.
fn alive(
    shop: &Workshop,
    worker: &str,
    id: i64,
    work: impl FnOnce() -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let pause = deliveries::LEASE.to_std().expect("a lease is some seconds") / 3;
    thread::scope(|scope| {
        let (stop, stopped) = sync_channel::<()>(0);
        scope.spawn(move || {
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let until = shop.clock.now() + deliveries::LEASE;
                if let Err(err) = shop.database.write_resumable(|conn| deliveries::renew(conn, id, worker, until)) {
                    tracing::warn!(error = %err, delivery = id, "a lease could not be renewed");
                }
            }
        });
        let done = work();
        drop(stop);
        done
    })
}

fn find(shop: &Workshop, id: i64) -> Result<Delivery, IngestError> {
    shop.database.read(|conn| deliveries::find(conn, id))?.ok_or(IngestError::NotFound("批次"))
}

fn bring(shop: &Workshop, worker: &str, delivery: &Delivery, watch: &dyn Fn(Progress)) -> Result<End, IngestError> {
    let resource =
        shop.catalog.get(&delivery.resource).ok_or_else(|| IngestError::UnknownResource(delivery.resource.clone()))?;
    let rules = Rules { resource: resource.clone(), regions: shop.regions.clone(), day: delivery.day };
    watch(Progress::Surveying);
    let found = match survey(&rules, source(shop, delivery)?, &mut |_| {}) {
        Ok(found) => found,
        Err(err) => return refusal(err),
    };
    shop.database.write_resumable(|conn| deliveries::survey(conn, delivery.id, &surveyed(&found)))?;
    if let Some(end) = stopped(shop, delivery, resource, &found)? {
        return Ok(end);
    }
    take(shop, worker, delivery, &rules, found.rows, watch)?;
    Ok(End::Done)
}

fn source(shop: &Workshop, delivery: &Delivery) -> Result<Box<dyn Source>, IngestError> {
    Ok(Box::new(shop.blobs.read(&delivery.digest)?))
}

/// A file that cannot be read is refused; bytes that cannot be had are a failure of ours.
fn refusal(err: ReadError) -> Result<End, IngestError> {
    match err {
        ReadError::Io(err) => Err(crate::collect::BlobError::Io(err).into()),
        err => Ok(End::Refused(Refusal::Unreadable, err.to_string())),
    }
}

fn surveyed(found: &Precheck) -> Surveyed {
    Surveyed {
        format: Some(found.format.clone()),
        encoding: Some(found.encoding.clone()),
        dialect: Some(found.dialect.clone()),
        surveyed: Some(i64::try_from(found.rows).unwrap_or(i64::MAX)),
        report: Some(serde_json::to_string(found).expect("texts and numbers are JSON")),
        report_hash: Some(found.hash.clone()),
    }
}

/// Whether the survey stands in the way of taking any row.
fn stopped(
    shop: &Workshop,
    delivery: &Delivery,
    resource: &Resource,
    found: &Precheck,
) -> Result<Option<End>, IngestError> {
    if found.headings_refused() {
        let reasons: Vec<&str> =
            found.headings.iter().filter(|it| it.grade == "error").map(|it| it.message.as_str()).collect();
        return Ok(Some(End::Refused(Refusal::Headings, reasons.join("；"))));
    }
    if found.rows == 0 {
        let message = "文件中没有数据行；本期无数据请报送零报告".to_owned();
        return Ok(Some(End::Refused(Refusal::Empty, message)));
    }
    // What a case decides is one row, however many the unit usually sends.
    if delivery.released || delivery.progress > 0 || delivery.channel == Channel::Case {
        return Ok(None);
    }
    let usual = shop.database.read(|conn| deliveries::usual_rows(conn, &delivery.unit, &delivery.resource, USUAL))?;
    Ok(held(resource.thresholds, found.rows, found.rejected, &usual).map(End::Held))
}

/// Deliveries that say what is usual.
const USUAL: i64 = 5;

/// Why a delivery of so many rows, of which so many have faults, is held, if it is.
fn held(thresholds: Thresholds, rows: u64, rejected: u64, usual: &[u64]) -> Option<String> {
    let mut usual = usual.to_vec();
    usual.sort_unstable();
    let median = usual.get(usual.len() / 2).copied().unwrap_or(0);
    if let Some(limit) = thresholds.faults_percent
        && rows >= thresholds.from_rows
        && rejected * 100 > rows * u64::from(limit)
    {
        return Some(format!("{rows} 行中有 {rejected} 行存在错误，超过 {limit}%，暂存待人工确认"));
    }
    if let Some(limit) = thresholds.shrink_percent
        && median >= thresholds.from_rows.max(1)
        && rows * 100 < median * u64::from(limit)
    {
        return Some(format!("本次仅 {rows} 行，不足通常（{median} 行）的 {limit}%，疑似导出不全，暂存待人工确认"));
    }
    None
}

/// Takes the rows from where the delivery stands: one thread reads and checks, this one writes.
fn take(
    shop: &Workshop,
    worker: &str,
    delivery: &Delivery,
    rules: &Rules,
    total: u64,
    watch: &dyn Fn(Progress),
) -> Result<(), IngestError> {
    let source = source(shop, delivery)?;
    let hints = shop.database.read(|conn| doubts::hints(conn, &delivery.unit, &delivery.resource, delivery.id))?;
    let maker = prepare::maker(rules, &shop.keys, &shop.calendar, !hints.is_empty());
    let looker = Looker::new(&shop.packs, &shop.keys, &rules.resource, rules.day);
    watch(Progress::Taken { done: delivery.progress, of: total });
    thread::scope(|scope| {
        let (sender, chunks) = sync_channel(1);
        let reader = scope
            .spawn(move || prepare::run(rules, source, (maker, looker), (delivery.progress, shop.chunk_rows), &sender));
        for chunk in chunks {
            let stamp = Stamp { day: delivery.day, now: shop.clock.now() };
            let job =
                Job { id: delivery.id, unit: &delivery.unit, resource: &rules.resource, worker, hints: &hints, stamp };
            apply(shop, &job, &chunk)?;
            watch(Progress::Taken { done: chunk.to, of: total });
        }
        match reader.join() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(ReadError::Io(err))) => Err(crate::collect::BlobError::Io(err).into()),
            // The survey has read the same bytes to their end.
            Ok(Err(err)) => Err(IngestError::Spoiled(err.to_string())),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The failure of a lease that was lost is no failure of the delivery: another worker has it.
impl IngestError {
    /// Whether another worker went on with the delivery.
    #[must_use]
    pub const fn is_lease_lost(&self) -> bool {
        matches!(self, Self::Store(StoreError::LeaseLost(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_held_for_many_faults_or_for_suddenly_few_rows() {
        let limits = Thresholds { faults_percent: Some(30), shrink_percent: Some(50), from_rows: 100 };
        assert_eq!(held(limits, 1000, 300, &[]), None);
        assert!(held(limits, 1000, 301, &[]).is_some_and(|it| it.contains("301")));
        assert_eq!(held(limits, 99, 99, &[]), None);
        assert_eq!(held(limits, 500, 0, &[1000, 900, 1100]), None);
        assert!(held(limits, 499, 0, &[1000, 900, 1100]).is_some_and(|it| it.contains("1000")));
        assert_eq!(held(Thresholds::default(), 1, 1, &[1000]), None);
    }
}
