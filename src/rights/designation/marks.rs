//! What a designation does to the record of its decision: until the step 公布 the public sees nothing of the entry.

use chrono::NaiveDateTime;

use super::{Designation, StepKind};
use crate::{
    policy::rules::LISTING,
    record::{Effect, Fact, Mark},
    standards::document,
};

impl Designation {
    /// Whether a record is the entry that was decided: of the unit, with the number of its document.
    #[must_use]
    pub fn is_entry(&self, fact: &Fact) -> bool {
        let decided = self.step(StepKind::Designated).and_then(|it| it.document.as_ref());
        let number = fact.fields.text("JDWSH");
        fact.resource == LISTING
            && fact.unit == self.opening.unit
            && decided.zip(number).is_some_and(|(decided, told)| document::key(&decided.number) == document::key(told))
    }
}

/// The marks of designations on the records that are their entries, as known at a moment, or by all that is known: from
/// the day of the decision to the day before the publication, which may never come.
#[must_use]
pub fn marks(designations: &[Designation], facts: &[Fact], known_at: Option<NaiveDateTime>) -> Vec<Mark> {
    let known = designations.iter().filter_map(|it| known_at.map_or_else(|| Some(it.clone()), |moment| it.at(moment)));
    let mut found = Vec::new();
    for it in known {
        let Some(decided) = it.step(StepKind::Designated) else { continue };
        let until = it.step(StepKind::Published).map(|it| it.day);
        let from = decided.day;
        if until == Some(from) {
            continue;
        }
        let entries = facts.iter().filter(|fact| it.is_entry(fact));
        let mark = |key| Mark { case: it.opening.id, key, effect: Effect::Unannounced, from, until };
        found.extend(entries.map(|fact| mark(fact.key)));
    }
    found
}
