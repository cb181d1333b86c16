//! The rules of a pack of kind `publicity` (公示期限): classes of records and how long each is published.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    catalog::{Catalog, FieldType},
    policy::{Case, Rules},
    record::{Fact, SubjectKind},
};

/// 公示期限: classes, the gravest last, and what holds for records no class means.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicityRules {
    /// Of several packs in force the one of the highest precedence that knows the record decides (特别规定优先).
    #[serde(default)]
    pub precedence: i32,
    /// The records the pack is for; all when none is given.
    #[serde(default)]
    pub scope: Vec<Case>,
    /// The classes, the lightest first: a record of several classes has the last of them (多个种类的取最长).
    #[serde(default)]
    pub class: Vec<PublicityClass>,
    /// What holds for records of these resources that no class means.
    #[serde(default, rename = "default")]
    pub defaults: Vec<PublicityClass>,
    /// How it is known that a decision was performed.
    #[serde(default)]
    pub performance: Performance,
    /// Records whose own fields say that they are objected to.
    #[serde(default)]
    pub objected: Vec<Case>,
    /// Subjects nothing is ever published of, by the names of their kinds.
    #[serde(default)]
    pub never_public: Vec<String>,
    /// Sources and texts of the states no class gives, by [`Ground`].
    #[serde(default)]
    pub ground: BTreeMap<String, GroundText>,
}

/// A class of records and its term (信息类别与公示期).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicityClass {
    /// The id, `[a-z][a-z0-9_]*`.
    pub id: String,
    /// The Chinese name, e.g. 一般.
    pub name: String,
    /// The legal source, with the article.
    pub source: String,
    /// What it says, for people.
    pub text: String,
    /// Codes of resources all of whose records are of the class,
    #[serde(default)]
    pub resources: Vec<String>,
    /// or the cases that are; one of them suffices. A class without either is one only a department gives.
    #[serde(default)]
    pub of: Vec<Case>,
    /// A record of this class is of no other, however grave (例如简易程序).
    #[serde(default)]
    pub decides: bool,
    /// Whether it is published at all.
    pub publish: bool,
    /// What the term is counted from.
    #[serde(default)]
    pub start: WindowStart,
    /// Repair may be asked for so many calendar months after the start; never without it.
    pub min_months: Option<u32>,
    /// Publicity ends so many calendar months after the start; it has no such end without it.
    pub max_months: Option<u32>,
    /// The field with the end the department has fixed; it counts within the shortest and the longest term.
    pub deadline: Option<String>,
    /// Publicity ends with the validity of the record too.
    #[serde(default)]
    pub validity: bool,
    /// After the longest term it stays published while what was decided is not performed.
    #[serde(default)]
    pub until_performed: bool,
    /// What is assumed where nothing says whether it is performed.
    #[serde(default)]
    pub assume_unperformed: bool,
    /// Whether it may be shared and used after its publicity has ended.
    pub shared_after: bool,
}

/// What a term is counted from (起算日).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowStart {
    /// 作出或认定之日: the day of the fact.
    #[default]
    Fact,
    /// 公示之日: the day the platform came to know the version.
    Known,
}

/// How it is known that a decision was performed (履行情况), when no department has confirmed it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Performance {
    /// Records that say it is not; asked first.
    #[serde(default)]
    pub unperformed: Vec<Case>,
    /// Records that say it is.
    #[serde(default)]
    pub performed: Vec<Case>,
}

/// A source and a text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroundText {
    /// The legal source.
    pub source: String,
    /// What it says, for people.
    pub text: String,
}

named! {
    /// Why a record has a state no class gives (不由类别决定的情形).
    pub enum Ground {
        /// 尚未发生: the day of the fact is yet to come.
        NotYet = "not_yet",
        /// 已撤销
        Withdrawn = "withdrawn",
        /// 已修复
        Repaired = "repaired",
        /// 暂时屏蔽
        Shielded = "shielded",
        /// 非公示信息: shared or authorised by its exposure.
        Closed = "closed",
        /// 自然人
        Person = "person",
        /// 待公布: designated for a list and not published yet.
        Unannounced = "unannounced",
        /// 没有规定: no pack says anything of the resource.
        Unregulated = "unregulated",
    }
}

impl PublicityRules {
    /// Whether the pack is for this record.
    #[must_use]
    pub fn covers(&self, fact: &Fact) -> bool {
        self.scope.is_empty() || self.scope.iter().any(|it| it.means(fact))
    }

    /// The class of a record: the confirmed one, else one that decides, else the gravest, else what holds by default.
    #[must_use]
    pub fn class_of(&self, fact: &Fact, confirmed: Option<&str>) -> Option<&PublicityClass> {
        let told = confirmed.and_then(|id| self.class(id));
        told.or_else(|| self.class.iter().find(|it| it.decides && it.means(fact)))
            .or_else(|| self.class.iter().rev().find(|it| !it.decides && it.means(fact)))
            .or_else(|| self.defaults.iter().find(|it| it.means(fact)))
    }

    /// A class by its id.
    #[must_use]
    pub fn class(&self, id: &str) -> Option<&PublicityClass> {
        self.class.iter().find(|it| it.id == id)
    }

    /// Whether what was decided is performed, by the record's own fields.
    #[must_use]
    pub fn performed(&self, fact: &Fact) -> Option<bool> {
        let says = |cases: &[Case]| cases.iter().any(|it| it.means(fact));
        if says(&self.performance.unperformed) {
            Some(false)
        } else {
            says(&self.performance.performed).then_some(true)
        }
    }
}

impl PublicityClass {
    /// Whether a record is of the class.
    #[must_use]
    pub fn means(&self, fact: &Fact) -> bool {
        self.resources.contains(&fact.resource) || self.of.iter().any(|it| it.means(fact))
    }

    fn faults(&self, catalog: &Catalog) -> Vec<String> {
        let mut faults: Vec<String> = self.of.iter().flat_map(|it| it.faults(catalog)).collect();
        faults.extend(
            self.resources.iter().filter(|it| catalog.get(it).is_none()).map(|it| format!("目录中没有资源 {it}")),
        );
        let codes = || self.resources.iter().chain(self.of.iter().flat_map(|it| &it.resources));
        if let Some(field) = &self.deadline {
            let lacks = |code: &String| {
                catalog
                    .get(code)
                    .is_some_and(|it| !it.fields.iter().any(|it| it.code == *field && it.kind == FieldType::Day))
            };
            faults.extend(codes().filter(|it| lacks(it)).map(|it| format!("资源 {it} 没有日期字段 {field}")));
        }
        if self.max_months.is_some_and(|max| self.min_months.is_some_and(|min| min > max)) {
            faults.push("min_months 不能大于 max_months".to_owned());
        }
        if self.until_performed && self.max_months.is_none() {
            faults.push("until_performed 需要 max_months".to_owned());
        }
        if self.id.is_empty() || self.name.is_empty() || self.source.is_empty() || self.text.is_empty() {
            faults.push("id、name、source、text 不能为空".to_owned());
        }
        faults
    }
}

impl Rules for PublicityRules {
    fn faults(&self, catalog: &Catalog) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        for it in self.class.iter().chain(&self.defaults) {
            faults.extend(it.faults(catalog).into_iter().map(|text| (format!("class.{}", it.id), text)));
        }
        let idle = self.defaults.iter().filter(|it| it.resources.is_empty() && it.of.is_empty());
        faults.extend(idle.map(|it| (format!("default.{}", it.id), "resources 与 of 至少填写一项".to_owned())));
        faults.extend(self.order_faults());
        let performance = self.performance.unperformed.iter().chain(&self.performance.performed);
        for case in self.scope.iter().chain(performance).chain(&self.objected) {
            faults.extend(case.faults(catalog).into_iter().map(|text| (String::new(), text)));
        }
        let kinds = self.never_public.iter().filter(|it| it.parse::<SubjectKind>().is_err());
        faults.extend(kinds.map(|it| ("never_public".to_owned(), format!("没有主体类别 {it}"))));
        let grounds = self.ground.keys().filter(|it| it.parse::<Ground>().is_err());
        faults.extend(grounds.map(|it| (format!("ground.{it}"), "没有这种情形".to_owned())));
        faults
    }
}

impl PublicityRules {
    /// The gravest class is the longest, or 取最长 would not hold; and no id stands twice.
    fn order_faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let term = |it: &PublicityClass| (it.max_months.unwrap_or(u32::MAX), it.min_months.unwrap_or(0));
        let published: Vec<&PublicityClass> = self.class.iter().filter(|it| it.publish && !it.decides).collect();
        for pair in published.windows(2) {
            if term(pair[0]).0 > term(pair[1]).0 || term(pair[0]).1 > term(pair[1]).1 {
                faults.push((format!("class.{}", pair[1].id), "各类别须由轻到重、期限由短到长排列".to_owned()));
            }
        }
        let mut ids: Vec<&str> = self.class.iter().chain(&self.defaults).map(|it| it.id.as_str()).collect();
        ids.sort_unstable();
        for pair in ids.windows(2).filter(|it| it[0] == it[1]) {
            faults.push((format!("class.{}", pair[0]), "id 重复".to_owned()));
        }
        faults
    }
}
