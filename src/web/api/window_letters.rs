//! Letters of a window: the notice and the promise of a decision, or why it was refused: HTML that prints as it is.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{bank, cases::letters::page, window_cases::clerk};
use crate::{
    jobs::letters,
    report::letters::WindowLetter,
    web::{
        access::{Counter, Late},
        desk::Desk,
        error::ApiError,
        moment,
    },
};

/// Whom a decision was about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Applicant {
    /// 申请人：代码，或 @编号；平台没有其任何信息的申请人不填
    pub code: Option<String>,
}

/// A letter of a decision.
#[utoipa::path(
    tag = "容缺受理",
    summary = "核验决定的一份文书（可直接打印的 HTML）",
    description = "“可容缺”的：notice 容缺受理告知书、promise 承诺书（申请人签署）；“不可容缺”“需人工”的：decision 写明理由的告知书。\
        按作出决定时所知和当时的规则写成，日后补打内容不变。",
    params(("answer" = i64, Path, description = "决定的答复编号"), ("kind" = String, Path, description = "文书类别"), Applicant),
    responses((status = 200, body = String, content_type = "text/html")),
    security(("key" = ["window", "office"]))
)]
#[get("/window/decisions/{answer}/letters/{kind}")]
pub async fn show(
    Counter(caller): Counter,
    desk: Data<Desk>,
    address: Late<Path<(i64, String)>>,
    query: Late<Query<Applicant>>,
) -> Result<HttpResponse, ApiError> {
    let (answer, kind) = address.get()?.into_inner();
    let kind: WindowLetter = moment::parse_name("kind", &kind)?;
    let code = query.get()?.into_inner().code;
    let letter = desk.run(move |shop| {
        shop.database.snapshot(|conn| {
            let subject = match &code {
                Some(code) => Some(bank::found(conn, code)?.ok_or(ApiError::UnknownSubject)?.id),
                None => None,
            };
            Ok::<_, ApiError>(letters::of_decision(conn, shop, (subject, answer), kind, &clerk(&caller))?)
        })
    });
    Ok(page(&letter.await?, &format!("window-{answer}-{kind}.html")))
}
