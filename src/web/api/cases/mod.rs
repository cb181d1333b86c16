//! Cases of rights (权益事项): repair, objection, shield. A list, one with its steps and papers, and what is due.

mod filing;
pub mod letters;
mod papers;
mod repairability;
mod steps;
mod view;
mod warnings;

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::subjects;
use crate::{
    affairs::{Capacity, Hand},
    store::{Conn, StoreError, merges, rights as kept, rights::Filter},
    web::{
        access::{Caller, Concerned, Late, Role},
        desk::Desk,
        error::ApiError,
        moment,
        paging::{Page, PageQuery},
        recorded,
    },
};
use view::{CaseView, CaseWithPapers};

/// All routes of cases.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(filing::repair)
        .service(filing::objection)
        .service(filing::shield)
        .service(list)
        .service(show)
        .service(steps::create)
        .service(papers::create)
        .service(papers::show)
        .service(letters::show)
        .service(letters::notice)
        .service(repairability::show)
        .service(warnings::list);
}

/// Who acts, by the caller's key.
fn hand(conn: &mut Conn, caller: &Caller) -> Result<Hand, ApiError> {
    let capacity = match caller.role {
        Role::Office => Capacity::Office,
        Role::Unit => Capacity::Unit,
        Role::Subject => Capacity::Subject(own_group(conn, caller.subject.ok_or(ApiError::UnknownSubject)?)?),
        Role::Reader | Role::Bank | Role::Window | Role::Admin => return Err(ApiError::NotPermitted(caller.role)),
    };
    Ok(Hand { actor: caller.actor(), unit: caller.unit.clone(), capacity })
}

/// A subject, the one it is merged into, and those merged into that one.
fn own_group(conn: &mut Conn, subject: i64) -> Result<Vec<i64>, StoreError> {
    let winner = *merges::group_of(conn, subject)?.last().unwrap_or(&subject);
    let mut group = merges::group(conn, winner)?;
    if !group.contains(&subject) {
        group.push(subject);
    }
    Ok(group)
}

/// A case the caller is concerned with; another's is answered like one that is not there.
fn own(conn: &mut Conn, hand: &Hand, id: i64) -> Result<kept::Stored, ApiError> {
    kept::find(conn, id)?.filter(|it| hand.concerns(&it.case)).ok_or(ApiError::NotFound("事项"))
}

/// What a list of cases is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Narrowed {
    /// 只看这个主体的：代码，或 @编号
    pub subject: Option<String>,
    /// 只看由这个单位办理的（信用办）
    pub unit: Option<String>,
    /// 只看这一类：repair、objection、shield
    pub kind: Option<String>,
    /// 只看这个状态：filed、awaiting_papers、accepted、forwarded、correcting、reviewing、shielded、refused、granted、denied、reversed、
    /// corrected、withdrawn、kept、completed、failed、retracted
    pub state: Option<String>,
    /// 只看在办的（true）或已办结的（false）
    pub open: Option<bool>,
    /// 只看此日（含）以前到期的
    pub due_by: Option<String>,
    /// 上一页返回的 next
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

impl Narrowed {
    fn filter(&self, conn: &mut Conn, hand: &Hand) -> Result<Filter, ApiError> {
        let asked = match &self.subject {
            Some(text) => {
                let subject = subjects::found(conn, text)?;
                Some(own_group(conn, subject.id)?)
            }
            None => None,
        };
        let mut filter = confined(hand, asked);
        if filter.unit.is_none() {
            filter.unit.clone_from(&self.unit);
        }
        filter.kind = self.kind.as_deref().map(|it| moment::parse_name("kind", it)).transpose()?;
        filter.state = self.state.as_deref().map(|it| moment::parse_name("state", it)).transpose()?;
        filter.open = self.open;
        filter.due_by = self.due_by.as_deref().map(|it| moment::parse_day("due_by", it)).transpose()?;
        Ok(filter)
    }
}

/// A filter that lets through only what concerns somebody, of these subjects.
fn confined(hand: &Hand, asked: Option<Vec<i64>>) -> Filter {
    let (unit, subjects) = match &hand.capacity {
        Capacity::Office => (None, asked),
        Capacity::Unit => (Some(hand.unit.clone()), asked),
        Capacity::Subject(own) => {
            let both = asked.map_or_else(|| own.clone(), |it| it.into_iter().filter(|id| own.contains(id)).collect());
            (None, Some(both))
        }
    };
    Filter { subjects, unit, ..Filter::default() }
}

/// The cases, the latest first.
#[utoipa::path(
    tag = "权益",
    summary = "事项列表",
    description = "信用修复、异议、重整屏蔽，最新的在前。归集单位只看到由本单位办理的，主体只看到本人的。",
    params(Narrowed),
    responses((status = 200, body = Page<CaseView>)),
    security(("key" = ["unit", "office", "subject"]))
)]
#[get("/cases")]
pub async fn list(
    Concerned(caller): Concerned,
    desk: Data<Desk>,
    query: Late<Query<Narrowed>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = query.get()?;
    let page = PageQuery { cursor: query.cursor.clone(), limit: query.limit };
    let (limit, [below]) = (page.limit()?, page.position([i64::MAX])?);
    if caller.role == Role::Unit {
        caller.asking_of(query.unit.clone())?;
    }
    let page = desk.run(move |shop| {
        let found = shop.database.read(|conn| {
            let hand = hand(conn, &caller)?;
            let filter = query.filter(conn, &hand)?;
            Ok::<_, ApiError>(kept::list(conn, &filter, below, limit + 1)?)
        })?;
        let page = Page::cut(found, limit, |it| [it.case.opening.id]);
        Ok(page.map(|it| CaseView::new(shop, &it)))
    });
    Ok(page.await?.answer(&request))
}

/// One case.
#[utoipa::path(
    tag = "权益",
    summary = "一个事项的全部环节与材料",
    params(("id" = i64, Path, description = "事项编号"), recorded::Purpose),
    responses((status = 200, body = CaseWithPapers)),
    security(("key" = ["unit", "office", "subject"]))
)]
#[get("/cases/{id}")]
pub async fn show(
    Concerned(caller): Concerned,
    desk: Data<Desk>,
    id: Late<Path<i64>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (id, at, asking) = (id.get()?.into_inner(), desk.now(), caller.clone());
    let view = desk.run(move |shop| {
        shop.database.read(|conn| {
            let hand = hand(conn, &asking)?;
            let stored = own(conn, &hand, id)?;
            let subject = stored.case.opening.subject;
            let papers = kept::papers(conn, subject, id)?;
            Ok::<_, ApiError>((subject, CaseWithPapers::new(shop, &stored, papers)))
        })
    });
    let (subject, view) = view.await?;
    let asked = recorded::Asked::of(at, "case", vec![subject], json!({"case": id}));
    recorded::show((&desk, &caller), &request, asked, &view).await
}
