//! The paper of a consent, and whether a bank has a consent that covers something.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::CONTENT_DISPOSITION,
    post,
    web::{Data, Path, Payload},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{bank, consents::by};
use crate::{
    affairs::{borrowing, consents as steps},
    answer::{Answer, Receipted, Why},
    catalog::Exposure,
    ingest::Workshop,
    ledger::hex,
    rights::{Consent, Purpose, When},
    store::{consents, merges},
    web::{
        access::{Bank, Body, Late, Parties},
        body,
        desk::Desk,
        error::ApiError,
        moment, recorded,
    },
};

/// Bytes of a paper.
const PAPER: u64 = 20 << 20;

/// A paper that was kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct Paper {
    /// SHA-256，十六进制；填入授权的 evidence
    pub evidence: String,
    /// 字节数
    pub size: u64,
}

/// Keeps the paper of a consent.
#[utoipa::path(
    tag = "授权",
    summary = "上传授权书",
    description = "原件加密保存，重复上传无影响。一份授权书只能用于同一主体对同一单位的授权；其中有授权被撤回的，\
        不能再用。最大 20 MB。",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Paper)),
    security(("key" = ["bank", "subject", "office"]))
)]
#[post("/consents/evidence")]
pub async fn evidence(
    Parties(caller): Parties,
    desk: Data<Desk>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let blobs = desk.shop().blobs.clone();
    let parcel = body::receive(&desk, &request, payload, move |bytes| Ok(blobs.keep(bytes, PAPER)?)).await?;
    if parcel.kept.size == 0 {
        return Err(ApiError::EmptyBody);
    }
    let (shop, digest) = (desk.shop().clone(), parcel.kept.digest);
    desk.write(move |conn| Ok(steps::file_paper(conn, &shop, (&caller.holder(), &digest), &caller.actor())?)).await?;
    Ok(HttpResponse::Created().json(Paper { evidence: hex(&parcel.kept.digest), size: parcel.kept.size }))
}

/// The paper of a consent.
#[utoipa::path(
    tag = "授权",
    summary = "下载一份授权书",
    description = "供信用办核对、主体查看与被授权单位留存；按上传的原样给出。",
    params(("id" = i64, Path, description = "授权编号")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")),
    security(("key" = ["bank", "subject", "office"]))
)]
#[get("/consents/{id}/evidence")]
pub async fn paper(Parties(caller): Parties, desk: Data<Desk>, id: Late<Path<i64>>) -> Result<HttpResponse, ApiError> {
    let id = *id.get()?;
    let bytes = desk.run(move |shop| {
        let consent = shop.database.read(|conn| {
            let by = by(conn, &caller)?;
            Ok::<_, ApiError>(steps::own(conn, id, &by.party)?)
        })?;
        Ok(steps::paper(shop, &consent)?)
    });
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"consent-{id}\"")))
        .body(bytes.await?))
}

/// What is to be checked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConsentQuestion)]
pub struct Checked {
    /// 主体：代码，或 @编号
    pub subject: String,
    /// 用途：before_loan、during_loan、after_loan
    pub purpose: String,
    /// 资源编码，或 score
    pub resource: String,
}

/// Whether a consent covers something.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Coverage {
    /// 是否可以查询：已获授权，或者无须授权
    pub covered: bool,
    /// 所依据的授权
    pub consent: Option<i64>,
    /// 未获授权时，各份授权不足的原因：state 不在有效状态、purpose 用途不符、resource 未授权这类信息
    pub why: Vec<Shortfall>,
}

/// Why one consent does not cover something.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Shortfall {
    /// 授权编号
    pub consent: i64,
    /// 原因
    pub reason: String,
}

/// Checks whether the caller has a consent.
#[utoipa::path(
    tag = "授权",
    summary = "核对授权",
    description = "本单位（银行）查询该主体某类信息是否已获授权。outcome：covered 已获授权、not_needed 属公开信息无须授权、\
        not_covered 未获授权、unknown_subject 平台没有这一主体。公开的一类信息中限授权查询的部分列在 not_permitted 中。查询留痕。",
    request_body = Checked,
    responses((status = 200, body = Receipted<Coverage>)),
    security(("key" = ["bank"]))
)]
#[post("/consents/check")]
pub async fn check(Bank(caller): Bank, desk: Data<Desk>, body: Body<Checked>) -> Result<HttpResponse, ApiError> {
    let Checked { subject, purpose, resource } = body.read()?;
    let purpose: Purpose = moment::parse_name("purpose", &purpose)?;
    let (named, when) = (bank::named(&subject)?, steps::now(desk.shop()));
    let openness = openness(desk.shop(), &resource)?;
    let unit = caller.unit.clone();
    let found = desk.read(move |conn| {
        let Some(subject) = bank::found(conn, &subject)? else { return Ok(None) };
        let group = merges::group(conn, subject.id)?;
        Ok(Some((subject.id, consents::between(conn, &group, &unit)?)))
    });
    let mut question = borrowing::said(desk.shop(), &named, &[]);
    question["resource"] = json!(resource);
    let (subjects, answer) = match found.await? {
        None => (Vec::new(), bank::unknown(Coverage { covered: false, consent: None, why: Vec::new() })),
        Some((id, found)) => (vec![id], coverage(&found, (&resource, openness), (purpose, when))),
    };
    let asked = recorded::Asked {
        purpose: Some(purpose.to_string()),
        consent: answer.body.consent,
        ..recorded::Asked::of(when.moment, "consents.check", subjects, question)
    };
    recorded::give(&desk, &caller, asked, &answer).await
}

/// Whether something is public, and whether all of it is.
#[derive(Clone, Copy)]
struct Openness {
    public: bool,
    wholly: bool,
}

/// How open what is asked about is: a resource, or a block of a profile, which needs a consent.
fn openness(shop: &Workshop, asked: &str) -> Result<Openness, ApiError> {
    if let Some(resource) = shop.catalog.get(asked) {
        let is_public = |it: Exposure| it == Exposure::Public;
        return Ok(Openness { public: is_public(resource.exposure), wholly: resource.exposures().all(is_public) });
    }
    let (_, rules) = borrowing::rules(&shop.packs, shop.clock.day())?;
    let is_block = rules.grantable(&shop.catalog).any(|it| it == asked);
    let closed = Openness { public: false, wholly: false };
    if is_block { Ok(closed) } else { Err(ApiError::UnknownResource(asked.to_owned())) }
}

/// What consents come to, for something so open.
fn coverage(
    found: &[Consent],
    (resource, open): (&str, Openness),
    (purpose, when): (Purpose, When),
) -> Answer<Coverage> {
    let covering = found.iter().find(|it| it.covers(resource, purpose, when).is_ok()).map(|it| it.id);
    let short = |it: &Consent| {
        let reason = it.covers(resource, purpose, when).err()?;
        Some(Shortfall { consent: it.id, reason: reason.to_string() })
    };
    let body = |covered, why| Coverage { covered, consent: covering, why };
    if covering.is_some() {
        return Answer::new("covered", body(true, Vec::new()));
    }
    if open.public {
        let mut answer = Answer::new("not_needed", body(true, Vec::new()));
        if !open.wholly {
            answer.lacks(resource, Why::PartNeedsConsent);
        }
        return answer;
    }
    let mut answer = Answer::new("not_covered", body(false, found.iter().filter_map(short).collect()));
    answer.lacks(resource, Why::NeedsConsent);
    answer
}
