//! How a case is told: where it stands, its clock, its steps, what can follow, its papers.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    affairs,
    ingest::Workshop,
    record::RecordKey,
    rights::{self, Missing, Step, StepKind},
    standards::mask,
    store::rights::{Paper, Stored},
    web::{api::subjects, moment::utc},
};

/// A case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseView {
    /// 事项编号
    pub id: i64,
    /// 类别：repair、objection、shield
    pub kind: &'static str,
    /// 类别名称
    pub kind_name: &'static str,
    /// 主体编号，形如 `@编号`
    pub subject: String,
    /// 所涉记录编号；异议事由为遗漏时可以为空
    pub records: Vec<String>,
    /// 办理单位：报送该记录的单位（谁认定、谁修复）
    pub unit: String,
    /// 异议事由
    pub ground: Option<&'static str>,
    /// 异议事由名称
    pub ground_name: Option<&'static str>,
    /// 遗漏的信息；仅异议事由为遗漏、没有记录可指明时
    pub missing: Option<MissingView>,
    /// 申请渠道：credit_site、department、window
    pub channel: &'static str,
    /// 状态
    pub state: &'static str,
    /// 状态名称
    pub state_name: &'static str,
    /// 是否在办
    pub open: bool,
    /// 适用的规则包，申请之日有效
    pub rules: String,
    /// 下一环节的到期日
    pub due_on: Option<NaiveDate>,
    /// 距到期日的工作日数；当日为 0，逾期为负
    pub days_left: Option<i64>,
    /// 预警级别：blue、yellow、red
    pub level: Option<&'static str>,
    /// 申请时间
    pub filed_at: DateTime<Utc>,
    /// 各环节，按时间先后
    pub steps: Vec<StepView>,
    /// 其后可以办理的环节
    pub next: Vec<NextView>,
}

/// What is said to be missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingView {
    /// 资源编码
    pub resource: String,
    /// 文书号或名称，证件号码已脱敏
    pub document: String,
}

/// A step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    /// 环节
    pub step: &'static str,
    /// 环节名称
    pub name: &'static str,
    /// 时间
    pub at: DateTime<Utc>,
    /// 生效日（北京时间）
    pub day: NaiveDate,
    /// 经办
    pub actor: String,
    /// 理由，证件号码已脱敏
    pub reason: String,
    /// 依据
    pub source: Option<String>,
    /// 更正批次
    pub delivery: Option<i64>,
    /// 人工确认的条件；要求补正的，为须补正的材料
    pub named: Vec<String>,
}

/// A step that can follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextView {
    /// 环节
    pub step: &'static str,
    /// 环节名称
    pub name: &'static str,
    /// 由谁办理：applicant、office、unit
    pub party: &'static str,
}

/// A paper.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaperView {
    /// 序号
    pub seq: usize,
    /// 材料类别
    pub kind: String,
    /// 文件名
    pub file_name: String,
    /// 字节数
    pub size: u64,
    /// SHA-256
    pub sha256: String,
    /// 提交者
    pub actor: String,
    /// 提交时间
    pub made_at: DateTime<Utc>,
}

/// A case with its papers.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseWithPapers {
    /// 事项
    #[serde(flatten)]
    pub case: CaseView,
    /// 已提交的材料
    pub papers: Vec<PaperView>,
}

impl CaseView {
    pub(super) fn new(shop: &Workshop, stored: &Stored) -> Self {
        let (case, opening) = (&stored.case, &stored.case.opening);
        let next = StepKind::ALL.iter().filter(|it| case.after(**it).is_ok());
        Self {
            id: opening.id,
            kind: opening.kind.as_str(),
            kind_name: opening.kind.name(),
            subject: subjects::reference(opening.subject),
            records: opening.keys.iter().map(key).collect(),
            unit: opening.unit.clone(),
            ground: opening.ground.map(|it| it.as_str()),
            ground_name: opening.ground.map(|it| it.name()),
            missing: opening.missing.as_ref().map(MissingView::new),
            channel: opening.channel.as_str(),
            state: case.state().as_str(),
            state_name: case.state().name(),
            open: case.state().is_open(),
            rules: format!("{}@{}", opening.rules.id, opening.rules.version),
            due_on: stored.due_on,
            days_left: stored.due_on.map(|it| rights::days_left(it, &shop.calendar, shop.clock.day())),
            level: affairs::case_level(shop, stored, shop.clock.day()).map(|it| it.as_str()),
            filed_at: utc(case.filing().at),
            steps: case.steps().iter().map(StepView::new).collect(),
            next: next.map(|it| NextView::new(*it, it.party(opening.kind).as_str())).collect(),
        }
    }
}

impl MissingView {
    fn new(it: &Missing) -> Self {
        Self { resource: it.resource.clone(), document: mask::numbers_in_text(&it.document).into_owned() }
    }
}

impl NextView {
    const fn new(step: StepKind, party: &'static str) -> Self {
        Self { step: step.as_str(), name: step.name(), party }
    }
}

impl StepView {
    fn new(it: &Step) -> Self {
        Self {
            step: it.kind.as_str(),
            name: it.kind.name(),
            at: utc(it.at),
            day: it.day,
            actor: it.actor.clone(),
            reason: mask::numbers_in_text(&it.reason).into_owned(),
            source: it.source.as_deref().map(|it| mask::numbers_in_text(it).into_owned()),
            delivery: it.delivery,
            named: it.named.clone(),
        }
    }
}

impl CaseWithPapers {
    pub(super) fn new(shop: &Workshop, stored: &Stored, papers: Vec<Paper>) -> Self {
        Self { case: CaseView::new(shop, stored), papers: views(papers) }
    }
}

/// Papers in their order.
pub(super) fn views(papers: Vec<Paper>) -> Vec<PaperView> {
    let view = |(at, it): (usize, Paper)| PaperView {
        seq: at + 1,
        kind: it.kind,
        file_name: it.file_name,
        size: it.size,
        sha256: it.digest.iter().map(|it| format!("{it:02x}")).collect(),
        actor: it.actor,
        made_at: utc(it.made_at),
    };
    papers.into_iter().enumerate().map(view).collect()
}

/// A record's key as it is written.
pub(super) fn key(key: &RecordKey) -> String {
    key.iter().map(|it| format!("{it:02x}")).collect()
}
