//! Units (归集单位): who may deliver and ask.

use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, web::Data};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ledger::deeds,
    store::{ledger, units, units::Unit},
    web::{
        access::{Admin, Body, Staff},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment::utc,
    },
};

/// A unit to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUnit {
    /// 单位编码：统一社会信用代码或简码，字母、数字与 - _，1–40 位
    pub code: String,
    /// 名称
    pub name: String,
    /// 行政区划代码
    pub region: Option<String>,
    /// 是否启用；停用后不能报送和登录
    #[serde(default = "yes")]
    pub active: bool,
}

const fn yes() -> bool {
    true
}

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitView {
    /// 单位编码
    pub code: String,
    /// 名称
    pub name: String,
    /// 行政区划代码
    pub region: Option<String>,
    /// 是否启用
    pub active: bool,
    /// 登记时间
    pub made_at: DateTime<Utc>,
}

impl From<Unit> for UnitView {
    fn from(it: Unit) -> Self {
        let Unit { code, name, region, active, made_at } = it;
        Self { code, name, region, active, made_at: utc(made_at) }
    }
}

/// The units.
#[derive(Debug, Serialize, ToSchema)]
pub struct Units {
    /// 按编码排列
    pub items: Vec<UnitView>,
}

/// The units.
#[utoipa::path(
    tag = "管理",
    summary = "归集单位列表",
    responses((status = 200, body = Units)),
    security(("key" = ["office", "admin"]))
)]
#[get("/units")]
pub async fn list(Staff(caller): Staff, desk: Data<Desk>) -> Result<HttpResponse, ApiError> {
    tracing::debug!(actor = caller.actor(), "the units are listed");
    let found = desk.read(|conn| Ok(units::all(conn)?)).await?;
    Ok(HttpResponse::Ok().json(Units { items: found.into_iter().map(UnitView::from).collect() }))
}

/// Keeps a unit.
#[utoipa::path(
    tag = "管理",
    summary = "登记或修改归集单位",
    description = "可带 Idempotency-Key。",
    request_body = NewUnit,
    responses((status = 200, body = UnitView)),
    security(("key" = ["admin"]))
)]
#[post("/units")]
pub async fn put(
    Admin(caller): Admin,
    desk: Data<Desk>,
    request: HttpRequest,
    body: Body<NewUnit>,
) -> Result<HttpResponse, ApiError> {
    let (NewUnit { code, name, region, active }, said) = body.said()?;
    let plain = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    if code.is_empty() || code.len() > 40 || !code.chars().all(plain) {
        return Err(ApiError::BadRequest("code 应为 1 到 40 位字母、数字、- 或 _".to_owned()));
    }
    if name.trim().is_empty() || name.chars().count() > 200 {
        return Err(ApiError::BadRequest("name 应为 1 到 200 字".to_owned()));
    }
    let once = Once::of(&request, &caller, &said)?;
    let made_at = desk.shop().clock.now();
    let unit = Unit { code, name: name.trim().to_owned(), region, active, made_at };
    let kept = idempotent::write(&desk, once, StatusCode::OK, move |conn| {
        units::put(conn, &unit)?;
        let said = (unit.name.as_str(), unit.region.as_deref(), unit.active);
        ledger::append(conn, &[deeds::unit(&unit.code, said, made_at, &caller.actor())])?;
        units::find(conn, &unit.code)?.map(UnitView::from).ok_or(ApiError::NotFound("单位"))
    });
    let answer = kept.await?;
    desk.keys.forget();
    Ok(answer)
}
