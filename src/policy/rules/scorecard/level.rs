//! Levels and what gives them beside the points: rules that give one directly, results of others, and bars.

use serde::{Deserialize, Serialize};

use super::{Afterwards, Start};
use crate::policy::Condition;

/// A level (等级) with its band of points, inclusive on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The code: `A`.
    pub code: String,
    /// The name: 优.
    pub name: String,
    /// From so many points; the worst level has none.
    pub from: Option<i64>,
    /// To so many; the best level has none.
    pub to: Option<i64>,
    /// What a subject that falls from here into another level directly is marked with: `A` makes `DA`.
    pub falls_as: Option<String>,
}

/// A rule that gives a level whatever the points (直接判级).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direct {
    /// The rule's id, alone in the pack.
    pub id: String,
    /// What it says, in Chinese.
    pub title: String,
    /// The records that call for it.
    pub given: Condition,
    /// The level; the points are then its lowest, or fewer if they are.
    pub level: String,
    /// For so many calendar months; without end when missing, unless `start` is `in_force`.
    pub months: Option<u32>,
    /// Counted from.
    #[serde(default)]
    pub start: Start,
    /// Whether additions are written down but change nothing while the conduct goes on.
    #[serde(default)]
    pub freezes: bool,
    /// Whether the level says what the subject fell from (DA, DB, DC).
    #[serde(default)]
    pub marks: bool,
    /// The ground.
    pub reason: String,
    /// What is left after a repair.
    pub repair: Option<Afterwards>,
}

/// A result of others that takes precedence (导入的评价结果).
///
/// It is the result unless the own one is worse for a reason that is newer, or by a rule that gives a level directly and holds:
/// then the worse of both is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imported {
    /// The rule's id, alone in the pack.
    pub id: String,
    /// What it says, in Chinese.
    pub title: String,
    /// The records that hold it.
    pub given: Condition,
    /// The field with the level.
    pub field: String,
    /// What its values mean here.
    #[serde(default)]
    pub levels: Vec<LevelMap>,
    /// For so many months when the record has no end of its own.
    pub months: Option<u32>,
    /// A result for each value of this field (行业领域); one alone when missing.
    pub group: Option<String>,
    /// The ground.
    pub reason: String,
}

/// The values of an imported result that mean a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelMap {
    /// Any of these
    pub is: Vec<String>,
    /// means this level.
    pub level: String,
}

/// Levels that another scorecard's result bars (联动限制): 公共信用综合评价 D is not eligible for A in a sector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bar {
    /// The rule's id, alone in the pack.
    pub id: String,
    /// When this scorecard
    pub scorecard: String,
    /// gives one of these levels,
    pub levels: Vec<String>,
    /// nothing better than this level is given here.
    pub best: String,
    /// The ground.
    pub reason: String,
}
