//! A step of a designation, and the document it rests on.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    post,
    web::{Data, Path, Payload},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DesignationView, PersonBody, actor, content, own};
use crate::{
    affairs::designation::{self as affair, Asked, Content},
    ingest::Workshop,
    ledger::{hex, unhex},
    rights::designation::{Document, Removal, StepKind},
    web::{
        access::{Body, Late, Member},
        body,
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment,
    },
};

/// Bytes of a document.
const DOCUMENT: u64 = 20 << 20;

/// A document that was kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptDocument {
    /// SHA-256，十六进制；填入环节的 digest
    pub digest: String,
    /// 字节数
    pub size: u64,
}

/// Keeps the document of a step.
#[utoipa::path(
    tag = "名单认定",
    summary = "上传认定文书",
    description = "告知书、决定书、移出决定等；加密保存，重复上传无影响。最大 20 MB。",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = KeptDocument)),
    security(("key" = ["unit", "office"]))
)]
#[post("/designations/documents")]
pub async fn bring(
    _member: Member,
    desk: Data<Desk>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let blobs = desk.shop().blobs.clone();
    let parcel = body::receive(&desk, &request, payload, move |bytes| Ok(blobs.keep(bytes, DOCUMENT)?)).await?;
    if parcel.kept.size == 0 {
        return Err(ApiError::EmptyBody);
    }
    Ok(HttpResponse::Created().json(KeptDocument { digest: hex(&parcel.kept.digest), size: parcel.kept.size }))
}

/// A step that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DesignationNewStep)]
pub struct NewStep {
    /// 环节：publicised 公示、objected 有异议、notified 告知、heard 听取陈述申辩、waived 放弃陈述申辩、consented 上级同意、
    /// designated 认定、published 公布、removed 移出、dropped 不予认定
    pub step: String,
    /// 日期（YYYY-MM-DD），默认今日；不能晚于今日
    pub day: Option<NaiveDate>,
    /// 理由，或陈述申辩的内容
    pub reason: String,
    /// 文号；告知、放弃陈述申辩、上级同意、认定、移出必填
    pub document: Option<String>,
    /// 文书的 SHA-256，须先上传
    pub digest: Option<String>,
    /// 认定决定写明的期限至（含）
    pub until: Option<NaiveDate>,
    /// 移出事由：term_over 期限届满、repaired 信用修复、revoked 决定被撤销、exit 退出（红名单、重点关注名单）。严重失信主体名单以
    /// revoked 移出的，文书须是撤销决定，理由须写明被撤销的认定文书号
    pub removal: Option<String>,
    /// 列入事由；规则提出的候选在认定前填写
    pub entry_reason: Option<String>,
    /// 列入依据
    pub entry_basis: Option<String>,
    /// 所属领域
    pub entry_domain: Option<String>,
    /// 自然人的证件
    pub person: Option<PersonBody>,
}

impl NewStep {
    fn asked(self, shop: &Workshop, before: &Content) -> Result<Asked, ApiError> {
        let kind: StepKind = moment::parse_name("step", &self.step)?;
        let removal: Option<Removal> =
            self.removal.as_deref().map(|it| moment::parse_name("removal", it)).transpose()?;
        let document = match (self.document, self.digest) {
            (None, None) => None,
            (Some(number), Some(digest)) => Some(kept(shop, number, &digest)?),
            (Some(_), None) => return Err(ApiError::BadRequest("有文号须同时给出文书的 digest".to_owned())),
            (None, Some(_)) => return Err(ApiError::BadRequest("有文书须同时给出文号 document".to_owned())),
        };
        let told = content(self.entry_reason, self.entry_basis, self.entry_domain, self.person)?;
        let content = Content {
            reason: if told.reason.is_empty() { before.reason.clone() } else { told.reason },
            basis: told.basis.or_else(|| before.basis.clone()),
            domain: told.domain.or_else(|| before.domain.clone()),
            person: told.person.or_else(|| before.person.clone()),
        };
        let (day, reason, until) = (self.day, self.reason.trim().to_owned(), self.until);
        Ok(Asked { kind, day, reason, document, until, removal, content: Some(content) })
    }
}

fn kept(shop: &Workshop, number: String, digest: &str) -> Result<Document, ApiError> {
    let bad = || ApiError::BadRequest("digest 应为已上传文书的 SHA-256".to_owned());
    let digest = unhex::<32>(digest).ok_or_else(bad)?;
    if shop.blobs.has(&digest) { Ok(Document { number: number.trim().to_owned(), digest }) } else { Err(bad()) }
}

/// Takes a step.
#[utoipa::path(
    tag = "名单认定",
    summary = "办理一个环节",
    description = "次序、文书、工作日期限、认定机关、上级同意、年龄由规则核对，不符的说明原因。认定与移出随即成为名单认定记录。\
        可带 Idempotency-Key。",
    params(("id" = i64, Path, description = "编号")),
    request_body = NewStep,
    responses((status = 200, body = DesignationView)),
    security(("key" = ["unit", "office"]))
)]
#[post("/designations/{id}/steps")]
pub async fn step(
    Member(caller): Member,
    desk: Data<Desk>,
    request: HttpRequest,
    id: Late<Path<i64>>,
    body: Body<NewStep>,
) -> Result<HttpResponse, ApiError> {
    let id = id.get()?.into_inner();
    let (new, said) = body.said()?;
    let once = Once::of(&request, &caller, &said)?;
    idempotent::run(&desk, once, StatusCode::OK, move |shop| {
        let before = own(shop, &caller, id)?;
        let before = Content::open(shop, id, &before.content)?;
        let stored = affair::step(shop, id, &new.asked(shop, &before)?, &actor(&caller))?;
        DesignationView::new(shop, &stored)
    })
    .await
}
