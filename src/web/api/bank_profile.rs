//! The profile of a borrower (信用画像) in blocks, each found, not found, not available or not permitted.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, post, web::Data};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    bank::{self, About},
    record_view::Texts,
    subjects::SubjectLine,
};
use crate::{
    affairs::borrowing::{self, Loaded},
    answer::{Answer, LookedAt, Receipted},
    ingest::Workshop,
    ledger::hex,
    lending::{self, Found, Seen, Status, View},
    policy::{
        PackRef,
        rules::{Block, Content},
    },
    web::{
        access::{self, Bank, Body, Sight},
        desk::Desk,
        error::ApiError,
        moment::utc,
        recorded,
    },
};

/// A profile.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Profile {
    /// 主体
    pub subject: Option<SubjectLine>,
    /// 名单中的条目
    #[schema(value_type = Vec<Object>)]
    pub lists: Vec<crate::standing::Listed>,
    /// 本平台评价；须授权
    pub scores: Vec<ScoreView>,
    /// 各信息块，次序依规则
    pub blocks: Vec<BlockView>,
}

/// A score, as a bank sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreView {
    /// 评分卡
    pub pack: PackRef,
    /// 名称
    pub title: String,
    /// 分值
    pub points: Option<i64>,
    /// 等级
    pub level: String,
    /// 等级名称
    pub level_name: String,
}

/// A block.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BlockView {
    /// 信息块
    pub code: String,
    /// 名称
    pub name: String,
    /// 状态：found 有记录、not_found 未发现、not_available 平台没有这类信息、not_permitted 未获授权
    pub status: &'static str,
    /// 截至：这类信息最近一次报送的时间
    pub as_of: Option<DateTime<Utc>>,
    /// 来源单位
    pub units: Vec<String>,
    /// 记录数
    pub count: usize,
    /// items 是否只是其中较近的一部分
    pub truncated: bool,
    /// 未获授权的资源
    pub not_permitted: Vec<String>,
    /// 其中限授权查询的记录未获授权、有无均不说明的资源
    pub partly: Vec<String>,
    /// 没有单位报送的资源
    pub not_available: Vec<String>,
    /// 记录，事实发生日较晚的在前
    pub items: Vec<ItemView>,
}

/// A record in a block.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ProfileItemView)]
pub struct ItemView {
    /// 记录编号
    pub key: String,
    /// 记录的版本编号
    pub version: i64,
    /// 资源编码
    pub resource: String,
    /// 报送单位
    pub unit: String,
    /// 事实发生日
    pub fact_on: Option<NaiveDate>,
    /// 有效期至（含）
    pub valid_until: Option<NaiveDate>,
    /// 为平台所知的时间
    pub known_from: DateTime<Utc>,
    /// 是否正在异议处理
    pub objected: bool,
    /// 所依据的授权；公开信息为空
    pub consent: Option<i64>,
    /// 因隐私自查而脱敏的数据项
    pub held_back: Vec<String>,
    /// 数据项，个人信息已脱敏
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
}

/// The profile of a borrower.
#[utoipa::path(
    tag = "信易贷",
    summary = "信用画像",
    description = "分块给出。每块为 found、not_found、not_available、not_permitted 之一：未发现记录、平台没有这类信息、未获授权是三回事。\
        公开信息无须授权；其余须有主体对本单位、该用途、该类信息的有效授权。已修复、屏蔽、超期的记录不再出现。",
    request_body = About,
    responses((status = 200, body = Receipted<Profile>)),
    security(("key" = ["bank"]))
)]
#[post("/bank/profile")]
pub async fn ask(Bank(caller): Bank, desk: Data<Desk>, body: Body<About>) -> Result<HttpResponse, ApiError> {
    let about = body.read()?;
    let (shop, loaded) = bank::load(&desk, &caller, &about).await?;
    let (answer, views) = match &loaded {
        Some(loaded) => profile(&shop, loaded)?,
        None => {
            let none = Profile { subject: None, lists: Vec::new(), scores: Vec::new(), blocks: Vec::new() };
            (bank::unknown(none), Vec::new())
        }
    };
    let asked = bank::asked((&shop, "bank.profile"), &about, loaded.as_ref(), views.into_iter())?;
    recorded::give(&desk, &caller, asked, &answer).await
}

fn profile(shop: &Workshop, loaded: &Loaded) -> Result<(Answer<Profile>, Vec<View>), ApiError> {
    let (dossier, standing) = (&loaded.sheet.asked.dossier, &loaded.sheet.asked.standing);
    let (pack, rules) = borrowing::rules(&loaded.sheet.asked.packs, standing.day)?;
    let subject = SubjectLine::new(loaded.subject(), Sight::Public);
    let body = Profile { subject: Some(subject), lists: Vec::new(), scores: Vec::new(), blocks: Vec::new() };
    let (mut answer, mut views) = (Answer::new("found", body), Vec::new());
    for block in &rules.blocks {
        let mut found = lending::block(
            &block.resources,
            (dossier, standing),
            &loaded.permit(),
            (&shop.catalog, &loaded.sheet.collected),
        );
        match block.content {
            Content::Records | Content::Base => {}
            Content::Lists => lists(loaded, &mut found, &mut answer),
            Content::Scores => scores(loaded, block, &mut found, &mut (&mut answer, &mut views)),
        }
        bank::looked(&mut answer, &block.code, &found, &block.resources, &loaded.sheet.collected);
        views.extend(found.records.iter().map(|it| it.view));
        let mut view = shaped((shop, loaded), block, &found, &answer);
        if block.content == Content::Scores {
            view.count = answer.body.scores.len();
        }
        answer.body.blocks.push(view);
    }
    answer.packs = bank::packs(&loaded.sheet.asked.packs, standing.day, pack, &answer.reasons);
    answer.packs.extend(answer.body.scores.iter().map(|it| it.pack.clone()));
    answer.packs.sort();
    answer.packs.dedup();
    Ok((answer, views))
}

/// The lists whose designations may be seen.
fn lists(loaded: &Loaded, found: &mut Found<'_>, answer: &mut Answer<Profile>) {
    let seen: BTreeMap<i64, View> = found.records.iter().map(|it| (it.fact.id, it.view)).collect();
    let entries: Vec<_> =
        loaded.sheet.asked.standing.lists.iter().filter(|it| seen.contains_key(&it.record)).cloned().collect();
    found.records.retain(|it| entries.iter().any(|entry| entry.record == it.fact.id));
    if found.status == Status::Found && entries.is_empty() {
        found.status = Status::NotFound;
    }
    answer.reasons.extend(entries.iter().map(|it| it.reason.clone()));
    answer.body.lists = entries;
}

/// The scores, when a consent names them.
fn scores(loaded: &Loaded, block: &Block, found: &mut Found<'_>, told: &mut (&mut Answer<Profile>, &mut Vec<View>)) {
    let standing = &loaded.sheet.asked.standing;
    found.status = match lending::scores_seen(block, &loaded.permit()) {
        Err(_) => Status::NotPermitted,
        Ok(_) if standing.scores.is_empty() => Status::NotAvailable,
        Ok(view) => {
            told.1.push(view);
            let (block, as_of) = (block.code.clone(), Some(utc(loaded.when.moment)));
            let records = standing.scores.len() as u64;
            told.0.looked_at.push(LookedAt { block, as_of, units: Vec::new(), records });
            let line = |it: &crate::standing::Score| ScoreView {
                pack: it.pack.clone(),
                title: it.title.clone(),
                points: it.points,
                level: it.level.clone(),
                level_name: it.level_name.clone(),
            };
            told.0.body.scores = standing.scores.iter().map(line).collect();
            Status::Found
        }
    };
}

fn shaped(asked: (&Workshop, &Loaded), block: &Block, found: &Found<'_>, answer: &Answer<Profile>) -> BlockView {
    let looked = answer.looked_at.last().filter(|it| it.block == block.code);
    let shown = found.records.iter().take(block.most);
    BlockView {
        code: block.code.clone(),
        name: block.name.clone(),
        status: found.status.as_str(),
        as_of: looked.and_then(|it| it.as_of),
        units: looked.map(|it| it.units.clone()).unwrap_or_default(),
        count: found.records.len(),
        truncated: found.records.len() > block.most,
        not_permitted: found.not_permitted.clone(),
        partly: found.partly.clone(),
        not_available: found.not_available.clone(),
        items: shown.filter_map(|it| item(asked, it)).collect(),
    }
}

/// A record as it is seen; one of a resource that has left the catalogue cannot be judged, so it is not shown.
fn item((shop, loaded): (&Workshop, &Loaded), seen: &Seen<'_>) -> Option<ItemView> {
    let (fact, resource) = (seen.fact, shop.catalog.get(&seen.fact.resource)?);
    let (sight, consent) = match seen.view {
        View::Public => (Sight::Public, None),
        View::Consented(id) => (Sight::Consented, Some(id)),
    };
    let (subject, payload) = (loaded.subject(), fact.fields.map());
    let mut fields = access::fields(resource, &payload, sight, subject.kind);
    let texts = Texts { shop, subject, kept: &loaded.sheet.cleared };
    let held_back = texts.hold_back((resource, &fact.key), &payload, sight, &mut fields);
    Some(ItemView {
        key: hex(&fact.key),
        version: fact.id,
        resource: fact.resource.clone(),
        unit: fact.unit.clone(),
        fact_on: fact.fact_on,
        valid_until: fact.valid_until,
        known_from: utc(fact.known_from),
        objected: seen.standing.objected,
        consent,
        held_back,
        fields,
    })
}
