//! What a scorecard gives. These are sent as they are, so their fields are described in Chinese.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::{policy::PackRef, record::Reason};

named! {
    /// Whose result it is (结果来源).
    pub enum Origin {
        /// 本评分卡计算
        Own = "own",
        /// 导入的国家、省级或者行业评价结果
        Imported = "imported",
    }
}

named! {
    /// Whether points count (计分状态).
    pub enum CountState {
        /// 计分
        Counted = "counted",
        /// 有效期内再次发生，加倍
        Repeated = "repeated",
        /// 直接判级行为尚未纠正，加分暂不计入
        Frozen = "frozen",
        /// 同一行为或者同一指标已按另一项计分
        Superseded = "superseded",
        /// 修复后保留的分值
        Remaining = "remaining",
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

impl Serialize for CountState {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

/// The result of a scorecard (评价结果).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Score {
    /// 评分卡
    pub pack: PackRef,
    /// 评分卡名称
    pub title: String,
    /// 是否为默认评价：未指明评价种类时以它为准
    pub default: bool,
    /// 行业领域（行业信用评价）
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// 结果来源：`own` 本评分卡计算，`imported` 导入
    #[schema(value_type = String)]
    pub origin: Origin,
    /// 得分；只导入等级的为空
    pub points: Option<i64>,
    /// 等级，如 `A`
    pub level: String,
    /// 等级名称，如 优
    pub level_name: String,
    /// 直接降级标记，如 `DA`：由 A 直接降为 D
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// 本评分卡自己的等级，与导入结果不同时给出
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_level: Option<String>,
    /// 等级的理由：分数区间、直接判级、导入结果
    pub grounds: Vec<Reason>,
    /// 各维度得分
    pub dimensions: Vec<DimensionScore>,
    /// 各指标得分
    pub partials: Vec<Partial>,
    /// 怎样改善
    pub improve: Improve,
}

/// One dimension of a result (一级指标得分).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DimensionScore {
    /// 维度
    pub dimension: String,
    /// 名称
    pub name: String,
    /// 得分，含初始分
    pub points: i64,
}

/// One characteristic of a result (评价指标得分).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Partial {
    /// 指标
    pub characteristic: String,
    /// 指标名称
    pub title: String,
    /// 所属维度
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<String>,
    /// 得分
    pub points: i64,
    /// 计分明细
    pub counted: Vec<Counted>,
    /// 理由：规则、依据和所依据的记录
    pub reasons: Vec<Reason>,
}

/// The points one record gives (计分明细).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counted {
    /// 规则
    pub rule: String,
    /// 记录版本编号
    pub record: i64,
    /// 分值
    pub points: i64,
    /// 起算日
    pub from: NaiveDate,
    /// 计至（含当日）；为空的没有期限
    pub until: Option<NaiveDate>,
    /// 计分状态
    #[schema(value_type = String)]
    pub state: CountState,
}

/// What would improve a result (改善提示).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Improve {
    /// 上一等级
    pub next_level: Option<NextLevel>,
    /// 各项减分何时到期、何时可以申请修复，减分多的在前
    pub steps: Vec<Relief>,
}

/// The next better level (上一等级).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NextLevel {
    /// 等级
    pub level: String,
    /// 等级名称
    pub level_name: String,
    /// 还差的分数
    pub missing: i64,
}

/// One thing that improves it (改善项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Relief {
    /// 规则
    pub rule: String,
    /// 记录版本编号
    pub record: i64,
    /// 最多可以恢复的分值；直接判级的为空
    pub points: Option<i64>,
    /// 自这一天起不再计入；为空的要等行为终了或者修复
    pub expires_on: Option<NaiveDate>,
    /// 自这一天起可以申请修复；为空的不知或者不可修复
    pub repairable_from: Option<NaiveDate>,
    /// 说明
    pub text: String,
}
