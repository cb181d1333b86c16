//! Deliveries: taking one in, and where each stands.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ingest::{self, Arrival},
    record::{Channel, Delivery, Tally},
    store::{Conn, deliveries},
    web::{
        access::{Caller, Late, Member, Role},
        body,
        desk::Desk,
        error::ApiError,
        moment::{self, utc},
        paging::{Page, PageQuery},
    },
};

/// What is delivered.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Delivering {
    /// 资源编码，如 penalty；multipart 报送时也可写在表单里。
    pub resource: Option<String>,
    /// 文件名，仅供识别。
    pub file_name: Option<String>,
    /// 代哪个单位报送；仅信用办可填，默认为密钥所属单位。
    pub unit: Option<String>,
}

impl Delivering {
    fn unit(&self, caller: &Caller) -> Result<String, ApiError> {
        match &self.unit {
            None => Ok(caller.unit.clone()),
            Some(unit) if *unit == caller.unit || caller.role == Role::Office => Ok(unit.clone()),
            Some(_) => Err(ApiError::NotPermitted(caller.role)),
        }
    }
}

/// A delivery that was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taken {
    /// 批次编号
    pub id: i64,
    /// 批次状态，处理在后台进行
    pub state: String,
    /// 是否新批次；同一单位同一资源的相同文件再次报送时为 false，指向原批次
    pub fresh: bool,
    /// 查询进度的地址
    pub href: String,
}

/// Where a delivery stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryView {
    /// 批次编号
    pub id: i64,
    /// 归集单位
    pub unit: String,
    /// 资源编码
    pub resource: String,
    /// 报送方式：http、cli、inbox、front_end
    pub channel: String,
    /// 文件名
    pub file_name: String,
    /// 字节数
    pub size: u64,
    /// 文件内容的 SHA-256
    pub sha256: String,
    /// 识别出的格式
    pub format: Option<String>,
    /// 识别出的编码
    pub encoding: Option<String>,
    /// 识别出的标准版本
    pub dialect: Option<String>,
    /// 批次状态：received、working、held、done、refused
    pub state: String,
    /// 是否曾暂存并经人工放行
    pub released: bool,
    /// 报送日（北京时间）
    pub day: NaiveDate,
    /// 收到时间
    pub received_at: DateTime<Utc>,
    /// 结束或暂存的时间
    pub ended_at: Option<DateTime<Utc>>,
    /// 处理进度
    pub progress: Progress,
    /// 五项计数与未关联数
    pub counts: Counts,
    /// 逐类计数，各行恰计一次
    pub tally: TallyView,
    /// 预检报告的哈希；同一文件同一日的预检与报送一致
    pub report_hash: Option<String>,
    /// 拒收原因：unreadable、headings、empty
    pub refusal: Option<String>,
    /// 拒收或暂存的说明
    pub message: Option<String>,
}

/// How far the rows are.
#[derive(Debug, Serialize, ToSchema)]
pub struct Progress {
    /// 已处理行数
    pub done: u64,
    /// 总行数；尚未读完时为空
    pub of: Option<u64>,
}

/// What a unit is told of its delivery; the last five add up to `reported`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counts {
    /// 上报
    pub reported: u64,
    /// 入库
    pub stored: u64,
    /// 更新（含撤销）
    pub updated: u64,
    /// 重复（含旧版）
    pub repeated: u64,
    /// 疑问（校验未通过与同批次冲突）
    pub doubtful: u64,
    /// 未关联
    pub unlinked: u64,
}

/// Every row, counted once.
#[derive(Debug, Serialize, ToSchema)]
pub struct TallyView {
    /// 上报
    pub rows: u64,
    /// 新增
    pub new: u64,
    /// 更新
    pub revised: u64,
    /// 重复
    pub repeated: u64,
    /// 旧版
    pub outdated: u64,
    /// 撤销
    pub withdrawn: u64,
    /// 冲突
    pub conflicting: u64,
    /// 校验未通过
    pub rejected: u64,
    /// 未关联
    pub unlinked: u64,
}

impl From<Tally> for TallyView {
    fn from(tally: Tally) -> Self {
        let Tally { rows, new, revised, repeated, outdated, withdrawn, conflicting, rejected, unlinked } = tally;
        Self { rows, new, revised, repeated, outdated, withdrawn, conflicting, rejected, unlinked }
    }
}

impl From<Tally> for Counts {
    fn from(tally: Tally) -> Self {
        Self {
            reported: tally.rows,
            stored: tally.new,
            updated: tally.revised + tally.withdrawn,
            repeated: tally.repeated + tally.outdated,
            doubtful: tally.rejected + tally.conflicting,
            unlinked: tally.unlinked,
        }
    }
}

impl From<Delivery> for DeliveryView {
    fn from(it: Delivery) -> Self {
        Self {
            id: it.id,
            unit: it.unit,
            resource: it.resource,
            channel: it.channel.to_string(),
            file_name: it.file_name,
            size: it.size,
            sha256: it.digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            format: it.format,
            encoding: it.encoding,
            dialect: it.dialect,
            state: it.state.to_string(),
            released: it.released,
            day: it.day,
            received_at: utc(it.received_at),
            ended_at: it.ended_at.map(utc),
            progress: Progress { done: it.progress, of: it.surveyed },
            counts: it.tally.into(),
            tally: it.tally.into(),
            report_hash: it.report_hash,
            refusal: it.refusal.map(|it| it.to_string()),
            message: it.message,
        }
    }
}

/// Takes in a file.
#[utoipa::path(
    tag = "报送",
    summary = "报送一个文件",
    description = "请求体为文件本身，或 multipart/form-data（file 及可选的 resource）。格式与编码自动识别：xlsx、csv、xml、json。\
        收下即返回，处理在后台进行；相同文件重复报送不产生新批次。",
    params(Delivering),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "文件"),
    responses((status = 202, body = Taken, headers(("Location" = String, description = "批次地址")))),
    security(("key" = ["unit", "office"]))
)]
#[post("/deliveries")]
pub async fn create(
    Member(caller): Member,
    desk: Data<Desk>,
    query: Late<Query<Delivering>>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?;
    let unit = query.unit(&caller)?;
    known(&desk, query.resource.as_deref())?;
    let (shop, limit) = (desk.shop().clone(), desk.upload_limit);
    let parcel = body::receive(&desk, &request, payload, move |bytes| Ok(shop.blobs.keep(bytes, limit)?)).await?;
    let query = query.into_inner();
    let resource = query.resource.or(parcel.said.resource).ok_or_else(no_resource)?;
    let file_name = query.file_name.or(parcel.said.file_name).unwrap_or_else(|| format!("{resource}-{unit}"));
    if parcel.kept.size == 0 {
        return Err(ApiError::EmptyBody);
    }
    let arrival = Arrival { unit, resource, channel: Channel::Http, file_name, stored: parcel.kept };
    let taken = desk.run(move |shop| deliver(shop, &arrival)).await?;
    desk.ring();
    Ok(HttpResponse::Accepted().insert_header(("Location", taken.href.clone())).json(taken))
}

fn deliver(shop: &ingest::Workshop, arrival: &Arrival) -> Result<Taken, ApiError> {
    let receipt = ingest::deliver(shop, arrival)?;
    let delivery = shop.database.read(|conn| deliveries::find(conn, receipt.delivery))?;
    let delivery = delivery.ok_or(ApiError::NotFound("批次"))?;
    let href = format!("/api/v1/deliveries/{}", delivery.id);
    Ok(Taken { id: delivery.id, state: delivery.state.to_string(), fresh: receipt.fresh, href })
}

fn no_resource() -> ApiError {
    ApiError::BadRequest("请用 resource 说明报送的资源编码".to_owned())
}

/// A resource that does not exist is told before the file is sent.
pub(super) fn known(desk: &Desk, resource: Option<&str>) -> Result<(), ApiError> {
    match resource {
        Some(code) if desk.shop().catalog.get(code).is_none() => Err(ApiError::UnknownResource(code.to_owned())),
        _ => Ok(()),
    }
}

/// What a list of deliveries is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// 只看这个单位（信用办）
    pub unit: Option<String>,
    /// 只看这个资源
    pub resource: Option<String>,
    /// 只看这个状态：received、working、held、done、refused
    pub state: Option<String>,
    /// 此时刻（含）以后收到的
    pub since: Option<String>,
    /// 此时刻以前收到的
    pub before: Option<String>,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

impl Narrowed {
    fn filter(&self, caller: &Caller) -> Result<deliveries::Filter, ApiError> {
        Ok(deliveries::Filter {
            unit: caller.own_unit().or_else(|| self.unit.clone()),
            resource: self.resource.clone(),
            state: self.state.as_deref().map(|it| moment::parse_name("state", it)).transpose()?,
            since: self.since.as_deref().map(|it| moment::parse("since", it)).transpose()?,
            before: self.before.as_deref().map(|it| moment::parse("before", it)).transpose()?,
        })
    }

    fn page(&self) -> PageQuery {
        PageQuery { cursor: self.cursor.clone(), limit: self.limit }
    }
}

/// The deliveries, the latest first.
#[utoipa::path(
    tag = "报送",
    summary = "批次列表",
    description = "最新的在前。归集单位只看到本单位的批次。",
    params(Narrowed),
    responses((status = 200, body = Page<DeliveryView>)),
    security(("key" = ["unit", "office"]))
)]
#[get("/deliveries")]
pub async fn list(
    Member(caller): Member,
    desk: Data<Desk>,
    query: Late<Query<Narrowed>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?;
    let (filter, page) = (query.filter(&caller)?, query.page());
    let (limit, [below]) = (page.limit()?, page.position([i64::MAX])?);
    let found = desk.read(move |conn| Ok(deliveries::list(conn, &filter, below, limit + 1)?)).await?;
    let page = Page::cut(found, limit, |it| [it.id]);
    Ok(page.map(DeliveryView::from).answer(&request))
}

/// One delivery.
#[utoipa::path(
    tag = "报送",
    summary = "批次状态、进度与计数",
    params(("id" = i64, Path, description = "批次编号")),
    responses((status = 200, body = DeliveryView)),
    security(("key" = ["unit", "office"]))
)]
#[get("/deliveries/{id}")]
pub async fn show(Member(caller): Member, desk: Data<Desk>, id: Late<Path<i64>>) -> Result<HttpResponse, ApiError> {
    let id = id.get()?;
    let delivery = desk.read(move |conn| own(conn, &caller, *id)).await?;
    Ok(HttpResponse::Ok().json(DeliveryView::from(delivery)))
}

/// A delivery the caller may see. Another unit's is answered like one that is not there: its existence is no matter
/// of theirs.
pub(super) fn own(conn: &mut Conn, caller: &Caller, id: i64) -> Result<Delivery, ApiError> {
    let found = deliveries::find(conn, id)?;
    found.filter(|it| caller.own_unit().is_none_or(|unit| unit == it.unit)).ok_or(ApiError::NotFound("批次"))
}
