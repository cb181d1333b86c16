//! What of a standing departments and windows are told: nothing of records that need a consent or are no longer used,
//! not even through a score.

use std::collections::BTreeSet;

use super::{Dossier, Partial, RecordStanding, Score, Standing, derive};
use crate::{
    catalog::Exposure,
    policy::Packs,
    record::{Fact, Reason, RuleRef},
};

/// Whether departments and windows are told of a record: it may be used, and needs no consent.
#[must_use]
pub fn is_shared(fact: &Fact, worth: &RecordStanding) -> bool {
    worth.usable && fact.exposure != Exposure::Authorised.as_str()
}

/// What is said in the place of what is not told.
const WITHHELD: &str = "withheld";
const TITLE: &str = "不予显示的信息";
const WHY: &str = "须经信息主体授权，或者已停止共享使用";

impl Standing {
    /// The records that are shared, of what it was derived from.
    #[must_use]
    pub fn shared(&self, dossier: &Dossier) -> BTreeSet<i64> {
        let all = dossier.facts.iter().zip(&self.records);
        all.filter(|(fact, worth)| is_shared(fact, worth)).map(|(fact, _)| fact.id).collect()
    }

    /// What is told of it. Levels and totals stay as they are; characteristics have the points they would have without the
    /// other records, and one line without a name has the rest.
    #[must_use]
    pub fn told(self, dossier: Dossier, packs: &Packs) -> (Dossier, Self) {
        let shared = self.shared(&dossier);
        if shared.len() == dossier.facts.len() {
            return (dossier, self);
        }
        let Self { day, records, lists, scores, next: _ } = self;
        let Dossier { subject, facts, marks, classes } = dossier;
        let kept = facts.into_iter().zip(records).filter(|(fact, _)| shared.contains(&fact.id));
        let (facts, mut records): (Vec<_>, Vec<_>) = kept.unzip();
        let dossier = Dossier { subject, facts, marks, classes };
        // The day on which something hidden changes is not told either.
        let Self { scores: mut without, next, .. } = derive(&dossier, packs, day);
        let mut take = |score: &Score| {
            let same = |it: &Score| it.pack == score.pack && it.group == score.group;
            without.iter().position(same).map(|at| without.swap_remove(at))
        };
        let scores = scores.into_iter().map(|it| {
            let without = take(&it);
            score(it, without, &shared)
        });
        let scores = scores.collect();
        let mut lists: Vec<_> = lists.into_iter().filter(|it| shared.contains(&it.record)).collect();
        let own = records.iter_mut().map(|it| &mut it.reason).chain(lists.iter_mut().map(|it| &mut it.reason));
        own.for_each(|it| it.records.retain(|id| shared.contains(id)));
        (dossier, Self { day, records, lists, scores, next })
    }
}

/// A score as it is told: `without` is what it would be by the shared records alone.
fn score(mut score: Score, without: Option<Score>, shared: &BTreeSet<i64>) -> Score {
    let rule = RuleRef { pack: score.pack.id.clone(), version: score.pack.version, rule: WITHHELD.to_owned() };
    let withheld =
        |text: &str| Reason { rule: rule.clone(), source: WHY.to_owned(), records: Vec::new(), text: text.to_owned() };
    for ground in &mut score.grounds {
        if ground.records.iter().any(|it| !shared.contains(it)) {
            *ground = withheld(TITLE);
        }
    }
    score.grounds.dedup();
    let without_points = without.as_ref().and_then(|it| it.points).unwrap_or_default();
    let rest = score.points.unwrap_or_default() - without_points;
    let is_own = !score.partials.is_empty();
    let (partials, dimensions, steps) =
        without.map(|it| (it.partials, it.dimensions, it.improve.steps)).unwrap_or_default();
    (score.partials, score.dimensions, score.improve.steps) = (partials, dimensions, steps);
    if is_own && rest != 0 {
        score.partials.push(Partial {
            characteristic: WITHHELD.to_owned(),
            title: TITLE.to_owned(),
            dimension: None,
            points: rest,
            counted: Vec::new(),
            reasons: vec![withheld(&format!("{TITLE}：合计 {rest:+} 分"))],
        });
    }
    score
}
