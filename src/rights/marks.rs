//! What cases do to records: the standing is derived from these marks, and from nothing else of a case.

use chrono::NaiveDateTime;

use super::{Case, CaseKind, CaseState};
use crate::record::{Effect, Mark};

/// The marks of cases, as known at a moment; by all that is known when there is none.
#[must_use]
pub fn marks<'c>(cases: impl IntoIterator<Item = &'c Case>, known_at: Option<NaiveDateTime>) -> Vec<Mark> {
    let mut found = Vec::new();
    for case in cases {
        of(case, known_at, &mut found);
    }
    found
}

/// One mark for each stretch of days in which the effect is the same, for each record.
fn of(case: &Case, known_at: Option<NaiveDateTime>, found: &mut Vec<Mark>) {
    let (mut stretches, mut open) = (Vec::new(), None);
    for (step, state) in case.course().take_while(|(step, _)| known_at.is_none_or(|it| step.at <= it)) {
        let now = effect(case.opening.kind, state);
        match open {
            Some((held, _)) if Some(held) == now => {}
            Some((held, from)) => {
                stretches.push((held, from, Some(step.day)));
                open = now.map(|it| (it, step.day));
            }
            None => open = now.map(|it| (it, step.day)),
        }
    }
    stretches.extend(open.map(|(effect, from)| (effect, from, None)));
    // What began and ended on one day held on none.
    for (effect, from, until) in stretches.into_iter().filter(|(_, from, until)| Some(*from) != *until) {
        for key in &case.opening.keys {
            found.push(Mark { case: case.opening.id, key: *key, effect, from, until });
        }
    }
}

/// What a case in a state does to its records.
const fn effect(kind: CaseKind, state: CaseState) -> Option<Effect> {
    match (kind, state) {
        (CaseKind::Repair, CaseState::Granted) | (CaseKind::Shield, CaseState::Completed) => Some(Effect::Repaired),
        (CaseKind::Shield, CaseState::Shielded) => Some(Effect::Shielded),
        (
            CaseKind::Objection,
            CaseState::Filed
            | CaseState::AwaitingPapers
            | CaseState::Forwarded
            | CaseState::Correcting
            | CaseState::Reviewing,
        ) => Some(Effect::Objected),
        _ => None,
    }
}
