//! What the rules of a list ask of a step beyond its order: who, with which document, and not before which day.

use chrono::{Datelike, Months, NaiveDate};

use super::{Designation, Removal, State, Step, StepKind};
use crate::{
    policy::rules::{ListKind, ListRule},
    record::SubjectKind,
    standards::{
        LONG_TERM, OPEN_END, document,
        workday::{Calendar, Deadline},
    },
};

/// Under what a step is taken.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'s> {
    /// The list, by the rules in force on the day.
    pub rule: &'s ListRule,
    /// Working days.
    pub calendar: &'s Calendar,
    /// The name of the unit that acts.
    pub body: &'s str,
    /// What the subject is.
    pub kind: SubjectKind,
    /// When a person was born, as far as the document number says.
    pub born: Option<NaiveDate>,
}

/// A step that cannot be taken (不能办理的原因). The display is the Chinese message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It begins with something else than its proposal.
    #[error("名单认定须自提出开始")]
    NotProposed,
    /// The state does not allow it.
    #[error("名单认定处于“{}”，不能{}", .state.name(), .step.name())]
    Order {
        /// Where it stands.
        state: State,
        /// What was tried.
        step: StepKind,
    },
    /// It lies before the step before it.
    #[error("环节日期早于上一环节")]
    Backwards,
    /// The unit is not named for the list.
    #[error("“{body}”不是{list}的认定机关（{allowed}）")]
    NotDesignator {
        /// The unit's name.
        body: String,
        /// The list's name.
        list: String,
        /// Who is.
        allowed: String,
    },
    /// The list is not for such subjects.
    #[error("{0}不适用于此类主体")]
    WrongSubject(String),
    /// The person is too young, or how old is not known.
    #[error("未满{age}周岁或者年龄不明的自然人不得列入{list}")]
    Minor {
        /// The least age, in years.
        age: u16,
        /// The list's name.
        list: String,
    },
    /// Its document is missing.
    #[error("{}须有文书：文号和文件", .0.name())]
    NoDocument(StepKind),
    /// Why is missing.
    #[error("{}须写明理由", .0.name())]
    NoReason(StepKind),
    /// A term runs.
    #[error("{what}至 {} 届满，届满前不得{}", .until.day, .step.name())]
    Early {
        /// What runs.
        what: &'static str,
        /// Its last day.
        until: Deadline,
        /// What was tried.
        step: StepKind,
    },
    /// The body above has not consented.
    #[error("认定前须经上一级机关同意")]
    NoConsent,
    /// A removal says why.
    #[error("移出须写明事由")]
    NoGround,
    /// The entry lasts longer.
    #[error("名单期限至 {0}，尚未届满")]
    TermRuns(NaiveDate),
    /// The entry has no end by itself.
    #[error("名单没有期限，不能以期限届满移出")]
    NoTerm,
    /// Repair is asked for too early.
    #[error("{0} 起才可以提前移出")]
    TooSoon(NaiveDate),
    /// Repair without a decision, on a list that knows of no earlier removal.
    #[error("该名单没有提前移出的规定，须先经信用修复决定")]
    NotRepaired,
    /// There is no leaving a list of dishonesty.
    #[error("该名单不能退出，只能因期限届满、信用修复或者认定决定被撤销移出")]
    NoExit,
    /// What is brought is not the document that revoked this decision, or does not say so.
    #[error("以认定决定被撤销移出的，须以撤销该决定的文书为据（不能是原认定决定），并在理由中写明被撤销的文号“{0}”")]
    NotRevoked(String),
    /// The entry would last longer than the list allows.
    #[error("期限超过名单规定的期限，最迟 {0}")]
    TooLong(NaiveDate),
    /// The entry would end before it begins.
    #[error("期限早于认定日期")]
    EndsBefore,
}

pub(super) fn allow(so_far: &Designation, step: &Step, scene: &Scene<'_>) -> Result<(), Refused> {
    complete(step)?;
    if so_far.opening.kind != ListKind::Red || step.kind != StepKind::Objected {
        scene.acts()?;
    }
    match step.kind {
        StepKind::Designated => designate(so_far, step, scene),
        StepKind::Removed => remove(so_far, step, scene),
        _ => Ok(()),
    }
}

/// What a step has to bring.
fn complete(step: &Step) -> Result<(), Refused> {
    if step.kind.needs_document() && step.document.as_ref().is_none_or(|it| it.number.trim().is_empty()) {
        return Err(Refused::NoDocument(step.kind));
    }
    if step.reason.trim().is_empty() { Err(Refused::NoReason(step.kind)) } else { Ok(()) }
}

impl Scene<'_> {
    /// Whether the unit may act in this list, and the subject be on it.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn acts(&self) -> Result<(), Refused> {
        if !self.rule.names_designator(self.body) {
            let (body, list) = (self.body.to_owned(), self.rule.name.clone());
            return Err(Refused::NotDesignator { body, list, allowed: self.rule.designators.join("、") });
        }
        if self.rule.subjects.contains(&self.kind) {
            Ok(())
        } else {
            Err(Refused::WrongSubject(self.rule.name.clone()))
        }
    }

    /// Whether the person, if it is one, is old enough on a day.
    fn of_age(&self, day: NaiveDate) -> Result<(), Refused> {
        let (SubjectKind::Person, age @ 1..) = (self.kind, self.rule.min_age.unwrap_or(0)) else { return Ok(()) };
        // The age is reached on the birthday itself.
        let is_of_age = self.born.is_some_and(|it| {
            let (years, least) = (day.year() - it.year(), i32::from(age));
            years > least || (years == least && (day.month(), day.day()) >= (it.month(), it.day()))
        });
        if is_of_age { Ok(()) } else { Err(Refused::Minor { age, list: self.rule.name.clone() }) }
    }
}

fn designate(so_far: &Designation, step: &Step, scene: &Scene<'_>) -> Result<(), Refused> {
    scene.of_age(step.day)?;
    if step.until.is_some_and(|it| it < step.day) {
        return Err(Refused::EndsBefore);
    }
    // 长期 is no longer term than the list's own: it says that the rules say when.
    if let (Some(until), Some(last)) = (decided_end(step), by_rule(step.day, scene.rule))
        && last < until
    {
        return Err(Refused::TooLong(last));
    }
    if scene.rule.consent_above && so_far.step(StepKind::Consented).is_none() {
        return Err(Refused::NoConsent);
    }
    let running = |kind, days: Option<u16>| {
        let since = so_far.step(kind)?.day;
        let until = scene.calendar.add_workdays(since, days?);
        (step.day <= until.day).then_some(until)
    };
    let waived = so_far.state() == State::Waived;
    let notice = running(StepKind::Notified, scene.rule.notice_working_days).filter(|_| !waived);
    let shown = running(StepKind::Publicised, scene.rule.publicise_working_days);
    match (notice, shown) {
        (Some(until), _) => Err(Refused::Early { what: "陈述申辩期限", until, step: step.kind }),
        (None, Some(until)) => Err(Refused::Early { what: "公示期", until, step: step.kind }),
        (None, None) => Ok(()),
    }
}

fn remove(so_far: &Designation, step: &Step, scene: &Scene<'_>) -> Result<(), Refused> {
    let entered = so_far.step(StepKind::Designated).map_or(step.day, |it| it.day);
    match step.removal.ok_or(Refused::NoGround)? {
        Removal::TermOver => match until(so_far, scene.rule) {
            None => Err(Refused::NoTerm),
            Some(last) if step.day <= last => Err(Refused::TermRuns(last)),
            Some(_) => Ok(()),
        },
        Removal::Repaired => {
            let from = scene.rule.early_removal_months.and_then(|it| entered.checked_add_months(Months::new(it)));
            match from {
                // What a case of repair has granted is not looked at a second time.
                _ if so_far.state() == State::Repaired => Ok(()),
                None => Err(Refused::NotRepaired),
                Some(from) if step.day < from => Err(Refused::TooSoon(from)),
                Some(_) => Ok(()),
            }
        }
        Removal::Revoked if so_far.opening.kind == ListKind::Serious => revoked(so_far, step),
        Removal::Revoked => Ok(()),
        // What nobody has to earn may be left; from a list of dishonesty it would be a way round term and repair.
        Removal::Exit => match so_far.opening.kind {
            ListKind::Red | ListKind::Watch => Ok(()),
            ListKind::Serious | ListKind::Executed | ListKind::Abnormal | ListKind::Unconfirmed => Err(Refused::NoExit),
        },
    }
}

/// Whether the step brings another document than the decision's, and cites the decision it revokes: else any paper would be a
/// way round term and repair.
fn revoked(so_far: &Designation, step: &Step) -> Result<(), Refused> {
    let Some(decided) = so_far.step(StepKind::Designated).and_then(|it| it.document.as_ref()) else { return Ok(()) };
    let number = document::key(&decided.number);
    let is_other =
        step.document.as_ref().is_some_and(|it| it.digest != decided.digest && document::key(&it.number) != number);
    if is_other && document::key(&step.reason).contains(&number) {
        Ok(())
    } else {
        Err(Refused::NotRevoked(decided.number.clone()))
    }
}

/// The last day of the entry: as the decision says, else by the rules.
#[must_use]
pub(super) fn until(designation: &Designation, rule: &ListRule) -> Option<NaiveDate> {
    let decided = designation.step(StepKind::Designated)?;
    decided_end(decided).or_else(|| by_rule(decided.day, rule))
}

/// The last day a decision says; none where it says 长期.
fn decided_end(step: &Step) -> Option<NaiveDate> {
    step.until.filter(|it| !matches!(*it, OPEN_END | LONG_TERM))
}

/// The last day of an entry of a day, by the term of its list.
fn by_rule(entered: NaiveDate, rule: &ListRule) -> Option<NaiveDate> {
    entered.checked_add_months(Months::new(rule.term_months?))
}

impl Designation {
    /// The last day of the entry, inclusive; `None` while there is none, or when it is open.
    #[must_use]
    pub fn until(&self, rule: &ListRule) -> Option<NaiveDate> {
        until(self, rule)
    }

    /// Since when a red list's proposal is public, and the last day on which anybody may object; `None` when it is not, or
    /// no longer.
    #[must_use]
    pub fn open_to_objections(
        &self,
        rule: &ListRule,
        calendar: &Calendar,
        today: NaiveDate,
    ) -> Option<(NaiveDate, Deadline)> {
        if self.opening.kind != ListKind::Red || !self.state().is_open() {
            return None;
        }
        let since = self.step(StepKind::Publicised)?.day;
        let until = calendar.add_workdays(since, rule.publicise_working_days?);
        (since <= today && today <= until.day).then_some((since, until))
    }

    /// The last day of the term that runs, of notice or publicity: until then nothing can be decided.
    #[must_use]
    pub fn clock(&self, rule: &ListRule, calendar: &Calendar) -> Option<Deadline> {
        let (kind, days) = match self.state() {
            State::Notified | State::Heard if self.opening.kind != ListKind::Red => {
                (StepKind::Notified, rule.notice_working_days)
            }
            State::Publicised | State::Objected | State::Heard => (StepKind::Publicised, rule.publicise_working_days),
            _ => return None,
        };
        Some(calendar.add_workdays(self.step(kind)?.day, days?))
    }
}
