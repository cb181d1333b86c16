//! Scanning the risks of a borrower (风险扫描): how many records each dimension counts, and which.

use actix_web::{HttpResponse, post, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use super::bank::{self, About};
use crate::{
    affairs::borrowing::{self, Loaded},
    answer::{Answer, Receipted},
    ingest::Workshop,
    lending::{self, Count, ScanOutcome, Status, View},
    policy::rules::RiskDimension,
    web::{
        access::{Bank, Body},
        desk::Desk,
        error::ApiError,
        recorded,
    },
};

/// The counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Scan {
    /// 各风险维度，次序依规则
    pub dimensions: Vec<DimensionView>,
    /// 有风险记录的维度数
    pub hits: usize,
}

/// A dimension.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DimensionView {
    /// 维度
    pub code: String,
    /// 名称
    pub name: String,
    /// 状态：found 有记录、not_found 未发现、not_available 平台没有这类信息、not_permitted 未获授权
    pub status: &'static str,
    /// 已查询部分的记录数；无从查询的为空，不等于 0
    pub count: Option<usize>,
    /// 其中正在异议处理的；无从查询的为空
    pub objected: Option<usize>,
    /// 未获授权的资源
    pub not_permitted: Vec<String>,
    /// 其中限授权查询的记录未获授权、有无均不说明的资源
    pub partly: Vec<String>,
    /// 没有单位报送的资源
    pub not_available: Vec<String>,
    /// 记录的版本编号
    pub records: Vec<i64>,
}

/// Scans risks.
#[utoipa::path(
    tag = "信易贷",
    summary = "风险扫描",
    description = "按风险维度计数。公开信息无须授权；其余须有主体对本单位、该用途、该类信息的有效授权。\
        outcome：hits 有风险记录、clear 全部查过而未发现、incomplete 未发现而未能全部查询（有的未获授权或没有单位报送）、\
        unknown_subject 平台没有这一主体。",
    request_body = About,
    responses((status = 200, body = Receipted<Scan>)),
    security(("key" = ["bank"]))
)]
#[post("/bank/scan")]
pub async fn ask(Bank(caller): Bank, desk: Data<Desk>, body: Body<About>) -> Result<HttpResponse, ApiError> {
    let about = body.read()?;
    let (shop, loaded) = bank::load(&desk, &caller, &about).await?;
    let (answer, views) = match &loaded {
        Some(loaded) => scan(&shop, loaded)?,
        None => (bank::unknown(Scan { dimensions: Vec::new(), hits: 0 }), Vec::new()),
    };
    let asked = bank::asked((&shop, "bank.scan"), &about, loaded.as_ref(), views.into_iter())?;
    recorded::give(&desk, &caller, asked, &answer).await
}

fn scan(shop: &Workshop, loaded: &Loaded) -> Result<(Answer<Scan>, Vec<View>), ApiError> {
    let (dossier, standing) = (&loaded.sheet.asked.dossier, &loaded.sheet.asked.standing);
    let (pack, rules) = borrowing::rules(&loaded.sheet.asked.packs, standing.day)?;
    let permit = loaded.permit();
    let known = (&*shop.catalog, &*loaded.sheet.collected);
    let count = |it: &RiskDimension| lending::count(it, (dossier, standing), &permit, known);
    let counts: Vec<Count<'_>> = rules.dimensions.iter().map(count).collect();
    let views = counts.iter().flat_map(|it| &it.found.records).map(|it| it.view).collect();
    let body = Scan { dimensions: Vec::new(), hits: 0 };
    let mut answer = Answer::new(ScanOutcome::of(&counts).as_str(), body);
    for (dimension, counted) in rules.dimensions.iter().zip(&counts) {
        let resources: Vec<String> = dimension.any.iter().flat_map(|it| it.resources.iter().cloned()).collect();
        bank::looked(&mut answer, &dimension.code, &counted.found, &resources, &loaded.sheet.collected);
        if counted.found.status == Status::Found {
            let records = bank::versions(&counted.found.records);
            let text = format!("{}：{} 条记录", dimension.name, records.len());
            answer.reasons.push(pack.reason(&dimension.code, &dimension.source, records, text));
            answer.body.hits += 1;
        }
        answer.body.dimensions.push(view(dimension, counted));
    }
    answer.packs = bank::packs(&loaded.sheet.asked.packs, standing.day, pack, &answer.reasons);
    Ok((answer, views))
}

fn view(dimension: &RiskDimension, counted: &Count<'_>) -> DimensionView {
    let count = counted.counted();
    DimensionView {
        code: dimension.code.clone(),
        name: dimension.name.clone(),
        status: counted.found.status.as_str(),
        count,
        objected: count.map(|_| counted.objected),
        not_permitted: counted.found.not_permitted.clone(),
        partly: counted.found.partly.clone(),
        not_available: counted.found.not_available.clone(),
        records: bank::versions(&counted.found.records),
    }
}
