//! The steps of a case, each by whoever's turn it is.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    post,
    web::{Data, Path},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{filing::short, hand, view::CaseView};
use crate::{
    affairs::{self, Taking},
    rights::RepairCondition,
    web::{
        access::{Body, Concerned, Late},
        api::held::Reason,
        desk::Desk,
        error::ApiError,
        idempotent::{self, Once},
        moment,
    },
};

/// A step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CaseStepTaken)]
pub struct Taken {
    /// 环节：correction_asked 要求补正、corrected 补正、accepted 受理、refused 不予受理、extended 延期、granted 准予修复、denied 不予修复、reversed 撤销原决定、
    /// forwarded 转办、corrects 更正、withdraws 撤销记录、keeps 维持、closed 更正完成、review 复核、
    /// shielded 屏蔽、completed 重整完成、failed 解除屏蔽、retracted 撤回
    pub step: String,
    /// 理由，1–500 字
    pub reason: String,
    /// 依据：法条、文书、裁定；信用办代录认定机关的书面答复时必填
    pub source: Option<String>,
    /// 更正批次编号
    pub delivery: Option<i64>,
    /// 准予修复时逐项确认的条件，如 performed、commitment
    #[serde(default)]
    pub confirmed: Vec<String>,
    /// 要求补正的材料类别，如 proof；不填为应交而未交的全部材料
    #[serde(default)]
    pub papers: Vec<String>,
}

impl Taken {
    fn checked(self) -> Result<Taking, ApiError> {
        let confirmed = self.confirmed.iter().map(|it| {
            let known: RepairCondition = moment::parse_name("confirmed", it)?;
            Ok(known.to_string())
        });
        Ok(Taking {
            kind: moment::parse_name("step", &self.step)?,
            confirmed: confirmed.collect::<Result<_, ApiError>>()?,
            reason: Reason { reason: self.reason }.checked()?,
            source: self.source.as_deref().map(|it| short("source", it)).transpose()?,
            delivery: self.delivery,
            papers: self.papers,
        })
    }
}

/// Takes a step of a case.
#[utoipa::path(
    tag = "权益",
    summary = "办理事项的一个环节",
    description = "由轮到的一方办理：信用办受理与转办，报送该记录的单位决定与答复，主体撤回与申请复核。次序不对的拒绝并说明原因。\
        要求补正一次告知全部须补正的材料，其间办理期限中止，补正后继续计算。\
        准予修复当即停止公示、共享与使用。支持 Idempotency-Key。",
    params(("id" = i64, Path, description = "事项编号")),
    request_body = Taken,
    responses((status = 200, body = CaseView)),
    security(("key" = ["unit", "office", "subject"]))
)]
#[post("/cases/{id}/steps")]
pub async fn create(
    Concerned(caller): Concerned,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    body: Body<Taken>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (id, (taken, said)) = (id.get()?, body.said()?);
    let (once, taking) = (Once::of(&request, &caller, &said)?, taken.checked()?);
    idempotent::run(&desk, once, StatusCode::OK, move |shop| {
        let hand = shop.database.read(|conn| hand(conn, &caller))?;
        Ok(CaseView::new(shop, &affairs::take(shop, *id, &taking, &hand)?))
    })
    .await
}
