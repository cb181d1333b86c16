//! Who takes a step (经办人), and what each may do: 谁认定、谁修复.

use super::AffairError;
use crate::rights::{Case, CaseKind, Party, StepKind};

/// On whose behalf somebody acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Capacity {
    /// 信用办: accepts, passes on, supervises, and files for subjects.
    Office,
    /// 认定机关: decides about the records it delivered.
    Unit,
    /// 信用主体, in its own matters: the subject and those merged into it.
    Subject(Vec<i64>),
}

/// Somebody who takes a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// How the step is signed.
    pub actor: String,
    /// The unit of the key.
    pub unit: String,
    /// On whose behalf.
    pub capacity: Capacity,
}

impl Hand {
    /// The office, at the command line.
    #[must_use]
    pub fn office(actor: &str) -> Self {
        Self { actor: actor.to_owned(), unit: String::new(), capacity: Capacity::Office }
    }

    /// Whether a case is a matter of theirs at all.
    #[must_use]
    pub fn concerns(&self, case: &Case) -> bool {
        match &self.capacity {
            Capacity::Office => true,
            Capacity::Unit => self.unit == case.opening.unit,
            Capacity::Subject(own) => own.contains(&case.opening.subject),
        }
    }

    /// Whether they may file a case about a subject.
    pub(super) fn may_file(&self, subject: i64) -> Result<(), AffairError> {
        match &self.capacity {
            Capacity::Office => Ok(()),
            Capacity::Unit => Err(refused("归集单位不能提出申请，由主体本人或信用办代为提出")),
            Capacity::Subject(own) if own.contains(&subject) => Ok(()),
            Capacity::Subject(_) => Err(AffairError::NotFound("主体")),
        }
    }

    /// Whether they may take a step. The office may write down what a unit answered on paper, and says on which paper.
    pub(super) fn may_take(&self, step: StepKind, case: &Case, source: Option<&str>) -> Result<(), AffairError> {
        if !self.concerns(case) {
            return Err(AffairError::NotFound("事项"));
        }
        let kind: CaseKind = case.opening.kind;
        match (step.party(kind), &self.capacity) {
            (Party::Applicant, Capacity::Office | Capacity::Subject(_))
            | (Party::Office, Capacity::Office)
            | (Party::Unit, Capacity::Unit) => Ok(()),
            (Party::Unit, Capacity::Office) if self.unit == case.opening.unit || source.is_some() => Ok(()),
            (Party::Unit, Capacity::Office) => {
                Err(AffairError::Incomplete("由认定机关办理；信用办代录时须在依据中写明认定机关的书面答复".to_owned()))
            }
            (Party::Applicant, Capacity::Unit) => Err(refused("由申请人办理")),
            (Party::Office, Capacity::Unit | Capacity::Subject(_)) => Err(refused("由信用办办理")),
            (Party::Unit, Capacity::Subject(_)) => Err(refused("由认定机关办理")),
        }
    }
}

fn refused(text: &str) -> AffairError {
    AffairError::WrongState(text.to_owned())
}
