//! Rule packs (规则包): what decides, with every version, its proposal, simulation and activation.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Data, Path, Query},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    affairs::packs as steps,
    dossier,
    ingest::Workshop,
    ledger::hex,
    policy::{Pack, PackFault, pmml},
    standing::{Simulation, scorecard_of},
    store::packs::{self, StoredPack},
    web::{
        access::{Body, Holder, Late, Office, Role},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment::utc,
    },
};

/// A version of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackView {
    /// 规则包
    pub id: String,
    /// 版本
    pub version: u32,
    /// 类别
    pub kind: String,
    /// 名称
    pub title: String,
    /// 全文的 SHA-256，十六进制
    pub hash: String,
    /// 状态：`proposed` 待启用，`active` 已启用，`retired` 已停用
    pub state: String,
    /// 提出人
    pub proposed_by: String,
    /// 提出时间
    pub proposed_at: DateTime<Utc>,
    /// 启用人
    pub activated_by: Option<String>,
    /// 启用时间；程序自带的为 1970 年，即自始有效
    pub activated_at: Option<DateTime<Utc>>,
    /// 停用的提出人；确认前仍然有效
    pub retiring_by: Option<String>,
    /// 提出停用的时间
    pub retiring_at: Option<DateTime<Utc>>,
    /// 停用的确认人
    pub retired_by: Option<String>,
    /// 停用时间
    pub retired_at: Option<DateTime<Utc>>,
    /// 全文；只在查看单个版本时给出
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// 模拟结果，其中有主体的名称与等级；只在查看单个版本时给信用办
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simulation: Option<Simulation>,
}

impl From<StoredPack> for PackView {
    fn from(it: StoredPack) -> Self {
        let part = |it: Option<(String, chrono::NaiveDateTime)>| it.map(|(who, at)| (who, utc(at))).unzip();
        let (activated_by, activated_at) = part(it.activated);
        let ((retiring_by, retiring_at), (retired_by, retired_at)) = (part(it.retiring), part(it.retired));
        Self {
            id: it.id,
            version: it.version,
            kind: it.kind,
            title: it.title,
            hash: hex(&it.hash),
            state: it.state.to_string(),
            proposed_by: it.proposed.0,
            proposed_at: utc(it.proposed.1),
            activated_by,
            activated_at,
            retiring_by,
            retiring_at,
            retired_by,
            retired_at,
            text: None,
            simulation: None,
        }
    }
}

/// All versions of all packs.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackList {
    /// 按规则包编号排列，新版本在前
    pub items: Vec<PackView>,
}

/// A new version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// 规则包全文（TOML），或 PMML 4.4 评分卡
    pub text: String,
    /// 文本格式：`toml` 或 `pmml`，默认 `toml`
    #[serde(default)]
    pub format: Format,
}

/// The form of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A pack's file.
    #[default]
    Toml,
    /// A PMML 4.4 scorecard.
    Pmml,
}

/// What is asked.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wish {
    /// 只校验，不登记
    pub dry_run: Option<bool>,
}

/// What a check found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PackChecked)]
pub struct Checked {
    /// 可以登记的规则包；有问题的为空
    pub pack: Option<crate::policy::PackRef>,
    /// 全部问题
    #[schema(value_type = Vec<Object>)]
    pub faults: Vec<PackFault>,
}

/// What is simulated.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// 模拟之日，默认今日与规则包生效日中较晚者
    pub day: Option<NaiveDate>,
    /// 列出变化最大的主体数，0–1000，默认 100
    pub most: Option<u16>,
}

fn unknown() -> ApiError {
    ApiError::NotFound("规则包")
}

/// What is written down, or while nothing was ever decided, what the program brings.
fn known(shop: &Workshop) -> Result<(), ApiError> {
    steps::begin(shop)?;
    Ok(())
}

/// The rule packs.
#[utoipa::path(
    tag = "规则包",
    summary = "规则包及其各版本",
    description = "程序自带的规则包自始有效；此后的版本须经提出、模拟，并由另一人启用。",
    responses((status = 200, body = PackList)),
    security(("key" = ["unit", "office", "reader", "bank", "window", "subject"]))
)]
#[get("/packs")]
pub async fn list(_: Holder, desk: Data<Desk>) -> Result<HttpResponse, ApiError> {
    let found = desk.run(|shop| {
        known(shop)?;
        shop.database.read(|conn| Ok::<_, ApiError>(packs::all(conn)?))
    });
    let items = found.await?.into_iter().map(PackView::from).collect();
    Ok(HttpResponse::Ok().json(PackList { items }))
}

/// A version of a pack.
#[utoipa::path(
    tag = "规则包",
    summary = "规则包的一个版本：全文，信用办另见模拟结果",
    params(("id" = String, Path, description = "规则包"), ("version" = u32, Path, description = "版本")),
    responses((status = 200, body = PackView)),
    security(("key" = ["unit", "office", "reader", "bank", "window", "subject"]))
)]
#[get("/packs/{id}/{version}")]
pub async fn show(
    Holder(caller): Holder,
    desk: Data<Desk>,
    place: Late<Path<(String, u32)>>,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = place.get()?.into_inner();
    // A simulation names subjects with their levels and points.
    let is_office = caller.role == Role::Office;
    let view = desk.run(move |shop| {
        known(shop)?;
        shop.database.read(|conn| {
            let it = packs::find(conn, &id, version)?.ok_or_else(unknown)?;
            let simulation = if is_office { packs::simulation(conn, &it)? } else { None };
            let simulation = simulation.map(|it| serde_json::from_str(&it.result)).transpose()?;
            let text = Some(it.body.clone());
            Ok::<_, ApiError>(PackView { text, simulation, ..PackView::from(it) })
        })
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Reads a proposal, with all its faults.
fn read(shop: &Workshop, proposal: &Proposal) -> Result<Pack, Vec<PackFault>> {
    let whole = |message: String| vec![PackFault { file: "pmml".into(), key: String::new(), message }];
    match proposal.format {
        Format::Toml => steps::validate(shop, "pack.toml", &proposal.text),
        Format::Pmml => {
            let (head, card) = pmml::read(&proposal.text).map_err(|it| whole(it.to_string()))?;
            steps::validate(shop, "pmml", &pmml::text(&head, &card))
        }
    }
}

/// Proposes a version.
#[utoipa::path(
    tag = "规则包",
    summary = "提出规则包的一个版本，或只作校验",
    description = "校验列出全部问题；dry_run=true 只校验。评分卡只能依据封闭清单内的信息类别，自然人不设默认评分。可带 Idempotency-Key。",
    params(Wish),
    request_body = Proposal,
    responses((status = 200, body = Checked, description = "校验结果"), (status = 201, body = PackView)),
    security(("key" = ["office"]))
)]
#[post("/packs")]
pub async fn create(
    Office(caller): Office,
    desk: Data<Desk>,
    request: HttpRequest,
    wish: Late<Query<Wish>>,
    body: Body<Proposal>,
) -> Result<HttpResponse, ApiError> {
    let wish = wish.get()?.into_inner();
    let (proposal, said) = body.said()?;
    let read = read(desk.shop(), &proposal);
    if wish.dry_run == Some(true) {
        let (pack, faults) = match read {
            Ok(pack) => (Some(pack.reference()), Vec::new()),
            Err(faults) => (None, faults),
        };
        return Ok(HttpResponse::Ok().json(Checked { pack, faults }));
    }
    let pack = read.map_err(|faults| {
        ApiError::BadRequest(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("；"))
    })?;
    let once = Once::of(&request, &caller, &said)?;
    let shop = desk.shop().clone();
    idempotent::write(&desk, once, StatusCode::CREATED, move |conn| {
        Ok(PackView::from(steps::propose(conn, &shop, &pack, &caller.actor())?))
    })
    .await
}

/// Subjects named when none are asked for, and at the most.
const MOST: u16 = 100;
const MOST_OF_ALL: u16 = 1000;

/// Simulates a version.
#[utoipa::path(
    tag = "规则包",
    summary = "模拟：新旧规则在全部主体上的差别",
    description = "在全部主体上比较现行规则与这一版本：各等级之间的变化数，变化最大的主体。启用前必须模拟这一文本。可带 Idempotency-Key。",
    params(("id" = String, Path, description = "规则包"), ("version" = u32, Path, description = "版本")),
    request_body = Trial,
    responses((status = 201, body = Simulation)),
    security(("key" = ["office"]))
)]
#[post("/packs/{id}/{version}/simulations")]
pub async fn simulate(
    Office(caller): Office,
    desk: Data<Desk>,
    request: HttpRequest,
    place: Late<Path<(String, u32)>>,
    body: Body<Trial>,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = place.get()?.into_inner();
    let (trial, said) = body.said()?;
    let most = trial.most.unwrap_or(MOST);
    if most > MOST_OF_ALL {
        return Err(ApiError::BadRequest(format!("most 应在 0 到 {MOST_OF_ALL} 之间")));
    }
    let once = Once::of(&request, &caller, &said)?;
    idempotent::run(&desk, once, StatusCode::CREATED, move |shop| {
        known(shop)?;
        let it = shop.database.read(|conn| packs::find(conn, &id, version))?.ok_or_else(unknown)?;
        let pack = dossier::parsed(shop, &it)?;
        let day = trial.day.unwrap_or_else(|| shop.clock.day().max(pack.head.from));
        // One core is left for the questions of others.
        let found = dossier::simulate(shop, &pack, day, 1, usize::from(most))?;
        shop.database.write(|conn| steps::keep_simulation(conn, shop, &found, &caller.actor()))?;
        Ok(found)
    })
    .await
}

/// A scorecard as PMML.
#[utoipa::path(
    tag = "规则包",
    summary = "评分卡的 PMML 4.4 文档",
    params(("id" = String, Path, description = "规则包"), ("version" = u32, Path, description = "版本")),
    responses((status = 200, content_type = "application/xml", body = String)),
    security(("key" = ["unit", "office", "reader", "bank", "window", "subject"]))
)]
#[get("/packs/{id}/{version}/pmml")]
pub async fn pmml_file(
    _: Holder,
    desk: Data<Desk>,
    place: Late<Path<(String, u32)>>,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = place.get()?.into_inner();
    let document = desk.run(move |shop| {
        known(shop)?;
        let it = shop.database.read(|conn| packs::find(conn, &id, version))?.ok_or_else(unknown)?;
        let pack = dossier::parsed(shop, &it)?;
        let card = scorecard_of(&pack).ok_or_else(|| ApiError::WrongState("该规则包不是评分卡".to_owned()))?;
        pmml::write(&pack.head, card).map_err(|it| ApiError::WrongState(it.to_string()))
    });
    Ok(HttpResponse::Ok().content_type("application/xml; charset=utf-8").body(document.await?))
}
