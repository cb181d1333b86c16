//! The closed sets of the rules of lists.

use serde::Serialize;

named! {
    /// What a list means (名单类别).
    pub enum ListKind {
        /// 红名单、守信激励对象
        Red = "red",
        /// 严重失信主体名单
        Serious = "serious",
        /// 重点关注名单
        Watch = "watch",
        /// 失信被执行人
        Executed = "executed",
        /// 经营异常名录
        Abnormal = "abnormal",
        /// 待核实: the policy names no basis for the list, or the entry no document. Nothing may follow from it.
        Unconfirmed = "unconfirmed",
    }
}

named! {
    /// Where a list or a measure holds (层级).
    pub enum ListLevel {
        /// 全国
        National = "national",
        /// 本地
        Local = "local",
    }
}

named! {
    /// The rank of a basis (依据层级).
    pub enum BasisRank {
        /// 法律
        Law = "law",
        /// 行政法规
        Regulation = "regulation",
        /// 党中央、国务院政策文件
        StateCouncil = "state_council",
        /// 部门规章
        MinistryRule = "ministry_rule",
        /// 司法解释
        Judicial = "judicial",
        /// 地方性法规: for lists of the place only.
        LocalRegulation = "local_regulation",
        /// 其他规范性文件: enough for attention and for rewards, never for 严重失信.
        PolicyDocument = "policy_document",
    }
}

named! {
    /// The classes of the national list of measures (措施类别).
    pub enum MeasureClass {
        /// 减损权益或增加义务: needs a law, a regulation or a central policy.
        Reducing = "reducing",
        /// 管理措施, which neither take nor burden.
        Managing = "managing",
        /// 公共管理机构以外的组织自主实施
        Voluntary = "voluntary",
        /// 激励
        Rewarding = "rewarding",
    }
}

named! {
    /// Why an entry ends (移出事由).
    pub enum Removal {
        /// 期限届满
        TermOver = "term_over",
        /// 信用修复
        Repaired = "repaired",
        /// 认定被撤销
        Revoked = "revoked",
        /// 退出: the conditions are no longer met, or the subject asked for it.
        Exit = "exit",
    }
}

impl Removal {
    /// The Chinese name; what a record says as 移出事由.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TermOver => "期限届满",
            Self::Repaired => "信用修复",
            Self::Revoked => "认定决定被撤销",
            Self::Exit => "退出名单",
        }
    }

    /// What the words of a record mean, whoever wrote them.
    #[must_use]
    pub fn told(words: &str) -> Self {
        let says = |any: &[&str]| any.iter().any(|it| words.contains(it));
        if says(&["修复"]) {
            Self::Repaired
        } else if says(&["撤销"]) {
            Self::Revoked
        } else if says(&["届满", "期满", "到期"]) {
            Self::TermOver
        } else {
            Self::Exit
        }
    }
}

macro_rules! as_its_name {
    ($($type:ty),+) => {$(
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str(self.as_str())
            }
        }
    )+};
}

as_its_name!(ListKind, ListLevel, BasisRank, MeasureClass);

impl ListKind {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Red => "红名单",
            Self::Serious => "严重失信主体名单",
            Self::Watch => "重点关注名单",
            Self::Executed => "失信被执行人",
            Self::Abnormal => "经营异常名录",
            Self::Unconfirmed => "待核实",
        }
    }

    /// The term of 名单类型 in a record of a designation; `None` for lists that are not designated here.
    #[must_use]
    pub const fn term(self) -> Option<&'static str> {
        match self {
            Self::Red => Some("红名单"),
            Self::Serious => Some("黑名单"),
            Self::Watch => Some("重点关注名单"),
            Self::Executed | Self::Abnormal | Self::Unconfirmed => None,
        }
    }

    /// Whether a basis of this rank is enough for a list of this kind (国办发〔2020〕49号第七条).
    #[must_use]
    pub const fn may_rest_on(self, level: ListLevel, rank: BasisRank) -> bool {
        match (self, level, rank) {
            (Self::Red | Self::Watch, _, _) => true,
            (_, _, BasisRank::PolicyDocument) | (_, ListLevel::National, BasisRank::LocalRegulation) => false,
            (_, _, _) => true,
        }
    }
}
