//! Candidates are opened as designations in their first state, each once while it is undecided; no rule takes a further step.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::{Actor, AffairError, Content, SYSTEM, first, put};
use crate::{
    dossier::ask_many,
    ingest::Workshop,
    rights::{
        candidates::{Candidate, Takers, candidates},
        designation::Opening,
    },
    standing::ListKind,
    store::{
        Conn, StoreError, batches,
        counters::{self, Counter},
        designations, ledger, marks, records, units,
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
    let takers = takers(shop, day)?;
    let mut found = Vec::new();
    for it in asked.iter().filter(|it| it.dossier.subject.merged_into.is_none()) {
        for candidate in candidates(&it.dossier, &it.standing, (&it.packs, &takers), day) {
            let kind = super::rules(shop, &candidate.list, day)?.kind;
            found.push(Found { subject: it.dossier.subject.id, kind, rule: candidate.rule.to_string(), candidate });
        }
    }
    if found.is_empty() {
        return Ok(0);
    }
    Ok(shop.database.write_resumable(|conn| propose(conn, shop, &found))?)
}

/// The units that may take candidates up today.
fn takers(shop: &Workshop, day: NaiveDate) -> Result<Takers, StoreError> {
    let units = shop.database.read(units::all)?.into_iter().filter(|it| it.active);
    let named: Vec<(String, String)> = units.map(|it| (it.code, it.name)).collect();
    Ok(Takers::among(&named, &shop.packs, day))
}

/// A candidate, for a list of this kind.
struct Found {
    subject: i64,
    kind: ListKind,
    rule: String,
    candidate: Candidate,
}

/// Opens those that are new, all in one transaction: a rule may find a candidate in every second subject of a large load.
fn propose(conn: &mut Conn, shop: &Workshop, found: &[Found]) -> Result<usize, StoreError> {
    let (now, day) = (shop.clock.now(), shop.clock.day());
    let subjects: Vec<i64> = found.iter().map(|it| it.subject).collect();
    let before = designations::proposed_by_rules(conn, &subjects)?;
    let mut open = designations::all_undecided(conn, &subjects)?;
    let is_new = |it: &Found| {
        let same = before.iter().filter(|(subject, by, _)| *subject == it.subject && same_rule(by, &it.rule));
        let known: HashSet<i64> = same.flat_map(|(_, _, records)| records.iter().copied()).collect();
        !it.candidate.records.iter().all(|record| known.contains(record))
    };
    let new: Vec<&Found> = found
        .iter()
        .filter(|it| is_new(it))
        .filter(|it| open.insert((it.subject, designations::open_key(&it.candidate.list, &it.rule))))
        .collect();
    if new.is_empty() {
        return Ok(0);
    }
    let ids = counters::take(conn, Counter::Designation, new.len() as u64)?..;
    let mut events = Vec::with_capacity(new.len());
    for (id, it) in ids.zip(&new) {
        let opening = Opening {
            id,
            list: it.candidate.list.clone(),
            kind: it.kind,
            subject: it.subject,
            unit: it.candidate.unit.clone().unwrap_or_default(),
            rule: Some(it.rule.clone()),
            records: it.candidate.records.clone(),
        };
        let system = Actor { name: SYSTEM.to_owned(), unit: String::new() };
        let step = first(&system, it.candidate.reason.clone(), (now, day));
        let content = Content { domain: None, basis: None, person: None, reason: String::new() };
        events.push(put(conn, opening, step, content.seal(shop, id))?);
    }
    ledger::append(conn, &events)?;
    Ok(new.len())
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
    shop.database.write_resumable(|conn| marks::put(conn, MARK, &upto.to_string(), now))?;
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
