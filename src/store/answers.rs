//! Answers that were given: each with its place in the ledger, in the same transaction; and who asked about a subject.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::{
    Conn, StoreError,
    counters::{self, Counter},
    ledger,
    schema::{answer, answer_subject},
};
use crate::ledger::{Among, Digest, Event, EventKind, Lane, Receipt, hex, sha256};

/// An answer that is about to be given. Ids and digests only.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// When it was asked, UTC.
    pub asked_at: NaiveDateTime,
    /// The asking unit.
    pub unit: String,
    /// The id of its key, or the person at the command line.
    pub caller: String,
    /// The role that was asked in.
    pub role: String,
    /// What was asked: `bank.verify`, `window.decision` …
    pub kind: String,
    /// What for.
    pub purpose: Option<String>,
    /// The consent it rests on.
    pub consent: Option<i64>,
    /// The subjects it is about.
    pub subjects: Vec<i64>,
    /// What was asked, by ids and codes of rules, items and resources; never a name or number of a person.
    pub question: Value,
    /// The outcome.
    pub outcome: String,
    /// SHA-256 of the answer's text, without its receipt.
    pub digest: Digest,
}

/// What an answer became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The answer's id.
    pub id: i64,
    /// Its place in the ledger.
    pub receipt: Receipt,
}

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = answer, treat_none_as_default_value = false)]
pub struct Logged {
    /// The subject; 0 when it was about several or none.
    pub subject_id: i64,
    /// Its id.
    pub id: i64,
    /// When it was asked, UTC.
    pub asked_at: NaiveDateTime,
    /// The asking unit.
    pub unit: String,
    /// The id of its key.
    pub caller: String,
    /// The role that was asked in.
    pub role: String,
    /// What was asked.
    pub kind: String,
    /// What for.
    pub purpose: Option<String>,
    /// The consent it rests on.
    pub consent: Option<i64>,
    /// What was asked, JSON.
    pub question: String,
    /// The outcome.
    pub outcome: String,
    /// SHA-256 of the answer's text, without its receipt.
    pub digest: Vec<u8>,
    /// The chain of its entry in the ledger.
    pub chain: String,
    /// The place in the chain.
    pub seq: i64,
}

impl Given {
    /// The subject it stands under.
    fn place(&self) -> i64 {
        match self.subjects.as_slice() {
            [one] => *one,
            _ => SEVERAL,
        }
    }

    /// The several subjects it is about, each once, in rising order; none when it stands under one or none.
    fn several(&self) -> Vec<i64> {
        if self.subjects.len() < 2 {
            return Vec::new();
        }
        let mut subjects = self.subjects.clone();
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// The answer as it is kept; its place in the ledger is not known yet.
    fn logged(&self, id: i64) -> Logged {
        let it = self.clone();
        Logged {
            subject_id: self.place(),
            id,
            asked_at: it.asked_at,
            unit: it.unit,
            caller: it.caller,
            role: it.role,
            kind: it.kind,
            purpose: it.purpose,
            consent: it.consent,
            question: it.question.to_string(),
            outcome: it.outcome,
            digest: it.digest.to_vec(),
            chain: String::new(),
            seq: 0,
        }
    }
}

impl Logged {
    /// What its entry in the ledger says of it, when it is about so many subjects, and about those `among` is the digest
    /// of. What was asked and what for stand there as one digest: nothing that a caller wrote is to stay for ever.
    #[must_use]
    pub fn said(&self, subjects: u64, among: Option<&str>) -> Value {
        let asked = json!([self.purpose, self.question]).to_string();
        json!({
            "answer": self.id,
            "kind": self.kind,
            "role": self.role,
            "consent": self.consent,
            "outcome": self.outcome,
            "subjects": subjects,
            "among": among,
            "asked": hex(&sha256(asked.as_bytes())),
            "digest": hex(&self.digest),
        })
    }

    /// The event of giving it.
    #[must_use]
    pub fn event(&self, subjects: u64, among: Option<&str>) -> Event {
        let actor = format!("{}/{}", self.unit, self.caller);
        let event = Event::new(Lane::Answers, EventKind::Answer, self.asked_at, actor);
        let event = event.saying(self.said(subjects, among));
        if self.subject_id == SEVERAL { event } else { event.about(self.subject_id) }
    }
}

/// Stands for several subjects or none: no subject has this id, for ids are positive.
const SEVERAL: i64 = 0;

/// Keeps answers with their entries in the ledger. The last thing of a transaction: see [`ledger::append`].
///
/// # Errors
/// [`StoreError`].
pub fn record(conn: &mut Conn, given: &[&Given]) -> Result<Vec<Recorded>, StoreError> {
    let first = counters::take(conn, Counter::Answer, given.len() as u64)?;
    let mut rows: Vec<Logged> = given.iter().zip(first..).map(|(it, id)| it.logged(id)).collect();
    let mut events = Vec::with_capacity(rows.len());
    for (row, it) in rows.iter().zip(given) {
        let several = it.several();
        put_subjects(conn, row.id, &several)?;
        events.push(row.event(it.subjects.len() as u64, among(&several).as_deref()));
    }
    let receipts = ledger::append(conn, &events)?;
    for (row, receipt) in rows.iter_mut().zip(&receipts) {
        (row.chain, row.seq) = (receipt.chain.clone(), receipt.seq);
    }
    put(conn, &rows)?;
    Ok(rows.into_iter().zip(receipts).map(|(row, receipt)| Recorded { id: row.id, receipt }).collect())
}

fn put(conn: &mut Conn, rows: &[Logged]) -> Result<(), StoreError> {
    match conn {
        Conn::Postgres(conn) => {
            diesel::insert_into(answer::table).values(rows).execute(conn)?;
        }
        Conn::Sqlite(conn) => {
            // One cached statement, again and again.
            for row in rows {
                diesel::insert_into(answer::table).values(row).execute(conn)?;
            }
        }
    }
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = answer_subject, treat_none_as_default_value = false)]
struct About {
    subject_id: i64,
    answer: i64,
}

/// The digest of several subjects; none of none.
fn among(subjects: &[i64]) -> Option<String> {
    let mut all = Among::default();
    subjects.iter().for_each(|it| all.add(*it));
    (!subjects.is_empty()).then(|| hex(&all.digest()))
}

fn put_subjects(conn: &mut Conn, answer: i64, subjects: &[i64]) -> Result<(), StoreError> {
    if subjects.is_empty() {
        return Ok(());
    }
    let rows: Vec<About> = subjects.iter().map(|it| About { subject_id: *it, answer }).collect();
    match conn {
        Conn::Postgres(conn) => {
            diesel::copy_from(answer_subject::table).from_insertable(&rows).execute(conn)?;
        }
        Conn::Sqlite(conn) => {
            for row in &rows {
                diesel::insert_into(answer_subject::table).values(row).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// The answers about these subjects with ids below one, the latest first: of a subject and those merged into it.
///
/// # Errors
/// [`StoreError`].
pub fn about(conn: &mut Conn, subjects: &[i64], below: i64, limit: i64) -> Result<Vec<Logged>, StoreError> {
    let alone = answer::table.filter(answer::subject_id.eq_any(subjects)).filter(answer::id.lt(below));
    let mut found: Vec<Logged> = alone.order(answer::id.desc()).limit(limit).load(conn)?;
    let among: Vec<i64> = answer_subject::table
        .filter(answer_subject::subject_id.eq_any(subjects))
        .filter(answer_subject::answer.lt(below))
        .select(answer_subject::answer)
        .order(answer_subject::answer.desc())
        .limit(limit)
        .load(conn)?;
    let several = answer::table.filter(answer::subject_id.eq(SEVERAL)).filter(answer::id.eq_any(among));
    found.extend(several.load::<Logged>(conn)?);
    found.sort_unstable_by_key(|it| std::cmp::Reverse(it.id));
    found.dedup_by_key(|it| it.id);
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// An answer about a subject by its id.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, subjects: &[i64], id: i64) -> Result<Option<Logged>, StoreError> {
    let own = answer::table.filter(answer::subject_id.eq_any(subjects)).filter(answer::id.eq(id));
    Ok(own.first(conn).optional()?)
}

/// Answers behind one, by subject and id, at most `limit`: for the verification.
///
/// # Errors
/// [`StoreError`].
pub fn after(conn: &mut Conn, (subject, id): (i64, i64), limit: i64) -> Result<Vec<Logged>, StoreError> {
    let behind = answer::subject_id.gt(subject).or(answer::subject_id.eq(subject).and(answer::id.gt(id)));
    let from = answer::subject_id.ge(subject);
    Ok(answer::table.filter(from).filter(behind).order((answer::subject_id, answer::id)).limit(limit).load(conn)?)
}

/// Subjects with the answers they are among those of, by subject and answer behind a pair, at most `limit`: for the
/// verification.
///
/// # Errors
/// [`StoreError`].
pub fn among_after(conn: &mut Conn, (subject, answer): (i64, i64), limit: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    use answer_subject as about;
    let behind = about::subject_id.gt(subject).or(about::subject_id.eq(subject).and(about::answer.gt(answer)));
    let from = about::table.filter(about::subject_id.ge(subject)).filter(behind);
    Ok(from.order((about::subject_id, about::answer)).limit(limit).load(conn)?)
}
