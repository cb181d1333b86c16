//! A subject's own matters (本人): what is known of it and how it stands, by its own key.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Query},
};

use super::{
    standing::{self, Extent, Question, StandingView},
    subjects::{self, SubjectView},
};
use crate::web::{
    access::{Late, Own, Sight},
    conditional::{self, Keep},
    desk::Desk,
    error::ApiError,
};

/// The subject itself.
#[utoipa::path(
    tag = "本人",
    summary = "本主体的登记信息",
    responses((status = 200, body = SubjectView), (status = 304, description = "未变化")),
    security(("key" = ["subject"]))
)]
#[get("/me")]
pub async fn show(own: Own, desk: Data<Desk>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    tracing::debug!(key = own.caller.key, "a subject looks at itself");
    let view = desk.read(move |conn| {
        let subject = subjects::winner(conn, own.subject)?;
        SubjectView::new(conn, &subject, Sight::Whole)
    });
    conditional::json(&request, Keep::Nobody, &view.await?)
}

/// How the subject stands.
#[utoipa::path(
    tag = "本人",
    summary = "本主体的信用状况",
    description = "全部记录的公示与使用状态、所在名单、评价及其理由；可问过去的某一日、某一时刻所知。",
    params(Question),
    responses((status = 200, body = StandingView), (status = 304, description = "未变化")),
    security(("key" = ["subject"]))
)]
#[get("/me/standing")]
pub async fn how(
    own: Own,
    desk: Data<Desk>,
    question: Late<Query<Question>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let question = question.get()?.into_inner();
    let view = desk.run(move |shop| {
        shop.database.snapshot(|conn| {
            let subject = subjects::winner(conn, own.subject)?;
            standing::answer(conn, shop, &subject, Extent::Whole, &question)
        })
    });
    conditional::json(&request, Keep::Nobody, &view.await?)
}
