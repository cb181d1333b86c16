//! What an entry is to say beyond its steps; it may name a person, so it is only ever kept sealed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::AffairError;
use crate::{
    ingest::{IngestError, Workshop},
    record::{Identifier, IdentifierKind, Subject, SubjectKind},
    standards::{CitizenId, PersonDocument, PersonNumber},
    store::{Conn, merges, subjects},
};

/// What an entry says (认定内容).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// 列入事由
    pub reason: String,
    /// 列入依据; the list's own when it is empty.
    pub basis: Option<String>,
    /// 所属领域
    pub domain: Option<String>,
    /// The document of a natural person, which the record has to name.
    pub person: Option<Person>,
}

/// The document of a person. `Debug` shows no number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// 证件类型
    pub document: String,
    /// 证件号码
    pub number: String,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} ***", self.document)
    }
}

fn place(id: i64) -> Vec<u8> {
    format!("designation:{id}").into_bytes()
}

impl Content {
    pub(super) fn seal(&self, shop: &Workshop, id: i64) -> Vec<u8> {
        let clear = serde_json::to_vec(self).expect("texts are JSON");
        shop.keys.seal(&clear, &place(id))
    }

    /// What was sealed for a designation.
    ///
    /// # Errors
    /// [`IngestError::Spoiled`] when it does not open with this installation's key.
    pub fn open(shop: &Workshop, id: i64, sealed: &[u8]) -> Result<Self, AffairError> {
        let spoiled = || IngestError::Spoiled(format!("content of designation {id}"));
        let clear = shop.keys.open(sealed, &place(id)).map_err(|_| spoiled())?;
        Ok(serde_json::from_slice(&clear).map_err(|_| spoiled())?)
    }

    /// Whether it is about this subject: a person's number must be the subject's own.
    pub(super) fn check(
        &self,
        conn: &mut Conn,
        shop: &Workshop,
        subject: &Subject,
        day: NaiveDate,
    ) -> Result<(), AffairError> {
        let told = match (&self.person, subject.kind) {
            (None, _) => return Ok(()),
            (Some(told), SubjectKind::Person) => told,
            (Some(_), _) => return Err(AffairError::Incomplete("只有自然人才填写证件号码".to_owned())),
        };
        let number = told.number(day)?;
        let hash = shop.keys.blind(&format!("{}:{}", number.kind(), number.as_str()));
        let wanted = Identifier { kind: IdentifierKind::Person, value: hash };
        let owners = subjects::by_identifiers(conn, &[&wanted.value])?;
        let group = merges::group(conn, subject.id)?;
        let is_own = owners.get(&wanted).is_some_and(|it| group.contains(it));
        if is_own { Ok(()) } else { Err(AffairError::Incomplete("证件号码不是该主体的".to_owned())) }
    }

    /// When the person was born, as far as the number says.
    pub(super) fn born(&self, day: NaiveDate) -> Option<NaiveDate> {
        let person = self.person.as_ref()?;
        let is_citizen = person.document.parse() == Ok(PersonDocument::ResidentId);
        is_citizen.then(|| CitizenId::parse(&person.number, day).ok()).flatten().map(|it| it.birth())
    }
}

impl Person {
    /// The number, checked.
    pub(super) fn number(&self, day: NaiveDate) -> Result<PersonNumber, AffairError> {
        let wrong = |it: &dyn std::fmt::Display| AffairError::Incomplete(it.to_string());
        let kind: PersonDocument = self.document.parse().map_err(|it| wrong(&it))?;
        PersonNumber::parse(kind, &self.number, day).map_err(|it| wrong(&it))
    }
}
