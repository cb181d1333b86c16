//! What a designation waits for, and by when: the next step of its unit, in working days.

use chrono::NaiveDate;

use super::{Designation, State, Step};
use crate::{
    policy::rules::{DesignationTerms, ListRule},
    standards::workday::Calendar,
};

named! {
    /// What the unit of a designation has to do next (待办环节).
    pub enum Waiting {
        /// 告知，红名单为认定前公示
        Begin = "begin",
        /// 核实异议
        Verify = "verify",
        /// 作出决定
        Decide = "decide",
        /// 公布
        Publish = "publish",
        /// 移出并公布退出
        Remove = "remove",
    }
}

impl Waiting {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begin => "应告知或公示",
            Self::Verify => "应核实异议",
            Self::Decide => "应作出决定",
            Self::Publish => "应公布",
            Self::Remove => "应移出并公布退出",
        }
    }
}

impl Designation {
    /// What it waits for and the last day for it; `None` when nothing is due. A candidate that a rule has proposed waits
    /// for nobody until a unit takes it up.
    #[must_use]
    pub fn due(
        &self,
        rule: Option<&ListRule>,
        terms: &DesignationTerms,
        calendar: &Calendar,
    ) -> Option<(Waiting, NaiveDate)> {
        let last: &Step = self.last();
        let (waiting, from, within) = match self.state() {
            State::Proposed if self.opening.rule.is_some() => return None,
            State::Proposed => (Waiting::Begin, last.day, terms.begin_within),
            State::Objected => {
                let own = rule.and_then(|it| it.objection_working_days);
                (Waiting::Verify, last.day, own.unwrap_or(terms.verify_within))
            }
            State::Notified | State::Heard | State::Waived | State::Publicised => {
                // Nothing can be decided while the party may speak.
                let clock = rule.and_then(|it| self.clock(it, calendar)).map(|it| it.day);
                (Waiting::Decide, clock.map_or(last.day, |it| it.max(last.day)), terms.decide_within)
            }
            State::Designated => (Waiting::Publish, last.day, terms.publish_within),
            State::Published => (Waiting::Remove, self.until(rule?)?, terms.remove_within),
            State::Repaired => (Waiting::Remove, last.day, terms.remove_within),
            State::Removed | State::Dropped => return None,
        };
        Some((waiting, calendar.add_workdays(from, within).day))
    }
}
