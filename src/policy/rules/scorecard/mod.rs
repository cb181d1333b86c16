//! The rules of a pack of kind `scorecard` (评分卡), in the vocabulary of PMML 4.4 Scorecard; whole numbers only.

mod admissible;
mod attribute;
mod faults;
mod index;
mod level;

use serde::{Deserialize, Serialize};

pub use admissible::ADMISSIBLE;
pub use attribute::{Afterwards, Attribute, Combine, Decay, PointsField, Start, Steps, Tier};
pub use index::{Index, Slot};
pub use level::{Bar, Direct, Imported, Level, LevelMap};

use crate::{
    catalog::Catalog,
    policy::{Condition, Rules},
};

/// More points than these no rule gives: sums stay far from the bounds of the numbers.
const MOST_POINTS: i64 = 1_000_000;

/// A scorecard (评分卡).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// The kinds of subjects it is meant for: `organisation`, `individual_business`; `person` never by default.
    pub subjects: Vec<String>,
    /// Whether its level is the one that is meant when none is named.
    #[serde(default)]
    pub default: bool,
    /// Proof of the engine only: installed as proposed, never in force unless two persons put it there.
    #[serde(default)]
    pub proof_only: bool,
    /// The points of a subject without records (PMML `initialScore`).
    #[serde(default)]
    pub initial_score: i64,
    /// The least points there are.
    pub floor: Option<i64>,
    /// The most.
    pub ceiling: Option<i64>,
    /// A deduction made while an earlier one of the same kind is valid and used counts so many times its points, for as long
    /// as it is valid itself.
    pub repeat_factor: Option<i64>,
    /// How long points are valid when their attribute does not say.
    #[serde(default)]
    pub validity: Validity,
    /// The grounds (PMML `reasonCode`).
    #[serde(default, rename = "reason")]
    pub reasons: Vec<ReasonCode>,
    /// The levels, the best first.
    #[serde(default, rename = "level")]
    pub levels: Vec<Level>,
    /// The dimensions (一级指标).
    #[serde(default, rename = "dimension")]
    pub dimensions: Vec<Dimension>,
    /// The characteristics (评价指标).
    #[serde(default, rename = "characteristic")]
    pub characteristics: Vec<Characteristic>,
    /// The rules that give a level whatever the points (直接判级).
    #[serde(default, rename = "direct")]
    pub directs: Vec<Direct>,
    /// What makes several records one conduct: of its deductions the largest counts, of its additions the highest.
    #[serde(default, rename = "conduct")]
    pub conducts: Vec<SameConduct>,
    /// Subjects with such a record are not evaluated.
    #[serde(default, rename = "exclude")]
    pub excludes: Vec<Exclusion>,
    /// Results of others that take precedence over the own one, the strongest first.
    #[serde(default, rename = "imported")]
    pub imports: Vec<Imported>,
    /// Levels another scorecard's result bars here.
    #[serde(default, rename = "bar")]
    pub bars: Vec<Bar>,
    /// Which attribute looks at which resource; made when first asked for.
    #[serde(skip)]
    pub index: Index,
}

/// How long points are valid (有效期), by their size without sign.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// Of deductions, the smallest first.
    #[serde(default)]
    pub deductions: Vec<ValidityBand>,
    /// Of additions.
    #[serde(default)]
    pub additions: Vec<ValidityBand>,
}

impl Validity {
    /// The months of so many points; `None` is without end.
    #[must_use]
    pub fn months(&self, points: i64) -> Option<u32> {
        let bands = if points < 0 { &self.deductions } else { &self.additions };
        let size = points.abs();
        bands.iter().find(|it| it.up_to.is_none_or(|most| size <= most)).map(|it| it.months)
    }
}

/// One band of [`Validity`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidityBand {
    /// For points up to this size, inclusive; the last band has none.
    pub up_to: Option<i64>,
    /// Calendar months.
    pub months: u32,
}

/// A ground of points (原因代码).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonCode {
    /// The code.
    pub code: String,
    /// What it says, in Chinese.
    pub text: String,
    /// The source of law.
    pub source: String,
}

/// A dimension (一级指标): a group of characteristics with bounds of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
    /// Its share of the initial score.
    #[serde(default)]
    pub initial: i64,
    /// The least it can be, its share included.
    pub floor: Option<i64>,
    /// The most.
    pub ceiling: Option<i64>,
}

/// A characteristic (评价指标): its attributes, of which the first that means a record gives its points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Characteristic {
    /// The code.
    pub code: String,
    /// The name.
    pub title: String,
    /// The dimension it belongs to.
    pub dimension: Option<String>,
    /// The ground of its points, unless an attribute names its own.
    pub reason: String,
    /// How the points of several records become one.
    #[serde(default)]
    pub combine: Combine,
    /// The points when no record means any attribute.
    #[serde(default)]
    pub otherwise: i64,
    /// The least points it can have.
    pub floor: Option<i64>,
    /// The most.
    pub ceiling: Option<i64>,
    /// The most points it adds, or takes, for one calendar year.
    pub per_year: Option<i64>,
    /// Records older than so many months do not count, unless an attribute says otherwise.
    pub window_months: Option<u32>,
    /// The attributes.
    #[serde(default, rename = "attribute")]
    pub attributes: Vec<Attribute>,
}

/// What makes several records one conduct (同一行为): the same value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SameConduct {
    /// Of these resources
    pub resources: Vec<String>,
    /// this field.
    pub field: String,
}

/// Who is not evaluated (不参加评价).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The rule's id.
    pub id: String,
    /// A record that says so.
    pub given: Condition,
    /// The ground.
    pub reason: String,
}

impl Scorecard {
    /// A ground by its code; every code that is named is there ([`Rules::faults`]).
    #[must_use]
    pub fn reason(&self, code: &str) -> Option<&ReasonCode> {
        self.reasons.iter().find(|it| it.code == code)
    }

    /// The place of a level in the order, 0 the best.
    #[must_use]
    pub fn rank(&self, level: &str) -> Option<usize> {
        self.levels.iter().position(|it| it.code == level)
    }

    /// The place of the level of so many points.
    #[must_use]
    pub fn rank_of(&self, points: i64) -> usize {
        let within =
            |it: &Level| it.from.is_none_or(|least| points >= least) && it.to.is_none_or(|most| points <= most);
        self.levels.iter().position(within).unwrap_or_default()
    }

    /// Whether it gives points of its own, and not only what others concluded.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        !self.characteristics.is_empty()
    }
}

impl Rules for Scorecard {
    fn faults(&self, catalog: &Catalog) -> Vec<(String, String)> {
        faults::of(self, catalog)
    }
}
