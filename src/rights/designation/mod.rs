//! A designation (名单认定): its opening and its steps, folded; a step that the rules of the list do not allow is refused.
//!
//! 国办发〔2020〕49号第八条: notice first, then the decision by the body the list names. A rule only ever proposes.

mod duty;
mod kinds;
mod marks;
mod rule;

use chrono::{NaiveDate, NaiveDateTime};

pub use duty::Waiting;
pub use kinds::{Removal, State, StepKind};
pub use marks::marks;
pub use rule::{Refused, Scene};

use crate::policy::rules::ListKind;

/// What a designation is about, fixed when it is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The id.
    pub id: i64,
    /// The list's code.
    pub list: String,
    /// What the list means: a red list has a way of its own.
    pub kind: ListKind,
    /// The subject.
    pub subject: i64,
    /// The unit whose case it is; empty for a candidate that the office has yet to assign to one.
    pub unit: String,
    /// The rule that proposed it, `pack@version#rule`; `None` when a person did.
    pub rule: Option<String>,
    /// The versions of the records that led here.
    pub records: Vec<i64>,
}

/// A document of a step (文书): its number, and the bytes that were kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// 文号
    pub number: String,
    /// SHA-256 of the bytes.
    pub digest: [u8; 32],
}

/// A step (环节), as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub kind: StepKind,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// On which day in China; terms run from this day.
    pub day: NaiveDate,
    /// Who did it.
    pub actor: String,
    /// Why, or what was said.
    pub reason: String,
    /// The document.
    pub document: Option<Document>,
    /// Until when the entry lasts, inclusive, if the decision says so.
    pub until: Option<NaiveDate>,
    /// Why the entry ends.
    pub removal: Option<Removal>,
}

/// A designation with all its steps, which are in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Designation {
    /// What it is about.
    pub opening: Opening,
    steps: Vec<Step>,
    /// The state after each step.
    states: Vec<State>,
}

impl Designation {
    /// The designation of these steps.
    ///
    /// # Errors
    /// [`Refused::NotProposed`], [`Refused::Order`] or [`Refused::Backwards`] when they are none.
    pub fn fold(opening: Opening, steps: Vec<Step>) -> Result<Self, Refused> {
        let mut rest = steps.into_iter();
        let first = rest.next().filter(|it| it.kind == StepKind::Proposed).ok_or(Refused::NotProposed)?;
        let mut folded = Self { opening, steps: vec![first], states: vec![State::Proposed] };
        for step in rest {
            folded.add(step)?;
        }
        Ok(folded)
    }

    /// Takes a step, if the rules of the list allow it now.
    ///
    /// # Errors
    /// [`Refused`]; then it is as it was.
    pub fn take(&mut self, step: Step, scene: &Scene<'_>) -> Result<State, Refused> {
        let state = self.state();
        if !step.kind.is_of_the_unit() {
            return Err(Refused::Order { state, step: step.kind });
        }
        self.after(step.kind)?;
        rule::allow(self, &step, scene)?;
        self.add(step)
    }

    /// Takes a step that follows from a case of repair.
    ///
    /// # Errors
    /// [`Refused`]; then it is as it was.
    pub fn follow(&mut self, step: Step) -> Result<State, Refused> {
        if step.kind.follows() { self.add(step) } else { Err(Refused::Order { state: self.state(), step: step.kind }) }
    }

    /// Gives it to a unit that may designate, while nobody has begun with it.
    ///
    /// # Errors
    /// [`Refused`]; then it is as it was.
    pub fn assign(&mut self, unit: &str, step: Step, scene: &Scene<'_>) -> Result<State, Refused> {
        if step.kind != StepKind::Assigned {
            return Err(Refused::Order { state: self.state(), step: step.kind });
        }
        self.after(step.kind)?;
        rule::allow(self, &step, scene)?;
        unit.clone_into(&mut self.opening.unit);
        self.add(step)
    }

    fn add(&mut self, step: Step) -> Result<State, Refused> {
        let state = self.after(step.kind)?;
        if self.last().at > step.at || self.last().day > step.day {
            return Err(Refused::Backwards);
        }
        self.steps.push(step);
        self.states.push(state);
        Ok(state)
    }

    /// The state a step would bring.
    ///
    /// # Errors
    /// [`Refused::Order`].
    pub fn after(&self, step: StepKind) -> Result<State, Refused> {
        let state = self.state();
        let twice = step == StepKind::Consented && self.step(step).is_some();
        if (state, step) == (State::Repaired, StepKind::Restored) {
            return Ok(self.before_repair());
        }
        next(self.opening.kind, state, step).filter(|_| !twice).ok_or(Refused::Order { state, step })
    }

    /// Where it stood before it was repaired.
    fn before_repair(&self) -> State {
        let mut states = self.states.iter().rev().copied();
        states.find(|it| *it != State::Repaired).unwrap_or(State::Published)
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.states[self.states.len() - 1]
    }

    /// The steps in their order; at least the proposal.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Each step with the state it brought.
    pub fn course(&self) -> impl Iterator<Item = (&Step, State)> {
        self.steps.iter().zip(self.states.iter().copied())
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

    /// The designation as it was known at a moment; `None` before it was proposed.
    #[must_use]
    pub fn at(&self, moment: NaiveDateTime) -> Option<Self> {
        let known = self.steps.iter().take_while(|it| it.at <= moment).count();
        let (steps, states) = (self.steps[..known].to_vec(), self.states[..known].to_vec());
        (known > 0).then(|| Self { opening: self.opening.clone(), steps, states })
    }
}

/// What a step leads to. A red list is made public before it is decided; any other is notified to the party.
const fn next(kind: ListKind, state: State, step: StepKind) -> Option<State> {
    use {State as S, StepKind as K};
    let is_red = matches!(kind, ListKind::Red);
    let next = match (is_red, state, step) {
        (_, S::Proposed, K::Assigned) => S::Proposed,
        (true, S::Proposed, K::Publicised) => S::Publicised,
        (true, S::Publicised, K::Objected) => S::Objected,
        (true, S::Objected, K::Heard) | (false, S::Notified | S::Heard, K::Heard) => S::Heard,
        (false, S::Proposed, K::Notified) => S::Notified,
        (false, S::Notified, K::Waived) => S::Waived,
        (false, S::Notified | S::Heard | S::Waived, K::Consented) => state,
        (true, S::Publicised | S::Heard, K::Designated)
        | (false, S::Notified | S::Heard | S::Waived, K::Designated) => S::Designated,
        (_, S::Designated, K::Published) => S::Published,
        (_, S::Designated | S::Published, K::Repaired) => S::Repaired,
        (_, S::Designated | S::Published | S::Repaired, K::Removed) => S::Removed,
        (_, S::Proposed | S::Publicised | S::Objected | S::Notified | S::Heard | S::Waived, K::Dropped) => S::Dropped,
        _ => return None,
    };
    Some(next)
}

#[cfg(test)]
mod tests;
