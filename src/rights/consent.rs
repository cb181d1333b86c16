//! Consent (授权): a subject lets a unit see named resources for a purpose and a term. Public data needs none. Pure.

use chrono::{NaiveDate, NaiveDateTime};

named! {
    /// What a unit asks for (用途). 国办发〔2021〕52号: financing support only.
    pub enum Purpose {
        /// 贷前
        BeforeLoan = "before_loan",
        /// 贷中
        DuringLoan = "during_loan",
        /// 贷后
        AfterLoan = "after_loan",
    }
}

impl Purpose {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeforeLoan => "贷前",
            Self::DuringLoan => "贷中",
            Self::AfterLoan => "贷后",
        }
    }
}

named! {
    /// In what capacity somebody signed (签署人身份).
    pub enum Capacity {
        /// 法定代表人
        LegalRepresentative = "legal_representative",
        /// 董事、监事、高级管理人员
        Executive = "executive",
        /// 财务负责人
        Finance = "finance",
        /// 其他: an agent with a letter of authority.
        Other = "other",
    }
}

named! {
    /// How a consent ended before its term (终止方式).
    pub enum Ending {
        /// 不予确认
        Refused = "refused",
        /// 撤回
        Revoked = "revoked",
    }
}

named! {
    /// What a consent is at a moment (授权状态).
    pub enum ConsentState {
        /// 待确认: the grantee says there is a paper; nobody has confirmed it.
        Pending = "pending",
        /// 有效
        InForce = "in_force",
        /// 尚未生效
        NotYet = "not_yet",
        /// 已到期
        Expired = "expired",
        /// 不予确认
        Refused = "refused",
        /// 已撤回
        Revoked = "revoked",
    }
}

impl ConsentState {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "待确认",
            Self::InForce => "有效",
            Self::NotYet => "尚未生效",
            Self::Expired => "已到期",
            Self::Refused => "不予确认",
            Self::Revoked => "已撤回",
        }
    }
}

named! {
    /// Why a consent does not cover a question (授权不足的原因).
    pub enum Uncovered {
        /// It is not in force.
        State = "state",
        /// 用途不符
        Purpose = "purpose",
        /// 未授权这类信息
        Resource = "resource",
    }
}

impl Uncovered {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::State => "不在有效状态",
            Self::Purpose => "用途不符",
            Self::Resource => "未授权这类信息",
        }
    }
}

/// A consent (授权书).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub id: i64,
    /// Who gives it.
    pub subject: i64,
    /// The unit that may ask.
    pub grantee: String,
    /// What for.
    pub purpose: Purpose,
    /// The codes of the resources, and `score` for scores.
    pub resources: Vec<String>,
    /// From this day,
    pub from: NaiveDate,
    /// until this one, inclusive.
    pub until: NaiveDate,
    /// SHA-256 of the paper.
    pub evidence: Option<[u8; 32]>,
    /// The signer's name, sealed.
    pub signer: Option<Vec<u8>>,
    /// In what capacity it was signed.
    pub capacity: Capacity,
    /// Who brought it in.
    pub made_by: String,
    /// When, UTC.
    pub made_at: NaiveDateTime,
    /// When it was confirmed, and by whom.
    pub confirmed: Option<(NaiveDateTime, String)>,
    /// When it ended before its term, by whom, and how.
    pub ended: Option<(NaiveDateTime, String, Ending)>,
    /// Why it was refused or revoked.
    pub note: Option<String>,
}

/// When a consent is looked at: what was known at a moment, for a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The moment, UTC.
    pub moment: NaiveDateTime,
    /// The day in China.
    pub day: NaiveDate,
}

impl Consent {
    /// What it is, or was. What ended it ends it at once.
    #[must_use]
    pub fn state(&self, when: When) -> ConsentState {
        let by = |at: &NaiveDateTime| *at <= when.moment;
        match (&self.ended, &self.confirmed) {
            (Some((at, _, Ending::Refused)), _) if by(at) => ConsentState::Refused,
            (Some((at, _, Ending::Revoked)), _) if by(at) => ConsentState::Revoked,
            (_, Some((at, _))) if by(at) => match when.day {
                day if day < self.from => ConsentState::NotYet,
                day if day > self.until => ConsentState::Expired,
                _ => ConsentState::InForce,
            },
            _ if when.day > self.until => ConsentState::Expired,
            _ => ConsentState::Pending,
        }
    }

    /// Whether it lets its grantee see a resource for a purpose. What has ended covers nothing, also when another
    /// server whose clock is ahead ended it.
    ///
    /// # Errors
    /// Why it does not.
    pub fn covers(&self, resource: &str, purpose: Purpose, when: When) -> Result<(), Uncovered> {
        if self.ended.is_some() || self.state(when) != ConsentState::InForce {
            return Err(Uncovered::State);
        }
        if self.purpose != purpose {
            return Err(Uncovered::Purpose);
        }
        if self.resources.iter().any(|it| it == resource) { Ok(()) } else { Err(Uncovered::Resource) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(text: &str) -> When {
        let moment: NaiveDateTime = text.parse().unwrap();
        When { moment, day: moment.date() }
    }

    fn consent() -> Consent {
        Consent {
            id: 1,
            subject: 1,
            grantee: "BANK".into(),
            purpose: Purpose::BeforeLoan,
            resources: vec!["tax_rating".into(), "electricity".into()],
            from: "2026-03-02".parse().unwrap(),
            until: "2026-06-30".parse().unwrap(),
            evidence: None,
            signer: None,
            capacity: Capacity::LegalRepresentative,
            made_by: "BANK/k".into(),
            made_at: when("2026-03-01T08:00:00").moment,
            confirmed: Some((when("2026-03-03T10:00:00").moment, "XYB/k".into())),
            ended: None,
            note: None,
        }
    }

    #[test]
    fn a_consent_is_in_force_once_confirmed_within_its_term_until_it_is_ended() {
        let revoked_at = when("2026-05-01T09:00:00").moment;
        let revoked = Consent { ended: Some((revoked_at, "s".into(), Ending::Revoked)), ..consent() };
        let refused = Consent { ended: Some((revoked_at, "s".into(), Ending::Refused)), confirmed: None, ..consent() };
        let early = Consent { confirmed: Some((when("2026-03-01T09:00:00").moment, "s".into())), ..consent() };
        let rows: &[(&Consent, &str, ConsentState)] = &[
            (&consent(), "2026-03-03T09:59:59", ConsentState::Pending),
            (&consent(), "2026-03-03T10:00:00", ConsentState::InForce),
            (&early, "2026-03-01T10:00:00", ConsentState::NotYet),
            (&consent(), "2026-06-30T23:00:00", ConsentState::InForce),
            (&consent(), "2026-07-01T00:00:00", ConsentState::Expired),
            (&revoked, "2026-05-01T08:59:59", ConsentState::InForce),
            (&revoked, "2026-05-01T09:00:00", ConsentState::Revoked),
            (&refused, "2026-04-30T09:00:00", ConsentState::Pending),
            (&refused, "2026-05-02T09:00:00", ConsentState::Refused),
        ];
        for (consent, text, expected) in rows {
            assert_eq!(consent.state(when(text)), *expected, "{text}");
        }
    }

    #[test]
    fn it_covers_its_resources_for_its_purpose_while_it_is_in_force() {
        let now = when("2026-04-01T00:00:00");
        let asked = |resource, purpose, when| consent().covers(resource, purpose, when);
        assert_eq!(asked("tax_rating", Purpose::BeforeLoan, now), Ok(()));
        assert_eq!(asked("gas", Purpose::BeforeLoan, now), Err(Uncovered::Resource));
        assert_eq!(asked("tax_rating", Purpose::AfterLoan, now), Err(Uncovered::Purpose));
        let ahead = when("2026-04-01T00:00:01").moment;
        let revoked = Consent { ended: Some((ahead, "s".into(), Ending::Revoked)), ..consent() };
        assert_eq!(revoked.covers("tax_rating", Purpose::BeforeLoan, now), Err(Uncovered::State), "at once");
        let late = when("2026-07-01T00:00:00");
        assert_eq!(asked("tax_rating", Purpose::BeforeLoan, late), Err(Uncovered::State));
    }
}
