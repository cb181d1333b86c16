//! The office assigns a proposal to a unit that may designate.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    post,
    web::{Data, Path},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{DesignationView, actor};
use crate::{
    affairs::designation as affair,
    web::{
        access::{Body, Late, Office},
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
    },
};

/// To whom, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// 认定单位的代码
    pub unit: String,
    /// 理由
    pub reason: String,
}

/// Gives a proposal to a unit.
#[utoipa::path(
    tag = "名单认定",
    summary = "交办名单认定",
    description = "信用办把尚未告知或公示的提出（多为候选）交给名单写明的认定机关。候选的报送单位无权认定、又不能确定认定单位的，\
        认定单位为空，须先交办。可带 Idempotency-Key。",
    params(("id" = i64, Path, description = "编号")),
    request_body = Assignment,
    responses((status = 200, body = DesignationView)),
    security(("key" = ["office"]))
)]
#[post("/designations/{id}/unit")]
pub async fn assign(
    Office(caller): Office,
    desk: Data<Desk>,
    request: HttpRequest,
    id: Late<Path<i64>>,
    body: Body<Assignment>,
) -> Result<HttpResponse, ApiError> {
    let id = id.get()?.into_inner();
    let (new, said) = body.said()?;
    let once = Once::of(&request, &caller, &said)?;
    idempotent::run(&desk, once, StatusCode::OK, move |shop| {
        let stored = affair::assign(shop, id, &new.unit, &new.reason, &actor(&caller))?;
        DesignationView::new(shop, &stored)
    })
    .await
}
