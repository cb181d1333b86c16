//! Windows (审批窗口): the list of items, and whether a deferral is open to an applicant (容缺受理).

use actix_web::{HttpRequest, HttpResponse, get, post, web::Data};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{bank, subjects::SubjectLine};
use crate::{
    affairs::{
        deferrals::{self, DECISION, Wanted},
        sheet::{Sheet, Wish},
    },
    answer::{Answer, LookedAt, Receipted, Why},
    deferral::Check,
    ingest::Workshop,
    policy::{
        PackRef,
        rules::{Item, Term, TermUnit},
    },
    standing::is_shared,
    web::{
        access::{Body, Counter, Sight, Window},
        conditional::{self, Keep},
        desk::Desk,
        error::ApiError,
        moment::utc,
        recorded,
    },
};

/// The items.
#[derive(Debug, Serialize, ToSchema)]
pub struct Items {
    /// 规则包
    pub pack: PackRef,
    /// 信用等级门槛，除非事项另有规定
    pub level: String,
    /// 同时未补正的件数上限
    pub concurrent: usize,
    /// 事项
    pub items: Vec<ItemView>,
}

/// An item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WindowItemView)]
pub struct ItemView {
    /// 事项编码
    pub code: String,
    /// 事项名称
    pub name: String,
    /// 实施机关
    pub authority: String,
    /// 办件类型
    pub case_type: String,
    /// 承诺办结时限
    pub promised: TermView,
    /// 信用等级门槛，与通用门槛不同时
    pub level: Option<String>,
    /// 不适用容缺受理的原因
    pub excluded: Option<String>,
    /// 主审要件，不得容缺
    pub main: Vec<MaterialView>,
    /// 可容缺材料
    pub deferrable: Vec<MaterialView>,
}

/// A term.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermView {
    /// 数
    pub n: u16,
    /// 单位：WD 工作日、ND 自然日
    pub unit: &'static str,
}

/// A material.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaterialView {
    /// 材料编码
    pub code: String,
    /// 材料名称
    pub name: String,
    /// 补正形式
    pub form: Option<String>,
    /// 最长补正时限
    pub longest: Option<TermView>,
}

impl From<Term> for TermView {
    fn from(it: Term) -> Self {
        let unit = match it.unit {
            TermUnit::Workdays => "WD",
            TermUnit::Days => "ND",
        };
        Self { n: it.n, unit }
    }
}

impl From<&Item> for ItemView {
    fn from(it: &Item) -> Self {
        let main = it.main.iter().map(|it| (it.code.clone(), it.name.clone(), None, None));
        let later = it.deferrable.iter();
        let later = later.map(|it| (it.code.clone(), it.name.clone(), Some(it.form.clone()), Some(it.longest.into())));
        let view = |(code, name, form, longest)| MaterialView { code, name, form, longest };
        Self {
            code: it.code.clone(),
            name: it.name.clone(),
            authority: it.authority.clone(),
            case_type: it.case_type.clone(),
            promised: it.promised.into(),
            level: it.level.clone(),
            excluded: it.excluded.clone(),
            main: main.map(view).collect(),
            deferrable: later.map(view).collect(),
        }
    }
}

/// The items that may be accepted with a material missing.
#[utoipa::path(
    tag = "容缺受理",
    summary = "容缺受理事项清单",
    responses((status = 200, body = Items), (status = 304, description = "未变化")),
    security(("key" = ["window", "office"]))
)]
#[get("/window/items")]
pub async fn items(_clerk: Counter, desk: Data<Desk>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let shop = desk.shop();
    let (pack, rules) = deferrals::rules(shop, shop.clock.day())?;
    let items = Items {
        pack: pack.reference(),
        level: rules.gate.level.clone(),
        concurrent: rules.gate.concurrent,
        items: rules.items.iter().map(ItemView::from).collect(),
    };
    conditional::json(&request, Keep::Nobody, &items)
}

/// What is asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Asking {
    /// 申请人：统一社会信用代码，或其他已知代码
    pub code: String,
    /// 事项编码
    pub item: String,
    /// 缺少的材料的编码
    pub missing: Vec<String>,
    /// 承诺补齐之日
    pub promised: NaiveDate,
}

/// What is decided.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DecisionView {
    /// 申请人
    pub applicant: Option<SubjectLine>,
    /// 评价等级
    pub level: Option<String>,
    /// 各项核验，依规则的次序
    pub checks: Vec<Check>,
    /// 最迟可承诺之日
    pub latest: Option<NaiveDate>,
    /// 守信便利
    pub benefits: Vec<BenefitView>,
}

/// What good credit brings.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BenefitView {
    /// 编码
    pub code: String,
    /// 名称：绿色通道、容缺受理、告知承诺、免申即享
    pub name: String,
}

/// Decides whether a deferral is open to an applicant.
#[utoipa::path(
    tag = "容缺受理",
    summary = "容缺受理核验",
    description = "outcome：deferrable 可容缺、not_deferrable 不可容缺、manual 需人工。没有信用信息的一律为需人工，不作不利判断；\
        名单等信息没有任何单位报送过的，依规则转为需人工，并列在 not_available 中。\
        “可容缺”的答复编号可用于受理。",
    request_body = Asking,
    responses((status = 200, body = Receipted<DecisionView>)),
    security(("key" = ["window"]))
)]
#[post("/window/decisions")]
pub async fn decide(Window(caller): Window, desk: Data<Desk>, body: Body<Asking>) -> Result<HttpResponse, ApiError> {
    let Asking { code, item, mut missing, promised } = body.read()?;
    if missing.len() > 100 || missing.iter().chain([&item]).any(|it| it.chars().count() > 64) {
        return Err(ApiError::BadRequest("事项、材料的编码过长或过多".to_owned()));
    }
    missing.sort();
    missing.dedup();
    let (wanted, named) = (Wanted { item, missing, promised }, bank::named(&code)?);
    let question = deferrals::question(desk.shop(), &named, &wanted);
    let (shop, sheet) = bank::sheet(&desk, named, Wish::Window).await?;
    let at = shop.clock.now();
    let answer = answered(&shop, sheet.as_deref(), &wanted)?;
    let subjects = sheet.iter().map(|it| it.subject().id).collect();
    recorded::give(&desk, &caller, recorded::Asked::of(at, DECISION, subjects, question), &answer).await
}

fn answered(shop: &Workshop, sheet: Option<&Sheet>, wanted: &Wanted) -> Result<Answer<DecisionView>, ApiError> {
    let day = shop.clock.day();
    let (pack, _) = deferrals::rules(shop, day)?;
    let decision = deferrals::decide_by(shop, sheet, wanted)?;
    let subject = sheet.map(Sheet::subject);
    let view = |(code, name)| BenefitView { code, name };
    let against = decision.checks.iter().filter(|it| it.result != "passed").map(|it| it.reason.clone()).collect();
    let mut answer = Answer::new(
        decision.outcome.as_str(),
        DecisionView {
            applicant: subject.map(|it| SubjectLine::new(it, Sight::Shared)),
            level: decision.level,
            checks: decision.checks,
            latest: decision.latest,
            benefits: decision.benefits.into_iter().map(view).collect(),
        },
    );
    answer.reasons = against;
    let Some(sheet) = sheet else {
        answer.lacks("subject", Why::UnknownSubject);
        answer.packs = vec![pack.reference()];
        return Ok(answer);
    };
    let asked = &sheet.asked;
    for resource in deferrals::resources(shop, day)? {
        let Some((units, at)) = sheet.collected.get(resource) else {
            answer.lacks(resource, Why::NotCollected);
            continue;
        };
        // What may not be used, or only with a consent, is not told of.
        let of_all = asked.dossier.facts.iter().zip(&asked.standing.records);
        let told = of_all.filter(|(fact, worth)| fact.resource == resource && is_shared(fact, worth));
        answer.looked_at.push(LookedAt {
            block: resource.to_owned(),
            as_of: Some(utc(*at)),
            units: units.clone(),
            records: told.count() as u64,
        });
    }
    answer.packs = bank::packs(&asked.packs, day, pack, &answer.reasons);
    answer.packs.extend(asked.standing.scores.iter().filter(|it| it.default).map(|it| it.pack.clone()));
    answer.packs.sort();
    answer.packs.dedup();
    Ok(answer)
}
