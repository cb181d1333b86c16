//! Batch screening (批量筛查): up to 100,000 codes in one request, a line of JSON for each, in the order they were asked,
//! after a head line that says what was looked at.

use actix_web::{
    HttpResponse, post,
    web::{Bytes, Data, Payload, Query},
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use crate::{
    affairs::screening,
    ledger::hex,
    lending::Row,
    rights::Purpose,
    web::{
        access::{Bank, Late},
        desk::Desk,
        error::ApiError,
        moment, recorded,
    },
};

/// Bytes of a list: 100,000 codes, each in a line of JSON.
const LIST: usize = 8 << 20;
/// Bytes of a piece of the answer.
const PIECE: usize = 64 << 10;

/// What for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// 用途：before_loan 贷前、during_loan 贷中、after_loan 贷后
    pub purpose: String,
}

/// Screens many codes.
#[utoipa::path(
    tag = "信易贷",
    summary = "批量筛查",
    description = "请求体每行一个统一社会信用代码，或一个 JSON（字符串，或带 code 的对象），至多 100000 行，空行不计。\
        答复为 JSON 行。第一行（n 为 0）说明截至时间、来源单位、没有单位报送过的信息和规则包；其后与所问次序一致，\
        每问必答：found、unknown_code、malformed_code、duplicate。只含公开信息，无须授权。\
        clear 为空的，是没有发现而有一部分无从查询，不等于没有。\
        回执在 Credence-Receipt 头中，其 digest 为答复全文的 SHA-256。",
    params(Asked),
    request_body(content = String, content_type = "text/plain"),
    responses((status = 200, body = Row, content_type = "application/x-ndjson")),
    security(("key" = ["bank"]))
)]
#[post("/bank/screenings")]
pub async fn ask(
    Bank(caller): Bank,
    desk: Data<Desk>,
    query: Late<Query<Asked>>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let purpose: Purpose = moment::parse_name("purpose", &query.get()?.purpose)?;
    // Held until the answer is made: lists and answers are large.
    let _permit = desk.upload()?;
    let text = whole(payload).await?;
    let at = desk.now();
    let done = desk.run(move |shop| Ok(screening::screen(shop, at, &text)?)).await?;
    let question = json!({"lines": done.lines, "digest": hex(&done.digest)});
    let asked = recorded::Asked {
        purpose: Some(purpose.to_string()),
        ..recorded::Asked::of(at, "bank.screening", done.subjects, question)
    };
    let receipt = recorded::record(&desk, &caller, asked, ("screened", &done.body)).await?;
    let body = Bytes::from(done.body);
    let pieces = (0..body.len()).step_by(PIECE).map(move |at| {
        let piece = body.slice(at..body.len().min(at + PIECE));
        Ok::<_, std::convert::Infallible>(piece)
    });
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .insert_header(("Credence-Receipt", serde_json::to_string(&receipt)?))
        .streaming(stream::iter(pieces)))
}

async fn whole(mut payload: Payload) -> Result<String, ApiError> {
    let mut bytes = Vec::new();
    while let Some(piece) = payload.next().await {
        bytes.extend_from_slice(&piece.map_err(|_| ApiError::BodyBroken)?);
        if bytes.len() > LIST {
            return Err(ApiError::BodyTooLarge(LIST as u64));
        }
    }
    String::from_utf8(bytes).map_err(|_| ApiError::BadRequest("请求体应为 UTF-8".to_owned()))
}
