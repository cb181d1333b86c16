//! Records of a subject, in both times: in force on a day, as known at a moment; and the versions of one record.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::{
    record_view::{Asking, RecordView, Worth},
    subjects,
};
use crate::{
    catalog::{Exposure, Resource},
    ingest::Workshop,
    ledger::hex,
    record::{DeliveryState, RecordKey, Subject, Version},
    store::{Conn, deliveries, merges, records},
    web::{
        access::{self, Asker, Late, Sight, Viewer, Withheld},
        desk::Desk,
        error::ApiError,
        moment::{self, utc},
        paging::{Page, PageQuery},
        recorded,
    },
};

/// The records of a subject.
#[derive(Debug, Serialize, ToSchema)]
pub struct Records {
    /// 主体
    pub subject: subjects::SubjectLine,
    /// 所问之日
    pub as_of: NaiveDate,
    /// 所问之时所知；空为当前
    pub known_at: Option<DateTime<Utc>>,
    /// 事实发生日较晚的在前
    pub items: Vec<RecordView>,
    /// 存在但不予显示的记录数，按原因：not_permitted 无权查看
    pub withheld: BTreeMap<String, u64>,
    /// 所问资源中，其记录或部分记录须经主体授权方可查询的；有无这样的记录均不说明
    pub needs_consent: Vec<String>,
    /// 所问资源是否有单位报送过；false 表示平台没有这类信息，不等于主体没有记录
    pub collected: Option<bool>,
    /// 下一页的 cursor
    pub next: Option<String>,
}

/// What is asked of a subject.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// 只看这个资源
    pub resource: Option<String>,
    /// 只看这一日有效的记录（YYYY-MM-DD）；不填为全部，并以今日判断是否有效
    pub as_of: Option<String>,
    /// 按这一时刻所知回答（RFC 3339）；不填为当前
    pub known_at: Option<String>,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

/// A question that was understood.
pub(super) struct Question {
    code: String,
    resource: Option<String>,
    as_of: Option<NaiveDate>,
    known_at: Option<NaiveDateTime>,
    skip: i64,
    limit: i64,
}

impl Asked {
    pub(super) fn question(self, code: String, now: NaiveDateTime) -> Result<Question, ApiError> {
        let page = PageQuery { cursor: self.cursor, limit: self.limit };
        let [skip] = page.position([0])?;
        Ok(Question {
            code,
            resource: self.resource,
            as_of: self.as_of.as_deref().map(|it| moment::parse_day("as_of", it)).transpose()?,
            known_at: self.known_at.as_deref().map(|it| moment::parse_known("known_at", it, now)).transpose()?,
            skip,
            limit: page.limit()?,
        })
    }
}

/// Answers a question as the viewer may have it answered.
pub(super) fn answer(shop: &Workshop, viewer: &Viewer, question: &Question) -> Result<Records, ApiError> {
    if let Some(code) = question.resource.as_ref().filter(|it| shop.catalog.get(it).is_none()) {
        return Err(ApiError::UnknownResource(code.clone()));
    }
    let day = question.as_of.unwrap_or_else(|| shop.clock.day());
    let loaded = shop.database.read(|conn| load(conn, (shop, day), question))?;
    let line = subjects::SubjectLine::new(&loaded.subject, subject_sight(viewer));
    let asker = Asking { shop, viewer, subject: &loaded.subject, day, worth: &loaded.worth };
    let mut withheld = BTreeMap::from([(Withheld::NotPermitted.to_string(), 0_u64)]);
    let mut seen = Vec::new();
    for version in loaded.versions.iter().filter(|it| question.as_of.is_none() || asker.in_force(it)) {
        match asker.view(version)? {
            Ok(view) => seen.push(view),
            // That there is, or was, something is not told either.
            Err(Withheld::Stopped | Withheld::NeedsConsent) => {}
            Err(reason @ Withheld::NotPermitted) => *withheld.entry(reason.to_string()).or_default() += 1,
        }
    }
    let skip = usize::try_from(question.skip).map_err(|_| ApiError::BadCursor)?;
    let rest: Vec<RecordView> = seen.into_iter().skip(skip).collect();
    let page = Page::cut(rest, question.limit, |_| [question.skip + question.limit]);
    let (known_at, collected) = (question.known_at.map(utc), loaded.collected);
    let needs_consent = needs_consent(shop, viewer, question.resource.as_deref());
    let (subject, items, next) = (line, page.items, page.next);
    Ok(Records { subject, as_of: day, known_at, items, withheld, needs_consent, collected, next })
}

/// The resources, of those that are asked for, whose records or some of them a department sees with a consent only: said of
/// the resource, whatever there is of it.
fn needs_consent(shop: &Workshop, viewer: &Viewer, asked: Option<&str>) -> Vec<String> {
    let is_whole = match viewer {
        Viewer::Anyone => true,
        Viewer::Key(caller) => caller.role == access::Role::Office,
    };
    let closed = |it: &&Arc<Resource>| it.exposures().any(|it| it == Exposure::Authorised);
    let all = shop.catalog.iter().filter(|it| !is_whole && asked.is_none_or(|asked| asked == it.code));
    all.filter(closed).map(|it| it.code.clone()).collect()
}

fn subject_sight(viewer: &Viewer) -> Sight {
    match viewer {
        Viewer::Key(caller) if caller.role == access::Role::Office => Sight::Whole,
        Viewer::Key(_) => Sight::Shared,
        Viewer::Anyone => Sight::Public,
    }
}

/// What an answer is made from.
struct Loaded {
    subject: Subject,
    versions: Vec<Version>,
    worth: Worth,
    collected: Option<bool>,
}

fn load(conn: &mut Conn, (shop, day): (&Workshop, NaiveDate), question: &Question) -> Result<Loaded, ApiError> {
    let subject = subjects::found(conn, &question.code)?;
    let asked = records::Question {
        subjects: merges::group(conn, subject.id)?,
        resource: question.resource.clone(),
        exposures: Exposure::ALL.iter().map(|it| it.as_str().to_owned()).collect(),
        known_at: question.known_at,
    };
    let versions = records::of_subject(conn, &asked)?;
    let worth = Worth::of(conn, shop, &subject, (day, question.known_at))?;
    let collected = match &question.resource {
        Some(_) if !versions.is_empty() => Some(true),
        Some(resource) => Some(is_collected(conn, resource)?),
        None => None,
    };
    Ok(Loaded { subject, versions, worth, collected })
}

/// Whether anybody has ever delivered the resource: no record means little when nobody sends any.
fn is_collected(conn: &mut Conn, resource: &str) -> Result<bool, ApiError> {
    let filter = deliveries::Filter {
        resource: Some(resource.to_owned()),
        state: Some(DeliveryState::Done),
        ..deliveries::Filter::default()
    };
    Ok(!deliveries::list(conn, &filter, i64::MAX, 1)?.is_empty())
}

/// The records of a subject.
#[utoipa::path(
    tag = "查询",
    summary = "主体的记录",
    description = "归集单位看到本单位报送的全部内容和其他单位公示中的信息；查询部门看到可共享使用的公示与共享信息；信用办看到全部。\
        没有记录时 items 为空；有记录而无权查看时计入 withheld，须经授权的只列资源（needs_consent），有无均不说明；主体不存在时为 404。",
    params(("code" = String, Path, description = "代码，或 @编号"), Asked, recorded::Purpose),
    responses((status = 200, body = Records), (status = 304, description = "未变化")),
    security(("key" = ["unit", "office", "reader", "window"]))
)]
#[get("/subjects/{code}/records")]
pub async fn list(
    Asker(caller): Asker,
    desk: Data<Desk>,
    code: Late<Path<String>>,
    query: Late<Query<Asked>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (code, query) = (code.get()?, query.get()?);
    let question = query.into_inner().question(code.into_inner(), desk.now())?;
    let asked = json!({"resource": question.resource, "as_of": question.as_of, "known_at": question.known_at});
    let (viewer, at) = (Viewer::Key(caller.clone()), desk.now());
    let records = desk.run(move |shop| answer(shop, &viewer, &question)).await?;
    let asked = recorded::Asked::of(at, "records", vec![records.subject.number()], asked);
    recorded::show((&desk, &caller), &request, asked, &records).await
}

/// The versions of a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// 各版本，最近所知的在前
    pub items: Vec<RecordView>,
}

/// The key of a record in an address.
pub(super) fn parse_key(text: &str) -> Result<RecordKey, ApiError> {
    let mut key = RecordKey::default();
    if text.len() != 32 || !text.is_ascii() {
        return Err(ApiError::NotFound("记录"));
    }
    for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| ApiError::NotFound("记录"))?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| ApiError::NotFound("记录"))?;
    }
    Ok(key)
}

/// Every version of one record.
#[utoipa::path(
    tag = "查询",
    summary = "一条记录的各个版本",
    description = "以往的版本只给信用办和报送单位，其他单位只见现行版本。",
    params(("code" = String, Path, description = "代码，或 @编号"), ("key" = String, Path, description = "记录编号"), recorded::Purpose),
    responses((status = 200, body = History), (status = 304, description = "未变化")),
    security(("key" = ["unit", "office", "reader", "window"]))
)]
#[get("/subjects/{code}/records/{key}/history")]
pub async fn history(
    Asker(caller): Asker,
    desk: Data<Desk>,
    address: Late<Path<(String, String)>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let address = address.get()?;
    let (code, key) = address.into_inner();
    let key = parse_key(&key)?;
    let (viewer, asked) = (Viewer::Key(caller.clone()), json!({"record": hex(&key)}));
    let at = desk.now();
    let (subject, history) = desk.run(move |shop| versions(shop, &viewer, &code, &key)).await?;
    let asked = recorded::Asked::of(at, "history", vec![subject], asked);
    recorded::show((&desk, &caller), &request, asked, &history).await
}

fn versions(shop: &Workshop, viewer: &Viewer, code: &str, key: &RecordKey) -> Result<(i64, History), ApiError> {
    let day = shop.clock.day();
    let (subject, versions, worth) = shop.database.read(|conn| {
        let subject = subjects::found(conn, code)?;
        let group = merges::group(conn, subject.id)?;
        let worth = Worth::of(conn, shop, &subject, (day, None))?;
        Ok::<_, ApiError>((subject, records::history(conn, &group, key)?, worth))
    })?;
    let asker = Asking { shop, viewer, subject: &subject, day, worth: &worth };
    let mut items = Vec::new();
    for version in &versions {
        let Ok(seen) = asker.view(version)? else { continue };
        // What a record said before it was corrected is for its unit and the office.
        if version.known_until.is_none() || seen.sight == Sight::Whole.as_str() {
            items.push(seen);
        }
    }
    if items.is_empty() { Err(ApiError::NotFound("记录")) } else { Ok((subject.id, History { items })) }
}
