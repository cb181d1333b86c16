//! Records of a subject, in both times: in force on a day, as known at a moment; and the versions of one record.

use std::collections::{BTreeMap, HashMap};

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::subjects;
use crate::{
    catalog::{Catalog, Exposure, Resource},
    ingest::Workshop,
    record::{DeliveryState, RecordKey, RecordState, Subject, SubjectKind, Version},
    store::{Conn, StoreError, deliveries, merges, records},
    web::{
        access::{self, Asker, Late, Looked, Sight, Viewer},
        conditional::{self, Keep},
        desk::Desk,
        error::ApiError,
        moment::{self, utc},
        paging::{Page, PageQuery},
    },
};

/// A record, or one version of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordView {
    /// 记录编号，与主体一起指向这条记录
    pub key: String,
    /// 资源编码
    pub resource: String,
    /// 资源名称
    pub resource_name: String,
    /// 版次，从 1 起
    pub revision: i32,
    /// 记录状态：in_force、withdrawn
    pub state: String,
    /// 在所问之日是否有效
    pub in_force: bool,
    /// 报送单位
    pub unit: String,
    /// 事实发生日
    pub fact_on: Option<NaiveDate>,
    /// 有效期自
    pub valid_from: Option<NaiveDate>,
    /// 有效期至（含）；空为长期
    pub valid_until: Option<NaiveDate>,
    /// 撤销之日
    pub ended_on: Option<NaiveDate>,
    /// 从此时起为平台所知
    pub known_from: DateTime<Utc>,
    /// 到此时被新版本取代；空为现行版本
    pub known_until: Option<DateTime<Utc>>,
    /// 公开属性
    pub exposure: String,
    /// 所见范围：whole、shared、public
    pub sight: String,
    /// 撤销或人工关联的说明；仅全部可见时给出
    pub note: Option<String>,
    /// 数据项，以编码为键；金额为整数分，个人信息按所见范围脱敏
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
}

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
    /// 存在但不予显示的记录数，按原因：not_permitted 无权查看、needs_consent 需主体授权
    pub withheld: BTreeMap<String, u64>,
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
    pub(super) fn question(self, code: String) -> Result<Question, ApiError> {
        let page = PageQuery { cursor: self.cursor, limit: self.limit };
        let [skip] = page.position([0])?;
        Ok(Question {
            code,
            resource: self.resource,
            as_of: self.as_of.as_deref().map(|it| moment::parse_day("as_of", it)).transpose()?,
            known_at: self.known_at.as_deref().map(|it| moment::parse("known_at", it)).transpose()?,
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
    let loaded = shop.database.read(|conn| load(conn, question))?;
    let line = subjects::SubjectLine::new(&loaded.subject, subject_sight(viewer));
    let asker = Asking { catalog: &shop.catalog, viewer, kind: loaded.subject.kind, day, now: &loaded.now };
    let mut withheld: BTreeMap<String, u64> = access::Withheld::ALL.iter().map(|it| (it.to_string(), 0)).collect();
    let mut seen = Vec::new();
    for version in loaded.versions.iter().filter(|it| question.as_of.is_none_or(|day| it.in_force(day))) {
        match asker.view(version)? {
            Ok(view) => seen.push(view),
            Err(reason) => *withheld.entry(reason.to_string()).or_default() += 1,
        }
    }
    let skip = usize::try_from(question.skip).map_err(|_| ApiError::BadCursor)?;
    let rest: Vec<RecordView> = seen.into_iter().skip(skip).collect();
    let page = Page::cut(rest, question.limit, |_| [question.skip + question.limit]);
    let (known_at, collected) = (question.known_at.map(utc), loaded.collected);
    Ok(Records { subject: line, as_of: day, known_at, items: page.items, withheld, collected, next: page.next })
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
    now: Now,
    collected: Option<bool>,
}

/// The exposure and state records have now, by key; empty when the versions themselves are of now.
type Now = HashMap<RecordKey, (String, RecordState)>;

fn load(conn: &mut Conn, question: &Question) -> Result<Loaded, ApiError> {
    let subject = subjects::found(conn, &question.code)?;
    let asked = records::Question {
        subjects: merges::group(conn, subject.id)?,
        resource: question.resource.clone(),
        exposures: Exposure::ALL.iter().map(|it| it.as_str().to_owned()).collect(),
        known_at: question.known_at,
    };
    let versions = records::of_subject(conn, &asked)?;
    let now = match question.known_at {
        Some(_) => latest(&records::of_subject(conn, &records::Question { known_at: None, ..asked })?),
        None => Now::new(),
    };
    let collected = match &question.resource {
        Some(_) if !versions.is_empty() => Some(true),
        Some(resource) => Some(is_collected(conn, resource)?),
        None => None,
    };
    Ok(Loaded { subject, versions, now, collected })
}

fn latest(versions: &[Version]) -> Now {
    versions.iter().map(|it| (it.key, (it.exposure.clone(), it.state))).collect()
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

/// Who asks, and what is judged with.
struct Asking<'a> {
    catalog: &'a Catalog,
    viewer: &'a Viewer,
    kind: SubjectKind,
    day: NaiveDate,
    now: &'a Now,
}

impl Asking<'_> {
    /// A version as the viewer sees it, or why it is not shown.
    fn view(&self, version: &Version) -> Result<Result<RecordView, access::Withheld>, ApiError> {
        // Fields of a resource that has left the catalogue cannot be judged, so they are not shown.
        let Some(resource) = self.catalog.get(&version.resource) else {
            return Ok(Err(access::Withheld::NotPermitted));
        };
        match access::sight(self.viewer, self.looked(version)?) {
            Ok(sight) => Ok(Ok(shaped((resource, version), sight, self.kind, self.day)?)),
            Err(reason) => Ok(Err(reason)),
        }
    }

    /// A former version of a record that has been closed or withdrawn since is seen by no more people than the record.
    fn looked<'v>(&self, version: &'v Version) -> Result<Looked<'v>, StoreError> {
        let mut exposure: Exposure = version.exposure.parse()?;
        let mut state = version.state;
        if let Some((now, now_state)) = self.now.get(&version.key) {
            exposure = exposure.max(now.parse()?);
            state = state.max(*now_state);
        }
        Ok(Looked { exposure, unit: &version.unit, kind: self.kind, state })
    }
}

fn shaped(
    (resource, version): (&Resource, &Version),
    sight: Sight,
    kind: SubjectKind,
    day: NaiveDate,
) -> Result<RecordView, ApiError> {
    let payload: Map<String, Value> = serde_json::from_str(&version.payload)?;
    Ok(RecordView {
        key: version.key.iter().map(|it| format!("{it:02x}")).collect(),
        resource: version.resource.clone(),
        resource_name: resource.name.clone(),
        revision: version.revision,
        state: version.state.to_string(),
        in_force: version.in_force(day),
        unit: version.unit.clone(),
        fact_on: version.fact_on,
        valid_from: version.valid_from,
        valid_until: version.valid_until,
        ended_on: version.ended_on,
        known_from: utc(version.known_from),
        known_until: version.known_until.map(utc),
        exposure: version.exposure.clone(),
        sight: sight.to_string(),
        note: version.note.clone().filter(|_| sight == Sight::Whole),
        fields: access::fields(resource, &payload, sight, kind),
    })
}

/// The records of a subject.
#[utoipa::path(
    tag = "查询",
    summary = "主体的记录",
    description = "归集单位看到本单位报送的全部内容和其他单位的公示信息；查询部门看到公示与共享信息；信用办看到全部。\
        没有记录时 items 为空；有记录而无权查看时计入 withheld；主体不存在时为 404。",
    params(("code" = String, Path, description = "代码，或 @编号"), Asked),
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
    let question = query.into_inner().question(code.into_inner())?;
    let records = desk.run(move |shop| answer(shop, &Viewer::Key(caller), &question)).await?;
    conditional::json(&request, Keep::Nobody, &records)
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
    params(("code" = String, Path, description = "代码，或 @编号"), ("key" = String, Path, description = "记录编号")),
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
    let history = desk.run(move |shop| versions(shop, &Viewer::Key(caller), &code, &key)).await?;
    conditional::json(&request, Keep::Nobody, &history)
}

fn versions(shop: &Workshop, viewer: &Viewer, code: &str, key: &RecordKey) -> Result<History, ApiError> {
    let (subject, versions) = shop.database.read(|conn| {
        let subject = subjects::found(conn, code)?;
        let group = merges::group(conn, subject.id)?;
        Ok::<_, ApiError>((subject, records::history(conn, &group, key)?))
    })?;
    let (day, now) = (shop.clock.day(), latest(&versions[..versions.len().min(1)]));
    let asker = Asking { catalog: &shop.catalog, viewer, kind: subject.kind, day, now: &now };
    let mut items = Vec::new();
    for version in &versions {
        if let Ok(seen) = asker.view(version)? {
            items.push(seen);
        }
    }
    if items.is_empty() { Err(ApiError::NotFound("记录")) } else { Ok(History { items }) }
}
