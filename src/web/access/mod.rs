//! Who asks: keys, roles, the guards that stand in the signatures of handlers, and what each may see.

mod guard;
mod key;
mod late;
mod remembered;
mod sight;

pub(super) use guard::{
    Admin, Applicant, Asker, Bank, Caller, Concerned, Counter, Dutiful, Holder, Member, Office, Own, Parties, Staff,
    Window,
};
pub use key::{IssuedKey, issue_key, issue_subject_key};
pub(super) use late::{Body, Late, Said, Unread};
pub(super) use remembered::Remembered;
pub(super) use sight::{Looked, Openness, Viewer, fields, sight};
pub use sight::{Sight, Withheld};

named! {
    /// What a key may do (角色).
    pub enum Role {
        /// 归集单位: sends, and sees what it sent.
        Unit = "unit",
        /// 信用办: sees everything, decides about held deliveries, doubts, merges and withdrawals.
        Office = "office",
        /// 查询部门: a department that sees shared and public records.
        Reader = "reader",
        /// 银行: asks about borrowers; what is not public only with the subject's consent.
        Bank = "bank",
        /// 审批窗口: asks whether 容缺受理 is open to an applicant; a department that sees shared records.
        Window = "window",
        /// 信用主体: the subject itself, in its own matters only.
        Subject = "subject",
        /// 管理员: units and keys; no records.
        Admin = "admin",
    }
}

impl Role {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unit => "归集单位",
            Self::Office => "信用办",
            Self::Reader => "查询部门",
            Self::Bank => "银行",
            Self::Window => "审批窗口",
            Self::Subject => "信用主体",
            Self::Admin => "管理员",
        }
    }
}
