//! Answers to the public (公开查询): public records of organisations and businesses, without a key.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};

use super::{
    records::{self, Records},
    subjects::{self, SubjectLine, SubjectView},
};
use crate::{
    record::SubjectKind,
    store::Conn,
    web::{
        access::{Sight, Viewer},
        conditional::{self, Keep},
        desk::Desk,
        error::ApiError,
        moment,
        paging::Page,
    },
};

/// A natural person is answered like a subject nothing is known of: that there is something is private, too.
pub(super) fn found(conn: &mut Conn, code: &str) -> Result<crate::record::Subject, ApiError> {
    let subject = subjects::found(conn, code)?;
    if subject.kind == SubjectKind::Person { Err(ApiError::UnknownSubject) } else { Ok(subject) }
}

/// Subjects by name.
#[utoipa::path(
    tag = "公开查询",
    summary = "按名称查主体（公开）",
    params(subjects::Asked),
    responses((status = 200, body = Page<SubjectLine>))
)]
#[get("/public/subjects")]
pub async fn search(
    desk: Data<Desk>,
    query: Query<subjects::Asked>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let page = desk.read(move |conn| subjects::by_name(conn, &query, Sight::Public)).await?;
    Ok(page.answer(&request))
}

/// A subject by code.
#[utoipa::path(
    tag = "公开查询",
    summary = "按代码查主体（公开）",
    params(("code" = String, Path, description = "代码")),
    responses((status = 200, body = SubjectView))
)]
#[get("/public/subjects/{code}")]
pub async fn show(desk: Data<Desk>, code: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let view = desk.read(move |conn| {
        let subject = found(conn, &code)?;
        SubjectView::new(conn, &subject, Sight::Public)
    });
    conditional::json(&request, Keep::Nobody, &view.await?)
}

/// The public records of a subject.
#[utoipa::path(
    tag = "公开查询",
    summary = "主体的公示信息",
    description = "只含公示信息，个人信息已脱敏；不含自然人的任何信息，也不透露未公示记录的有无。",
    params(("code" = String, Path, description = "代码"), records::Asked),
    responses((status = 200, body = Records))
)]
#[get("/public/subjects/{code}/records")]
pub async fn list(
    desk: Data<Desk>,
    code: Path<String>,
    query: Query<records::Asked>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let code = code.into_inner();
    let query = query.into_inner();
    // What was public once and is no longer must not be had by asking as of then.
    let day = query.as_of.as_deref().map(|it| moment::parse_day("as_of", it)).transpose()?;
    if query.known_at.is_some() || day.is_some_and(|it| it < desk.shop().clock.day()) {
        return Err(ApiError::Reserved("公开查询只答今日的公示信息"));
    }
    let question = query.question(code.clone(), desk.now())?;
    let records = desk.run(move |shop| {
        shop.database.read(|conn| found(conn, &code))?;
        let mut records = records::answer(shop, &Viewer::Anyone, &question)?;
        // How many records there are that the public may not see is not public either.
        records.withheld.clear();
        Ok(records)
    });
    conditional::json(&request, Keep::Nobody, &records.await?)
}
