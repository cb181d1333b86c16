//! What is due (预警): cases, promises of deferrals, designations and correction tasks whose next step is due soon or late.

mod beside;

use chrono::{Days, NaiveDate};

use super::{
    AffairError,
    scene::{TURN, each, rules_of},
};
use crate::{
    ingest::Workshop,
    policy::rules::{DutyRules, WarningDays},
    record::Urgency,
    rights,
    store::{
        Conn,
        rights::{self as kept, Filter},
    },
};

named! {
    /// What kind of duty is due (预警类别).
    pub enum DutyKind {
        /// 权益事项: repair, objection, shield
        Case = "case",
        /// 容缺件: a material that was promised
        Deferral = "deferral",
        /// 名单认定: notice, hearing, decision, publication, removal
        Designation = "designation",
        /// 更正任务 of the privacy self-check
        Correction = "correction",
    }
}

impl DutyKind {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Case => "权益事项",
            Self::Deferral => "容缺件",
            Self::Designation => "名单认定",
            Self::Correction => "更正任务",
        }
    }
}

/// A duty that is due (待办预警).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// What kind.
    pub kind: DutyKind,
    /// The id of the case, deferral, designation or task.
    pub id: i64,
    /// Whose duty it is.
    pub unit: String,
    /// What is to be done, in Chinese; no personal data.
    pub title: String,
    /// By this day,
    pub due_on: NaiveDate,
    /// in so many working days; negative when it is over.
    pub days_left: i64,
    /// Whether the day is over.
    pub overdue: bool,
    /// How urgent.
    pub level: Urgency,
}

/// The day that is looked from, with the rules of warnings on it.
struct Outlook<'s> {
    shop: &'s Workshop,
    rules: &'s DutyRules,
    today: NaiveDate,
    /// The last day that is looked at.
    horizon: NaiveDate,
}

impl Outlook<'_> {
    /// The duty, if it is urgent enough to be told.
    fn duty(
        &self,
        (kind, id, unit): (DutyKind, i64, &str),
        title: String,
        (due_on, level): (NaiveDate, Option<Urgency>),
    ) -> Option<Duty> {
        let days_left = rights::days_left(due_on, &self.shop.calendar, self.today);
        let (unit, overdue) = (unit.to_owned(), self.today > due_on);
        Some(Duty { kind, id, unit, title, due_on, days_left, overdue, level: level? })
    }

    fn level(&self, due_on: NaiveDate, warning: WarningDays) -> Option<Urgency> {
        let days_left = rights::days_left(due_on, &self.shop.calendar, self.today);
        rights::level(days_left, self.today > due_on, warning)
    }
}

/// The rules of warnings on a day.
fn rules(shop: &Workshop, day: NaiveDate) -> Result<&DutyRules, AffairError> {
    let missing = || AffairError::WrongState("当日没有适用的办理时限与预警规则".to_owned());
    shop.packs.duty(day).next().map(|it| it.1).ok_or_else(missing)
}

/// The duties of a unit, or of all, that are due soon or late on a day, the most urgent first.
///
/// # Errors
/// [`AffairError`].
pub fn warnings(
    conn: &mut Conn,
    shop: &Workshop,
    unit: Option<&str>,
    today: NaiveDate,
) -> Result<Vec<Duty>, AffairError> {
    let rules = rules(shop, today)?;
    let horizon = today.checked_add_days(Days::new(rules.horizon_days.into())).unwrap_or(NaiveDate::MAX);
    let outlook = Outlook { shop, rules, today, horizon };
    let mut duties = cases(conn, &outlook, unit)?;
    duties.extend(beside::deferrals(conn, &outlook, unit)?);
    duties.extend(beside::designations(conn, &outlook, unit)?);
    duties.extend(beside::corrections(conn, &outlook, unit)?);
    duties.sort_by_key(|it| (it.due_on, it.kind, it.id));
    Ok(duties)
}

/// How urgent a case is on a day: by the pack it is decided by, else by the rules of duties.
#[must_use]
pub fn case_level(shop: &Workshop, stored: &kept::Stored, today: NaiveDate) -> Option<Urgency> {
    let due = stored.due_on?;
    let (_, own) = rules_of(shop, &stored.case.opening.rules).ok()?;
    let warning = own.warning.or_else(|| Some(shop.packs.duty(today).next()?.1.warning))?;
    rights::level(rights::days_left(due, &shop.calendar, today), today > due, warning)
}

fn cases(conn: &mut Conn, outlook: &Outlook<'_>, unit: Option<&str>) -> Result<Vec<Duty>, AffairError> {
    let unit = unit.map(str::to_owned);
    let filter = Filter { unit, open: Some(true), due_by: Some(outlook.horizon), ..Filter::default() };
    let mut duties = Vec::new();
    let page = |below| Ok(kept::list(conn, &filter, below, TURN)?);
    each(
        page,
        |it| it.case.opening.id,
        |it| {
            let Some(due_on) = it.due_on else { return Ok(()) };
            let opening = &it.case.opening;
            let (_, own) = rules_of(outlook.shop, &opening.rules)?;
            let title = format!("{}事项 {}：{}", opening.kind.name(), opening.id, it.case.state().name());
            let what = (DutyKind::Case, opening.id, opening.unit.as_str());
            let level = outlook.level(due_on, own.warning.unwrap_or(outlook.rules.warning));
            duties.extend(outlook.duty(what, title, (due_on, level)));
            Ok(())
        },
    )?;
    Ok(duties)
}
