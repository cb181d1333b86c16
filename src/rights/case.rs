//! A case (事项): its opening and its steps, folded; a step out of order is refused with the reason.

use chrono::{NaiveDate, NaiveDateTime};

use super::{CaseKind, CaseState, Channel, Ground, StepKind};
use crate::{record::RecordKey, standards::document};

/// The version of the rules a case is decided by (适用规则): those in force on the day of application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesAt {
    /// The pack's id.
    pub id: String,
    /// Its version.
    pub version: u32,
}

/// A record that should be there and is not (遗漏的信息), as the applicant names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The resource it would be of.
    pub resource: String,
    /// The number or name of its document.
    pub document: String,
}

impl Missing {
    /// Whether both are one: the same resource, and the same document however its number is typed.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.resource == other.resource && document::key(&self.document) == document::key(&other.document)
    }
}

/// What a case is about, fixed when it is filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The id.
    pub id: i64,
    /// What is asked for.
    pub kind: CaseKind,
    /// The subject whose records it is about.
    pub subject: i64,
    /// The records, beside the subject; none when one is said to be missing.
    pub keys: Vec<RecordKey>,
    /// The unit that decides: the one that delivered the record.
    pub unit: String,
    /// The rules it is decided by.
    pub rules: RulesAt,
    /// Why, for an objection.
    pub ground: Option<Ground>,
    /// What is missing, where no record can be named.
    pub missing: Option<Missing>,
    /// Where it came in.
    pub channel: Channel,
    /// The unit of the key that filed it.
    pub filed_by: String,
}

/// A step (环节), as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub kind: StepKind,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// On which day in China; what the step does holds from this day.
    pub day: NaiveDate,
    /// Who did it.
    pub actor: String,
    /// Why, or what the applicant says.
    pub reason: String,
    /// On which ground in law, document or ruling.
    pub source: Option<String>,
    /// The delivery that brought the correction.
    pub delivery: Option<i64>,
    /// What the step names: conditions the deciding unit confirms where the records do not say (人工确认的条件), or the
    /// codes of the papers that are asked for (须补正的材料).
    pub named: Vec<String>,
}

/// A step that cannot be taken here (环节次序错误). The display is the Chinese message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutOfOrder {
    /// The case begins with something else than its filing.
    #[error("事项须自提出申请开始")]
    NotFiled,
    /// The state does not allow it.
    #[error("{}事项处于“{}”，不能{}", .kind.name(), .state.name(), .step.name())]
    State {
        /// The kind of the case.
        kind: CaseKind,
        /// Where it stands.
        state: CaseState,
        /// What was tried.
        step: StepKind,
    },
    /// It can be taken once, and was.
    #[error("{}只能一次", .0.name())]
    Twice(StepKind),
    /// It lies before the step before it.
    #[error("环节时间早于上一环节")]
    Backwards,
}

/// A case with all its steps, which are in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it is about.
    pub opening: Opening,
    steps: Vec<Step>,
    /// The state after each step.
    states: Vec<CaseState>,
}

impl Case {
    /// The case of these steps.
    ///
    /// # Errors
    /// [`OutOfOrder`] when they are no case.
    pub fn fold(opening: Opening, steps: Vec<Step>) -> Result<Self, OutOfOrder> {
        let mut rest = steps.into_iter();
        let first = rest.next().filter(|it| it.kind == StepKind::Filed).ok_or(OutOfOrder::NotFiled)?;
        let mut case = Self { opening, steps: vec![first], states: vec![CaseState::Filed] };
        for step in rest {
            case.take(step)?;
        }
        Ok(case)
    }

    /// Takes a step.
    ///
    /// # Errors
    /// [`OutOfOrder`]; then the case is as it was.
    pub fn take(&mut self, step: Step) -> Result<CaseState, OutOfOrder> {
        let state = self.after(step.kind)?;
        if self.last().at > step.at || self.last().day > step.day {
            return Err(OutOfOrder::Backwards);
        }
        self.steps.push(step);
        self.states.push(state);
        Ok(state)
    }

    /// The state a step would bring.
    ///
    /// # Errors
    /// [`OutOfOrder`].
    pub fn after(&self, step: StepKind) -> Result<CaseState, OutOfOrder> {
        let (kind, state) = (self.opening.kind, self.state());
        let next = next(kind, state, step).ok_or(OutOfOrder::State { kind, state, step })?;
        let once = matches!(step, StepKind::Extended | StepKind::Review | StepKind::CorrectionAsked);
        if once && self.step(step).is_some() { Err(OutOfOrder::Twice(step)) } else { Ok(next) }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> CaseState {
        self.states[self.states.len() - 1]
    }

    /// Each step with the state it brought.
    pub fn course(&self) -> impl Iterator<Item = (&Step, CaseState)> {
        self.steps.iter().zip(self.states.iter().copied())
    }

    /// The steps in their order; at least the filing.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The filing.
    #[must_use]
    pub fn filing(&self) -> &Step {
        &self.steps[0]
    }

    /// The last step.
    #[must_use]
    pub fn last(&self) -> &Step {
        &self.steps[self.steps.len() - 1]
    }

    /// The last step of a kind.
    #[must_use]
    pub fn step(&self, kind: StepKind) -> Option<&Step> {
        self.steps.iter().rev().find(|it| it.kind == kind)
    }

    /// The case as it was known at a moment; `None` before it was filed.
    #[must_use]
    pub fn at(&self, moment: NaiveDateTime) -> Option<Self> {
        let known = self.steps.iter().take_while(|it| it.at <= moment).count();
        let (steps, states) = (self.steps[..known].to_vec(), self.states[..known].to_vec());
        (known > 0).then(|| Self { opening: self.opening.clone(), steps, states })
    }
}

/// What a step leads to.
const fn next(kind: CaseKind, state: CaseState, step: StepKind) -> Option<CaseState> {
    use {CaseState as State, StepKind as Step};
    let next = match (kind, state, step) {
        (_, State::Filed | State::AwaitingPapers, Step::Refused) => State::Refused,
        (_, State::Filed, Step::CorrectionAsked) => State::AwaitingPapers,
        (_, State::AwaitingPapers, Step::Corrected) => State::Filed,
        (_, State::Filed | State::AwaitingPapers, Step::Retracted)
        | (CaseKind::Repair, State::Accepted, Step::Retracted)
        | (CaseKind::Objection, State::Forwarded | State::Reviewing, Step::Retracted) => State::Retracted,
        (CaseKind::Repair, State::Filed, Step::Accepted) | (CaseKind::Repair, State::Accepted, Step::Extended) => {
            State::Accepted
        }
        (CaseKind::Repair, State::Accepted, Step::Granted) => State::Granted,
        (CaseKind::Repair, State::Accepted, Step::Denied) => State::Denied,
        (CaseKind::Repair, State::Granted, Step::Reversed)
        | (CaseKind::Shield, State::Shielded | State::Completed, Step::Reversed) => State::Reversed,
        (CaseKind::Objection, State::Filed, Step::Forwarded)
        | (CaseKind::Objection, State::Forwarded, Step::Extended) => State::Forwarded,
        (CaseKind::Objection, State::Forwarded | State::Reviewing, Step::Corrects) => State::Correcting,
        (CaseKind::Objection, State::Forwarded | State::Reviewing | State::Correcting, Step::Withdraws) => {
            State::Withdrawn
        }
        (CaseKind::Objection, State::Forwarded | State::Reviewing, Step::Keeps) => State::Kept,
        (CaseKind::Objection, State::Correcting, Step::Closed) => State::Corrected,
        (CaseKind::Objection, State::Kept, Step::Review) => State::Reviewing,
        (CaseKind::Shield, State::Filed, Step::Shielded) => State::Shielded,
        (CaseKind::Shield, State::Shielded, Step::Completed) => State::Completed,
        (CaseKind::Shield, State::Shielded, Step::Failed) => State::Failed,
        _ => return None,
    };
    Some(next)
}

#[cfg(test)]
mod tests;
