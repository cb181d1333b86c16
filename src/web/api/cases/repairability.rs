//! What a subject may ask for (可修复情况), with every condition and its reason.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path},
};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{hand, view::key};
use crate::{
    affairs::{self, Capacity, Repairable},
    policy::PackRef,
    record::Reason,
    rights::{Finding, FoundGround},
    web::{
        access::{Concerned, Late},
        api::subjects,
        desk::Desk,
        error::ApiError,
        recorded,
    },
};

/// What a subject may ask for.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepairabilityView {
    /// 主体编号
    pub subject: String,
    /// 核查日
    pub day: NaiveDate,
    /// 可以申请修复的记录，及不可以的原因
    pub records: Vec<RepairableView>,
    /// 系统自查发现的异议事由：重复公示、超期公示
    pub grounds: Vec<GroundView>,
}

/// A record and whether it can be repaired.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepairableView {
    /// 记录编号
    pub key: String,
    /// 记录版本
    pub record: i64,
    /// 资源编码
    pub resource: String,
    /// 认定机关：报送单位
    pub unit: String,
    /// met 符合、not_met 不符合、unknown 待核实
    pub outcome: &'static str,
    /// 最早可以申请的日期；有与日期无关的条件不符合时为空
    pub earliest: Option<NaiveDate>,
    /// 各项条件
    pub conditions: Vec<ConditionView>,
    /// 须提交的材料
    pub papers: Vec<PaperAsked>,
    /// 在办的修复事项
    pub open: Option<i64>,
    /// 适用的规则包
    pub pack: PackRef,
}

/// One condition.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConditionView {
    /// 条件
    pub condition: &'static str,
    /// 条件名称
    pub name: &'static str,
    /// met、not_met、unknown
    pub outcome: &'static str,
    /// 自此日起符合
    pub from: Option<NaiveDate>,
    /// 理由：规则、依据、记录
    pub reason: Reason,
}

/// A paper that is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaperAsked {
    /// 材料类别
    pub kind: String,
    /// 材料名称
    pub name: String,
}

/// A ground that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroundView {
    /// 异议事由
    pub ground: &'static str,
    /// 事由名称
    pub name: &'static str,
    /// 所涉记录编号
    pub records: Vec<String>,
    /// 理由
    pub reason: Reason,
}

impl From<Repairable> for RepairableView {
    fn from(it: Repairable) -> Self {
        Self {
            key: key(&it.fact.key),
            record: it.fact.id,
            resource: it.fact.resource.clone(),
            unit: it.fact.unit.clone(),
            outcome: it.eligibility.outcome().as_str(),
            earliest: it.eligibility.earliest,
            conditions: it.eligibility.findings.into_iter().map(ConditionView::from).collect(),
            papers: it.papers.into_iter().map(|(kind, name)| PaperAsked { kind, name }).collect(),
            open: it.open,
            pack: it.pack,
        }
    }
}

impl From<Finding> for ConditionView {
    fn from(it: Finding) -> Self {
        let (condition, name) = (it.condition.as_str(), it.condition.name());
        Self { condition, name, outcome: it.outcome.as_str(), from: it.from, reason: it.reason }
    }
}

impl From<FoundGround> for GroundView {
    fn from(it: FoundGround) -> Self {
        let records = it.keys.iter().map(key).collect();
        Self { ground: it.ground.as_str(), name: it.ground.name(), records, reason: it.reason }
    }
}

/// What a subject may ask for.
#[utoipa::path(
    tag = "权益",
    summary = "主体各条记录可否修复，及系统自查发现的异议事由",
    description = "逐条列出每项修复条件的核查结果、规则、依据与最早可申请日。归集单位只看到本单位报送的记录，主体只看到本人的。",
    params(("code" = String, Path, description = "代码，或 @编号"), recorded::Purpose),
    responses((status = 200, body = RepairabilityView)),
    security(("key" = ["unit", "office", "subject"]))
)]
#[get("/subjects/{code}/repairability")]
pub async fn show(
    Concerned(caller): Concerned,
    desk: Data<Desk>,
    code: Late<Path<String>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (code, at, asking) = (code.get()?, desk.now(), caller.clone());
    let view = desk.run(move |shop| {
        let day = shop.clock.day();
        shop.database.read(|conn| {
            let hand = hand(conn, &asking)?;
            let subject = subjects::found(conn, &code)?;
            if matches!(&hand.capacity, Capacity::Subject(own) if !own.contains(&subject.id)) {
                return Err(ApiError::UnknownSubject);
            }
            let found = affairs::repairability(conn, shop, subject.id, day)?;
            let unit_only = hand.capacity == Capacity::Unit;
            let seen = |it: &Repairable| !unit_only || it.fact.unit == hand.unit;
            let records: Vec<Repairable> = found.records.into_iter().filter(seen).collect();
            let own = |it: &FoundGround| {
                !unit_only || it.keys.iter().any(|key| records.iter().any(|record| record.fact.key == *key))
            };
            let grounds = found.grounds.into_iter().filter(own).map(GroundView::from).collect();
            let records = records.into_iter().map(RepairableView::from).collect();
            let view = RepairabilityView { subject: subjects::reference(subject.id), day, records, grounds };
            Ok((subject.id, view))
        })
    });
    let (subject, view) = view.await?;
    let asked = recorded::Asked::of(at, "repairability", vec![subject], json!({}));
    recorded::show((&desk, &caller), &request, asked, &view).await
}
