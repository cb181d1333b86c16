//! The entries of a list: for whoever may ask, as of any day; for the public, those that are published today.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::rules::known;
use crate::{
    dossier::{self, FoundEntry},
    ingest::Workshop,
    record::Reason,
    standing::UNKNOWN_LIST,
    store::list_entries::Asked,
    web::{
        access::{Asker, Caller, Late, Role, Sight},
        api::subjects::SubjectLine,
        desk::Desk,
        error::ApiError,
        moment::{self, utc},
        paging::{Page, PageQuery},
        recorded,
    },
};

/// An entry of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// 主体
    pub subject: SubjectLine,
    /// 名单编码
    pub list: String,
    /// 名单名称
    pub name: String,
    /// 类别；没有依据或者没有文书的为 unconfirmed
    pub kind: String,
    /// 效力：full 有效、shielded 暂停、without_basis 无依据、without_document 无文书
    pub effect: String,
    /// 认定机关
    pub body: Option<String>,
    /// 报送单位
    pub unit: String,
    /// 列入日期
    pub entered_on: Option<NaiveDate>,
    /// 期限至（含）
    pub until: Option<NaiveDate>,
    /// 可以采取的措施
    pub measures: Vec<String>,
    /// 是否正在异议处理
    pub objected: bool,
    /// 记录版本编号
    pub record: i64,
    /// 理由
    pub reason: Reason,
}

impl EntryView {
    fn new(it: FoundEntry, sight: Sight) -> Self {
        let FoundEntry { row, listed, record, subject, .. } = it;
        Self {
            subject: SubjectLine::new(&subject, sight),
            list: listed.list,
            name: listed.name,
            kind: listed.kind.to_string(),
            effect: listed.effect.to_string(),
            body: listed.body,
            unit: row.unit,
            entered_on: listed.entered_on,
            until: listed.until,
            measures: listed.measures,
            objected: record.objected,
            record: row.record,
            reason: listed.reason,
        }
    }
}

/// What is asked of lists.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// 所问之日（YYYY-MM-DD），默认今日
    pub as_of: Option<String>,
    /// 按这一时刻所知回答（RFC 3339），默认当前
    pub known_at: Option<String>,
    /// 只看这个报送单位
    pub unit: Option<String>,
    /// 只看这类主体：organisation、individual_business、person
    pub kind: Option<String>,
    /// 只看这一年列入的
    pub year: Option<i32>,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

impl Question {
    /// What is asked of the store, and the moment of knowledge that was named.
    pub(super) fn asked(
        &self,
        shop: &Workshop,
        list: Option<String>,
    ) -> Result<(Asked, Option<NaiveDateTime>), ApiError> {
        let day = self.as_of.as_deref().map(|it| moment::parse_day("as_of", it)).transpose()?;
        let known_at =
            self.known_at.as_deref().map(|it| moment::parse_known("known_at", it, shop.clock.now())).transpose()?;
        let kind = self.kind.as_deref().map(|it| moment::parse_name("kind", it)).transpose()?;
        let asked = Asked {
            day: day.unwrap_or_else(|| shop.clock.day()),
            known_at: known_at.unwrap_or_else(|| shop.clock.now()),
            list,
            unit: self.unit.clone(),
            kind,
            year: self.year,
            public: false,
        };
        Ok((asked, known_at))
    }

    /// Whether another day or moment than now is asked for.
    const fn is_past(&self) -> bool {
        self.as_of.is_some() || self.known_at.is_some()
    }
}

/// How much a caller sees of entries, and what of them is left to the public.
pub(super) fn extent(caller: &Caller, question: &Question) -> Result<(Sight, bool), ApiError> {
    let own = question.unit.as_deref() == Some(caller.unit.as_str());
    let (sight, public) = match caller.role {
        Role::Office => (Sight::Whole, false),
        Role::Unit if own => (Sight::Whole, false),
        Role::Reader | Role::Window => (Sight::Shared, false),
        Role::Unit | Role::Bank | Role::Subject | Role::Admin => (Sight::Public, true),
    };
    // What may no longer be used or shown must not be had by asking as of then.
    if sight != Sight::Whole && question.is_past() {
        return Err(ApiError::Reserved("以往日期或时刻的名单只答信用办，以及报送单位自己的条目（unit=本单位）"));
    }
    Ok((sight, public))
}

/// Entries of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entries {
    /// 名单所载截至这一时刻：另有批次正在入库，此后报送的可能尚未列入；为空即截至查询之时
    pub current_to: Option<DateTime<Utc>>,
    /// 条目
    #[serde(flatten)]
    pub page: Page<EntryView>,
}

type Found = (Entries, Vec<i64>);

/// A page of entries, and the subjects in it.
fn page(shop: &Workshop, list: String, question: &Question, (sight, public): (Sight, bool)) -> Result<Found, ApiError> {
    let paging = PageQuery { cursor: question.cursor.clone(), limit: question.limit };
    let (limit, [subject, record]) = (paging.limit()?, paging.position([i64::MIN, 0])?);
    let (asked, known_at) = question.asked(shop, Some(list.clone()))?;
    if list != UNKNOWN_LIST {
        known(&shop.packs, &list, asked.day)?;
    }
    let asked = Asked { public, ..asked };
    let n = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
    dossier::fill_lists(shop)?;
    let usable = sight == Sight::Shared;
    let (found, current_to) = shop.database.read(|conn| {
        let found = dossier::list_page(conn, shop, (&asked, known_at), (subject, record), (n, usable))?;
        Ok::<_, ApiError>((found, dossier::lists_current_to(conn, shop)?))
    })?;
    let page = Page::cut(found, limit, |it| [it.row.subject_id, it.row.record]);
    let subjects = page.items.iter().map(|it| it.subject.id).collect();
    Ok((Entries { current_to: current_to.map(utc), page: page.map(|it| EntryView::new(it, sight)) }, subjects))
}

/// The entries of a list.
#[utoipa::path(
    tag = "名单",
    summary = "名单条目",
    description = "所问之日在列的条目，按主体排列。信用办见全部；报送单位以 unit=本单位 见自己报送的，其余见已公布的；\
        查询部门与审批窗口见可共享使用的，自然人姓名脱敏。编码 unconfirmed 为没有依据的名单，只有信用办和报送单位可见，\
        任何措施不得据以实施。查询留痕。",
    params(("list" = String, Path, description = "名单编码，或 unconfirmed"), Question, recorded::Purpose),
    responses((status = 200, body = Entries)),
    security(("key" = ["unit", "office", "reader", "window"]))
)]
#[get("/lists/{list}/entries")]
pub async fn shown(
    Asker(caller): Asker,
    desk: Data<Desk>,
    list: Late<Path<String>>,
    question: Late<Query<Question>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (list, question) = (list.get()?.into_inner(), question.get()?.into_inner());
    let extent = extent(&caller, &question)?;
    let told = json!({"list": list, "as_of": question.as_of, "known_at": question.known_at, "unit": question.unit,
        "kind": question.kind, "year": question.year});
    let at = desk.now();
    let (entries, subjects) = desk.run(move |shop| page(shop, list, &question, extent)).await?;
    recorded::show((&desk, &caller), &request, recorded::Asked::of(at, "lists", subjects, told), &entries).await
}

/// The published entries of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenEntries {
    /// 查询日
    pub as_of: NaiveDate,
    /// 查询时间
    pub asked_at: DateTime<Utc>,
    /// 条目
    #[serde(flatten)]
    pub entries: Entries,
}

/// The published entries of a list.
#[utoipa::path(
    tag = "公开查询",
    summary = "名单条目（公开）",
    description = "只含今日公示中的条目；不含自然人、重点关注名单，以及没有依据或没有文书的条目。",
    params(("list" = String, Path, description = "名单编码"), Question),
    responses((status = 200, body = OpenEntries))
)]
#[get("/public/lists/{list}/entries")]
pub async fn published(
    desk: Data<Desk>,
    list: Path<String>,
    question: Query<Question>,
) -> Result<HttpResponse, ApiError> {
    let (list, question) = (list.into_inner(), question.into_inner());
    if question.is_past() {
        return Err(ApiError::Reserved("公开查询只答今日公示的名单"));
    }
    if list == UNKNOWN_LIST {
        return Err(ApiError::NotFound("名单"));
    }
    let clock = desk.shop().clock;
    let (entries, _) = desk.run(move |shop| page(shop, list, &question, (Sight::Public, true))).await?;
    Ok(HttpResponse::Ok().json(OpenEntries { as_of: clock.day(), asked_at: utc(clock.now()), entries }))
}
