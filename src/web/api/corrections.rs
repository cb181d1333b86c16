//! Correction tasks of the privacy self-check (更正任务), the scan that opens them, and the class of a record.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Data, Path, Query},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{held::Reason, records, subjects};
use crate::{
    affairs::{
        Capacity, Hand,
        publicity::{self, Confirming},
    },
    ingest::privacy,
    store::corrections::{self, Correction},
    web::{
        access::{Body, Caller, Late, Member, Office, Role},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment::{self, utc},
        paging::{Page, PageQuery},
    },
};

/// A correction task.
#[derive(Debug, Serialize, ToSchema)]
pub struct CorrectionView {
    /// 任务编号
    pub id: i64,
    /// 主体，形如 `@编号`
    pub subject: String,
    /// 记录编号，与主体一起指向这条记录
    pub key: String,
    /// 记录版本编号
    pub record: i64,
    /// 资源编码
    pub resource: String,
    /// 数据项编码
    pub field: String,
    /// 命中类别：citizen、mobile、landline、account、address、name
    pub kind: String,
    /// 命中类别的名称
    pub kind_name: String,
    /// 命中处数
    pub hits: i32,
    /// 须更正的单位
    pub unit: String,
    /// 状态：open 待更正（已脱敏公示）、corrected 已更正、kept 保留公示
    pub state: String,
    /// 保留的理由
    pub reason: Option<String>,
    /// 办结者
    pub actor: Option<String>,
    /// 建立时间
    pub made_at: DateTime<Utc>,
    /// 办结时间
    pub closed_at: Option<DateTime<Utc>>,
}

impl From<Correction> for CorrectionView {
    fn from(it: Correction) -> Self {
        Self {
            id: it.id,
            subject: subjects::reference(it.subject),
            key: it.key.iter().map(|it| format!("{it:02x}")).collect(),
            record: it.record,
            resource: it.resource,
            field: it.field,
            kind: it.kind.to_string(),
            kind_name: it.kind.name().to_owned(),
            hits: it.hits,
            unit: it.unit,
            state: it.state.to_string(),
            reason: it.reason,
            actor: it.actor,
            made_at: utc(it.made_at),
            closed_at: it.closed_at.map(utc),
        }
    }
}

/// What a list of tasks is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// 只看这个单位（信用办）
    pub unit: Option<String>,
    /// 只看这个状态：open、corrected、kept
    pub state: Option<String>,
    /// 只看这一类命中：citizen、mobile、landline、account、address、name
    pub kind: Option<String>,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

/// The correction tasks, the latest first.
#[utoipa::path(
    tag = "隐私自查",
    summary = "更正任务",
    description = "公示信息的自由文本中发现的个人信息；归集单位看到本单位的，信用办看到全部。任务中只有字段、类别与处数，没有内容。",
    params(Narrowed),
    responses((status = 200, body = Page<CorrectionView>)),
    security(("key" = ["unit", "office"]))
)]
#[get("/corrections")]
pub async fn list(
    Member(caller): Member,
    desk: Data<Desk>,
    query: Late<Query<Narrowed>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?.into_inner();
    let filter = corrections::Filter {
        unit: caller.own_unit().or(query.unit),
        state: query.state.as_deref().map(|it| moment::parse_name("state", it)).transpose()?,
        kind: query.kind.as_deref().map(|it| moment::parse_name("kind", it)).transpose()?,
    };
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (limit, [micros, id]) = (page.limit()?, page.position([i64::MAX, i64::MAX])?);
    let before = match micros {
        i64::MAX => None,
        micros => Some((moment_of(micros)?, id)),
    };
    let found = desk.read(move |conn| Ok(corrections::list(conn, &filter, before, limit + 1)?)).await?;
    let page = Page::cut(found, limit, |it| [it.made_at.and_utc().timestamp_micros(), it.id]);
    Ok(page.map(CorrectionView::from).answer(&request))
}

fn moment_of(micros: i64) -> Result<NaiveDateTime, ApiError> {
    Ok(DateTime::from_timestamp_micros(micros).ok_or(ApiError::BadCursor)?.naive_utc())
}

fn hand(caller: &Caller) -> Hand {
    let capacity = if caller.role == Role::Office { Capacity::Office } else { Capacity::Unit };
    Hand { actor: caller.actor(), unit: caller.unit.clone(), capacity }
}

/// Keeps what was found.
#[utoipa::path(
    tag = "隐私自查",
    summary = "说明理由，保留公示",
    description = "经核实不是个人信息或依法应当公示的，说明理由后恢复原文公示。公民身份号码不得保留。可带 Idempotency-Key。",
    params(("id" = i64, Path, description = "任务编号")),
    request_body = Reason,
    responses((status = 200, body = CorrectionView)),
    security(("key" = ["unit", "office"]))
)]
#[post("/corrections/{id}/keep")]
pub async fn keep(
    Member(caller): Member,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    request: HttpRequest,
    body: Body<Reason>,
) -> Result<HttpResponse, ApiError> {
    let id = id.get()?.into_inner();
    let (reason, said) = body.said()?;
    let once = Once::of(&request, &caller, &said)?;
    let (hand, reason) = (hand(&caller), reason.checked()?);
    let now = desk.shop().clock.now();
    idempotent::write(&desk, once, StatusCode::OK, move |conn| {
        Ok(CorrectionView::from(publicity::keep_correction(conn, &hand, (id, &reason), now)?))
    })
    .await
}

/// How far a scan is asked to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScanOrder)]
pub struct Scan {
    /// 本次至多扫描的页数，每页 2000 个版本编号；1–1000，默认 100
    pub pages: Option<u64>,
}

/// What a scan found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScanView {
    /// 本次扫描的公示记录数
    pub records: u64,
    /// 本次新开的任务数
    pub opened: u64,
    /// 是否已扫描到现有记录的末尾；否则再次请求从停下之处继续
    pub done: bool,
    /// 待更正任务数，按单位与类别
    pub open: Vec<OpenCount>,
}

/// Open tasks of a unit of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenCount {
    /// 单位
    pub unit: String,
    /// 命中类别
    pub kind: String,
    /// 任务数
    pub count: i64,
}

/// Looks over what is published already.
#[utoipa::path(
    tag = "隐私自查",
    summary = "对已公示的信息自查",
    description = "从上次停下之处继续扫描全部公示中的记录；重复扫描不会重复开任务。",
    request_body = Scan,
    responses((status = 200, body = ScanView)),
    security(("key" = ["office"]))
)]
#[post("/privacy/scans")]
pub async fn scan(_office: Office, desk: Data<Desk>, body: Body<Scan>) -> Result<HttpResponse, ApiError> {
    let pages = match body.read()?.pages {
        None => 100,
        Some(pages @ 1..=1000) => pages,
        Some(_) => return Err(ApiError::BadRequest("pages 应在 1 到 1000 之间".to_owned())),
    };
    let view = desk.run(move |shop| {
        let it = privacy::scan(shop, Some(pages), &|_| {})?;
        let count = |(unit, kind, count): (String, crate::standards::privacy::Leak, i64)| OpenCount {
            unit,
            kind: kind.to_string(),
            count,
        };
        let open = it.open.into_iter().map(count).collect();
        Ok::<_, ApiError>(ScanView { records: it.records, opened: it.opened, done: it.done, open })
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// What a department says of a record beyond its fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    /// 类别，取自该记录适用的规则包，如 minor、ordinary、serious；不填仍由规则判定
    pub class: Option<String>,
    /// 处罚决定是否已履行；不填仍由规则判定
    pub performed: Option<bool>,
    /// 理由，1–500 字
    pub reason: String,
}

/// What was confirmed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedView {
    /// 记录编号
    pub key: String,
    /// 类别
    pub class: Option<String>,
    /// 是否已履行
    pub performed: Option<bool>,
}

/// Confirms the class of a record.
#[utoipa::path(
    tag = "处置",
    summary = "确认记录的类别或履行情况",
    description = "规则按字段判定类别；由认定机关确认的优先，自确认之日起适用。可带 Idempotency-Key。",
    params(("code" = String, Path, description = "代码，或 @编号"), ("key" = String, Path, description = "记录编号")),
    request_body = Confirmed,
    responses((status = 200, body = ConfirmedView)),
    security(("key" = ["unit", "office"]))
)]
#[post("/subjects/{code}/records/{key}/class")]
pub async fn confirm(
    Member(caller): Member,
    desk: Data<Desk>,
    address: Late<Path<(String, String)>>,
    request: HttpRequest,
    body: Body<Confirmed>,
) -> Result<HttpResponse, ApiError> {
    let (code, text) = address.get()?.into_inner();
    let (Confirmed { class, performed, reason }, said) = body.said()?;
    let once = Once::of(&request, &caller, &said)?;
    let key = records::parse_key(&text)?;
    let confirming = Confirming { class, performed, reason: Reason { reason }.checked()? };
    let (hand, shop) = (hand(&caller), desk.shop().clone());
    idempotent::write(&desk, once, StatusCode::OK, move |conn| {
        let subject = subjects::found(conn, &code)?;
        publicity::confirm_class(conn, &shop, &hand, (subject.id, &key), &confirming)?;
        Ok(ConfirmedView { key: text, class: confirming.class, performed: confirming.performed })
    })
    .await
}
