//! What the stages work with: the database, the kept bytes, the catalogue, the standards' data and the clock.

use std::sync::Arc;

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, SubsecRound, Utc};

use super::IngestError;
use crate::{
    catalog::{Catalog, Resource},
    collect::Blobs,
    policy::{NamePolicy, Packs},
    record::Doubt,
    seal::Keys,
    standards::{region::Regions, workday::Calendar},
    store::Database,
};

/// Rows in a chunk, which is one transaction. Large chunks touch each index page once for many rows.
pub const CHUNK_ROWS: usize = 40_000;

/// Where the moment comes from: the system, or a fixed moment in tests and replays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The system's clock.
    System,
    /// Always this moment, UTC.
    Fixed(NaiveDateTime),
    /// The system's time of day, on this day in China: leases run on, and what is delivered is of that day.
    On(NaiveDate),
}

impl Clock {
    /// The moment, UTC, to the microsecond that both databases keep.
    #[must_use]
    pub fn now(self) -> NaiveDateTime {
        match self {
            Self::System => Utc::now().naive_utc().trunc_subsecs(6),
            Self::Fixed(moment) => moment,
            Self::On(day) => {
                let now = Self::System.now();
                now + (day - local_day(now))
            }
        }
    }

    /// The day in China.
    #[must_use]
    pub fn day(self) -> NaiveDate {
        local_day(self.now())
    }
}

/// The day in China (UTC+8, no summer time) of a moment in UTC.
#[must_use]
pub fn local_day(moment: NaiveDateTime) -> NaiveDate {
    let east = FixedOffset::east_opt(8 * 3600).expect("eight hours");
    moment.and_utc().with_timezone(&east).date_naive()
}

/// What the stages work with. Cloning shares everything.
#[derive(Clone)]
pub struct Workshop {
    /// The database.
    pub database: Database,
    /// The kept bytes.
    pub blobs: Blobs,
    /// The keys for what is sealed.
    pub keys: Keys,
    /// The resources.
    pub catalog: Arc<Catalog>,
    /// GB/T 2260.
    pub regions: Arc<Regions>,
    /// Working days.
    pub calendar: Arc<Calendar>,
    /// What is done about names that disagree.
    pub names: Arc<NamePolicy>,
    /// The rule packs built into the program and those of the deployment's folders: what is written down at first.
    pub shipped: Arc<Packs>,
    /// The rules in force: what two persons put in force, by whoever made this workshop; the shipped ones until then.
    pub packs: Arc<Packs>,
    /// The clock.
    pub clock: Clock,
    /// Rows taken in one transaction, [`CHUNK_ROWS`] unless a test wants many transactions.
    pub chunk_rows: usize,
}

impl Workshop {
    /// The cells of a doubtful row, heading and text, in the order of its file.
    ///
    /// # Errors
    /// [`IngestError::Spoiled`] when they do not open with this installation's key.
    pub fn open_cells(&self, doubt: &Doubt, sealed: &[u8]) -> Result<Vec<(String, String)>, IngestError> {
        let spoiled = || IngestError::Spoiled(format!("cells of doubt {}", doubt.id));
        let clear = self.keys.open(sealed, &doubt.print).map_err(|_| spoiled())?;
        serde_json::from_slice(&clear).map_err(|_| spoiled())
    }
}

/// The earliest day of a fact that is reported in time on `day`, if the resource has a limit in working days.
///
/// Whether a row is late is then one comparison: deadlines rise with the day of the fact.
#[must_use]
pub fn in_time_from(resource: &Resource, calendar: &Calendar, day: NaiveDate) -> Option<NaiveDate> {
    let limit = resource.duty.working_days?;
    let in_time = |fact: NaiveDate| calendar.add_workdays(fact, u16::from(limit)).day >= day;
    // A limit of n working days spans at most n weeks and the longest holidays.
    let mut earliest = day;
    while let Some(before) = earliest.pred_opt() {
        if !in_time(before) {
            break;
        }
        earliest = before;
    }
    Some(earliest)
}
