//! What a question of a bank is answered from: what is known of the borrower, the consents, and who delivers what.

use chrono::NaiveDate;

use super::{AffairError, consents};
use crate::{
    dossier::{self, Asked},
    ingest::Workshop,
    lending::{Collected, Permit},
    policy::{Pack, Packs, rules::RiskRules},
    record::Subject,
    rights::{Consent, Purpose, When},
    store::{
        Conn, StoreError, consents as kept,
        corrections::{self, Kept},
        merges, sources,
    },
};

/// Everything an answer to a bank is made from.
pub struct Loaded {
    /// The borrower and how it stands.
    pub asked: Asked,
    /// Its consents to the bank.
    pub consents: Vec<Consent>,
    /// Who delivers what.
    pub collected: Collected,
    /// What the privacy self-check found in its records and may be shown all the same.
    pub cleared: Kept,
    /// What the bank asks for.
    pub purpose: Purpose,
    /// The bank.
    pub grantee: String,
    /// When it asks.
    pub when: When,
}

impl Loaded {
    /// The borrower.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.asked.dossier.subject
    }

    /// What the bank may see.
    #[must_use]
    pub fn permit(&self) -> Permit<'_> {
        Permit {
            consents: &self.consents,
            grantee: &self.grantee,
            purpose: self.purpose,
            when: self.when,
            kind: self.subject().kind,
        }
    }
}

/// Loads what an answer about a subject is made from; none when it is not known.
///
/// # Errors
/// [`StoreError`].
pub fn load(
    conn: &mut Conn,
    shop: &Workshop,
    subject: i64,
    (grantee, purpose): (&str, Purpose),
) -> Result<Option<Loaded>, StoreError> {
    let when = consents::now(shop);
    let Some(asked) = dossier::ask(conn, shop, subject, when.day, None)? else { return Ok(None) };
    let group = merges::group(conn, asked.dossier.subject.id)?;
    let consents = kept::between(conn, &group, grantee)?;
    let collected = sources::all(conn)?;
    let cleared = corrections::kept(conn, &group)?;
    Ok(Some(Loaded { asked, consents, collected, cleared, purpose, grantee: grantee.to_owned(), when }))
}

/// The rules of lending on a day.
///
/// # Errors
/// [`AffairError::WrongState`] when there are none.
pub fn rules(packs: &Packs, day: NaiveDate) -> Result<(&Pack, &RiskRules), AffairError> {
    packs.risk(day).next().ok_or_else(|| AffairError::WrongState("当日没有适用的信易贷规则".to_owned()))
}
