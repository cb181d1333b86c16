//! Designations (名单认定): proposals, their steps, their documents. A unit in its own cases; the office sees all.

mod assignment;
mod steps;
mod view;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use self::view::DesignationView;
use super::subjects;
use crate::{
    affairs::designation::{self as affair, Actor, Content, Person, Proposal},
    ingest::Workshop,
    rights::designation::State,
    store::designations::{self as kept, Filter, Stored},
    web::{
        access::{Body, Caller, Late, Member},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment,
        paging::{Page, PageQuery},
    },
};

pub use assignment::assign;
pub use steps::{bring, step};

/// Whom a unit proposes for a list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDesignation {
    /// 名单编码
    pub list: String,
    /// 主体：代码，或 @编号
    pub subject: String,
    /// 列入（认定）事由
    pub reason: String,
    /// 列入依据；不填为名单的设立依据
    pub basis: Option<String>,
    /// 所属领域
    pub domain: Option<String>,
    /// 自然人的证件；加密保存，不再显示
    pub person: Option<PersonBody>,
    /// 所依据的记录版本编号
    #[serde(default)]
    pub records: Vec<i64>,
}

/// The document of a person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonBody {
    /// 证件类型，如 身份证
    pub document: String,
    /// 证件号码
    pub number: String,
}

impl std::fmt::Debug for PersonBody {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} ***", self.document)
    }
}

/// Characters of a reason or basis.
const LONGEST: usize = 2000;
/// Records that may lead to one designation.
const RECORDS: usize = 500;

/// A text that is not longer than a record takes.
fn text(name: &str, told: Option<String>) -> Result<Option<String>, ApiError> {
    let told = told.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    match &told {
        Some(it) if it.chars().count() > LONGEST => Err(ApiError::BadRequest(format!("{name} 不超过 {LONGEST} 字"))),
        _ => Ok(told),
    }
}

pub(super) fn content(
    reason: Option<String>,
    basis: Option<String>,
    domain: Option<String>,
    person: Option<PersonBody>,
) -> Result<Content, ApiError> {
    Ok(Content {
        reason: text("reason", reason)?.unwrap_or_default(),
        basis: text("basis", basis)?,
        domain: text("domain", domain)?,
        person: person.map(|it| Person { document: it.document, number: it.number }),
    })
}

pub(super) fn actor(caller: &Caller) -> Actor {
    Actor { name: caller.actor(), unit: caller.unit.clone() }
}

/// Proposes a subject for a list.
#[utoipa::path(
    tag = "名单认定",
    summary = "提出名单认定",
    description = "由名单写明的认定机关提出，其后告知（红名单为公示）、听取陈述申辩、认定、公布、移出，各为一步。\
        规则提出的候选也在此列，绝不自行列入。可带 Idempotency-Key。",
    request_body = NewDesignation,
    responses((status = 201, body = DesignationView)),
    security(("key" = ["unit", "office"]))
)]
#[post("/designations")]
pub async fn create(
    Member(caller): Member,
    desk: Data<Desk>,
    request: HttpRequest,
    body: Body<NewDesignation>,
) -> Result<HttpResponse, ApiError> {
    let (new, said) = body.said()?;
    let once = Once::of(&request, &caller, &said)?;
    if new.records.len() > RECORDS {
        return Err(ApiError::BadRequest(format!("records 不超过 {RECORDS} 条")));
    }
    let content = content(Some(new.reason), new.basis, new.domain, new.person)?;
    idempotent::run(&desk, once, StatusCode::CREATED, move |shop| {
        let subject = shop.database.read(|conn| subjects::found_in_body(conn, &new.subject))?.id;
        let proposal = Proposal { list: new.list, subject, content, records: new.records };
        let id = affair::propose(shop, &proposal, &actor(&caller))?;
        DesignationView::new(shop, &own(shop, &caller, id)?)
    })
    .await
}

/// A designation the caller may see.
fn own(shop: &Workshop, caller: &Caller, id: i64) -> Result<Stored, ApiError> {
    let found = shop.database.read(|conn| kept::find(conn, id))?;
    let own = found.filter(|it| caller.own_unit().is_none_or(|unit| unit == it.designation.opening.unit));
    own.ok_or(ApiError::NotFound("名单认定"))
}

/// Which designations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// 只看这个名单
    pub list: Option<String>,
    /// 只看这一主体：代码，或 @编号
    pub subject: Option<String>,
    /// 只看这个单位（信用办）；空串为待信用办交办的候选
    pub unit: Option<String>,
    /// 只看这个状态：proposed、publicised、objected、notified、heard、waived、designated、published、
    /// repaired、removed、dropped
    pub state: Option<String>,
    /// 只看规则提出的候选（true），或者单位提出的（false）
    pub by_rule: Option<bool>,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

/// The designations, the latest first.
#[utoipa::path(
    tag = "名单认定",
    summary = "名单认定列表",
    params(Narrowed),
    responses((status = 200, body = Page<DesignationView>)),
    security(("key" = ["unit", "office"]))
)]
#[get("/designations")]
pub async fn list(
    Member(caller): Member,
    desk: Data<Desk>,
    query: Late<Query<Narrowed>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?.into_inner();
    let paging = PageQuery { cursor: query.cursor.clone(), limit: query.limit };
    let (limit, [below]) = (paging.limit()?, paging.position([i64::MAX])?);
    let state: Option<State> = query.state.as_deref().map(|it| moment::parse_name("state", it)).transpose()?;
    let page = desk.run(move |shop| {
        let found = shop.database.read(|conn| {
            let subjects = match &query.subject {
                Some(code) => Some(vec![subjects::found(conn, code)?.id]),
                None => None,
            };
            let unit = caller.asking_of(query.unit)?;
            let filter = Filter { subjects, list: query.list, unit, state, by_rule: query.by_rule };
            Ok::<_, ApiError>(kept::list(conn, &filter, below, limit + 1)?)
        })?;
        let page = Page::cut(found, limit, |it| [it.designation.opening.id]);
        let items = page.items.iter().map(|it| DesignationView::new(shop, it)).collect::<Result<_, _>>()?;
        Ok(Page::<DesignationView> { items, next: page.next })
    });
    Ok(page.await?.answer(&request))
}

/// As known at which moment.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AtMoment {
    /// 按这一时刻所知回答（RFC 3339），默认当前
    pub known_at: Option<String>,
}

/// One designation, now or as it stood at a moment.
#[utoipa::path(
    tag = "名单认定",
    summary = "一件名单认定及其各环节",
    params(("id" = i64, Path, description = "编号"), AtMoment),
    responses((status = 200, body = DesignationView)),
    security(("key" = ["unit", "office"]))
)]
#[get("/designations/{id}")]
pub async fn show(
    Member(caller): Member,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    query: Late<Query<AtMoment>>,
) -> Result<HttpResponse, ApiError> {
    let id = id.get()?;
    let known_at =
        query.get()?.known_at.as_deref().map(|it| moment::parse_known("known_at", it, desk.now())).transpose()?;
    let view = desk.run(move |shop| {
        let mut stored = own(shop, &caller, *id)?;
        if let Some(moment) = known_at {
            stored.designation = stored.designation.at(moment).ok_or(ApiError::NotFound("名单认定"))?;
        }
        DesignationView::new(shop, &stored)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}
