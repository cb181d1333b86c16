//! Verifying a borrower's elements (企业要素核验): match or not, and nothing else is told.

use actix_web::{HttpResponse, post, web::Data};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bank::{self, About};
use crate::{
    affairs::borrowing,
    answer::{Answer, LookedAt, Receipted, Why},
    lending::{self, Element, Match, Verified},
    standards::UnifiedSocialCreditCode,
    web::{
        access::{Bank, Body},
        desk::Desk,
        error::ApiError,
        moment::utc,
        recorded,
    },
};

/// What a borrower says of itself.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Elements {
    /// 统一社会信用代码
    pub code: String,
    /// 名称
    pub name: String,
    /// 法定代表人姓名
    pub representative: Option<String>,
    /// 用途：before_loan 贷前、during_loan 贷中、after_loan 贷后
    pub purpose: String,
}

/// What came of each element.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Compared {
    /// 各要素的比对结果
    pub elements: Vec<ElementView>,
}

/// What came of an element.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ElementView {
    /// 要素：code 代码、name 名称、representative 法定代表人
    pub element: &'static str,
    /// 结果：match 一致、former_name 与曾用名一致、mismatch 不一致、not_available 无法比对
    pub result: &'static str,
}

/// Verifies elements.
#[utoipa::path(
    tag = "信易贷",
    summary = "企业要素核验",
    description = "代码、名称、法定代表人逐项比对，只答一致与否。outcome：match 全部一致、mismatch 有不一致、incomplete 有无法比对的、\
        unknown_subject 平台没有这一主体。",
    request_body = Elements,
    responses((status = 200, body = Receipted<Compared>)),
    security(("key" = ["bank"]))
)]
#[post("/bank/verify")]
pub async fn ask(Bank(caller): Bank, desk: Data<Desk>, body: Body<Elements>) -> Result<HttpResponse, ApiError> {
    let Elements { code, name, representative, purpose } = body.read()?;
    if name.trim().is_empty() {
        return Err(ApiError::BadRequest("name 不能为空".to_owned()));
    }
    if representative.as_ref().is_some_and(|it| it.trim().is_empty()) {
        return Err(ApiError::BadRequest("representative 不能为空；不核验法定代表人的不填".to_owned()));
    }
    let named = bank::named(&code)?;
    let asked_code: UnifiedSocialCreditCode =
        code.parse().map_err(|_| ApiError::BadRequest("code 应为统一社会信用代码，格式或校验位有误".to_owned()))?;
    let said = borrowing::said(desk.shop(), &named, &[&name, representative.as_deref().unwrap_or("")]);
    let (purpose, at) = (About { code: code.clone(), purpose }.purpose()?, desk.now());
    let found = desk.read(move |conn| {
        let Some(subject) = bank::found(conn, &code)? else { return Ok(None) };
        let verified = lending::verify(&subject, &asked_code, &name, representative.as_deref());
        let register = crate::store::sources::all(conn)?.remove("register");
        Ok(Some((subject.id, verified, register)))
    });
    let (subjects, answer) = match found.await? {
        None => (Vec::new(), bank::unknown(view(&Verified { elements: Vec::new() }))),
        Some((id, verified, register)) => {
            let mut answer = Answer::new(verified.outcome(), view(&verified));
            let (units, at) = register.map_or((Vec::new(), None), |(units, at)| (units, Some(utc(at))));
            answer.looked_at.push(LookedAt { block: "base".to_owned(), as_of: at, units, records: 1 });
            for (element, _) in verified.elements.iter().filter(|(_, it)| *it == Match::NotAvailable) {
                answer.lacks(element.as_str(), Why::NotRegistered);
            }
            (vec![id], answer)
        }
    };
    let mut question = said;
    question["elements"] = answer.body.elements.iter().map(|it| it.element).collect();
    let asked = recorded::Asked {
        purpose: Some(purpose.to_string()),
        ..recorded::Asked::of(at, "bank.verify", subjects, question)
    };
    recorded::give(&desk, &caller, asked, &answer).await
}

fn view(verified: &Verified) -> Compared {
    let line =
        |(element, result): &(Element, Match)| ElementView { element: element.as_str(), result: result.as_str() };
    Compared { elements: verified.elements.iter().map(line).collect() }
}
