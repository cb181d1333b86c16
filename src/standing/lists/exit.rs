//! Why an entry that the public could see left its list: what a notice of exit says (退出公告).

use chrono::NaiveDate;

use super::entry;
use crate::{
    policy::{Packs, rules::Removal},
    record::{Effect, Fact, RecordState},
    standing::{Dossier, derive},
};

/// Why the entry of a record left its list on a day. `None` when it did not, or when the public could not see it to the
/// day before: of what was never announced, or was hidden for another reason, no notice tells.
#[must_use]
pub fn exit(dossier: &Dossier, record: i64, left: NaiveDate, packs: &Packs) -> Option<Removal> {
    let fact = dossier.facts.iter().find(|it| it.id == record)?;
    let entry = entry(fact, dossier.subject.kind, packs)?;
    let marks = dossier.marks.iter().filter(|it| it.key == fact.key && it.effect == Effect::Repaired);
    // A repair hides an entry before its body removes it: then what could be seen before the repair counts.
    let repaired = marks.filter(|it| it.until.is_none_or(|end| left <= end)).map(|it| it.from).min();
    let repaired = repaired.filter(|it| *it <= left);
    let eve = repaired.unwrap_or(left).pred_opt()?;
    let before = derive(dossier, packs, eve);
    let shown = before.lists.iter().find(|it| it.record == record)?;
    if entry.holds(left) || !before.publishes(shown) {
        return None;
    }
    match (repaired, entry.ended_on) {
        (Some(_), _) => Some(Removal::Repaired),
        (None, Some(_)) => told(fact),
        (None, None) => Some(Removal::TermOver),
    }
}

/// What the record says of its removal; one that was withdrawn without saying so was none, and is nobody's to announce.
fn told(fact: &Fact) -> Option<Removal> {
    let state = fact.fields.text("MDZT").filter(|_| fact.state == RecordState::Withdrawn)?;
    let words = fact.fields.text("YCSY").unwrap_or_default();
    Some(if state == "撤销" { Removal::Revoked } else { Removal::told(words) })
}
