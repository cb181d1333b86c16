//! Letters (文书) of a case, and the notice that goes with a decision: HTML that prints as it is.

use actix_web::{
    HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY},
    web::{Data, Path},
};
use serde_json::json;

use super::{hand, own};
use crate::{
    jobs::letters,
    report::letters::{Letter, LetterKind},
    web::{
        access::{Concerned, Late, Member},
        api::{records, subjects},
        desk::Desk,
        error::ApiError,
        moment, recorded,
    },
};

/// Its own style and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// A letter of a case.
#[utoipa::path(
    tag = "权益",
    summary = "事项的一份文书（可直接打印的 HTML）",
    description = "notice 信用修复告知书、acceptance 受理通知书、correction 补正通知书、refusal 不予受理通知书、decision 决定书、reversal 撤销原决定通知书、\
        forwarding 异议转办函、answer 异议答复书、deadline 限期办理通知书。",
    params(("id" = i64, Path, description = "事项编号"), ("kind" = String, Path, description = "文书类别")),
    responses((status = 200, body = String, content_type = "text/html")),
    security(("key" = ["unit", "office", "subject"]))
)]
#[get("/cases/{id}/letters/{kind}")]
pub async fn show(
    Concerned(caller): Concerned,
    desk: Data<Desk>,
    address: Late<Path<(i64, String)>>,
) -> Result<HttpResponse, ApiError> {
    let (id, kind) = address.get()?.into_inner();
    let kind: LetterKind = moment::parse_name("kind", &kind)?;
    let (at, asking) = (desk.now(), caller.clone());
    let letter = desk.run(move |shop| {
        shop.database.read(|conn| {
            let hand = hand(conn, &asking)?;
            let stored = own(conn, &hand, id)?;
            Ok::<_, ApiError>((stored.case.opening.subject, letters::letter(conn, shop, &stored, kind)?))
        })
    });
    let (subject, letter) = letter.await?;
    let question = json!({"case": id, "letter": kind.as_str()});
    let asked = recorded::Asked::of(at, "case.letter", vec![subject], question);
    recorded::record(&desk, &caller, asked, ("shown", letter.html().as_bytes())).await?;
    Ok(page(&letter, &format!("case-{id}-{kind}.html")))
}

/// The notice that is served with a decision.
#[utoipa::path(
    tag = "权益",
    summary = "一条记录的信用修复告知书（两书同达）",
    description = "与处罚决定书一并送达；不需要已有事项。归集单位只能出具本单位报送的记录的。",
    params(("code" = String, Path, description = "代码，或 @编号"), ("key" = String, Path, description = "记录编号")),
    responses((status = 200, body = String, content_type = "text/html")),
    security(("key" = ["unit", "office"]))
)]
#[get("/subjects/{code}/records/{key}/repair-notice")]
pub async fn notice(
    Member(caller): Member,
    desk: Data<Desk>,
    address: Late<Path<(String, String)>>,
) -> Result<HttpResponse, ApiError> {
    let (code, text) = address.get()?.into_inner();
    let key = records::parse_key(&text)?;
    let (at, unit) = (desk.now(), caller.own_unit());
    let letter = desk.run(move |shop| {
        shop.database.read(|conn| {
            let subject = subjects::found(conn, &code)?;
            Ok::<_, ApiError>((subject.id, letters::notice(conn, shop, (subject.id, &key), unit.as_deref())?))
        })
    });
    let (subject, letter) = letter.await?;
    let asked = recorded::Asked::of(at, "repair_notice", vec![subject], json!({"record": text}));
    recorded::record(&desk, &caller, asked, ("shown", letter.html().as_bytes())).await?;
    Ok(page(&letter, &format!("repair-notice-{text}.html")))
}

pub fn page(letter: &Letter, name: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")))
        .body(letter.html())
}
