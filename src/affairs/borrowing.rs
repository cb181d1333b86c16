//! What a question of a bank is answered from: what is known of the borrower, the consents, and who delivers what.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    AffairError, consents,
    sheet::{Question, Sheet, Wish, sheets, told_of},
};
use crate::{
    dossier::Named,
    ingest::Workshop,
    lending::Permit,
    policy::{Pack, Packs, rules::RiskRules},
    record::Subject,
    rights::{Purpose, When},
    store::{Conn, StoreError},
};

/// What is recorded of a question beside what it is about: the code that was asked, and a keyed digest of all that was
/// said, by which whoever has the installation's key can prove what was asked. Names stand in it only as part of that.
#[must_use]
pub fn said(shop: &Workshop, named: &Named, more: &[&str]) -> Value {
    let code = named.code();
    let all = json!([code, matches!(named, Named::Id(_)), more]).to_string();
    json!({"code": code, "said": shop.keys.blind(&all)})
}

/// Everything an answer to a bank is made from.
pub struct Loaded {
    /// The borrower: how it stands, its consents, and who delivers what.
    pub sheet: Arc<Sheet>,
    /// What the bank asks for.
    pub purpose: Purpose,
    /// The bank.
    pub grantee: String,
    /// When it asks.
    pub when: When,
}

impl Loaded {
    /// What is known of a borrower, asked now by a bank.
    #[must_use]
    pub fn new(sheet: Arc<Sheet>, shop: &Workshop, (grantee, purpose): (&str, Purpose)) -> Self {
        Self { sheet, purpose, grantee: grantee.to_owned(), when: consents::now(shop) }
    }

    /// The borrower.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        self.sheet.subject()
    }

    /// What the bank may see.
    #[must_use]
    pub fn permit(&self) -> Permit<'_> {
        Permit {
            consents: &self.sheet.consents,
            grantee: &self.grantee,
            purpose: self.purpose,
            when: self.when,
            kind: self.subject().kind,
        }
    }
}

/// Loads what an answer about a subject is made from; none when it is not known, or a
/// natural person.
///
/// # Errors
/// [`StoreError`].
pub fn load(
    conn: &mut Conn,
    shop: &Workshop,
    subject: i64,
    asking: (&str, Purpose),
) -> Result<Option<Loaded>, StoreError> {
    let question = Question { named: Named::Id(subject), wish: Wish::Bank };
    let found = sheets(conn, shop, &[&question])?.pop().flatten();
    Ok(told_of(found).map(|sheet| Loaded::new(sheet, shop, asking)))
}

/// The rules of lending on a day.
///
/// # Errors
/// [`AffairError::WrongState`] when there are none.
pub fn rules(packs: &Packs, day: NaiveDate) -> Result<(&Pack, &RiskRules), AffairError> {
    packs.risk(day).next().ok_or_else(|| AffairError::WrongState("当日没有适用的信易贷规则".to_owned()))
}
