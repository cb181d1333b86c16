//! A fault as it is kept, reported and sent. Its field names are a promise.

use serde::{Deserialize, Serialize};

use crate::record::{Fault, FaultCode, Grade};

/// A fault of a row (问题).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FaultView {
    /// The row in its delivery; 0 is the heading row or the whole file.
    pub row: u64,
    /// The heading as it stands in the file.
    pub heading: Option<String>,
    /// The catalogue's field code.
    pub field: Option<String>,
    /// The value as delivered, cut, personal numbers masked.
    pub value: String,
    /// The stable code.
    pub code: String,
    /// `error` or `warning`.
    pub grade: String,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What to do about it, in Chinese.
    pub remedy: String,
}

impl From<&Fault> for FaultView {
    fn from(fault: &Fault) -> Self {
        Self {
            row: fault.row,
            heading: fault.place.as_ref().map(|it| it.heading.clone()),
            field: fault.place.as_ref().map(|it| it.field.clone()),
            value: fault.value.clone(),
            code: fault.code.as_str().to_owned(),
            grade: fault.grade.as_str().to_owned(),
            message: fault.message.clone(),
            remedy: fault.remedy.clone(),
        }
    }
}

impl FaultView {
    /// One fault as it is kept.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }

    /// Faults as they are kept.
    #[must_use]
    pub fn json(faults: &[Self]) -> String {
        serde_json::to_string(faults).expect("texts and numbers are JSON")
    }

    /// A fault of the whole row that another stage than the check found.
    #[must_use]
    pub fn of_row(row: u64, code: FaultCode, grade: Grade, message: String) -> Self {
        Self {
            row,
            heading: None,
            field: None,
            value: String::new(),
            code: code.as_str().to_owned(),
            grade: grade.as_str().to_owned(),
            message,
            remedy: code.remedy().to_owned(),
        }
    }
}
