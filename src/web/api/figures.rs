//! The figures of quality as they are sent. Field names are a promise.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::deliveries::TallyView;
use crate::quality::{Figures, Line, Owed, Share, Warning};

/// A part of a whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareView {
    /// 分子
    pub part: u64,
    /// 分母
    pub whole: u64,
    /// 百分比，两位小数；分母为零时为空
    pub percent: Option<String>,
}

impl From<Share> for ShareView {
    fn from(it: Share) -> Self {
        Self { part: it.part, whole: it.whole, percent: it.basis_points().map(|_| it.to_string()) }
    }
}

/// The figures of a unit and a resource, or a sum of several.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresView {
    /// 批次数
    pub deliveries: u64,
    /// 其中整批拒收
    pub refused: u64,
    /// 报送行数
    pub reported: u64,
    /// 入库行数：新增、更新、重复、旧版与撤销
    pub stored: u64,
    /// 逐类计数
    pub tally: TallyView,
    /// 合规率：无问题无冲突的行占报送
    pub compliance: ShareView,
    /// 入库率
    pub intake: ShareView,
    /// 迟报率：迟于规定工作日的新增记录占有时限的新增记录
    pub lateness: ShareView,
    /// 及时率
    pub timeliness: ShareView,
    /// 当前未处理的疑问数据
    pub open_doubts: u64,
    /// 本月到期的报送期次
    pub owed: u64,
    /// 其中零报告
    pub zero_reports: u64,
    /// 其中漏报
    pub missed: u64,
}

impl From<&Figures> for FiguresView {
    fn from(it: &Figures) -> Self {
        Self {
            deliveries: it.deliveries,
            refused: it.refused,
            reported: it.delivered(),
            stored: it.stored(),
            tally: it.tally.into(),
            compliance: it.compliance().into(),
            intake: it.intake().into(),
            lateness: it.lateness().into(),
            timeliness: it.timeliness().into(),
            open_doubts: it.open_doubts,
            owed: it.owed,
            zero_reports: it.zero_reports,
            missed: it.missed,
        }
    }
}

/// The figures of a unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineView {
    /// 单位编码
    pub unit: String,
    /// 单位名称
    pub unit_name: String,
    /// 资源编码；空为全部资源合计
    pub resource: Option<String>,
    /// 指标
    pub figures: FiguresView,
}

impl From<&Line> for LineView {
    fn from(it: &Line) -> Self {
        let Line { unit, unit_name, resource, figures } = it;
        Self { unit: unit.clone(), unit_name: unit_name.clone(), resource: resource.clone(), figures: figures.into() }
    }
}

/// A period that was owed.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwedView {
    /// 单位编码
    pub unit: String,
    /// 资源编码
    pub resource: String,
    /// 期次
    pub period: String,
    /// 截止日
    pub due: NaiveDate,
    /// 截止日是否已按公布的节假日计算；false 为按周一至周五估算
    pub certain: bool,
    /// 情况：delivered、zero_reported、pending、missed、silent
    pub outcome: String,
    /// 报送或零报告之日
    pub day: Option<NaiveDate>,
}

impl From<&Owed> for OwedView {
    fn from(it: &Owed) -> Self {
        Self {
            unit: it.unit.clone(),
            resource: it.resource.clone(),
            period: it.span.to_string(),
            due: it.due,
            certain: it.certain,
            outcome: it.outcome.to_string(),
            day: it.day,
        }
    }
}

/// A warning.
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningView {
    /// 级别：red 已逾期、yellow 数日内到期、blue 即将到期
    pub level: String,
    /// 事项：period 报送期次、lateness 迟报率、doubts 疑问数据
    pub matter: String,
    /// 单位编码
    pub unit: String,
    /// 单位名称
    pub unit_name: String,
    /// 资源编码
    pub resource: Option<String>,
    /// 期次
    pub period: Option<String>,
    /// 截止日
    pub due: Option<NaiveDate>,
    /// 距截止日的工作日数，逾期为负
    pub working_days: Option<i64>,
    /// 说明
    pub message: String,
}

impl From<&Warning> for WarningView {
    fn from(it: &Warning) -> Self {
        let it = it.clone();
        Self {
            level: it.level.to_string(),
            matter: it.matter.to_string(),
            unit: it.unit,
            unit_name: it.unit_name,
            resource: it.resource,
            period: it.span,
            due: it.due,
            working_days: it.working_days,
            message: it.message,
        }
    }
}
