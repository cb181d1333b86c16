//! Which pack decides: of those in force on a day that apply to a record and a place, the most precise.

use chrono::NaiveDate;

use super::CaseKind;
use crate::{
    policy::{
        Pack, Packs,
        rules::{PaperRule, RightsRules},
    },
    record::Fact,
};

impl CaseKind {
    /// Whether rules say something of this kind.
    const fn is_in(self, rules: &RightsRules) -> bool {
        match self {
            Self::Repair => rules.repair.is_some(),
            Self::Objection => rules.objection.is_some(),
            Self::Shield => rules.shield.is_some(),
        }
    }
}

/// The rules a case about a record of a unit in a region is decided by, when it is filed on a day. `None` when no pack
/// in force says anything.
#[must_use]
pub fn rules_for<'p>(
    packs: &'p Packs,
    kind: CaseKind,
    fact: Option<&Fact>,
    region: Option<&str>,
    day: NaiveDate,
) -> Option<(&'p Pack, &'p RightsRules)> {
    let applies = |rules: &RightsRules| {
        let meant = rules.applies.is_empty() || fact.is_some_and(|fact| rules.applies.iter().any(|it| it.means(fact)));
        kind.is_in(rules) && meant
    };
    let fitting = packs.rights(day).filter(|(_, rules)| applies(rules));
    let placed = fitting.filter_map(|(pack, rules)| Some((nearness(rules, region)?, pack, rules)));
    placed.max_by_key(|(near, _, rules)| (rules.precedence, *near)).map(|(_, pack, rules)| (pack, rules))
}

/// The papers the rules ask for in a case of a kind.
#[must_use]
pub fn papers_of(rules: &RightsRules, kind: CaseKind) -> &[PaperRule] {
    match kind {
        CaseKind::Repair => rules.repair.as_ref().map_or(&[], |it| &it.papers),
        CaseKind::Objection => rules.objection.as_ref().map_or(&[], |it| &it.papers),
        CaseKind::Shield => rules.shield.as_ref().map_or(&[], |it| &it.papers),
    }
}

/// How precisely rules name a region: the length of the code they share. `None` when they are for other places.
fn nearness(rules: &RightsRules, region: Option<&str>) -> Option<usize> {
    if rules.regions.is_empty() {
        return Some(0);
    }
    let region = region?;
    rules.regions.iter().filter(|it| region.starts_with(it.as_str())).map(String::len).max()
}
