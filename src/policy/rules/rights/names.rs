//! The closed sets the rules of repair and objection speak of; a pack names them by their stable names.

use serde::{Deserialize, Deserializer, de::Error};

use crate::policy::rules::ListKind;

named! {
    /// Why a record is objected to (异议事由).
    pub enum ObjectionGround {
        /// 错误
        Wrong = "wrong",
        /// 遗漏
        Missing = "missing",
        /// 重复公示
        Duplicate = "duplicate",
        /// 不应公示
        NotPublic = "not_public",
        /// 超期公示
        OverTerm = "over_term",
        /// 与认定机关不一致
        Differs = "differs",
        /// 错误列入或未按规定移出严重失信主体名单
        Listing = "listing",
        /// 其他
        Other = "other",
    }
}

named! {
    /// Where an application came in (申请渠道).
    pub enum FilingChannel {
        /// 信用中国及地方信用网站
        CreditSite = "credit_site",
        /// 认定机关
        Department = "department",
        /// 政务服务窗口
        Window = "window",
    }
}

impl ObjectionGround {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wrong => "错误",
            Self::Missing => "遗漏",
            Self::Duplicate => "重复公示",
            Self::NotPublic => "不应公示",
            Self::OverTerm => "超期公示",
            Self::Differs => "与认定机关不一致",
            Self::Listing => "错误列入或未按规定移出名单",
            Self::Other => "其他",
        }
    }
}

impl FilingChannel {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreditSite => "信用网站",
            Self::Department => "认定机关",
            Self::Window => "政务服务窗口",
        }
    }
}

named! {
    /// A condition of repair (修复条件).
    pub enum RepairCondition {
        /// 属于可以修复的失信信息
        Repairable = "repairable",
        /// 尚在公示或使用，未修复、未撤销
        InUse = "in_use",
        /// 最短公示期届满
        MinimumTerm = "minimum_term",
        /// 已纠正失信行为、履行义务
        Performed = "performed",
        /// 已公开作出信用承诺
        Commitment = "commitment",
        /// 不在须先移出的名单上
        BarringList = "barring_list",
        /// 未因提供虚假材料或违背承诺处于限制期内
        FalsePapers = "false_papers",
        /// 未因滥用破产程序处于限制期内
        BankruptcyAbuse = "bankruptcy_abuse",
    }
}

impl RepairCondition {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Repairable => "属于可以修复的失信信息",
            Self::InUse => "尚在公示或使用",
            Self::MinimumTerm => "最短公示期届满",
            Self::Performed => "已纠正失信行为、履行义务",
            Self::Commitment => "已公开作出信用承诺",
            Self::BarringList => "不在须先移出的名单上",
            Self::FalsePapers => "未因虚假材料或违背承诺受限",
            Self::BankruptcyAbuse => "未因滥用破产程序受限",
        }
    }
}

macro_rules! read_by_name {
    ($($type:ty),+) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                String::deserialize(input)?.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

read_by_name!(FilingChannel, ObjectionGround, RepairCondition);

/// Kinds of lists by their names.
pub(super) fn lists<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<ListKind>, D::Error> {
    let names = Vec::<String>::deserialize(input)?;
    names.iter().map(|it| it.parse().map_err(D::Error::custom)).collect()
}
