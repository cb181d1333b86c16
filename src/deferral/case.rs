//! A case (容缺件): opened from a decision, fulfilled in time, or suspended, resumed or returned.

use chrono::NaiveDate;

use crate::{policy::rules::Gate, record::Urgency, standards::workday::Calendar};

named! {
    /// What a case is (容缺件状态).
    pub enum CaseState {
        /// 补正中
        Open = "open",
        /// 已补齐
        Fulfilled = "fulfilled",
        /// 暂停: the promise is overdue.
        Suspended = "suspended",
        /// 退件: not brought in the time of grace either.
        Returned = "returned",
        /// 撤销: what was promised was false.
        Revoked = "revoked",
    }
}

named! {
    /// A step of a case (环节).
    pub enum StepKind {
        /// 容缺受理
        Opened = "opened",
        /// 延期
        Extended = "extended",
        /// 补齐
        Fulfilled = "fulfilled",
        /// 逾期暂停, with the record of the broken promise
        Suspended = "suspended",
        /// 恢复办理并补齐
        Resumed = "resumed",
        /// 退件
        Returned = "returned",
        /// 撤销（虚假承诺）
        Revoked = "revoked",
    }
}

impl CaseState {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "补正中",
            Self::Fulfilled => "已补齐",
            Self::Suspended => "暂停",
            Self::Returned => "退件",
            Self::Revoked => "撤销",
        }
    }
}

impl StepKind {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "容缺受理",
            Self::Extended => "延期",
            Self::Fulfilled => "补齐",
            Self::Suspended => "逾期暂停",
            Self::Resumed => "恢复办理并补齐",
            Self::Returned => "退件",
            Self::Revoked => "撤销（虚假承诺）",
        }
    }

    /// The state a case is in after such a step.
    #[must_use]
    pub const fn leads_to(self) -> CaseState {
        match self {
            Self::Opened | Self::Extended => CaseState::Open,
            Self::Fulfilled | Self::Resumed => CaseState::Fulfilled,
            Self::Suspended => CaseState::Suspended,
            Self::Returned => CaseState::Returned,
            Self::Revoked => CaseState::Revoked,
        }
    }

    /// The breach such a step finds: from then on the case owes its record.
    #[must_use]
    pub const fn finds(self) -> Option<Breach> {
        match self {
            Self::Suspended => Some(Breach::Overdue),
            Self::Revoked => Some(Breach::FalsePapers),
            Self::Opened | Self::Extended | Self::Fulfilled | Self::Resumed | Self::Returned => None,
        }
    }
}

named! {
    /// How a promise was broken (违诺情形).
    pub enum Breach {
        /// 逾期未补正
        Overdue = "overdue",
        /// 虚假承诺
        FalsePapers = "false_papers",
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The applicant.
    pub subject: i64,
    /// Its id.
    pub id: i64,
    /// Its number, which is the 承诺编码 too.
    pub number: String,
    /// The accepting unit.
    pub unit: String,
    /// The item's code.
    pub item: String,
    /// The pack it was decided by, `id@version`.
    pub pack: String,
    /// The answer that decided it.
    pub answer: i64,
    /// Codes of the missing materials.
    pub missing: Vec<String>,
    /// Opened on.
    pub opened_on: NaiveDate,
    /// The promised day.
    pub due_on: NaiveDate,
    /// What it is.
    pub state: CaseState,
    /// SHA-256 of the promise the applicant signed, when it was shown (承诺书).
    pub signed: Option<[u8; 32]>,
    /// The breach whose record is still to be written.
    pub owes: Option<Breach>,
    /// The delivery with the record of the broken promise.
    pub delivery: Option<i64>,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was done.
    pub kind: StepKind,
    /// On which day.
    pub made_on: NaiveDate,
    /// By whom.
    pub actor: String,
    /// Why, or what with.
    pub note: String,
}

impl Case {
    /// Whether it is neither done nor over: it counts among those that are open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, CaseState::Open | CaseState::Suspended)
    }

    /// Whether its promise is broken and nothing has come since, or the record of the breach is still to be written.
    #[must_use]
    pub fn is_overdue(&self, day: NaiveDate) -> bool {
        match self.state {
            CaseState::Suspended => true,
            CaseState::Open => self.due_on < day,
            CaseState::Fulfilled | CaseState::Returned => self.owes.is_some(),
            CaseState::Revoked => false,
        }
    }

    /// The case after a step to a state, with what it owes since.
    #[must_use]
    pub fn moved(&self, step: StepKind, state: CaseState) -> Self {
        Self { state, owes: step.finds().or(self.owes), ..self.clone() }
    }

    /// The state a step leads to; none when it cannot be taken.
    #[must_use]
    pub fn after(&self, step: StepKind, day: NaiveDate) -> Option<CaseState> {
        let allowed = match (self.state, step) {
            (CaseState::Open, StepKind::Extended | StepKind::Fulfilled | StepKind::Returned) => day <= self.due_on,
            (CaseState::Open, StepKind::Suspended) => self.due_on < day,
            (CaseState::Suspended, StepKind::Resumed | StepKind::Returned) => true,
            (CaseState::Open | CaseState::Suspended | CaseState::Fulfilled, StepKind::Revoked) => true,
            _ => false,
        };
        allowed.then(|| step.leads_to())
    }
}

/// The number of a case, and the code of its promise (承诺编码): region 6, day 8, serial 6.
#[must_use]
pub fn number(region: &str, opened_on: NaiveDate, id: i64) -> String {
    format!("{region}{}{:06}", opened_on.format("%Y%m%d"), id.rem_euclid(1_000_000))
}

/// How urgent a case is on a day.
#[must_use]
pub fn level(case: &Case, gate: &Gate, calendar: &Calendar, day: NaiveDate) -> Option<Urgency> {
    if !case.is_open() {
        return None;
    }
    if case.is_overdue(day) {
        return Some(Urgency::Red);
    }
    match calendar.workdays_between(day, case.due_on).0 {
        left if left <= i64::from(gate.yellow) => Some(Urgency::Yellow),
        left if left <= i64::from(gate.blue) => Some(Urgency::Blue),
        _ => None,
    }
}
