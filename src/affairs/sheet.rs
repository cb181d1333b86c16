//! What an answer about a subject is made from: read for all who ask at the same time by the same few queries.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crate::{
    deferral::Case,
    dossier::{self, Asked, Named},
    ingest::Workshop,
    lending::Collected,
    record::{Subject, SubjectKind},
    rights::Consent,
    store::{
        Conn, StoreError, consents,
        corrections::{self, Kept},
        deferral, merges, sources,
    },
};

/// What is wanted beside the standing of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    Standing,
    /// What a bank is answered from: consents, and what the privacy self-check has cleared.
    Bank,
    /// What a window is answered from: cases of deferral.
    Window,
}

/// A question: about whom, and what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// About whom.
    pub named: Named,
    /// What is wanted.
    pub wish: Wish,
}

/// What is known of a subject today (答复所据). What was not wished for may be empty.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The subject and how it stands.
    pub asked: Asked,
    /// Its deferrals that a decision looks at.
    pub cases: Vec<Case>,
    /// Its consents.
    pub consents: Vec<Consent>,
    /// What the privacy self-check found in its records and may be shown all the same.
    pub cleared: Kept,
    /// Who delivers what.
    pub collected: Arc<Collected>,
}

impl Sheet {
    /// The subject.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.asked.dossier.subject
    }
}

/// What is known today of those asked about, by the rules of the workshop, in the order of the questions; none of one that
/// is not known. Read it in one snapshot, by the rules in force then.
///
/// # Errors
/// [`StoreError`].
pub fn sheets(
    conn: &mut Conn,
    shop: &Workshop,
    questions: &[&Question],
) -> Result<Vec<Option<Arc<Sheet>>>, StoreError> {
    let names: Vec<&Named> = questions.iter().map(|it| &it.named).collect();
    let found = dossier::find(conn, &names)?;
    let mut wishes: BTreeMap<i64, Vec<Wish>> = BTreeMap::new();
    for (id, question) in found.iter().zip(questions) {
        id.iter().for_each(|id| wishes.entry(*id).or_default().push(question.wish));
    }
    let ids: Vec<i64> = wishes.keys().copied().collect();
    let asked = dossier::ask_by(conn, &shop.packs, &ids, shop.clock.day(), None)?;
    let mut beside = Beside::read(conn, &wishes)?;
    let sheet = |asked: Asked| (asked.dossier.subject.id, Arc::new(beside.sheet(asked)));
    let sheets: HashMap<i64, Arc<Sheet>> = asked.into_iter().map(sheet).collect();
    Ok(found.into_iter().map(|id| id.and_then(|id| sheets.get(&id).map(Arc::clone))).collect())
}

/// Whether banks and windows are told of subjects of a kind. A natural person is nobody they may ask about without a
/// number, which no address has.
#[must_use]
pub const fn is_told_of(kind: SubjectKind) -> bool {
    match kind {
        SubjectKind::Organisation | SubjectKind::IndividualBusiness => true,
        SubjectKind::Person => false,
    }
}

/// What is known of whom they are told of: of others it is as if nothing were.
#[must_use]
pub fn told_of(sheet: Option<Arc<Sheet>>) -> Option<Arc<Sheet>> {
    sheet.filter(|it| is_told_of(it.subject().kind))
}

/// What is read beside the standings, by subject.
#[derive(Default)]
struct Beside {
    cases: HashMap<i64, Vec<Case>>,
    consents: HashMap<i64, Vec<Consent>>,
    cleared: HashMap<i64, Kept>,
    collected: Arc<Collected>,
}

impl Beside {
    fn read(conn: &mut Conn, wishes: &BTreeMap<i64, Vec<Wish>>) -> Result<Self, StoreError> {
        let of = |wish| wishes.iter().filter(move |(_, all)| all.contains(&wish)).map(|(id, _)| *id);
        let (mut banks, mut windows): (Vec<i64>, Vec<i64>) = (of(Wish::Bank).collect(), of(Wish::Window).collect());
        let mut found = Self::default();
        if banks.is_empty() && windows.is_empty() {
            return Ok(found);
        }
        found.collected = Arc::new(sources::all(conn)?);
        let members = merges::groups(conn, &wishes.keys().copied().collect::<Vec<_>>())?;
        let owner: HashMap<i64, i64> = members.iter().map(|(winner, member)| (*member, *winner)).collect();
        let of = |id: i64| owner.get(&id).copied().unwrap_or(id);
        for (winner, member) in members {
            if banks.contains(&winner) {
                banks.push(member);
            }
            if windows.contains(&winner) {
                windows.push(member);
            }
        }
        if !windows.is_empty() {
            for it in deferral::weighed(conn, &windows)? {
                found.cases.entry(of(it.subject)).or_default().push(it);
            }
        }
        if !banks.is_empty() {
            for it in consents::of_subjects(conn, &banks)? {
                found.consents.entry(of(it.subject)).or_default().push(it);
            }
            for (subject, it) in corrections::kept(conn, &banks)? {
                found.cleared.entry(of(subject)).or_default().insert(it);
            }
        }
        Ok(found)
    }

    fn sheet(&mut self, asked: Asked) -> Sheet {
        let id = asked.dossier.subject.id;
        Sheet {
            asked,
            cases: self.cases.remove(&id).unwrap_or_default(),
            consents: self.consents.remove(&id).unwrap_or_default(),
            cleared: self.cleared.remove(&id).unwrap_or_default(),
            collected: Arc::clone(&self.collected),
        }
    }
}
