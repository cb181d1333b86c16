//! Cases of deferral (容缺件): opened from a decision, listed with their warnings, and their steps.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Data, Path, Query},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{held::Reason, subjects};
use crate::{
    affairs::deferrals::{self as steps, Clerk, Opening, Said},
    deferral::{self, Case, CaseState, Step, StepKind},
    ingest::Workshop,
    ledger::{hex, unhex},
    store::{deferral as kept, merges},
    web::{
        access::{Body, Caller, Counter, Late, Role, Window},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment,
        paging::{Page, PageQuery},
    },
};

/// A case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeferralCaseView)]
pub struct CaseView {
    /// 容缺件
    pub id: i64,
    /// 编号，即承诺编码：行政区划 6 位、日期 8 位、流水 6 位
    pub number: String,
    /// 申请人，形如 `@编号`
    pub subject: String,
    /// 受理单位
    pub unit: String,
    /// 事项编码
    pub item: String,
    /// 所依据的规则包和版本
    pub pack: String,
    /// 所依据的答复
    pub answer: i64,
    /// 缺少的材料
    pub missing: Vec<String>,
    /// 受理之日
    pub opened_on: NaiveDate,
    /// 承诺补齐之日
    pub due_on: NaiveDate,
    /// 状态：open 补正中、fulfilled 已补齐、suspended 暂停、returned 退件、revoked 撤销
    pub state: String,
    /// 预警：blue、yellow、red
    pub warning: Option<String>,
    /// 申请人签署的承诺书的 SHA-256
    pub signed: Option<String>,
    /// 尚待写入的违诺记录：overdue 逾期未补正、false_papers 虚假承诺
    pub owes: Option<String>,
    /// 违诺记录的批次
    pub delivery: Option<i64>,
    /// 各环节；列表中不给出
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<StepView>>,
}

/// A step of a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeferralStepView)]
pub struct StepView {
    /// 环节：opened、extended、fulfilled、suspended、resumed、returned、revoked
    pub kind: String,
    /// 日期
    pub made_on: NaiveDate,
    /// 经办
    pub actor: String,
    /// 说明
    pub note: String,
}

impl CaseView {
    fn new(shop: &Workshop, it: Case) -> Result<Self, ApiError> {
        let day = shop.clock.day();
        let (_, rules) = steps::rules(shop, it.opened_on)?;
        let warning = deferral::level(&it, &rules.gate, &shop.calendar, day);
        Ok(Self {
            id: it.id,
            number: it.number,
            subject: subjects::reference(it.subject),
            unit: it.unit,
            item: it.item,
            pack: it.pack,
            answer: it.answer,
            missing: it.missing,
            opened_on: it.opened_on,
            due_on: it.due_on,
            state: it.state.to_string(),
            warning: warning.map(|it| it.to_string()),
            signed: it.signed.map(|it| hex(&it)),
            owes: it.owes.map(|it| it.to_string()),
            delivery: it.delivery,
            steps: None,
        })
    }
}

impl From<Step> for StepView {
    fn from(it: Step) -> Self {
        Self { kind: it.kind.to_string(), made_on: it.made_on, actor: it.actor, note: it.note }
    }
}

pub fn clerk(caller: &Caller) -> Clerk {
    let unit = (caller.role != Role::Office).then(|| caller.unit.clone());
    Clerk { unit, actor: caller.actor() }
}

/// A case to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCase {
    /// 申请人：代码，或 @编号
    pub code: String,
    /// “可容缺”决定的答复编号
    pub answer: i64,
    /// 申请人签署的承诺书的 SHA-256，64 位十六进制；原件由窗口留存
    pub signed: Option<String>,
}

/// Opens a case from a decision.
#[utoipa::path(
    tag = "容缺受理",
    summary = "据决定受理",
    description = "一个决定受理一件，重复提交得到同一件；受理前再次核验，情况已变化的不予受理。可带 Idempotency-Key。",
    request_body = NewCase,
    responses((status = 201, body = CaseView)),
    security(("key" = ["window"]))
)]
#[post("/window/cases")]
pub async fn open(
    Window(caller): Window,
    desk: Data<Desk>,
    request: HttpRequest,
    body: Body<NewCase>,
) -> Result<HttpResponse, ApiError> {
    let (new, said) = body.said()?;
    let once = Once::of(&request, &caller, &said)?;
    let bad = || ApiError::BadRequest("signed 应为 64 位十六进制的 SHA-256".to_owned());
    let signed = new.signed.as_deref().map(|it| unhex(it).ok_or_else(bad)).transpose()?;
    let shop = desk.shop().clone();
    idempotent::write(&desk, once, StatusCode::CREATED, move |conn| {
        let opening = Opening { subject: subjects::found_in_body(conn, &new.code)?.id, answer: new.answer, signed };
        CaseView::new(&shop, steps::open(conn, &shop, &opening, &clerk(&caller))?)
    })
    .await
}

/// Which cases.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// 只看这一申请人：代码，或 @编号
    pub subject: Option<String>,
    /// 只看这一状态：open、fulfilled、suspended、returned、revoked
    pub state: Option<String>,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

/// The cases, the latest first.
#[utoipa::path(
    tag = "容缺受理",
    summary = "容缺件列表及预警",
    params(Narrowed),
    responses((status = 200, body = Page<CaseView>)),
    security(("key" = ["window", "office"]))
)]
#[get("/window/cases")]
pub async fn list(
    Counter(caller): Counter,
    desk: Data<Desk>,
    query: Late<Query<Narrowed>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?.into_inner();
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (limit, [below]) = (page.limit()?, page.position([i64::MAX])?);
    let state: Option<CaseState> = query.state.as_deref().map(|it| moment::parse_name("state", it)).transpose()?;
    let found = desk.run(move |shop| {
        let found = shop.database.read(|conn| {
            let subject = query.subject.as_deref().map(|it| subjects::found(conn, it)).transpose()?;
            let subjects = subject.map(|it| merges::group(conn, it.id)).transpose()?;
            let filter = kept::Filter { unit: clerk(&caller).unit, subjects, state };
            Ok::<_, ApiError>(kept::list(conn, &filter, below, limit + 1)?)
        });
        let page = Page::cut(found?, limit, |it| [it.id]);
        let items = page.items.into_iter().map(|it| CaseView::new(shop, it)).collect::<Result<_, _>>()?;
        Ok(Page { items, next: page.next })
    });
    Ok(found.await?.answer(&request))
}

/// One case with its steps.
#[utoipa::path(
    tag = "容缺受理",
    summary = "一件容缺件及其各环节",
    params(("id" = i64, Path, description = "容缺件")),
    responses((status = 200, body = CaseView)),
    security(("key" = ["window", "office"]))
)]
#[get("/window/cases/{id}")]
pub async fn show(Counter(caller): Counter, desk: Data<Desk>, id: Late<Path<i64>>) -> Result<HttpResponse, ApiError> {
    let id = id.get()?;
    let found = desk.run(move |shop| {
        let (case, taken) = shop.database.read(|conn| {
            let case = steps::own(conn, *id, &clerk(&caller))?;
            let taken = kept::steps(conn, &case)?;
            Ok::<_, ApiError>((case, taken))
        })?;
        let steps = taken.into_iter().map(StepView::from).collect();
        Ok(CaseView { steps: Some(steps), ..CaseView::new(shop, case)? })
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// A step a person decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeferralNewStep)]
pub struct NewStep {
    /// 环节：fulfilled 补齐（逾期的即恢复办理）、extended 延期、returned 退件、revoked 撤销（虚假承诺）
    pub kind: String,
    /// 说明，1–500 字
    pub reason: String,
    /// 延期至
    pub until: Option<NaiveDate>,
}

/// Takes a step of a case.
#[utoipa::path(
    tag = "容缺受理",
    summary = "办理容缺件的一个环节",
    description = "逾期暂停及其违诺记录由系统办理。可带 Idempotency-Key。",
    params(("id" = i64, Path, description = "容缺件")),
    request_body = NewStep,
    responses((status = 200, body = CaseView)),
    security(("key" = ["window", "office"]))
)]
#[post("/window/cases/{id}/steps")]
pub async fn step(
    Counter(caller): Counter,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    request: HttpRequest,
    body: Body<NewStep>,
) -> Result<HttpResponse, ApiError> {
    let (id, (new, said)) = (id.get()?, body.said()?);
    let once = Once::of(&request, &caller, &said)?;
    let kind: StepKind = moment::parse_name("kind", &new.kind)?;
    let note = Reason { reason: new.reason }.checked()?;
    let (shop, said) = (desk.shop().clone(), Said { kind, note, until: new.until });
    idempotent::write(&desk, once, StatusCode::OK, move |conn| {
        CaseView::new(&shop, steps::step(conn, &shop, *id, said, &clerk(&caller))?)
    })
    .await
}
