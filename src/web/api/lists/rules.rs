//! What lists there are, on what basis, and what may follow from them. Everybody may know: unpublished measures may not
//! be applied.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    policy::{
        Certainty, PackRef, Packs,
        rules::{Basis, ListRule, Measure},
    },
    web::{
        conditional::{self, Keep},
        desk::Desk,
        error::ApiError,
        moment,
    },
};

/// A list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListView {
    /// 名单编码
    pub code: String,
    /// 名单名称
    pub name: String,
    /// 类别：red、serious、watch、executed、abnormal
    pub kind: String,
    /// 层级：national、local
    pub level: String,
    /// 设立依据
    pub bases: Vec<Basis>,
    /// 认定机关：名称中含有其一的机关
    pub designators: Vec<String>,
    /// 适用的主体类别
    pub subjects: Vec<String>,
    /// 期限（月）；空为没有期限或者由决定写明
    pub term_months: Option<u32>,
    /// 满多少月可以提前移出
    pub early_removal_months: Option<u32>,
    /// 移出条件
    pub removal: Vec<String>,
    /// 告知后陈述申辩的工作日数
    pub notice_working_days: Option<u16>,
    /// 认定前公示的工作日数
    pub publicise_working_days: Option<u16>,
    /// 异议答复的工作日数
    pub objection_working_days: Option<u16>,
    /// 认定前是否须经上一级机关同意
    pub consent_above: bool,
    /// 是否在本平台认定；否则由认定机关报送
    pub designated_here: bool,
    /// 措施编码
    pub measures: Vec<String>,
    /// 规则包
    pub pack: PackRef,
    /// 规则依据的把握程度：confirmed、secondary、general
    #[schema(value_type = String)]
    pub certainty: Certainty,
}

/// The lists in force on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Lists {
    /// 所问之日
    pub as_of: NaiveDate,
    /// 名单，按编码
    pub items: Vec<ListView>,
}

/// On which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OnDay {
    /// 所问之日（YYYY-MM-DD），默认今日
    pub as_of: Option<String>,
}

impl OnDay {
    fn day(&self, desk: &Desk) -> Result<NaiveDate, ApiError> {
        let told = self.as_of.as_deref().map(|it| moment::parse_day("as_of", it)).transpose()?;
        Ok(told.unwrap_or_else(|| desk.shop().clock.day()))
    }
}

fn measures_of<'p>(packs: &'p Packs, list: &'p str, day: NaiveDate) -> impl Iterator<Item = &'p Measure> {
    let every = packs.lists(day).flat_map(|(_, rules)| &rules.measures);
    every.filter(move |it| it.lists.iter().any(|it| it == list))
}

fn view(rule: &ListRule, measures: Vec<String>, pack: &crate::policy::Pack) -> ListView {
    ListView {
        code: rule.code.clone(),
        name: rule.name.clone(),
        kind: rule.kind.to_string(),
        level: rule.level.to_string(),
        bases: rule.bases.clone(),
        designators: rule.designators.clone(),
        subjects: rule.subjects.iter().map(ToString::to_string).collect(),
        term_months: rule.term_months,
        early_removal_months: rule.early_removal_months,
        removal: rule.removal.clone(),
        notice_working_days: rule.notice_working_days,
        publicise_working_days: rule.publicise_working_days,
        objection_working_days: rule.objection_working_days,
        consent_above: rule.consent_above,
        designated_here: rule.is_designated_here(),
        measures,
        pack: pack.reference(),
        certainty: pack.head.certainty,
    }
}

/// The lists.
#[utoipa::path(
    tag = "名单",
    summary = "名单及其设立依据",
    description = "名单只能依规则包中写明的依据设立。期限、移出条件、认定程序的期限随规则包的版本而变。",
    params(OnDay),
    responses((status = 200, body = Lists), (status = 304, description = "未变化"))
)]
#[get("/lists")]
pub async fn all(desk: Data<Desk>, query: Query<OnDay>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let day = query.day(&desk)?;
    let told = desk.run(move |shop| {
        let mut items: Vec<ListView> = Vec::new();
        for (pack, rules) in shop.packs.lists(day) {
            for rule in &rules.lists {
                let measures = measures_of(&shop.packs, &rule.code, day).map(|it| it.code.clone()).collect();
                items.push(view(rule, measures, pack));
            }
        }
        items.sort_by(|one, other| one.code.cmp(&other.code));
        Ok(Lists { as_of: day, items })
    });
    conditional::json(&request, Keep::Anybody, &told.await?)
}

/// The measures of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Measures {
    /// 名单编码
    pub list: String,
    /// 所问之日
    pub as_of: NaiveDate,
    /// 措施
    pub items: Vec<Measure>,
}

/// The measures of a list.
#[utoipa::path(
    tag = "名单",
    summary = "名单的措施清单",
    description = "事项、实施对象、实施手段、实施依据、实施主体。清单之外的惩戒措施不得实施。",
    params(("list" = String, Path, description = "名单编码"), OnDay),
    responses((status = 200, body = Measures), (status = 304, description = "未变化"))
)]
#[get("/lists/{list}/measures")]
pub async fn acting(
    desk: Data<Desk>,
    list: Path<String>,
    query: Query<OnDay>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (day, list) = (query.day(&desk)?, list.into_inner());
    let told = desk.run(move |shop| {
        known(&shop.packs, &list, day)?;
        let items = measures_of(&shop.packs, &list, day).cloned().collect();
        Ok(Measures { list, as_of: day, items })
    });
    conditional::json(&request, Keep::Anybody, &told.await?)
}

/// The rules of a list, which must be one of the policy.
pub(super) fn known<'p>(packs: &'p Packs, list: &str, day: NaiveDate) -> Result<&'p ListRule, ApiError> {
    let found = packs.lists(day).flat_map(|(_, rules)| &rules.lists).find(|it| it.code == list);
    found.ok_or(ApiError::NotFound("名单"))
}
