//! The ledger (存证账本): published roots, proofs of entries and records, and the entries themselves for the office.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{records::parse_key, subjects};
use crate::{
    ledger::{hex, spans_digest},
    record::RecordKey,
    store::{
        Conn,
        ledger::{self, Provable, RootRow, Row},
        merges, records,
    },
    web::{
        access::{Caller, Holder, Late, Office, Role},
        desk::Desk,
        error::ApiError,
        moment::utc,
        paging::{Page, PageQuery},
    },
};

/// A published root. Its hash is SHA-256 over the rest, so that anybody can work it out.
#[derive(Debug, Serialize, ToSchema)]
pub struct RootView {
    /// 编号，从 1 起连续
    pub no: i64,
    /// 生成时间
    pub made_at: DateTime<Utc>,
    /// 覆盖的条目数
    pub entries: i64,
    /// 覆盖范围的 SHA-256
    pub spans: String,
    /// 条目哈希的默克尔根
    pub tree: String,
    /// 前一个存证根
    pub prev: String,
    /// 存证根
    pub hash: String,
}

impl From<RootRow> for RootView {
    fn from(it: RootRow) -> Self {
        let RootRow { no, made_at, entries, spans, tree, prev, hash } = it;
        let spans = hex(&spans_digest(&spans));
        Self { no, made_at: utc(made_at), entries, spans, tree: hex(&tree), prev: hex(&prev), hash: hex(&hash) }
    }
}

/// The published roots.
#[utoipa::path(
    tag = "存证",
    summary = "存证根（公开）",
    description = "每分钟内有新条目即生成一个；最近的在前。任何人可以留存，据以验证此后出具的存证证明。",
    params(PageQuery),
    responses((status = 200, body = Page<RootView>))
)]
#[get("/ledger/roots")]
pub async fn roots(desk: Data<Desk>, query: Query<PageQuery>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let ([below], limit) = (query.position([i64::MAX])?, query.limit()?);
    let found = desk.read(move |conn| Ok(ledger::roots(conn, below, limit + 1)?)).await?;
    let page = Page::cut(found, limit, |it| [it.no]).map(RootView::from);
    Ok(page.answer(&request))
}

/// An entry of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerEntryView)]
pub struct EntryView {
    /// 链
    pub chain: String,
    /// 序号，从 1 起连续
    pub seq: i64,
    /// 事项
    pub kind: String,
    /// 时间
    pub moment: DateTime<Utc>,
    /// 经办
    pub actor: String,
    /// 主体编号
    pub subject: Option<i64>,
    /// 内容：只有编号与摘要，没有个人信息
    #[schema(value_type = Object)]
    pub body: Value,
    /// 哈希
    pub hash: String,
}

impl TryFrom<Row> for EntryView {
    type Error = serde_json::Error;

    fn try_from(it: Row) -> Result<Self, serde_json::Error> {
        let body = serde_json::from_str(&it.body)?;
        let (moment, hash) = (utc(it.moment), hex(&it.hash));
        Ok(Self {
            chain: it.chain,
            seq: it.seq,
            kind: it.kind,
            moment,
            actor: it.actor,
            subject: it.subject,
            body,
            hash,
        })
    }
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// 链，如 acts-1；各链名见 /ledger/chains
    pub chain: String,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

/// The entries of a chain.
#[utoipa::path(
    tag = "存证",
    summary = "一条链的账本条目",
    description = "最近的在前。",
    params(Asked),
    responses((status = 200, body = Page<EntryView>)),
    security(("key" = ["office"]))
)]
#[get("/ledger/entries")]
pub async fn of_chain(
    _office: Office,
    desk: Data<Desk>,
    query: Late<Query<Asked>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let Asked { chain, cursor, limit } = query.get()?.into_inner();
    let page = PageQuery { cursor, limit };
    let ([below], limit) = (page.position([i64::MAX])?, page.limit()?);
    let found = desk.read(move |conn| Ok(ledger::latest(conn, &chain, below, limit + 1)?)).await?;
    let page = Page::cut(found, limit, |it| [it.seq]);
    let items = page.items.into_iter().map(EntryView::try_from).collect::<Result<_, _>>()?;
    Ok(Page { items, next: page.next }.answer(&request))
}

/// A chain's end.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainView {
    /// 链
    pub chain: String,
    /// 条目数
    pub entries: i64,
    /// 已被存证根覆盖的条目数
    pub rooted: i64,
    /// 最后一条的哈希
    pub hash: String,
}

/// The chains.
#[derive(Debug, Serialize, ToSchema)]
pub struct Chains {
    /// 按名称排列
    pub items: Vec<ChainView>,
}

/// The chains.
#[utoipa::path(
    tag = "存证",
    summary = "账本的各条链",
    responses((status = 200, body = Chains)),
    security(("key" = ["office"]))
)]
#[get("/ledger/chains")]
pub async fn chains(_office: Office, desk: Data<Desk>) -> Result<HttpResponse, ApiError> {
    let heads = desk.read(|conn| Ok(ledger::heads(conn)?)).await?;
    let view =
        |it: ledger::Head| ChainView { chain: it.chain, entries: it.seq, rooted: it.rooted, hash: hex(&it.hash) };
    Ok(HttpResponse::Ok().json(Chains { items: heads.into_iter().map(view).collect() }))
}

/// Proves an entry.
#[utoipa::path(
    tag = "存证",
    summary = "账本条目的存证证明",
    description = "信用办可取全部；其他密钥只能取自己经办的，主体只能取关于自己的。\
        证明用 credence ledger check 与已公布的存证根离线验证；条目写入后一分钟内被存证根覆盖，此前为 409。",
    params(("chain" = String, Path, description = "链"), ("seq" = i64, Path, description = "序号")),
    responses((status = 200, body = Value, description = "存证证明")),
    security(("key" = ["unit", "office", "reader", "bank", "window", "subject"]))
)]
#[get("/ledger/proofs/{chain}/{seq}")]
pub async fn of_entry(
    Holder(caller): Holder,
    desk: Data<Desk>,
    place: Late<Path<(String, i64)>>,
) -> Result<HttpResponse, ApiError> {
    let (chain, seq) = place.get()?.into_inner();
    let proved = desk.read(move |conn| {
        let row = ledger::entry(conn, &chain, seq)?.ok_or(ApiError::NotFound("账本条目"))?;
        let is_own = row.actor == caller.actor() || caller.subject.is_some() && caller.subject == row.subject;
        if caller.role != Role::Office && !is_own {
            return Err(ApiError::NotFound("账本条目"));
        }
        Ok(ledger::prove_entry(conn, &chain, seq)?)
    });
    answer(proved.await?)
}

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// 版次；不填为最近的版本
    pub revision: Option<i32>,
}

/// Proves a version of a record.
#[utoipa::path(
    tag = "存证",
    summary = "记录的存证证明",
    description = "证明该版本何时由谁报送入库，此后未被改动。信用办可取全部，归集单位可取本单位报送的，主体可取自己的。",
    params(("code" = String, Path, description = "代码，或 @编号"), ("key" = String, Path, description = "记录编号"), Which),
    responses((status = 200, body = Value, description = "存证证明")),
    security(("key" = ["unit", "office", "reader", "bank", "window", "subject"]))
)]
#[get("/subjects/{code}/records/{key}/proof")]
pub async fn of_record(
    Holder(caller): Holder,
    desk: Data<Desk>,
    address: Late<Path<(String, String)>>,
    which: Late<Query<Which>>,
) -> Result<HttpResponse, ApiError> {
    let ((code, key), which) = (address.get()?.into_inner(), which.get()?);
    let key = parse_key(&key)?;
    let proved = desk.read(move |conn| {
        let id = version(conn, &caller, (&code, &key), which.revision)?;
        Ok(ledger::prove_version(conn, id)?)
    });
    answer(proved.await?)
}

/// The id of the version the caller may have proved.
fn version(
    conn: &mut Conn,
    caller: &Caller,
    (code, key): (&str, &RecordKey),
    revision: Option<i32>,
) -> Result<i64, ApiError> {
    let subject = subjects::found(conn, code)?;
    let group = merges::group(conn, subject.id)?;
    let versions = records::history(conn, &group, key)?;
    let wanted = versions.into_iter().find(|it| revision.is_none_or(|revision| it.revision == revision));
    let is_own = |unit: &str| match caller.role {
        Role::Office => true,
        Role::Unit => caller.unit == unit,
        Role::Subject => caller.subject.is_some_and(|it| group.contains(&it)),
        Role::Reader | Role::Bank | Role::Window | Role::Admin => false,
    };
    wanted.filter(|it| is_own(&it.unit)).map(|it| it.id).ok_or(ApiError::NotFound("记录"))
}

fn answer(proved: Provable) -> Result<HttpResponse, ApiError> {
    match proved {
        Provable::Proof(proof) => Ok(HttpResponse::Ok().json(proof)),
        Provable::NotYet => Err(ApiError::WrongState("尚未被存证根覆盖，请一分钟后再取".to_owned())),
        Provable::Contradicted => {
            tracing::error!("a proof was asked for what contradicts the ledger");
            Err(ApiError::WrongState("现有内容与账本不符，不能出具证明".to_owned()))
        }
        Provable::Unknown => Err(ApiError::NotFound("账本条目")),
    }
}
