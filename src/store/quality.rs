//! What the report of a month is made from, and the rows behind its figures.

use std::collections::BTreeMap;

use chrono::{FixedOffset, NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{
    Conn, StoreError, batches, records,
    schema::{delivery, doubt, unit, zero_report},
    tallies,
};
use crate::{
    quality::{Activity, Known, OpenDoubts, Reporting, earliest},
    record::{Delivery, DeliveryState, DoubtState, RecordState, Version},
    standards::Month,
};

/// What is known for the report of a month, of one unit or of all.
///
/// # Errors
/// [`StoreError`].
pub fn known(conn: &mut Conn, month: Month, only: Option<&str>) -> Result<Known, StoreError> {
    let units: Vec<(String, String)> = unit::table.select((unit::code, unit::name)).order(unit::code).load(conn)?;
    Ok(Known {
        units: units.into_iter().collect(),
        activities: activities(conn, month, only)?,
        reporting: reporting(conn, earliest(month), only)?,
        doubts: open_doubts(conn, only)?,
    })
}

/// A unit and a resource.
type Pair = (String, String);

fn activities(conn: &mut Conn, month: Month, only: Option<&str>) -> Result<Vec<Activity>, StoreError> {
    let mut query = delivery::table
        .filter(delivery::day.ge(month.first_day()))
        .filter(delivery::day.le(month.last_day()))
        .select((delivery::unit, delivery::resource, delivery::id, delivery::state))
        .order(delivery::id)
        .into_boxed();
    if let Some(only) = only {
        query = query.filter(delivery::unit.eq(only));
    }
    let rows: Vec<(String, String, i64, String)> = query.load(conn)?;
    let mut by: BTreeMap<Pair, Activity> = BTreeMap::new();
    // SQLite takes 32,766 values a statement.
    for part in rows.chunks(10_000) {
        let counts = tallies::of(conn, &part.iter().map(|it| it.2).collect::<Vec<_>>())?;
        for (unit, resource, id, state) in part {
            let it = by.entry((unit.clone(), resource.clone())).or_default();
            it.deliveries += 1;
            it.refused += u64::from(state.parse::<DeliveryState>()? == DeliveryState::Refused);
            if let Some(counted) = counts.get(id) {
                it.tally.add(&counted.tally);
                it.timed += counted.timed;
                it.late += counted.late;
            }
        }
    }
    Ok(by.into_iter().map(|((unit, resource), it)| Activity { unit, resource, ..it }).collect())
}

/// Who delivered or stated what, on which days from `from` on; the first day of all is of all time.
fn reporting(conn: &mut Conn, from: NaiveDate, only: Option<&str>) -> Result<BTreeMap<Pair, Reporting>, StoreError> {
    let accepted = delivery::state.ne(DeliveryState::Refused.as_str());
    let first: Vec<(String, String, Option<NaiveDate>)> = delivery::table
        .filter(accepted)
        .group_by((delivery::unit, delivery::resource))
        .select((delivery::unit, delivery::resource, diesel::dsl::min(delivery::day)))
        .load(conn)?;
    let days: Vec<(String, String, NaiveDate)> = delivery::table
        .filter(accepted)
        .filter(delivery::day.ge(from))
        .select((delivery::unit, delivery::resource, delivery::day))
        .distinct()
        .order((delivery::unit, delivery::resource, delivery::day))
        .load(conn)?;
    let zeros: Vec<(String, String, String, NaiveDateTime)> = zero_report::table
        .select((zero_report::unit, zero_report::resource, zero_report::period, zero_report::made_at))
        .order((zero_report::unit, zero_report::resource, zero_report::period))
        .load(conn)?;
    let mut by: BTreeMap<Pair, Reporting> = BTreeMap::new();
    for (unit, resource, day) in first {
        by.entry((unit, resource)).or_default().since = day;
    }
    for (unit, resource, day) in days {
        by.entry((unit, resource)).or_default().days.push(day);
    }
    for (unit, resource, period, at) in zeros {
        let (it, day) = (by.entry((unit, resource)).or_default(), local_day(at));
        it.since = Some(it.since.map_or(day, |since| since.min(day)));
        it.zeros.insert(period, day);
    }
    by.retain(|(unit, _), _| only.is_none_or(|it| it == unit));
    Ok(by)
}

fn open_doubts(conn: &mut Conn, only: Option<&str>) -> Result<Vec<OpenDoubts>, StoreError> {
    let mut query = doubt::table
        .filter(doubt::state.eq(DoubtState::Open.as_str()))
        .group_by((doubt::unit, doubt::resource))
        .select((doubt::unit, doubt::resource, diesel::dsl::count_star(), diesel::dsl::min(doubt::made_at)))
        .into_boxed();
    if let Some(only) = only {
        query = query.filter(doubt::unit.eq(only));
    }
    let mut rows: Vec<(String, String, i64, Option<NaiveDateTime>)> = query.load(conn)?;
    rows.sort();
    let found = rows.into_iter().filter_map(|(unit, resource, count, oldest)| {
        Some(OpenDoubts { unit, resource, count: count.unsigned_abs(), oldest: local_day(oldest?) })
    });
    Ok(found.collect())
}

/// The day in China of a moment in UTC.
fn local_day(moment: NaiveDateTime) -> NaiveDate {
    let east = FixedOffset::east_opt(8 * 3600).expect("eight hours");
    moment.and_utc().with_timezone(&east).date_naive()
}

/// Whose rows behind a figure are wanted.
#[derive(Debug, Clone)]
pub struct Behind {
    /// The month of the deliveries.
    pub month: Month,
    /// Only this unit's.
    pub unit: Option<String>,
    /// Only of this resource.
    pub resource: Option<String>,
}

/// The deliveries of a month, by id, after a position: the figures are the sums of their counts.
///
/// # Errors
/// [`StoreError`].
pub fn deliveries(conn: &mut Conn, behind: &Behind, after: i64, limit: i64) -> Result<Vec<Delivery>, StoreError> {
    let mut query = delivery::table
        .filter(delivery::day.ge(behind.month.first_day()))
        .filter(delivery::day.le(behind.month.last_day()))
        .filter(delivery::id.gt(after))
        .select(delivery::id)
        .order(delivery::id)
        .limit(limit)
        .into_boxed();
    if let Some(unit) = &behind.unit {
        query = query.filter(delivery::unit.eq(unit));
    }
    if let Some(resource) = &behind.resource {
        query = query.filter(delivery::resource.eq(resource));
    }
    let ids: Vec<i64> = query.load(conn)?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(super::deliveries::find(conn, id)?);
    }
    Ok(found)
}

/// The records that are new with a delivery and have a day of the fact: those its lateness is counted over.
///
/// # Errors
/// [`StoreError`].
pub fn timed(conn: &mut Conn, delivery: i64) -> Result<Vec<Version>, StoreError> {
    let is_timed = |it: &Version| it.revision == 1 && it.state == RecordState::InForce && it.fact_on.is_some();
    let mut found = Vec::new();
    for block in batches::of(conn, delivery)? {
        found.extend(records::by_id_range(conn, block.first - 1, block.last)?);
        found.extend(records::formers_by_id_range(conn, block.first - 1, block.last)?);
    }
    found.retain(|it| it.delivery == delivery && is_timed(it));
    found.sort_by_key(|it| (it.row, it.id));
    Ok(found)
}
