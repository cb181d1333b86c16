//! What a bank may see: what is public, and what a consent in force covers.

use crate::{
    answer::Why,
    catalog::Exposure,
    record::{RecordState, SubjectKind},
    rights::{Consent, Purpose, When},
    standing::{PublicityState, RecordStanding},
};

/// By what a bank sees something (查看依据).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// It is public.
    Public,
    /// A consent, by its id, covers it.
    Consented(i64),
}

/// Who asks what for, with the consents that may cover it.
#[derive(Debug, Clone, Copy)]
pub struct Permit<'c> {
    /// The consents of the subject.
    pub consents: &'c [Consent],
    /// The asking unit.
    pub grantee: &'c str,
    /// What it asks for.
    pub purpose: Purpose,
    /// When it asks.
    pub when: When,
    /// What the subject is: of natural persons nothing is public.
    pub kind: SubjectKind,
}

impl Permit<'_> {
    /// The consent that covers a resource.
    #[must_use]
    pub fn consent(&self, resource: &str) -> Option<i64> {
        let covers = |it: &&Consent| it.grantee == self.grantee && it.covers(resource, self.purpose, self.when).is_ok();
        self.consents.iter().find(covers).map(|it| it.id)
    }

    /// By what records of a resource may be seen, as far as its exposure says.
    ///
    /// # Errors
    /// Why they may not.
    pub fn resource(&self, resource: &str, exposure: Exposure) -> Result<View, Why> {
        match (self.consent(resource), exposure, self.kind) {
            (Some(consent), _, _) => Ok(View::Consented(consent)),
            (None, _, SubjectKind::Person) => Err(Why::NeedsConsent),
            (None, Exposure::Public, _) => Ok(View::Public),
            (None, Exposure::Shared | Exposure::Authorised, _) => Err(Why::NeedsConsent),
        }
    }

    /// By what one record may be seen; none when it may not or is of no use any more.
    #[must_use]
    pub fn record(&self, resource: &str, exposure: Exposure, standing: &RecordStanding) -> Option<View> {
        let published = matches!(standing.state, PublicityState::Published | PublicityState::Unperformed);
        match self.resource(resource, exposure).ok()? {
            _ if !standing.usable => None,
            View::Public if !published => None,
            view => Some(view),
        }
    }
}

/// Whether a record stands: a withdrawn one is never answered.
pub(super) fn stands(state: RecordState) -> bool {
    state == RecordState::InForce
}
