//! An attribute of a characteristic: which records it means, how many points they give, and for how long.

use serde::{Deserialize, Serialize};

use super::MOST_POINTS;
use crate::policy::Condition;

/// How the points of several records of a characteristic become one (合并方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// 累计: their sum.
    #[default]
    Sum,
    /// 取最低: the one with the fewest points.
    Worst,
    /// 取最高: the one with the most.
    Best,
    /// 取最近: the one that began last.
    Latest,
}

/// From when points are valid, and what their months run from (有效期起算).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// 形成之日: the day of the fact, however late it was reported.
    #[default]
    Fact,
    /// 行为终了之日: valid from the day of the fact, the months run from the day the conduct ends; without an end they
    /// do not begin to run.
    End,
    /// 有效期内: while the record is in force; no months.
    InForce,
}

/// An attribute (评价要素).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// The rule's id, alone in the pack.
    pub id: String,
    /// What it says, in Chinese.
    pub title: String,
    /// The records it means.
    pub given: Condition,
    /// The points of each (PMML `partialScore`).
    #[serde(default)]
    pub points: i64,
    /// The points stand in the record, within bounds (视情节).
    pub points_field: Option<PointsField>,
    /// The points follow from an amount, summed up over the calendar year.
    pub steps: Option<Steps>,
    /// The points lessen with time.
    #[serde(default)]
    pub decay: Vec<Decay>,
    /// For so many calendar months; by [`super::Validity`] when missing.
    pub months: Option<u32>,
    /// Counted from.
    #[serde(default)]
    pub start: Start,
    /// A conduct that goes on counts anew every so many months (未定期限的，每…个月评价一次).
    pub every_months: Option<u32>,
    /// The kind of conduct, for repeats; the attribute's id when missing.
    pub kind: Option<String>,
    /// Its own ground.
    pub reason: Option<String>,
    /// What is left after a repair.
    pub repair: Option<Afterwards>,
}

impl Attribute {
    /// The kind of conduct, for repeats.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.kind.as_deref().unwrap_or(&self.id)
    }
}

/// Points that stand in the record (裁量计分).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointsField {
    /// The field, a whole number without sign.
    pub field: String,
    /// Between these points, inclusive; both of one sign.
    pub least: i64,
    /// See `least`.
    pub most: i64,
}

impl PointsField {
    /// The points of a number without sign, brought within the bounds.
    #[must_use]
    pub fn points(&self, told: i64) -> i64 {
        let size = told.saturating_abs();
        let signed = if self.most <= 0 { -size } else { size };
        signed.clamp(self.least, self.most)
    }
}

/// Points by an amount, in tiers (分段折算). Parts of a step give nothing, and no amount more than any rule may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// The field: an amount, or a whole number.
    pub field: String,
    /// The tiers, the lowest first.
    pub tiers: Vec<Tier>,
}

/// One tier of [`Steps`], in 元 or whole numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The rule's id.
    pub id: String,
    /// The part of the amount up to this; the last tier has none.
    pub up_to: Option<i64>,
    /// Each whole step of this size
    pub step: i64,
    /// gives so many points.
    pub points: i64,
    /// But this tier gives no more.
    pub at_most: Option<i64>,
}

impl Steps {
    /// The points of an amount in hundredths (分, or hundredths of a unit).
    #[must_use]
    pub fn points(&self, hundredths: i64) -> i64 {
        let (mut below, mut points) = (0_i64, 0_i64);
        for tier in &self.tiers {
            let top = tier.up_to.map_or(i64::MAX, |it| it.saturating_mul(100));
            let part = hundredths.min(top).saturating_sub(below).max(0);
            let given = (part / tier.step.saturating_mul(100).max(1)).saturating_mul(tier.points);
            points = points.saturating_add(tier.at_most.map_or(given, |most| given.min(most)));
            below = top;
        }
        points.min(MOST_POINTS)
    }
}

/// Points after a time (递减).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decay {
    /// When so many months have gone by since the start,
    pub after_months: u32,
    /// the points are these.
    pub points: i64,
}

/// What is left after a repair (修复后计分). Under 36号令 nothing is: use has stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Afterwards {
    /// So many points,
    pub points: i64,
    /// for so many months from the day of the repair.
    pub months: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_is_not_full_gives_nothing_and_each_tier_has_its_own_step() {
        let tier = |up_to, step| Tier { id: "t".into(), up_to, step, points: 1, at_most: None };
        let tiers = vec![tier(Some(10_000), 1_000), tier(Some(50_000), 4_000), tier(None, 10_000)];
        let steps = Steps { field: "JE".into(), tiers };
        for (yuan, points) in [(0, 0), (999, 0), (1_000, 1), (10_000, 10), (13_999, 10), (14_000, 11), (60_000, 21)] {
            assert_eq!(steps.points(yuan * 100), points, "{yuan}");
        }
        assert_eq!(steps.points(i64::MAX), MOST_POINTS);
    }

    #[test]
    fn points_told_by_a_record_stay_within_their_bounds() {
        let minus = PointsField { field: "F".into(), least: -50, most: -10 };
        assert_eq!([5, 10, 30, 90].map(|it| minus.points(it)), [-10, -10, -30, -50]);
        assert_eq!(minus.points(i64::MIN), -50);
        let plus = PointsField { field: "F".into(), least: 10, most: 100 };
        assert_eq!([5, 30, 900].map(|it| plus.points(it)), [10, 30, 100]);
    }
}
