//! Consents (授权): brought in by a bank with its paper or given by the subject, confirmed, ended, checked.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Data, Path, Query},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::subjects;
use crate::{
    affairs::consents::{self as steps, By, Offer, Party},
    dossier,
    ingest::Workshop,
    ledger::{hex, unhex},
    rights::{Capacity, Consent, Purpose},
    standards::mask,
    store::{Conn, consents, merges},
    web::{
        access::{Body, Caller, Late, Parties, Role, Unread},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment::{self, utc},
        paging::{Page, PageQuery},
    },
};

/// A consent to be kept.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsent {
    /// 授权主体：代码，或 @编号。信用主体以自己的密钥授权时不填
    pub subject: Option<String>,
    /// 被授权单位编码。银行报送时不填，即本单位
    pub grantee: Option<String>,
    /// 用途：before_loan 贷前、during_loan 贷中、after_loan 贷后
    pub purpose: String,
    /// 授权查询的信息：资源编码，或 score 评价
    pub resources: Vec<String>,
    /// 自哪一日起，默认今日
    pub from: Option<NaiveDate>,
    /// 至哪一日止（含）
    pub until: NaiveDate,
    /// 授权书的 SHA-256（十六进制），须先由本单位上传；信用主体以自己的密钥授权时可不填
    pub evidence: Option<String>,
    /// 签署人姓名；加密保存，显示时脱敏
    pub signer: Option<String>,
    /// 签署人身份：legal_representative 法定代表人、executive 董监高、finance 财务负责人、other 其他
    pub capacity: String,
}

/// A consent.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentView {
    /// 授权编号
    pub id: i64,
    /// 授权主体，形如 `@编号`
    pub subject: String,
    /// 被授权单位
    pub grantee: String,
    /// 用途
    pub purpose: String,
    /// 授权查询的信息
    pub resources: Vec<String>,
    /// 自
    pub from: NaiveDate,
    /// 至（含）
    pub until: NaiveDate,
    /// 状态：pending 待确认、in_force 有效、not_yet 尚未生效、expired 已到期、refused 不予确认、revoked 已撤回
    pub state: String,
    /// 授权书的 SHA-256
    pub evidence: Option<String>,
    /// 签署人，脱敏
    pub signer: Option<String>,
    /// 签署人身份
    pub capacity: String,
    /// 报送时间
    pub made_at: DateTime<Utc>,
    /// 确认时间
    pub confirmed_at: Option<DateTime<Utc>>,
    /// 终止时间
    pub ended_at: Option<DateTime<Utc>>,
    /// 终止的理由
    pub note: Option<String>,
}

impl ConsentView {
    fn new(shop: &Workshop, it: Consent) -> Result<Self, ApiError> {
        let signer = steps::signer(shop, &it)?;
        Ok(Self {
            id: it.id,
            subject: subjects::reference(it.subject),
            state: it.state(steps::now(shop)).to_string(),
            grantee: it.grantee,
            purpose: it.purpose.to_string(),
            resources: it.resources,
            from: it.from,
            until: it.until,
            evidence: it.evidence.map(|it| hex(&it)),
            signer: signer.map(|it| mask::person_name(&it)),
            capacity: it.capacity.to_string(),
            made_at: utc(it.made_at),
            confirmed_at: it.confirmed.map(|(at, _)| utc(at)),
            ended_at: it.ended.map(|(at, _, _)| utc(at)),
            note: it.note,
        })
    }
}

/// In what part a caller takes steps.
pub(super) fn by(conn: &mut Conn, caller: &Caller) -> Result<By, ApiError> {
    let party = match (caller.role, caller.subject) {
        (Role::Office, _) => Party::Office,
        (Role::Subject, Some(subject)) => {
            let winner = subjects::winner(conn, subject)?;
            Party::Subject(merges::group(conn, winner.id)?)
        }
        (Role::Subject, None) => return Err(ApiError::UnknownSubject),
        (Role::Unit | Role::Reader | Role::Bank | Role::Window | Role::Admin, _) => Party::Grantee(caller.unit.clone()),
    };
    Ok(By { party, actor: caller.actor() })
}

/// Keeps a consent.
#[utoipa::path(
    tag = "授权",
    summary = "报送或作出授权",
    description = "报送授权书后，经主体以自己的密钥确认，或经信用办中报送人以外的另一人核对授权书后确认，方为有效；\
        主体以自己的密钥授权的，立即有效。公开信息无须授权。可带 Idempotency-Key。",
    request_body = NewConsent,
    responses((status = 201, body = ConsentView)),
    security(("key" = ["bank", "subject", "office"]))
)]
#[post("/consents")]
pub async fn create(
    Parties(caller): Parties,
    desk: Data<Desk>,
    request: HttpRequest,
    body: Body<NewConsent>,
) -> Result<HttpResponse, ApiError> {
    let (new, said) = body.said()?;
    let once = Once::of(&request, &caller, &said)?;
    let shop = desk.shop().clone();
    idempotent::write(&desk, once, StatusCode::CREATED, move |conn| {
        let (by, shop) = (by(conn, &caller)?, dossier::ruled_by(conn, &shop)?);
        let offer = offer(conn, &caller, new)?;
        ConsentView::new(&shop, steps::give(conn, &shop, &by, offer)?)
    })
    .await
}

fn offer(conn: &mut Conn, caller: &Caller, new: NewConsent) -> Result<Offer, ApiError> {
    let missing = |what: &str| ApiError::BadRequest(format!("须填写 {what}"));
    let subject = match (caller.role, caller.subject, new.subject) {
        (Role::Subject, Some(own), None) => subjects::winner(conn, own)?.id,
        (Role::Subject, _, _) => return Err(ApiError::BadRequest("本人授权不填 subject".to_owned())),
        (_, _, Some(code)) => subjects::found_in_body(conn, &code)?.id,
        (_, _, None) => return Err(missing("subject")),
    };
    let grantee = match (caller.role, new.grantee) {
        (Role::Bank, None) => caller.unit.clone(),
        (Role::Bank, Some(unit)) if unit == caller.unit => unit,
        (Role::Bank, Some(_)) => return Err(ApiError::BadRequest("只能报送对本单位的授权".to_owned())),
        (_, unit) => unit.ok_or_else(|| missing("grantee"))?,
    };
    let evidence = new.evidence.as_deref().map(digest).transpose()?;
    let capacity: Capacity = moment::parse_name("capacity", &new.capacity)?;
    let purpose: Purpose = moment::parse_name("purpose", &new.purpose)?;
    let signer = new.signer.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    if signer.as_ref().is_some_and(|it| it.chars().count() > 100) {
        return Err(ApiError::BadRequest("signer 过长".to_owned()));
    }
    let (resources, from, until) = (new.resources, new.from, new.until);
    let holder = caller.holder();
    Ok(Offer { subject, grantee, purpose, resources, from, until, evidence, holder, signer, capacity })
}

fn digest(text: &str) -> Result<[u8; 32], ApiError> {
    unhex(text).ok_or_else(|| ApiError::BadRequest("evidence 应为已上传授权书的 SHA-256（十六进制）".to_owned()))
}

/// Which consents.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// 只看这一主体：代码，或 @编号（银行、信用办）
    pub subject: Option<String>,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

/// The consents the caller is a party to.
#[utoipa::path(
    tag = "授权",
    summary = "授权列表",
    description = "银行看到对本单位的，主体看到自己的，信用办看到全部；最近的在前。",
    params(Narrowed),
    responses((status = 200, body = Page<ConsentView>)),
    security(("key" = ["bank", "subject", "office"]))
)]
#[get("/consents")]
pub async fn list(
    Parties(caller): Parties,
    desk: Data<Desk>,
    query: Late<Query<Narrowed>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?.into_inner();
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (limit, [below]) = (page.limit()?, page.position([i64::MAX])?);
    let found = desk.run(move |shop| {
        shop.database.read(|conn| {
            let asked = query.subject.as_deref().map(|it| subjects::found(conn, it)).transpose()?;
            let asked = asked.map(|it| merges::group(conn, it.id)).transpose()?;
            let filter = match by(conn, &caller)?.party {
                Party::Office => consents::Filter { subjects: asked, grantee: None },
                Party::Grantee(unit) => consents::Filter { subjects: asked, grantee: Some(unit) },
                Party::Subject(own) if asked.iter().flatten().any(|it| !own.contains(it)) => {
                    return Err(ApiError::UnknownSubject);
                }
                Party::Subject(own) => consents::Filter { subjects: Some(own), grantee: None },
            };
            let page = Page::cut(consents::list(conn, &filter, below, limit + 1)?, limit, |it| [it.id]);
            let items = page.items.into_iter().map(|it| ConsentView::new(shop, it)).collect::<Result<_, _>>()?;
            Ok::<_, ApiError>(Page { items, next: page.next })
        })
    });
    Ok(found.await?.answer(&request))
}

/// One consent.
#[utoipa::path(
    tag = "授权",
    summary = "一份授权",
    params(("id" = i64, Path, description = "授权编号")),
    responses((status = 200, body = ConsentView)),
    security(("key" = ["bank", "subject", "office"]))
)]
#[get("/consents/{id}")]
pub async fn show(Parties(caller): Parties, desk: Data<Desk>, id: Late<Path<i64>>) -> Result<HttpResponse, ApiError> {
    let id = id.get()?;
    let found = desk.run(move |shop| {
        let found = shop.database.read(|conn| {
            let by = by(conn, &caller)?;
            Ok::<_, ApiError>(steps::own(conn, *id, &by.party)?)
        });
        ConsentView::new(shop, found?)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// Confirms a consent.
#[utoipa::path(
    tag = "授权",
    summary = "确认授权",
    description = "主体以自己的密钥确认，或信用办中报送人以外的另一人核对授权书后确认。可带 Idempotency-Key。",
    params(("id" = i64, Path, description = "授权编号")),
    responses((status = 200, body = ConsentView)),
    security(("key" = ["subject", "office", "bank"]))
)]
#[post("/consents/{id}/confirm")]
pub async fn confirm(
    Parties(caller): Parties,
    desk: Data<Desk>,
    request: HttpRequest,
    id: Late<Path<i64>>,
    body: Unread,
) -> Result<HttpResponse, ApiError> {
    let (id, shop) = (id.get()?, desk.shop().clone());
    let once = Once::of(&request, &caller, &body.said()?)?;
    idempotent::write(&desk, once, StatusCode::OK, move |conn| {
        let (by, shop) = (by(conn, &caller)?, dossier::ruled_by(conn, &shop)?);
        ConsentView::new(&shop, steps::confirm(conn, &shop, *id, &by)?)
    })
    .await
}

/// Ends a consent.
#[utoipa::path(
    tag = "授权",
    summary = "撤回或不予确认授权",
    description = "立即生效。待确认的为不予确认，其他为撤回；被授权单位也可放弃。可带 Idempotency-Key。",
    params(("id" = i64, Path, description = "授权编号")),
    request_body = super::held::Reason,
    responses((status = 200, body = ConsentView)),
    security(("key" = ["bank", "subject", "office"]))
)]
#[post("/consents/{id}/end")]
pub async fn end(
    Parties(caller): Parties,
    desk: Data<Desk>,
    request: HttpRequest,
    id: Late<Path<i64>>,
    reason: Body<super::held::Reason>,
) -> Result<HttpResponse, ApiError> {
    let (id, (reason, said), shop) = (id.get()?, reason.said()?, desk.shop().clone());
    let (reason, once) = (reason.checked()?, Once::of(&request, &caller, &said)?);
    idempotent::write(&desk, once, StatusCode::OK, move |conn| {
        let (by, shop) = (by(conn, &caller)?, dossier::ruled_by(conn, &shop)?);
        ConsentView::new(&shop, steps::end(conn, &shop, (*id, &reason), &by)?)
    })
    .await
}
