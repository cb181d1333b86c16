//! The log of answers: every answer that was given is there as it was, and there is no other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::{Log, chains::Walked};
use crate::{
    ledger::{Among, Digest, EventKind, Finding, hex},
    store::{
        Conn, StoreError,
        answers::{self, Logged},
        ledger::{self, Row},
    },
};

/// Answers read at once.
const PAGE: i64 = 1000;

/// Checks all answers.
pub(super) fn check(conn: &mut Conn, walked: &mut Walked, log: &mut Log<'_>) -> Result<(), StoreError> {
    let mut several = several(conn)?;
    let mut behind = (i64::MIN, i64::MIN);
    loop {
        let page = answers::after(conn, behind, PAGE)?;
        let Some(last) = page.last() else { break };
        behind = (last.subject_id, last.id);
        let entries = entries_of(conn, &page)?;
        for row in &page {
            log.seen.answers += 1;
            let told = entries.get(&(row.chain.as_str(), row.seq));
            match told.filter(|it| it.kind == EventKind::Answer.as_str()) {
                None => log.tell(&Finding::AnswerInserted { id: row.id, subject: row.subject_id }),
                Some(entry) => {
                    let first = walked.answers.remove(&row.chain, row.seq);
                    judge(row, entry, (first, several.remove(&row.id)), log);
                }
            }
        }
    }
    for (chain, seq) in walked.answers.rest() {
        log.tell(&Finding::AnswerMissing { chain, seq });
    }
    let mut strays: Vec<i64> = several.into_keys().collect();
    strays.sort_unstable();
    strays.into_iter().for_each(|id| log.tell(&Finding::AnswerSubjectsAltered { id }));
    Ok(())
}

/// For each answer that is about several subjects, the digest of those. It holds a state of hashing for each.
fn several(conn: &mut Conn) -> Result<HashMap<i64, Digest>, StoreError> {
    let mut found: HashMap<i64, Among> = HashMap::new();
    let mut behind = (i64::MIN, i64::MIN);
    loop {
        // By rising subjects, and so those of each answer too.
        let page = answers::among_after(conn, behind, PAGE)?;
        let Some(last) = page.last() else { break };
        behind = *last;
        page.iter().for_each(|(subject, answer)| found.entry(*answer).or_default().add(*subject));
    }
    Ok(found.into_iter().map(|(answer, all)| (answer, all.digest())).collect())
}

/// An entry tells of one answer: a second row that names it was put in.
fn judge(row: &Logged, entry: &Row, (first, several): (bool, Option<Digest>), log: &mut Log<'_>) {
    let body: Value = serde_json::from_str(&entry.body).unwrap_or(Value::Null);
    let said = row.event(body["subjects"].as_u64().unwrap_or(0), body["among"].as_str());
    let same_moment = said.moment.and_utc().timestamp_micros() == entry.moment.and_utc().timestamp_micros();
    let (id, subject) = (row.id, row.subject_id);
    if body["answer"] != row.id || !first {
        log.tell(&Finding::AnswerInserted { id, subject });
    } else if said.body != body || said.actor != entry.actor || said.subject != entry.subject || !same_moment {
        log.tell(&Finding::AnswerAltered { id, subject, chain: row.chain.clone(), seq: row.seq });
    } else if several.map(|it| hex(&it)).as_deref() != body["among"].as_str() {
        log.tell(&Finding::AnswerSubjectsAltered { id });
    }
}

/// The entries a page of answers names.
fn entries_of<'p>(conn: &mut Conn, page: &'p [Logged]) -> Result<HashMap<(&'p str, i64), Row>, StoreError> {
    let mut places: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for it in page {
        places.entry(&it.chain).or_default().push(it.seq);
    }
    let mut found = HashMap::new();
    for (chain, seqs) in places {
        for row in ledger::entries_at(conn, chain, &seqs)? {
            found.insert((chain, row.seq), row);
        }
    }
    Ok(found)
}

/// Entries that tell of answers, until the answers are found: eight bytes and a little each.
#[derive(Default)]
pub(super) struct Pending {
    chains: BTreeMap<String, BTreeSet<i64>>,
}

impl Pending {
    /// Notes an entry.
    pub(super) fn add(&mut self, chain: &str, seq: i64) {
        match self.chains.get_mut(chain) {
            Some(seqs) => drop(seqs.insert(seq)),
            None => drop(self.chains.insert(chain.to_owned(), BTreeSet::from([seq]))),
        }
    }

    /// Takes one out; `false` when it is not there or was taken before.
    fn remove(&mut self, chain: &str, seq: i64) -> bool {
        self.chains.get_mut(chain).is_some_and(|it| it.remove(&seq))
    }

    fn rest(&self) -> impl Iterator<Item = (String, i64)> {
        self.chains.iter().flat_map(|(chain, seqs)| seqs.iter().map(|seq| (chain.clone(), *seq)))
    }
}
