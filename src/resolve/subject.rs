//! Whose record it is: by code, by the register, by the keyed hash of a person's number; never by name alone.

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest, Sha256};

use super::entry::{Entry, RegisterFacts};
use crate::{
    record::{Identifier, IdentifierKind, Subject, SubjectKind},
    standards::name,
};

/// What is known of subjects, as far as a chunk of rows needs it, and what the chunk adds to it.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// The subject of each identifier that is known.
    pub owners: HashMap<Identifier, i64>,
    /// The subjects those are.
    pub subjects: HashMap<i64, Subject>,
    /// Subjects by the comparison key of their name, for candidates.
    pub named: HashMap<String, Vec<i64>>,
    /// Subjects to be made.
    pub new: Vec<Subject>,
    /// Identifiers to be kept.
    pub identified: Vec<(Identifier, i64)>,
    /// Subjects that are known and changed.
    pub changed: BTreeSet<i64>,
}

/// Whether the name agrees with the register's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Naming {
    /// It agrees, or one of the two has none.
    Agrees,
    /// It does not.
    Differs {
        /// As delivered.
        delivered: String,
        /// As registered.
        registered: String,
        /// Whether the register held the delivered name before.
        formerly: bool,
    },
}

/// Why a row waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Subjects it may be about; empty when the name is unknown or a person's.
    pub candidates: Vec<i64>,
}

/// Whose record it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// This subject's.
    Subject(i64, Naming),
    /// A person must say.
    Held(Held),
}

/// Finds or makes the subject of an entry, and notes in the directory what is new.
pub fn resolve(directory: &mut Directory, entry: &Entry) -> Resolution {
    let found = find(directory, entry);
    let id = match found {
        Some(id) => id,
        None if may_make(entry) => make(directory, entry),
        None => return Resolution::Held(Held { candidates: candidates(directory, entry) }),
    };
    let naming = naming(&directory.subjects[&id], entry);
    learn(directory, id, entry);
    Resolution::Subject(id, naming)
}

/// The strongest identifier that is known decides. An organisation code does not overrule a unified social credit
/// code that contradicts it: then it is another subject.
fn find(directory: &Directory, entry: &Entry) -> Option<i64> {
    let own = entry.subject.codes.iter().find(|it| it.kind == IdentifierKind::CreditCode);
    entry.subject.codes.iter().find_map(|code| {
        let id = *directory.owners.get(code)?;
        let subject = directory.subjects.get(&id)?;
        let id = subject.merged_into.unwrap_or(id);
        let theirs = directory.subjects.get(&id)?.credit_code.as_deref();
        let contradicts = code.kind != IdentifierKind::CreditCode
            && own.is_some_and(|own| theirs.is_some_and(|theirs| theirs != own.value));
        (!contradicts).then_some(id)
    })
}

/// A subject is made for a code that stands for itself; a registration or tax number only by the register.
fn may_make(entry: &Entry) -> bool {
    entry.register.is_some() && !entry.subject.codes.is_empty()
        || entry.subject.codes.iter().any(|it| stands_for_itself(it.kind))
}

const fn stands_for_itself(kind: IdentifierKind) -> bool {
    match kind {
        IdentifierKind::CreditCode | IdentifierKind::OrganisationCode | IdentifierKind::Person => true,
        IdentifierKind::RegistrationNumber | IdentifierKind::TaxNumber => false,
    }
}

fn make(directory: &mut Directory, entry: &Entry) -> i64 {
    let first = &entry.subject.codes[0];
    let origin = format!("{}:{}", first.kind, first.value);
    let subject = Subject {
        id: subject_id(&origin),
        origin,
        kind: entry.subject.kind,
        name: entry.subject.name.clone(),
        registered: false,
        credit_code: (first.kind == IdentifierKind::CreditCode).then(|| first.value.clone()),
        representative: None,
        region: None,
        industry: None,
        status: None,
        former_names: None,
        merged_into: None,
    };
    let id = subject.id;
    directory.subjects.insert(id, subject.clone());
    directory.new.push(subject);
    id
}

/// The id of a subject: 63 bits of the hash of the first identifier it was known by, so that two processes that meet
/// it in the same moment give it the same.
#[must_use]
pub fn subject_id(origin: &str) -> i64 {
    let hash = Sha256::digest(origin);
    let bits = u64::from_be_bytes(hash[..8].try_into().expect("eight bytes of thirty-two"));
    i64::try_from(bits >> 1).expect("63 bits")
}

fn naming(subject: &Subject, entry: &Entry) -> Naming {
    match (&subject.name, &entry.subject.name) {
        (Some(registered), Some(delivered))
            if subject.registered
                && entry.register.is_none()
                && registered != delivered
                && name::key(registered) != name::key(delivered) =>
        {
            let key = name::key(delivered);
            let formerly = subject.former_names.iter().any(|it| it.lines().any(|it| it == key));
            Naming::Differs { delivered: delivered.clone(), registered: registered.clone(), formerly }
        }
        _ => Naming::Agrees,
    }
}

/// Takes over what the entry tells of its subject: the register all codes, others only those that stand for themselves.
fn learn(directory: &mut Directory, id: i64, entry: &Entry) {
    let known = entry.subject.codes.first().is_some_and(|it| directory.owners.contains_key(it));
    // Beside a known strongest code only the register tells of more: the caller has not looked for others.
    let told = if known && entry.register.is_none() { &[][..] } else { &entry.subject.codes[..] };
    for code in told {
        let trusted = entry.register.is_some() || stands_for_itself(code.kind);
        if trusted && !directory.owners.contains_key(code) {
            directory.owners.insert(code.clone(), id);
            directory.identified.push((code.clone(), id));
        }
    }
    let own = entry.subject.codes.iter().find(|it| it.kind == IdentifierKind::CreditCode);
    let Some(subject) = directory.subjects.get_mut(&id) else { return };
    // Almost always nothing is new, and nothing is copied to find that out.
    if (subject.credit_code.is_none() && own.is_some()) || (subject.name.is_none() && entry.subject.name.is_some()) {
        subject.credit_code = subject.credit_code.take().or_else(|| own.map(|it| it.value.clone()));
        subject.name = subject.name.take().or_else(|| entry.subject.name.clone());
        directory.changed.insert(id);
    }
}

/// Takes over what a row of the register says of its subject; the caller has found the row to be new or later than
/// what was known, so that an old row never brings an old name back.
pub fn take_register(directory: &mut Directory, id: i64, entry: &Entry) {
    let (Some(facts), Some(subject)) = (&entry.register, directory.subjects.get_mut(&id)) else { return };
    let before = subject.clone();
    register(subject, entry, facts);
    if *subject != before {
        directory.changed.insert(id);
    }
}

fn register(subject: &mut Subject, entry: &Entry, facts: &RegisterFacts) {
    let take = |known: &mut Option<String>, new: &Option<String>| {
        if new.is_some() {
            known.clone_from(new);
        }
    };
    remember(subject, entry, facts);
    take(&mut subject.name, &entry.subject.name);
    take(&mut subject.representative, &facts.representative);
    take(&mut subject.region, &facts.region);
    take(&mut subject.industry, &facts.industry);
    take(&mut subject.status, &facts.status);
    subject.registered = true;
    subject.kind = entry.subject.kind;
}

/// Keeps the keys of the names before: what the register says, and the name that it changes now.
fn remember(subject: &mut Subject, entry: &Entry, facts: &RegisterFacts) {
    let now = entry.subject.name.as_deref().map(name::key);
    let mut keys: BTreeSet<String> = subject.former_names.iter().flat_map(|it| it.lines().map(str::to_owned)).collect();
    let told = facts.former_names.iter().flat_map(|it| it.split(['；', ';', '、', ',', '，'])).map(name::key);
    keys.extend(told);
    keys.extend(subject.name.as_deref().filter(|_| subject.registered).map(name::key));
    keys.retain(|it| !it.is_empty() && now.as_ref() != Some(it));
    subject.former_names = (!keys.is_empty()).then(|| keys.into_iter().collect::<Vec<_>>().join("\n"));
}

fn candidates(directory: &Directory, entry: &Entry) -> Vec<i64> {
    if entry.subject.kind == SubjectKind::Person {
        return Vec::new();
    }
    let key = entry.subject.name.as_deref().map(name::key);
    key.and_then(|it| directory.named.get(&it).cloned()).unwrap_or_default()
}
