//! How a designation is told: where it stands, its term, its steps, and what can follow.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    affairs::designation::Content,
    ingest::Workshop,
    ledger::hex,
    policy::rules::ListRule,
    rights::designation::{Step, StepKind},
    store::designations::Stored,
    web::{api::subjects, error::ApiError, moment::utc},
};

/// A designation.
#[derive(Debug, Serialize, ToSchema)]
pub struct DesignationView {
    /// 编号
    pub id: i64,
    /// 名单编码
    pub list: String,
    /// 名单名称
    pub list_name: Option<String>,
    /// 名单类别
    pub kind: String,
    /// 主体，形如 `@编号`
    pub subject: String,
    /// 认定单位；候选没有可以认定的单位时为空，由信用办交办
    pub unit: Option<String>,
    /// 提出候选的规则；单位提出的为空
    pub rule: Option<String>,
    /// 所依据的记录版本编号
    pub records: Vec<i64>,
    /// 状态
    pub state: String,
    /// 状态名称
    pub state_name: String,
    /// 列入（认定）事由
    pub reason: String,
    /// 列入依据
    pub basis: Option<String>,
    /// 所属领域
    pub domain: Option<String>,
    /// 陈述申辩或公示的期限：届满前不得认定
    pub not_before_end_of: Option<NaiveDate>,
    /// 上述期限所跨年份的节假日安排是否均已公布
    pub certain: Option<bool>,
    /// 名单期限至（含）；未认定或没有期限的为空
    pub until: Option<NaiveDate>,
    /// 认定或移出的记录是否尚待入库
    pub owed: bool,
    /// 记录未能入库的原因
    pub trouble: Option<String>,
    /// 形成记录的批次
    pub delivery: Option<i64>,
    /// 各环节
    pub steps: Vec<StepView>,
    /// 可以办理的下一环节
    pub next: Vec<String>,
}

/// A step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DesignationStepView)]
pub struct StepView {
    /// 序号，从 1 起
    pub seq: usize,
    /// 环节
    pub kind: String,
    /// 环节名称
    pub name: String,
    /// 日期
    pub day: NaiveDate,
    /// 登记时间
    pub made_at: DateTime<Utc>,
    /// 经办
    pub actor: String,
    /// 理由或内容
    pub reason: String,
    /// 文号
    pub document: Option<String>,
    /// 文书的 SHA-256
    pub digest: Option<String>,
    /// 决定写明的期限至
    pub until: Option<NaiveDate>,
    /// 移出事由
    pub removal: Option<String>,
}

impl StepView {
    fn new((at, it): (usize, &Step)) -> Self {
        Self {
            seq: at + 1,
            kind: it.kind.to_string(),
            name: it.kind.name().to_owned(),
            day: it.day,
            made_at: utc(it.at),
            actor: it.actor.clone(),
            reason: it.reason.clone(),
            document: it.document.as_ref().map(|it| it.number.clone()),
            digest: it.document.as_ref().map(|it| hex(&it.digest)),
            until: it.until,
            removal: it.removal.map(|it| it.to_string()),
        }
    }
}

impl DesignationView {
    /// What is told of it. A person's number is in none of it.
    pub(super) fn new(shop: &Workshop, stored: &Stored) -> Result<Self, ApiError> {
        let (designation, opening) = (&stored.designation, &stored.designation.opening);
        let content = Content::open(shop, opening.id, &stored.content)?;
        let day = designation.last().day;
        let rule: Option<&ListRule> =
            shop.packs.lists(day).flat_map(|(_, rules)| &rules.lists).find(|it| it.code == opening.list);
        let clock = rule.and_then(|it| designation.clock(it, &shop.calendar));
        let can_follow = |it: &&StepKind| it.is_of_the_unit() && designation.after(**it).is_ok();
        let proposed = designation.steps()[0].reason.clone();
        Ok(Self {
            id: opening.id,
            list: opening.list.clone(),
            list_name: rule.map(|it| it.name.clone()),
            kind: opening.kind.to_string(),
            subject: subjects::reference(opening.subject),
            unit: Some(opening.unit.clone()).filter(|it| !it.is_empty()),
            rule: opening.rule.clone(),
            records: opening.records.clone(),
            state: designation.state().to_string(),
            state_name: designation.state().name().to_owned(),
            reason: if content.reason.is_empty() { proposed } else { content.reason },
            basis: content.basis,
            domain: content.domain,
            not_before_end_of: clock.map(|it| it.day),
            certain: clock.map(|it| it.certain),
            until: rule.and_then(|it| designation.until(it)),
            owed: stored.is_owed,
            trouble: stored.trouble.clone(),
            delivery: stored.delivery,
            steps: designation.steps().iter().enumerate().map(StepView::new).collect(),
            next: StepKind::ALL.iter().filter(can_follow).map(ToString::to_string).collect(),
        })
    }
}
