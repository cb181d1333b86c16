//! Of whom banks and windows are told (答复对象): of natural persons nothing, at whatever door they ask.

use std::sync::Arc;

use super::sheet::Sheet;
use crate::record::SubjectKind;

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
