//! Candidates are opened as designations in their first state, each once while it is undecided; no rule takes a further step.

use std::collections::HashSet;

use super::{Actor, AffairError, Content, SYSTEM, first, open};
use crate::{
    dossier::ask_many,
    ingest::Workshop,
    rights::{
        candidates::{Candidate, candidates},
        designation::Opening,
    },
    store::{
        StoreError, batches,
        counters::{self, Counter},
        designations, marks, records,
    },
};

/// The mark that says up to which version candidates were looked for.
const MARK: &str = "candidates";
/// Version ids looked through in one step.
const PAGE: i64 = 5_000;

/// Proposes what the rules find in these subjects' records; says how many are new. The same records never propose twice,
/// not even after a person has dropped the proposal.
///
/// # Errors
/// [`AffairError`].
pub fn propose_candidates(shop: &Workshop, subjects: &[i64]) -> Result<usize, AffairError> {
    let day = shop.clock.day();
    let asked = shop.database.snapshot(|conn| ask_many(conn, shop, subjects, day, None))?;
    let mut n_new = 0;
    for it in asked.iter().filter(|it| it.dossier.subject.merged_into.is_none()) {
        for found in candidates(&it.dossier, &it.standing, &it.packs, day) {
            n_new += usize::from(propose(shop, it.dossier.subject.id, &found)?);
        }
    }
    Ok(n_new)
}

fn propose(shop: &Workshop, subject: i64, found: &Candidate) -> Result<bool, AffairError> {
    let (now, day) = (shop.clock.now(), shop.clock.day());
    let rule = found.rule.to_string();
    let lists = super::rules(shop, &found.list, day)?;
    let content = Content { domain: None, basis: None, person: None, reason: String::new() };
    let system = Actor { name: SYSTEM.to_owned(), unit: found.unit.clone() };
    let opened = shop.database.write_again(|conn| {
        let before = designations::proposed_by_rules(conn, &[subject])?;
        let known: HashSet<i64> =
            before.iter().filter(|(_, by, _)| same_rule(by, &rule)).flat_map(|(_, _, it)| it.iter().copied()).collect();
        let is_open = designations::undecided(conn, subject, &found.list, &rule)?.is_some();
        if is_open || found.records.iter().all(|it| known.contains(it)) {
            return Ok(false);
        }
        let id = counters::take(conn, Counter::Designation, 1)?;
        let opening = Opening {
            id,
            list: found.list.clone(),
            kind: lists.kind,
            subject,
            unit: found.unit.clone(),
            rule: Some(rule.clone()),
            records: found.records.clone(),
        };
        let step = first(&system, found.reason.clone(), (now, day));
        open(conn, opening, step, content.seal(shop, id)).map(|_| true)
    });
    Ok(opened?)
}

/// Whether two names of rules are of one rule, whatever the version.
fn same_rule(one: &str, other: &str) -> bool {
    let bare = |it: &str| {
        let (pack, rule) = it.split_once('@').unwrap_or((it, ""));
        (pack.to_owned(), rule.split_once('#').map_or(String::new(), |it| it.1.to_owned()))
    };
    bare(one) == bare(other)
}

/// Looks through the next page of versions for candidates; `None` when all were looked through, else how many are new.
///
/// # Errors
/// [`AffairError`]; the page is then looked through again.
pub fn propose_new_candidates(shop: &Workshop) -> Result<Option<usize>, AffairError> {
    let (above, upto) = shop.database.read(|conn| {
        let told = marks::position(conn, MARK)?;
        let spoiled = |it: String| StoreError::Spoiled { place: "cursor_mark.position", value: it };
        let above = match told {
            Some(text) => text.parse::<i64>().map_err(|_| spoiled(text))?,
            None => 0,
        };
        Ok::<_, StoreError>((above, batches::settled(conn)?))
    })?;
    if above >= upto {
        return Ok(None);
    }
    let upto = upto.min(above + PAGE);
    let wanted = resources(shop);
    let subjects = shop.database.read(|conn| records::subjects_between(conn, above, upto, &wanted))?;
    let mut n_new = 0;
    for part in subjects.chunks(500) {
        n_new += propose_candidates(shop, part)?;
    }
    let now = shop.clock.now();
    shop.database.write_again(|conn| marks::put(conn, MARK, &upto.to_string(), now))?;
    Ok(Some(n_new))
}

/// The resources whose records can lead to a candidate.
fn resources(shop: &Workshop) -> Vec<String> {
    let rules = shop.packs.lists(shop.clock.day()).flat_map(|(_, rules)| &rules.candidates);
    let mut found: Vec<String> = rules.flat_map(|it| it.when.resources.iter().cloned()).collect();
    found.sort();
    found.dedup();
    found
}
