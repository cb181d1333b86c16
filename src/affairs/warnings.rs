//! What is due (预警): cases whose next step is due soon or late. Other kinds of duties have room beside them.

use chrono::NaiveDate;

use super::{AffairError, scene::rules_of};
use crate::{
    ingest::Workshop,
    rights::{self, Case, Level},
    store::{Conn, rights as kept, rights::Filter},
};

named! {
    /// What kind of duty is due (预警类别).
    pub enum DutyKind {
        /// 权益事项: repair, objection, shield
        Case = "case",
    }
}

/// A duty that is due (待办预警).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// What kind.
    pub kind: DutyKind,
    /// The case.
    pub case: Case,
    /// By this day,
    pub due_on: NaiveDate,
    /// in so many working days; negative when it is over.
    pub days_left: i64,
    /// Whether the day is over.
    pub overdue: bool,
    /// How urgent.
    pub level: Level,
}

/// The furthest a blue warning reaches, in calendar days: holidays are the longest gap between working days.
const HORIZON_DAYS: u64 = 45;

/// The duties that are due soon or late on a day, the most urgent first.
///
/// # Errors
/// [`AffairError`].
pub fn warnings(conn: &mut Conn, shop: &Workshop, filter: Filter, today: NaiveDate) -> Result<Vec<Duty>, AffairError> {
    let due_by = today.checked_add_days(chrono::Days::new(HORIZON_DAYS));
    let found = kept::list(conn, &Filter { open: Some(true), due_by, ..filter }, i64::MAX, MOST)?;
    let mut duties = Vec::new();
    for it in found {
        let Some(due_on) = it.due_on else { continue };
        let (_, rules) = rules_of(shop, &it.case.opening.rules)?;
        let days_left = rights::days_left(due_on, &shop.calendar, today);
        let overdue = today > due_on;
        if let Some(level) = rights::level(days_left, overdue, rules.warning) {
            duties.push(Duty { kind: DutyKind::Case, case: it.case, due_on, days_left, overdue, level });
        }
    }
    duties.sort_by_key(|it| (it.due_on, it.case.opening.id));
    Ok(duties)
}

/// Cases looked at: a city has some hundred open at a time.
const MOST: i64 = 10_000;
