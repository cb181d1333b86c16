//! Keys of units: made, listed, revoked. A key's text is shown once.

use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::StatusCode,
    post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::subjects;
use crate::{
    ledger::deeds,
    store::{ledger, units, units::ApiKey},
    web::{
        access::{self, Admin, Body, Late, Role},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment::{self, utc},
    },
};

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// 单位编码
    pub unit: String,
    /// 角色：unit、office、reader、bank、window、subject、admin
    pub role: String,
    /// 名称，便于辨认，如“业务系统”
    pub label: String,
    /// 信用主体的代码或 `@编号`：角色为 subject 时必填，其他角色不填
    pub subject: Option<String>,
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    /// 密钥编号
    pub id: String,
    /// 单位编码
    pub unit: String,
    /// 角色
    pub role: String,
    /// 名称
    pub label: String,
    /// 签发时间
    pub made_at: DateTime<Utc>,
    /// 信用主体，形如 `@编号`；仅角色 subject
    pub subject: Option<String>,
    /// 撤销时间
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<ApiKey> for KeyView {
    fn from(it: ApiKey) -> Self {
        let ApiKey { id, unit, role, label, secret: _, made_at, revoked_at, subject } = it;
        let (made_at, revoked_at) = (utc(made_at), revoked_at.map(utc));
        Self { id, unit, role, label, made_at, subject: subject.map(subjects::reference), revoked_at }
    }
}

/// A key that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeKey {
    /// 密钥编号
    pub id: String,
    /// 密钥全文，只在这一答复中给出
    pub key: String,
}

/// The keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyList {
    /// 按单位排列
    pub items: Vec<KeyView>,
}

/// The keys.
#[utoipa::path(
    tag = "管理",
    summary = "密钥列表",
    responses((status = 200, body = KeyList)),
    security(("key" = ["admin"]))
)]
#[get("/keys")]
pub async fn list(_admin: Admin, desk: Data<Desk>) -> Result<HttpResponse, ApiError> {
    let found = desk.read(|conn| Ok(units::keys(conn)?)).await?;
    Ok(HttpResponse::Ok().json(KeyList { items: found.into_iter().map(KeyView::from).collect() }))
}

/// Makes a key.
#[utoipa::path(
    tag = "管理",
    summary = "签发密钥",
    description = "可带 Idempotency-Key：在保留期内重发同一请求，得到同一密钥。为此答复以系统密钥加密暂存，期满删除；\
        数据库中没有密钥明文。",
    request_body = NewKey,
    responses((status = 201, body = MadeKey)),
    security(("key" = ["admin"]))
)]
#[post("/keys")]
pub async fn create(
    Admin(caller): Admin,
    desk: Data<Desk>,
    request: HttpRequest,
    body: Body<NewKey>,
) -> Result<HttpResponse, ApiError> {
    let (NewKey { unit, role, label, subject }, said) = body.said()?;
    let role: Role = moment::parse_name("role", &role)?;
    let once = Once::of(&request, &caller, &said)?;
    let (at, actor) = (desk.shop().clock.now(), caller.actor());
    // Of a key only a hash is kept. The answer to a request that may come again holds its text for some days, sealed.
    idempotent::write(&desk, once, StatusCode::CREATED, move |conn| {
        units::find(conn, &unit)?.ok_or(ApiError::NotFound("单位"))?;
        let made = match (role, subject) {
            (Role::Subject, Some(code)) => {
                let subject = subjects::found_in_body(conn, &code)?.id;
                access::issue_subject_key(conn, &unit, subject, label.trim(), at)?
            }
            (Role::Subject, None) | (_, Some(_)) => {
                return Err(ApiError::BadRequest("角色 subject 须指明 subject，其他角色不得指明".to_owned()));
            }
            (_, None) => access::issue_key(conn, &unit, role, label.trim(), at)?,
        };
        let told = deeds::key(&made.id, "issued", at, &actor).and("unit", unit).and("role", role.as_str());
        ledger::append(conn, &[told])?;
        tracing::info!(key = made.id, actor, "a key is issued");
        Ok(MadeKey { id: made.id, key: made.text })
    })
    .await
}

/// Revokes a key.
#[utoipa::path(
    tag = "管理",
    summary = "撤销密钥",
    params(("id" = String, Path, description = "密钥编号")),
    responses((status = 204)),
    security(("key" = ["admin"]))
)]
#[delete("/keys/{id}")]
pub async fn revoke(Admin(caller): Admin, desk: Data<Desk>, id: Late<Path<String>>) -> Result<HttpResponse, ApiError> {
    let id = id.get()?;
    let (id, at) = (id.into_inner(), desk.shop().clock.now());
    tracing::info!(key = id, actor = caller.actor(), "a key is revoked");
    let done = desk.write(move |conn| {
        let done = units::revoke(conn, &id, at)?;
        if done {
            ledger::append(conn, &[deeds::key(&id, "revoked", at, &caller.actor())])?;
        }
        Ok(done)
    });
    let done = done.await?;
    desk.keys.forget();
    if done { Ok(HttpResponse::NoContent().finish()) } else { Err(ApiError::NotFound("密钥")) }
}
