//! The rules of a pack of kind `duty` (办理时限与预警): by when steps nobody else sets a term for are due, and when somebody
//! is warned.

use serde::Deserialize;

use super::WarningDays;
use crate::{catalog::Catalog, policy::Rules};

/// 办理时限与预警. Terms are working days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyRules {
    /// The furthest a warning reaches, in calendar days: longer than a blue warning with the longest holidays in it.
    pub horizon_days: u16,
    /// When somebody is warned, where the rules of the matter do not say.
    pub warning: WarningDays,
    /// 名单认定
    pub designation: DesignationTerms,
    /// 更正任务
    pub correction: CorrectionTerms,
}

/// The terms of designations (名单认定的办理时限).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesignationTerms {
    /// Where they stand.
    pub source: String,
    /// From the proposal to the notice, or to the publicity before the decision of a red list.
    pub begin_within: u16,
    /// From an objection to its answer, where the list does not say.
    pub verify_within: u16,
    /// From the end of the statement or the publicity to the decision.
    pub decide_within: u16,
    /// From the decision to the publication.
    pub publish_within: u16,
    /// From the end of the term, or from a repair, to the removal and its notice of exit (退出公告).
    pub remove_within: u16,
}

/// The term of correction tasks of the privacy self-check (更正任务的办理时限).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectionTerms {
    /// Where it stands.
    pub source: String,
    /// From the opening of the task.
    pub within: u16,
}

impl Rules for DutyRules {
    fn faults(&self, _catalog: &Catalog) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        if !self.warning.is_ordered() {
            faults.push(("warning".to_owned(), "应满足 red ≤ yellow ≤ blue".to_owned()));
        }
        if self.horizon_days <= self.warning.blue {
            faults.push(("horizon_days".to_owned(), "应长于蓝色预警，包括其间的假期".to_owned()));
        }
        for (key, source) in [("designation", &self.designation.source), ("correction", &self.correction.source)] {
            if source.trim().is_empty() {
                faults.push((format!("{key}.source"), "不能为空".to_owned()));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use crate::{catalog::Catalog, policy::Pack};

    #[test]
    fn a_horizon_that_a_warning_does_not_fit_into_and_colours_out_of_order_are_faults() {
        let text = include_str!("../../../schemas/policy/packs/duty.general.toml");
        for (from, to, key) in [
            ("horizon_days = 45", "horizon_days = 2", "horizon_days"),
            ("yellow = 1", "yellow = 3", "warning"),
            ("source = \"河南", "source = \" \" #", "designation.source"),
        ] {
            assert!(text.contains(from), "{from}");
            let faults = Pack::parse("x", &text.replacen(from, to, 1), &Catalog::embedded()).unwrap_err();
            assert!(faults.iter().any(|it| it.key == key), "{faults:?}");
        }
    }
}
