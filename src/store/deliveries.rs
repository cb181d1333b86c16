//! Deliveries: their claim on the digest, their lease, their progress and their end.

mod ending;

use chrono::{Duration, NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{
    Conn, StoreError,
    schema::{batch, delivery, tally},
    tallies,
};
use crate::record::{Channel, Delivery, DeliveryState};

pub use ending::{End, discard, end, release};

/// How long a lease holds without a sign of life; its worker gives one every third of it.
pub const LEASE: Duration = Duration::seconds(30);

/// A delivery about to be kept.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = delivery, treat_none_as_default_value = false)]
pub struct NewDelivery {
    /// The id, from [`super::counters`].
    pub id: i64,
    /// The unit.
    pub unit: String,
    /// The resource.
    pub resource: String,
    /// The version of the resource's definition.
    pub resource_version: i32,
    /// SHA-256 of the bytes.
    pub digest: Vec<u8>,
    /// Unit, resource and digest in one: the same bytes twice make one delivery.
    pub claim: Option<String>,
    /// The channel's name.
    pub source: String,
    /// The file's name.
    pub file_name: String,
    /// Bytes.
    pub size: i64,
    /// The state's name.
    pub state: String,
    /// Released from being held.
    pub released: bool,
    /// The local day.
    pub day: NaiveDate,
    /// UTC.
    pub received_at: NaiveDateTime,
    /// Rows dealt with.
    pub progress: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = delivery)]
struct Stored {
    id: i64,
    unit: String,
    resource: String,
    digest: Vec<u8>,
    source: String,
    file_name: String,
    size: i64,
    format: Option<String>,
    encoding: Option<String>,
    dialect: Option<String>,
    state: String,
    released: bool,
    day: NaiveDate,
    received_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    surveyed: Option<i64>,
    progress: i64,
    report: Option<String>,
    report_hash: Option<String>,
    refusal: Option<String>,
    message: Option<String>,
}

impl Stored {
    fn into_delivery(self, tally: crate::record::Tally) -> Result<Delivery, StoreError> {
        Ok(Delivery {
            id: self.id,
            unit: self.unit,
            resource: self.resource,
            digest: self.digest.as_slice().try_into().map_err(|_| StoreError::Spoiled {
                place: "delivery.digest",
                value: format!("{} bytes", self.digest.len()),
            })?,
            channel: self.source.parse()?,
            file_name: self.file_name,
            size: self.size.unsigned_abs(),
            format: self.format,
            encoding: self.encoding,
            dialect: self.dialect,
            state: self.state.parse()?,
            released: self.released,
            day: self.day,
            received_at: self.received_at,
            ended_at: self.ended_at,
            surveyed: self.surveyed.map(i64::unsigned_abs),
            progress: self.progress.unsigned_abs(),
            report: self.report,
            report_hash: self.report_hash,
            refusal: self.refusal.map(|it| it.parse()).transpose()?,
            message: self.message,
            tally,
        })
    }
}

/// Keeps a delivery unless its claim is taken; says the id that holds the claim and whether that is this one.
///
/// # Errors
/// [`StoreError`].
pub fn claim(conn: &mut Conn, new: &NewDelivery) -> Result<(i64, bool), StoreError> {
    let n = on_either!(conn, conn => diesel::insert_into(delivery::table)
        .values(new)
        .on_conflict_do_nothing()
        .execute(conn))?;
    if n == 1 {
        tallies::start(conn, new.id)?;
        return Ok((new.id, true));
    }
    let holder = delivery::table.filter(delivery::claim.eq(&new.claim)).select(delivery::id).first(conn)?;
    Ok((holder, false))
}

/// The delivery with an id.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Delivery>, StoreError> {
    let stored: Option<Stored> = delivery::table.find(id).select(Stored::as_select()).first(conn).optional()?;
    match stored {
        None => Ok(None),
        Some(stored) => {
            let counted = tallies::find(conn, id)?;
            stored.into_delivery(counted.tally).map(Some)
        }
    }
}

/// What a list of deliveries is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this unit's.
    pub unit: Option<String>,
    /// Only of this resource.
    pub resource: Option<String>,
    /// Only in this state.
    pub state: Option<DeliveryState>,
    /// Received from this moment (UTC) on,
    pub since: Option<NaiveDateTime>,
    /// and before that one.
    pub before: Option<NaiveDateTime>,
}

/// Deliveries, the latest first, below an id.
///
/// # Errors
/// [`StoreError`].
pub fn list(conn: &mut Conn, filter: &Filter, below: i64, limit: i64) -> Result<Vec<Delivery>, StoreError> {
    let mut query = delivery::table.select(Stored::as_select()).filter(delivery::id.lt(below)).into_boxed();
    if let Some(unit) = &filter.unit {
        query = query.filter(delivery::unit.eq(unit));
    }
    if let Some(resource) = &filter.resource {
        query = query.filter(delivery::resource.eq(resource));
    }
    if let Some(state) = filter.state {
        query = query.filter(delivery::state.eq(state.as_str()));
    }
    if let Some(since) = filter.since {
        query = query.filter(delivery::received_at.ge(since));
    }
    if let Some(before) = filter.before {
        query = query.filter(delivery::received_at.lt(before));
    }
    let stored: Vec<Stored> = query.order(delivery::id.desc()).limit(limit).load(conn)?;
    let tallies = tallies::of(conn, &stored.iter().map(|it| it.id).collect::<Vec<_>>())?;
    stored
        .into_iter()
        .map(|it| {
            let tally = tallies.get(&it.id).map_or_else(Default::default, |it| it.tally);
            it.into_delivery(tally)
        })
        .collect()
}

/// The last deliveries of a unit and resource that were taken whole, latest first: their row counts are what is usual.
///
/// # Errors
/// [`StoreError`].
pub fn usual_rows(conn: &mut Conn, unit: &str, resource: &str, limit: i64) -> Result<Vec<u64>, StoreError> {
    let rows: Vec<i64> = delivery::table
        .inner_join(tally::table.on(tally::delivery.eq(delivery::id)))
        .filter(delivery::unit.eq(unit))
        .filter(delivery::resource.eq(resource))
        .filter(delivery::state.eq(DeliveryState::Done.as_str()))
        .filter(delivery::source.ne(Channel::Case.as_str()))
        .order(delivery::id.desc())
        .select(tally::n_rows)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(i64::unsigned_abs).collect())
}

/// Takes the lease on a delivery that waits, or whose worker has gone silent. `only` narrows it to one delivery.
///
/// # Errors
/// [`StoreError`].
pub fn lease(conn: &mut Conn, worker: &str, only: Option<i64>, now: NaiveDateTime) -> Result<Option<i64>, StoreError> {
    let Some(id) = waiting(conn, only, now)? else { return Ok(None) };
    diesel::update(delivery::table.find(id))
        .set((
            delivery::state.eq(DeliveryState::Working.as_str()),
            delivery::lease_by.eq(worker),
            delivery::lease_until.eq(now + LEASE),
        ))
        .execute(conn)?;
    // What an earlier worker had begun and not committed is nothing.
    diesel::delete(batch::table.filter(batch::delivery.eq(id)).filter(batch::is_open.eq(true))).execute(conn)?;
    Ok(Some(id))
}

/// On PostgreSQL the row is locked and rows locked by others are passed over; SQLite has one writer anyway.
fn waiting(conn: &mut Conn, only: Option<i64>, now: NaiveDateTime) -> Result<Option<i64>, StoreError> {
    let lapsed = delivery::lease_until.is_null().or(delivery::lease_until.assume_not_null().lt(now));
    let waits = delivery::state
        .eq(DeliveryState::Received.as_str())
        .or(delivery::state.eq(DeliveryState::Working.as_str()).and(lapsed));
    let wanted = delivery::id.ge(only.unwrap_or(i64::MIN)).and(delivery::id.le(only.unwrap_or(i64::MAX)));
    let query = delivery::table.filter(waits).filter(wanted).select(delivery::id).order(delivery::id).limit(1);
    Ok(match conn {
        Conn::Sqlite(conn) => query.first(conn).optional()?,
        Conn::Postgres(conn) => query.for_update().skip_locked().first(conn).optional()?,
    })
}

/// Notes that the delivery went on from `from` to `to` rows, and renews the lease, if it is still this worker's.
///
/// # Errors
/// [`StoreError::LeaseLost`] when another worker has it: the caller's transaction must not commit.
pub fn advance(conn: &mut Conn, id: i64, worker: &str, step: Step) -> Result<(), StoreError> {
    let n = diesel::update(delivery::table.find(id))
        .filter(delivery::lease_by.eq(worker))
        .filter(delivery::state.eq(DeliveryState::Working.as_str()))
        .filter(delivery::progress.eq(step.from))
        .set((delivery::progress.eq(step.to), delivery::lease_until.eq(step.now + LEASE)))
        .execute(conn)?;
    if n == 1 { Ok(()) } else { Err(StoreError::LeaseLost(id)) }
}

/// A step of [`advance`].
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Rows dealt with before,
    pub from: i64,
    /// and now.
    pub to: i64,
    /// The moment, UTC.
    pub now: NaiveDateTime,
}

/// Renews a lease that is still this worker's; `until` in the past gives it back.
///
/// # Errors
/// [`StoreError`].
pub fn renew(conn: &mut Conn, id: i64, worker: &str, until: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(delivery::table.find(id))
        .filter(delivery::lease_by.eq(worker))
        .filter(delivery::state.eq(DeliveryState::Working.as_str()))
        .set(delivery::lease_until.eq(until))
        .execute(conn)?;
    Ok(())
}

/// Lets every lease lapse: for an operator who knows that all workers are dead.
///
/// # Errors
/// [`StoreError`].
pub fn lapse_all(conn: &mut Conn, now: NaiveDateTime) -> Result<usize, StoreError> {
    let working = delivery::table.filter(delivery::state.eq(DeliveryState::Working.as_str()));
    Ok(diesel::update(working).set(delivery::lease_until.eq(now - Duration::seconds(1))).execute(conn)?)
}

/// What the survey found, kept before a row is stored.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = delivery)]
pub struct Surveyed {
    /// The format.
    pub format: Option<String>,
    /// The encoding.
    pub encoding: Option<String>,
    /// The dialect.
    pub dialect: Option<String>,
    /// Rows.
    pub surveyed: Option<i64>,
    /// The report (JSON).
    pub report: Option<String>,
    /// Its hash.
    pub report_hash: Option<String>,
}

/// Keeps what the survey found.
///
/// # Errors
/// [`StoreError`].
pub fn survey(conn: &mut Conn, id: i64, surveyed: &Surveyed) -> Result<(), StoreError> {
    diesel::update(delivery::table.find(id)).set(surveyed).execute(conn)?;
    Ok(())
}
