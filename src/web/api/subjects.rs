//! Subjects (信用主体): by name, and by code. Persons are found by neither; the office reaches them from their records.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Query},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::{
    dossier::{self, Named, NamedByPersonNumber},
    record::{Identifier, IdentifierKind, Subject, SubjectKind},
    standards::{PersonDocument, PersonNumber, mask},
    store::{Conn, merges, names, standings, subjects},
    web::{
        access::{Asker, Body, Late, Office, Role, Sight},
        desk::Desk,
        error::ApiError,
        moment,
        paging::{Page, PageQuery},
        recorded,
    },
};

/// A subject in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SubjectLine {
    /// 主体编号，形如 `@编号`，可代替代码使用
    pub id: String,
    /// 主体类别：organisation、individual_business、person
    pub kind: String,
    /// 名称
    pub name: Option<String>,
    /// 统一社会信用代码
    pub credit_code: Option<String>,
    /// 登记状态
    pub status: Option<String>,
}

/// A subject.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectView {
    /// 主体
    #[serde(flatten)]
    pub line: SubjectLine,
    /// 名称是否来自主体登记
    pub registered: bool,
    /// 已知代码
    pub identifiers: Vec<IdentifierView>,
    /// 法定代表人
    pub representative: Option<String>,
    /// 行政区划
    pub region: Option<String>,
    /// 行业
    pub industry: Option<String>,
    /// 经人工认定与其为同一主体、已并入的主体编号
    pub merged: Vec<String>,
}

/// A code of a subject.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentifierView {
    /// credit_code、organisation_code、registration_number、tax_number
    pub kind: String,
    /// 代码
    pub value: String,
}

/// How a subject is named where it may have no code.
pub(super) fn reference(id: i64) -> String {
    format!("@{id}")
}

impl SubjectLine {
    /// The subject's id.
    pub(super) fn number(&self) -> i64 {
        self.id.trim_start_matches('@').parse().expect("`reference` has written it")
    }

    /// A person's name is only seen whole by whoever sees the subject whole.
    pub(super) fn new(it: &Subject, sight: Sight) -> Self {
        let name = it.name.as_deref().map(|it| mask::numbers_in_text(it).into_owned());
        let hidden = it.kind == SubjectKind::Person && sight != Sight::Whole;
        Self {
            id: reference(it.id),
            kind: it.kind.to_string(),
            name: if hidden { name.map(|it| mask::person_name(&it)) } else { name },
            credit_code: it.credit_code.clone(),
            status: it.status.clone(),
        }
    }
}

impl SubjectLine {
    /// The line of an organisation or business that was found by its credit code.
    pub(super) fn kept(it: &standings::Found, code: &str) -> Self {
        Self {
            id: reference(it.kept.subject_id),
            kind: it.kind.to_string(),
            name: it.name.as_deref().map(|it| mask::numbers_in_text(it).into_owned()),
            credit_code: Some(code.to_owned()),
            status: it.status.clone(),
        }
    }
}

impl SubjectView {
    pub(super) fn new(conn: &mut Conn, it: &Subject, sight: Sight) -> Result<Self, ApiError> {
        let group = merges::group(conn, it.id)?;
        let mut identifiers = Vec::new();
        for id in &group {
            identifiers.extend(subjects::identifiers(conn, *id)?);
        }
        let representative = it.representative.clone();
        let shown =
            if sight == Sight::Public { representative.map(|it| mask::person_name(&it)) } else { representative };
        Ok(Self {
            line: SubjectLine::new(it, sight),
            registered: it.registered,
            // A person's is a keyed hash, which is nobody's business.
            identifiers: identifiers
                .into_iter()
                .filter(|it| it.kind != IdentifierKind::Person)
                .map(|it| IdentifierView { kind: it.kind.to_string(), value: it.value })
                .collect(),
            representative: shown,
            region: it.region.clone(),
            industry: it.industry.clone(),
            merged: group.into_iter().filter(|id| *id != it.id).map(reference).collect(),
        })
    }
}

/// What a text names.
pub(super) fn named(text: &str) -> Result<Named, ApiError> {
    Named::read(text).map_err(|NamedByPersonNumber| ApiError::PersonNumberInAddress)
}

/// The subject a text names, a code or `@id`; of merged ones the one they were found to be.
pub(super) fn found(conn: &mut Conn, text: &str) -> Result<Subject, ApiError> {
    let found = dossier::find(conn, &[&named(text)?])?.pop().flatten();
    subjects::find(conn, found.ok_or(ApiError::UnknownSubject)?)?.ok_or(ApiError::UnknownSubject)
}

/// The subject a body names: a person's number in it is said to stand there.
pub(super) fn found_in_body(conn: &mut Conn, text: &str) -> Result<Subject, ApiError> {
    found(conn, text).map_err(ApiError::in_body)
}

/// The subject with an id; of merged ones the one they were found to be.
pub(super) fn winner(conn: &mut Conn, id: i64) -> Result<Subject, ApiError> {
    found(conn, &reference(id))
}

/// A question by name.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// 名称或其中一段，两个字即可；一个字按名称开头查
    pub q: String,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

/// How far into a search one may page: whoever needs more asks more precisely.
const DEEPEST: i64 = 10_000;

impl Asked {
    /// The position and the number of items that are asked for.
    pub(super) fn page(&self) -> Result<(i64, i64), ApiError> {
        if self.q.trim().is_empty() || self.q.chars().count() > 100 {
            return Err(ApiError::BadRequest("q 应为 1 到 100 字的名称".to_owned()));
        }
        let page = PageQuery { cursor: self.cursor.clone(), limit: self.limit };
        let [skip] = page.position([0])?;
        if (0..=DEEPEST).contains(&skip) { Ok((skip, page.limit()?)) } else { Err(ApiError::BadCursor) }
    }
}

/// Subjects by name; persons are never among them.
pub(super) fn by_name(conn: &mut Conn, asked: &Asked, sight: Sight) -> Result<Page<SubjectLine>, ApiError> {
    let (skip, limit) = asked.page()?;
    let ids = names::search(conn, &asked.q, skip, limit + 1)?;
    let known = subjects::by_ids(conn, &ids)?;
    let found: Vec<&Subject> =
        ids.iter().filter_map(|id| known.get(id)).filter(|it| it.kind != SubjectKind::Person).collect();
    let page = Page::cut(found, limit, |_| [skip + limit]);
    Ok(page.map(|it| SubjectLine::new(it, sight)))
}

/// Subjects by name.
#[utoipa::path(
    tag = "查询",
    summary = "按名称查主体",
    description = "名称完全相同的在前，其次以所查文字开头的，再次较短的。不含自然人。",
    params(Asked),
    responses((status = 200, body = Page<SubjectLine>)),
    security(("key" = ["unit", "office", "reader", "window"]))
)]
#[get("/subjects")]
pub async fn search(
    _asker: Asker,
    desk: Data<Desk>,
    query: Late<Query<Asked>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?;
    let page = desk.read(move |conn| by_name(conn, &query, Sight::Shared)).await?;
    Ok(page.answer(&request))
}

/// A subject by code.
#[utoipa::path(
    tag = "查询",
    summary = "按代码查主体",
    description = "统一社会信用代码、组织机构代码、工商注册号、税务登记号，或 `@编号`。地址中不得出现身份证件号码。",
    params(("code" = String, Path, description = "代码，或 @编号"), recorded::Purpose),
    responses((status = 200, body = SubjectView), (status = 304, description = "未变化")),
    security(("key" = ["unit", "office", "reader", "window"]))
)]
#[get("/subjects/{code}")]
pub async fn show(
    Asker(caller): Asker,
    desk: Data<Desk>,
    code: Late<Path<String>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let code = code.get()?;
    let sight = if caller.role == Role::Office { Sight::Whole } else { Sight::Shared };
    let at = desk.now();
    let view = desk.read(move |conn| {
        let subject = found(conn, &code)?;
        SubjectView::new(conn, &subject, sight)
    });
    let view = view.await?;
    let asked = recorded::Asked::of(at, "subject", vec![view.line.number()], json!({}));
    recorded::show((&desk, &caller), &request, asked, &view).await
}

/// A person who is looked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// 证件类型，如 身份证、护照号；默认身份证
    pub document: Option<String>,
    /// 证件号码
    pub number: String,
}

/// A person by the number of a document.
#[utoipa::path(
    tag = "查询",
    summary = "按证件号码查自然人",
    description = "号码在请求体中，不进入地址与日志；按加密散列比对。",
    request_body = Person,
    responses((status = 200, body = SubjectView)),
    security(("key" = ["office"]))
)]
#[post("/subjects/lookup")]
pub async fn look_up(_office: Office, desk: Data<Desk>, body: Body<Person>) -> Result<HttpResponse, ApiError> {
    let Person { document, number } = body.read()?;
    let document: PersonDocument = match &document {
        Some(text) => moment::parse_name("document", text)?,
        None => PersonDocument::ResidentId,
    };
    let day = desk.shop().clock.day();
    let number = PersonNumber::parse(document, &number, day).map_err(|err| ApiError::BadRequest(err.to_string()))?;
    let hash = desk.shop().keys.blind(&format!("{}:{}", number.kind(), number.as_str()));
    let view = desk.read(move |conn| {
        let wanted = Identifier { kind: IdentifierKind::Person, value: hash };
        let owners = subjects::by_identifiers(conn, &[&wanted.value])?;
        let subject = found(conn, &reference(*owners.get(&wanted).ok_or(ApiError::UnknownSubject)?))?;
        SubjectView::new(conn, &subject, Sight::Whole)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}
