//! Filing: a repair, an objection, a shield, by the subject itself or by the office on its behalf.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, post, web::Data};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{hand, view::CaseView};
use crate::{
    affairs::{self, Filing},
    ingest::Workshop,
    rights::{CaseKind, Channel, Ground, Missing},
    web::{
        access::{Applicant, Body, Caller, Said},
        api::{held::Reason, records, subjects},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment,
    },
};

/// An application for repair.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// 主体：代码，或 @编号；主体本人申请时可不填
    pub subject: Option<String>,
    /// 记录编号
    pub record: String,
    /// 申请渠道：credit_site（默认）、department、window
    pub channel: Option<String>,
    /// 申请说明，1–500 字
    pub reason: String,
}

/// An objection.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// 主体：代码，或 @编号；主体本人申请时可不填
    pub subject: Option<String>,
    /// 记录编号；事由为遗漏时可为空
    #[serde(default)]
    pub records: Vec<String>,
    /// 事由：wrong 错误、missing 遗漏、duplicate 重复公示、not_public 不应公示、over_term 超期公示、differs 与认定机关不一致、
    /// listing 错误列入或未按规定移出名单、other 其他
    pub ground: String,
    /// 事由为遗漏、没有记录可指明时，应当报送的单位，
    pub unit: Option<String>,
    /// 信息类别（资源编码），
    pub resource: Option<String>,
    /// 以及文书号；没有文书号的写名称，1–100 字
    pub document: Option<String>,
    /// 申请渠道：credit_site（默认）、department、window
    pub channel: Option<String>,
    /// 申请说明，1–500 字
    pub reason: String,
}

/// An application for a shield.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shield {
    /// 主体：代码，或 @编号；主体本人申请时可不填
    pub subject: Option<String>,
    /// 记录编号，至多 500 条
    pub records: Vec<String>,
    /// 人民法院裁定书文号
    pub ruling: String,
    /// 申请渠道：credit_site（默认）、department、window
    pub channel: Option<String>,
    /// 申请说明，1–500 字
    pub reason: String,
}

/// What the three have in common.
struct Asked {
    kind: CaseKind,
    subject: Option<String>,
    records: Vec<String>,
    ground: Option<Ground>,
    unit: Option<String>,
    missing: Option<Missing>,
    source: Option<String>,
    channel: Option<String>,
    reason: String,
}

/// Files an application for repair.
#[utoipa::path(
    tag = "权益",
    summary = "申请信用修复",
    description = "一次一条记录。提交后补交材料，由信用办三个工作日内决定是否受理。支持 Idempotency-Key。",
    request_body = Repair,
    responses((status = 201, body = CaseView)),
    security(("key" = ["office", "subject"]))
)]
#[post("/cases/repairs")]
pub async fn repair(
    Applicant(caller): Applicant,
    desk: Data<Desk>,
    body: Body<Repair>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (Repair { subject, record, channel, reason }, said) = body.said()?;
    let (kind, records) = (CaseKind::Repair, vec![record]);
    let (ground, unit, missing, source) = (None, None, None, None);
    let asked = Asked { kind, subject, records, ground, unit, missing, source, channel, reason };
    file(&desk, (&request, caller, said), asked).await
}

/// Files an objection.
#[utoipa::path(
    tag = "权益",
    summary = "提出异议",
    description = "提出即标注：所涉记录的每一答复都注明“异议处理中”，直至办结。\
        同一记录、同一单位同一文书的遗漏，在办期间只立一个事项。支持 Idempotency-Key。",
    request_body = Objection,
    responses((status = 201, body = CaseView)),
    security(("key" = ["office", "subject"]))
)]
#[post("/cases/objections")]
pub async fn objection(
    Applicant(caller): Applicant,
    desk: Data<Desk>,
    body: Body<Objection>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (Objection { subject, records, ground, unit, resource, document, channel, reason }, said) = body.said()?;
    let missing = match (resource, document) {
        (Some(resource), Some(document)) => Some(Missing { resource, document: document.trim().to_owned() }),
        (None, None) => None,
        _ => return Err(ApiError::BadRequest("resource 与 document 应同时给出".to_owned())),
    };
    let (kind, ground) = (CaseKind::Objection, Some(moment::parse_name("ground", &ground)?));
    let asked = Asked { kind, subject, records, ground, unit, missing, source: None, channel, reason };
    file(&desk, (&request, caller, said), asked).await
}

/// Files an application for a shield.
#[utoipa::path(
    tag = "权益",
    summary = "申请重整期间的暂时屏蔽",
    description = "凭人民法院批准重整计划或认可和解协议的裁定。支持 Idempotency-Key。",
    request_body = Shield,
    responses((status = 201, body = CaseView)),
    security(("key" = ["office", "subject"]))
)]
#[post("/cases/shields")]
pub async fn shield(
    Applicant(caller): Applicant,
    desk: Data<Desk>,
    body: Body<Shield>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (Shield { subject, records, ruling, channel, reason }, said) = body.said()?;
    let source = Some(short("ruling", &ruling)?);
    let (kind, ground, unit, missing) = (CaseKind::Shield, None, None, None);
    let asked = Asked { kind, subject, records, ground, unit, missing, source, channel, reason };
    file(&desk, (&request, caller, said), asked).await
}

async fn file(
    desk: &Desk,
    (request, caller, said): (&HttpRequest, Caller, Said),
    asked: Asked,
) -> Result<HttpResponse, ApiError> {
    let once = Once::of(request, &caller, &said)?;
    idempotent::run(desk, once, StatusCode::CREATED, move |shop| filed(shop, &caller, asked)).await
}

fn filed(shop: &Workshop, caller: &Caller, asked: Asked) -> Result<CaseView, ApiError> {
    let reason = Reason { reason: asked.reason }.checked()?;
    let keys = asked.records.iter().map(|it| records::parse_key(it)).collect::<Result<Vec<_>, _>>()?;
    let channel = asked.channel.as_deref().map(|it| moment::parse_name("channel", it)).transpose()?;
    let (hand, subject) = shop.database.read(|conn| {
        let hand = hand(conn, caller)?;
        let subject = match (&asked.subject, caller.subject) {
            (Some(text), _) => subjects::found_in_body(conn, text)?.id,
            (None, Some(own)) => subjects::found(conn, &subjects::reference(own))?.id,
            (None, None) => return Err(ApiError::BadRequest("请写明主体".to_owned())),
        };
        Ok::<_, ApiError>((hand, subject))
    })?;
    let filing = Filing {
        kind: asked.kind,
        subject,
        keys,
        channel: channel.unwrap_or(Channel::CreditSite),
        ground: asked.ground,
        reason,
        source: asked.source,
        unit: asked.unit,
        missing: asked.missing,
    };
    Ok(CaseView::new(shop, &affairs::file(shop, &filing, &hand)?))
}

/// A short text that says something.
pub(super) fn short(name: &str, text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    match text.chars().count() {
        1..=500 => Ok(text.to_owned()),
        _ => Err(ApiError::BadRequest(format!("{name} 应为 1 到 500 字"))),
    }
}
