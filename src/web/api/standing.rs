//! The standing of a subject (信用状况): publicity, lists and scores with their reasons, on any day, as known at any moment.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Bytes, Data, Path, Query},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::subjects;
use crate::{
    affairs::sheet::{Sheet, Wish},
    dossier::{self, Asked},
    ingest::Workshop,
    policy::PackRef,
    record::{Subject, SubjectKind},
    standing::{Brief, Listed, RecordStanding, Score},
    store::{self, Conn, standings},
    web::{
        access::{Asker, Late, Role, Sight, Viewer},
        conditional::{self, Keep},
        desk::Desk,
        error::ApiError,
        looks::Look,
        moment::{self, utc},
        ready::Told,
        recorded,
        together::Read,
    },
};

/// The standing of a subject.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingView {
    /// 主体
    pub subject: subjects::SubjectLine,
    /// 所问之日
    pub as_of: NaiveDate,
    /// 所问之时所知；空为当前
    pub known_at: Option<DateTime<Utc>>,
    /// 概况；公开查询只含公示的部分
    pub brief: Brief,
    /// 各记录的公示与使用状态及依据；只问概况时不给出
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<Vec<RecordStanding>>,
    /// 所在名单及依据；只问概况时不给出
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lists: Option<Vec<Listed>>,
    /// 评价结果：等级、分值、各指标得分与所依据的记录；只问概况时不给出。须授权或已停止使用的记录对部门、窗口合为一项，
    /// 只给出分值
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<Vec<Score>>,
    /// 状况所依据的、当日有效的规则包及其散列
    pub packs: Vec<PackRef>,
}

/// What is asked.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// 所问之日（YYYY-MM-DD），默认今日
    pub as_of: Option<String>,
    /// 按这一时刻所知与当时启用的规则回答（RFC 3339），默认当前
    pub known_at: Option<String>,
    /// 只要概况
    pub brief: Option<bool>,
}

impl Question {
    /// Whether only the summary of today is asked for.
    fn is_simple(&self) -> bool {
        self.brief == Some(true) && self.as_of.is_none() && self.known_at.is_none()
    }
}

/// How much of a standing is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Everything, also what is no longer used.
    Whole,
    /// What may be used in conclusions and needs no consent: departments, windows.
    Usable,
    /// What is published: everybody.
    Published,
}

impl Extent {
    /// What a viewer sees.
    pub(super) const fn of(viewer: &Viewer) -> Self {
        match viewer {
            Viewer::Anyone => Self::Published,
            Viewer::Key(caller) => match caller.role {
                Role::Office => Self::Whole,
                Role::Reader | Role::Window => Self::Usable,
                Role::Unit | Role::Bank | Role::Subject | Role::Admin => Self::Published,
            },
        }
    }

    const fn sight(self) -> Sight {
        match self {
            Self::Whole => Sight::Whole,
            Self::Usable => Sight::Shared,
            Self::Published => Sight::Public,
        }
    }

    /// What is seen of a summary.
    fn brief(self, brief: Brief) -> Brief {
        match self {
            Self::Whole => brief,
            Self::Usable => brief.usable(),
            Self::Published => brief.public(),
        }
    }
}

/// Answers a question about a subject that was found.
pub(super) fn answer(
    conn: &mut Conn,
    shop: &Workshop,
    subject: &Subject,
    extent: Extent,
    question: &Question,
) -> Result<StandingView, ApiError> {
    let as_of = question.as_of.as_deref().map(|it| moment::parse_day("as_of", it)).transpose()?;
    let known_at =
        question.known_at.as_deref().map(|it| moment::parse_known("known_at", it, shop.clock.now())).transpose()?;
    let day = as_of.unwrap_or_else(|| shop.clock.day());
    let asked = dossier::ask(conn, shop, subject.id, day, known_at)?.ok_or(ApiError::UnknownSubject)?;
    if known_at.is_some() && asked.dossier.facts.is_empty() {
        // At that moment it was not known at all: no level follows from nothing.
        return Err(ApiError::UnknownSubject);
    }
    Ok(view(seen(asked, extent), extent, known_at.map(utc), question.brief == Some(true)))
}

/// What is left of a standing for whoever sees only a part of it.
fn seen(asked: Asked, extent: Extent) -> Asked {
    match extent {
        Extent::Whole => asked,
        Extent::Usable => {
            let Asked { dossier, mut standing, packs } = asked;
            standing.lists.retain(|it| it.effect.is_founded());
            let (dossier, standing) = standing.told(dossier, &packs);
            Asked { dossier, standing, packs }
        }
        Extent::Published => published(asked),
    }
}

fn published(mut asked: Asked) -> Asked {
    let published: Vec<bool> = asked.standing.lists.iter().map(|it| asked.standing.publishes(it)).collect();
    let mut published = published.into_iter();
    asked.standing.lists.retain(|_| published.next() == Some(true));
    asked.standing.scores.clear();
    let of_all = asked.dossier.facts.into_iter().zip(asked.standing.records);
    let (facts, records): (Vec<_>, Vec<_>) = of_all.filter(|(_, it)| it.state.is_shown()).unzip();
    asked.dossier.facts = facts;
    asked.standing.records = records;
    asked
}

fn view(asked: Asked, extent: Extent, known_at: Option<DateTime<Utc>>, brief: bool) -> StandingView {
    let Asked { dossier, standing, packs } = asked;
    let full = !brief;
    StandingView {
        subject: subjects::SubjectLine::new(&dossier.subject, extent.sight()),
        as_of: standing.day,
        known_at,
        brief: extent.brief(standing.brief(&dossier)),
        packs: packs.of_standings(standing.day).map(|it| it.reference()).collect(),
        records: full.then_some(standing.records),
        lists: full.then_some(standing.lists),
        scores: full.then_some(standing.scores),
    }
}

/// A brief question about today, answered from what is kept, if that holds: `None` when it must be derived.
fn kept(conn: &mut Conn, shop: &Workshop, code: &str, extent: Extent) -> Result<Option<KeptView>, ApiError> {
    let day = shop.clock.day();
    let Some(found) = standings::by_credit_code(conn, code)?.filter(|it| !it.is_merged && it.kept.holds(day)) else {
        return Ok(None);
    };
    let Some(text) = found.kept.brief.as_deref().filter(|_| found.kind != SubjectKind::Person) else {
        return Ok(None);
    };
    let brief: Brief = serde_json::from_str(text)?;
    let view = StandingView {
        subject: subjects::SubjectLine::kept(&found, code),
        as_of: day,
        known_at: None,
        brief: extent.brief(brief),
        records: None,
        lists: None,
        scores: None,
        packs: dossier::rulebook(conn, shop, None)?.of_standings(day).map(|it| it.reference()).collect(),
    };
    Ok(Some(KeptView { subject: found.kept.subject_id, mark: found.kept.mark, view }))
}

/// An answer from what is kept, and the mark under which it holds.
struct KeptView {
    subject: i64,
    mark: i64,
    view: StandingView,
}

/// A summary of today from what is kept, read as one state.
async fn from_kept(desk: &Desk, code: &str, extent: Extent) -> Result<Option<KeptView>, ApiError> {
    let (shop, code) = (desk.shop().clone(), code.to_owned());
    desk.look_up(move |conn| store::read(conn, |conn| kept(conn, &shop, &code, extent))).await
}

/// The public summary of today as it was told before, if nothing has changed it.
async fn told_before(desk: &Desk, code: &str, request: &HttpRequest) -> Result<Option<HttpResponse>, ApiError> {
    let day = desk.shop().clock.day();
    let Some(told) = desk.ready.find(code, day) else { return Ok(None) };
    let (subject, mark) = (told.subject, told.mark);
    let holds = desk.looks.holds(Look { subject, mark, day }).await?;
    let again = || conditional::sent(request, Keep::Nobody, "application/json", (told.body.clone(), &told.tag));
    Ok(holds.then(again))
}

/// The public summary of today from what is kept, remembered for the next who asks.
async fn told_now(desk: &Desk, code: &str, request: &HttpRequest) -> Result<Option<HttpResponse>, ApiError> {
    let Some(KeptView { subject, mark, view }) = from_kept(desk, code, Extent::Published).await? else {
        return Ok(None);
    };
    let body = Bytes::from(serde_json::to_vec(&view)?);
    let told = Arc::new(Told { subject, mark, day: view.as_of, tag: conditional::tag(&body), body });
    desk.ready.put(code.to_owned(), Arc::clone(&told));
    Ok(Some(conditional::sent(request, Keep::Nobody, "application/json", (told.body.clone(), &told.tag))))
}

/// Answers a question by whoever sees so much.
async fn told(desk: &Desk, code: String, extent: Extent, question: Question) -> Result<(i64, StandingView), ApiError> {
    // What is kept counts records that departments may see with a consent only; the public is answered before.
    if question.is_simple()
        && extent == Extent::Whole
        && let Some(KeptView { subject, view, .. }) = from_kept(desk, &code, extent).await?
    {
        return Ok((subject, view));
    }
    // Of a past day or moment only the office is told.
    if question.as_of.is_none() && question.known_at.is_none() {
        let Read { sheet, .. } = desk.ask(subjects::named(&code)?, Wish::Standing).await?;
        // Of natural persons the public is told nothing, not even that there is something.
        let is_seen = |it: &Arc<Sheet>| extent != Extent::Published || it.subject().kind != SubjectKind::Person;
        let sheet = sheet.filter(is_seen).ok_or(ApiError::UnknownSubject)?;
        let (id, asked) = (sheet.subject().id, Arc::unwrap_or_clone(sheet).asked);
        return Ok((id, view(seen(asked, extent), extent, None, question.brief == Some(true))));
    }
    desk.run(move |shop| {
        shop.database.snapshot(|conn| {
            let subject = subjects::found(conn, &code)?;
            Ok((subject.id, answer(conn, shop, &subject, extent, &question)?))
        })
    })
    .await
}

/// The standing of a subject.
#[utoipa::path(
    tag = "信用状况",
    summary = "主体的信用状况",
    description = "由记录、权益事项与规则包推导，每一结论带规则、依据与记录编号。信用办见全部；查询部门与审批窗口见可共享使用的，\
        评价中须授权的部分只给出合计分值；归集单位见公示的；以往日期或时刻的只答信用办。\
        查询留痕，回执在 Credence-Receipt 头中；purpose 为查询用途。",
    params(("code" = String, Path, description = "代码，或 @编号"), Question, recorded::Purpose),
    responses((status = 200, body = StandingView)),
    security(("key" = ["unit", "office", "reader", "window"]))
)]
#[get("/subjects/{code}/standing")]
pub async fn show(
    Asker(caller): Asker,
    desk: Data<Desk>,
    code: Late<Path<String>>,
    question: Late<Query<Question>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (code, question) = (code.get()?.into_inner(), question.get()?.into_inner());
    let extent = Extent::of(&Viewer::Key(caller.clone()));
    // What has ended or was repaired must not be had by asking as of then.
    if extent != Extent::Whole && (question.as_of.is_some() || question.known_at.is_some()) {
        return Err(ApiError::Reserved("以往日期或时刻的信用状况只答信用办"));
    }
    let asked = json!({"as_of": question.as_of, "known_at": question.known_at, "brief": question.brief});
    let at = desk.now();
    let (subject, view) = told(&desk, code, extent, question).await?;
    let asked = recorded::Asked::of(at, "standing", vec![subject], asked);
    recorded::show((&desk, &caller), &request, asked, &view).await
}

/// The public part of the standing of a subject.
#[utoipa::path(
    tag = "公开查询",
    summary = "主体的公示状况",
    description = "只含公示中的记录与公布的名单；公示期满、已修复的不再出现。不含评价，不含自然人。",
    params(("code" = String, Path, description = "代码"), Question),
    responses((status = 200, body = StandingView))
)]
#[get("/public/subjects/{code}/standing")]
pub async fn show_open(
    desk: Data<Desk>,
    code: Path<String>,
    question: Query<Question>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    // What was public once and is no longer must not be had by asking as of then.
    if question.as_of.is_some() || question.known_at.is_some() {
        return Err(ApiError::Reserved("公开查询只答今日的公示状况"));
    }
    let (code, question) = (code.into_inner(), question.into_inner());
    if question.is_simple() {
        if let Some(answer) = told_before(&desk, &code, &request).await? {
            return Ok(answer);
        }
        if let Some(answer) = told_now(&desk, &code, &request).await? {
            return Ok(answer);
        }
    }
    let (_, view) = told(&desk, code, Extent::Published, question).await?;
    conditional::json(&request, Keep::Nobody, &view)
}
