//! The clocks of a case: by which working day the next step is due, and how urgent that is.

use chrono::NaiveDate;

use super::{Case, CaseKind, CaseState, StepKind};
use crate::{
    policy::rules::{RightsRules, WarningDays},
    record::Urgency,
    standards::workday::{Calendar, Deadline},
};

/// The day by which the next step of a case is due; `None` when no clock runs. While the applicant corrects its papers, the
/// clock of the case stands still and that of the applicant runs.
#[must_use]
pub fn due(case: &Case, rules: &RightsRules, calendar: &Calendar) -> Option<Deadline> {
    let filed = case.filing().day;
    let since = |kind| case.step(kind).map_or(filed, |it| it.day);
    let extended = |by: Option<u16>| case.step(StepKind::Extended).and(by).unwrap_or(0);
    let days = |from, count| calendar.add_workdays(from, count);
    let waited = waited(case, calendar);
    match (case.opening.kind, case.state()) {
        (_, CaseState::AwaitingPapers) => {
            Some(days(since(StepKind::CorrectionAsked), rules.correction.as_ref()?.within))
        }
        (CaseKind::Repair, CaseState::Filed) => Some(days(filed, rules.repair.as_ref()?.accept_within + waited)),
        (CaseKind::Repair, CaseState::Accepted) => {
            let it = rules.repair.as_ref()?;
            Some(days(filed, it.answer_within + extended(it.extend_by) + waited))
        }
        (CaseKind::Objection, CaseState::Filed) => Some(days(filed, rules.objection.as_ref()?.forward_within + waited)),
        (CaseKind::Objection, CaseState::Forwarded) => {
            let it = rules.objection.as_ref()?;
            let more = extended(it.extend_by);
            let own = days(since(StepKind::Forwarded), it.answer_within + more);
            Some(it.total_within.map_or(own, |total| sooner(own, days(filed, total + more + waited))))
        }
        (CaseKind::Objection, CaseState::Correcting) => {
            Some(days(since(StepKind::Corrects), rules.objection.as_ref()?.correct_within))
        }
        (CaseKind::Objection, CaseState::Reviewing) => {
            Some(days(since(StepKind::Review), rules.objection.as_ref()?.review_within?))
        }
        (CaseKind::Shield, CaseState::Filed) => Some(days(filed, rules.shield.as_ref()?.decide_within + waited)),
        (CaseKind::Repair | CaseKind::Objection | CaseKind::Shield, _) => None,
    }
}

/// Working days for which the applicant was waited for (补正时间): they are not counted.
fn waited(case: &Case, calendar: &Calendar) -> u16 {
    let taken = |kind| case.step(kind).map(|it| it.day);
    let Some((asked, done)) = taken(StepKind::CorrectionAsked).zip(taken(StepKind::Corrected)) else { return 0 };
    u16::try_from(calendar.workdays_between(asked, done).0).unwrap_or(0)
}

fn sooner(one: Deadline, other: Deadline) -> Deadline {
    if one.day <= other.day { one } else { other }
}

/// Working days left until a day: 0 on the day itself, negative when it is over.
#[must_use]
pub fn days_left(due: NaiveDate, calendar: &Calendar, today: NaiveDate) -> i64 {
    calendar.workdays_between(today, due).0
}

/// How urgent it is with so many working days left; `None` when there is time.
#[must_use]
pub fn level(left: i64, overdue: bool, warning: WarningDays) -> Option<Urgency> {
    if overdue || left <= i64::from(warning.red) {
        Some(Urgency::Red)
    } else if left <= i64::from(warning.yellow) {
        Some(Urgency::Yellow)
    } else if left <= i64::from(warning.blue) {
        Some(Urgency::Blue)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
