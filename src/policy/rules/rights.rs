//! The rules of a pack of kind `rights` (修复与异议): terms, conditions, papers and grounds. The pack in force on the day
//! of the application decides.

mod names;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use names::{FilingChannel, ObjectionGround, RepairCondition};

use crate::{
    catalog::Catalog,
    policy::{Condition, Rules, rules::ListKind},
};

/// 修复与异议. A pack holds one part or several; of those that apply the most precise decides.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RightsRules {
    /// Goes before packs with less, when several apply to a record.
    #[serde(default)]
    pub precedence: i32,
    /// GB/T 2260 codes or their beginnings: for units of these places. Everywhere when empty.
    #[serde(default)]
    pub regions: Vec<String>,
    /// The records it is for; all when empty.
    #[serde(default)]
    pub applies: Vec<Condition>,
    /// When somebody is warned; as the rules of duties say when it is missing.
    pub warning: Option<WarningDays>,
    /// 补正; without it nobody can be asked for papers.
    pub correction: Option<CorrectionRules>,
    /// 信用修复
    pub repair: Option<RepairRules>,
    /// 异议
    pub objection: Option<ObjectionRules>,
    /// 重整屏蔽
    pub shield: Option<ShieldRules>,
    /// What the system finds by itself.
    pub grounds: Option<GroundRules>,
}

/// Working days that are left when a warning of a colour begins (预警). Due today is 0 days left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarningDays {
    /// 蓝色
    pub blue: u16,
    /// 黄色
    pub yellow: u16,
    /// 红色; what is overdue is red too.
    pub red: u16,
}

impl WarningDays {
    /// Whether a warning grows from blue to red.
    #[must_use]
    pub const fn is_ordered(self) -> bool {
        self.red <= self.yellow && self.yellow <= self.blue
    }
}

/// Correcting papers (补正): what is missing is told once, with all that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectionRules {
    /// The order and article.
    pub source: String,
    /// For the applicant to hand in what is missing, in working days from the notice.
    pub within: u16,
}

/// Repair (信用修复). Terms are working days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepairRules {
    /// The order and article.
    pub source: String,
    /// To accept or refuse, from the application.
    pub accept_within: u16,
    /// To decide, from the application.
    pub answer_within: u16,
    /// How much longer a case may take that needs verification; none when missing.
    pub extend_by: Option<u16>,
    /// What can be repaired.
    pub covers: Vec<Condition>,
    /// What of that cannot.
    #[serde(default)]
    pub excluded: Vec<Unrepairable>,
    /// The conditions, each with its source.
    pub conditions: BTreeMap<RepairCondition, String>,
    /// A record that says it was performed.
    #[serde(default)]
    pub performed: Vec<Condition>,
    /// A record that says it was not.
    #[serde(default)]
    pub unperformed: Vec<Condition>,
    /// Lists whose subjects have first to be taken off them; the list's own record is not barred by them.
    #[serde(default, deserialize_with = "names::lists")]
    pub barring_lists: Vec<ListKind>,
    /// Years without repair after false papers or a broken commitment.
    pub false_papers_years: Option<u8>,
    /// Years without repair after an abuse of bankruptcy.
    pub abuse_years: Option<u8>,
    /// The papers.
    pub papers: Vec<PaperRule>,
}

/// What cannot be repaired (不予修复的情形).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unrepairable {
    /// The rule's name.
    pub rule: String,
    /// Why, in Chinese.
    pub text: String,
    /// The law.
    pub source: String,
    /// Which records.
    pub means: Vec<Condition>,
}

/// A paper (材料).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperRule {
    /// Its code; [`COMMITMENT`] and [`PROOF`] have a meaning.
    pub code: String,
    /// The Chinese name.
    pub name: String,
    /// Needed when the application comes in here; in all channels when empty.
    #[serde(default)]
    pub channels: Vec<FilingChannel>,
    /// Whether the application is refused without it.
    #[serde(default = "yes")]
    pub required: bool,
}

const fn yes() -> bool {
    true
}

/// 信用承诺书
pub const COMMITMENT: &str = "commitment";
/// 纠正失信行为、履行义务的证明材料
pub const PROOF: &str = "proof";

impl PaperRule {
    /// Whether an application through a channel needs it.
    #[must_use]
    pub fn needed(&self, channel: FilingChannel) -> bool {
        self.required && (self.channels.is_empty() || self.channels.contains(&channel))
    }
}

/// Objection (异议). Terms are working days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionRules {
    /// The order and article.
    pub source: String,
    /// To check and pass on to the source unit, or refuse, from the application.
    pub forward_within: u16,
    /// For the unit to answer, from the passing on.
    pub answer_within: u16,
    /// How much longer the unit may take; none when missing.
    pub extend_by: Option<u16>,
    /// All together, from the application, not counting an extension.
    pub total_within: Option<u16>,
    /// To deliver the correction, from the answer.
    pub correct_within: u16,
    /// To answer a second examination (复核), from its request; there is none when missing.
    pub review_within: Option<u16>,
    /// The grounds.
    pub grounds: Vec<ObjectionGround>,
    /// The papers.
    #[serde(default)]
    pub papers: Vec<PaperRule>,
}

/// The shield of a restructuring (重整屏蔽).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShieldRules {
    /// The order and article.
    pub source: String,
    /// To decide, from the application.
    pub decide_within: u16,
    /// What may be shielded.
    pub covers: Vec<Condition>,
    /// The papers.
    #[serde(default)]
    pub papers: Vec<PaperRule>,
}

/// What the system finds by itself (系统自查).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroundRules {
    /// The law.
    pub source: String,
    /// 重复公示
    #[serde(default)]
    pub duplicate: Vec<DuplicateRule>,
    /// 超期公示: by resource the field of the last day of publicity that the unit itself delivered.
    #[serde(default)]
    pub public_until: BTreeMap<String, String>,
}

/// When two records of a resource are one decision.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicateRule {
    /// The resource.
    pub resource: String,
    /// The field of the document's number,
    pub document: String,
    /// of the agency,
    pub agency: String,
    /// of the day.
    pub day: String,
}

impl Rules for RightsRules {
    fn faults(&self, catalog: &Catalog) -> Vec<(String, String)> {
        let mut faults = conditions("applies", &self.applies, catalog);
        if self.warning.is_some_and(|it| !it.is_ordered()) {
            faults.push(("warning".into(), "应满足 red ≤ yellow ≤ blue".into()));
        }
        for (at, region) in self.regions.iter().enumerate() {
            if region.is_empty() || region.len() > 6 || !region.bytes().all(|it| it.is_ascii_digit()) {
                faults.push((format!("regions.{at}"), format!("“{region}”不是行政区划代码或其前几位")));
            }
        }
        if self.correction.as_ref().is_some_and(|it| it.within == 0) {
            faults.push(("correction.within".into(), "应至少为一个工作日".into()));
        }
        let parts = [self.repair.is_some(), self.objection.is_some(), self.shield.is_some(), self.grounds.is_some()];
        if !parts.contains(&true) {
            faults.push((String::new(), "应至少有 repair、objection、shield、grounds 之一".into()));
        }
        faults.extend(self.repair.iter().flat_map(|it| it.faults(catalog)));
        faults.extend(self.objection.iter().flat_map(ObjectionRules::faults));
        faults.extend(self.shield.iter().flat_map(|it| conditions("shield.covers", &it.covers, catalog)));
        faults.extend(self.grounds.iter().flat_map(|it| it.faults(catalog)));
        faults
    }
}

fn conditions(key: &str, list: &[Condition], catalog: &Catalog) -> Vec<(String, String)> {
    let of = |(at, it): (usize, &Condition)| {
        it.faults(catalog).into_iter().map(move |fault| (format!("{key}.{at}"), fault)).collect::<Vec<_>>()
    };
    list.iter().enumerate().flat_map(of).collect()
}

impl RepairRules {
    fn faults(&self, catalog: &Catalog) -> Vec<(String, String)> {
        let mut faults = conditions("repair.covers", &self.covers, catalog);
        faults.extend(conditions("repair.performed", &self.performed, catalog));
        faults.extend(conditions("repair.unperformed", &self.unperformed, catalog));
        for it in &self.excluded {
            faults.extend(conditions(&format!("repair.excluded.{}", it.rule), &it.means, catalog));
        }
        if self.covers.is_empty() {
            faults.push(("repair.covers".into(), "不能为空".into()));
        }
        if self.accept_within > self.answer_within {
            faults.push(("repair.accept_within".into(), "受理期限长于答复期限".into()));
        }
        let needs = |condition, given: bool, key: &str| {
            (self.conditions.contains_key(&condition) != given)
                .then(|| (format!("repair.{key}"), format!("应与条件 {condition} 同时给出")))
        };
        let paper = |code: &str| self.papers.iter().any(|it| it.code == code);
        faults.extend(needs(RepairCondition::FalsePapers, self.false_papers_years.is_some(), "false_papers_years"));
        faults.extend(needs(RepairCondition::BankruptcyAbuse, self.abuse_years.is_some(), "abuse_years"));
        faults.extend(needs(RepairCondition::BarringList, !self.barring_lists.is_empty(), "barring_lists"));
        faults.extend(needs(RepairCondition::Commitment, paper(COMMITMENT), "papers"));
        faults
    }
}

impl ObjectionRules {
    fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        if self.grounds.is_empty() {
            faults.push(("objection.grounds".into(), "不能为空".into()));
        }
        if self.total_within.is_some_and(|it| it < self.forward_within) {
            faults.push(("objection.total_within".into(), "短于 forward_within".into()));
        }
        faults
    }
}

impl GroundRules {
    fn faults(&self, catalog: &Catalog) -> Vec<(String, String)> {
        let known = |resource: &str, field: &str| {
            catalog.get(resource).is_some_and(|it| it.fields.iter().any(|it| it.code == field))
        };
        let pairs = self.duplicate.iter().flat_map(|it| {
            [&it.document, &it.agency, &it.day].map(|field| ("grounds.duplicate", it.resource.as_str(), field))
        });
        let pairs =
            pairs.chain(self.public_until.iter().map(|(code, field)| ("grounds.public_until", code.as_str(), field)));
        let missing = pairs.filter(|(_, resource, field)| !known(resource, field));
        missing.map(|(key, resource, field)| (key.to_owned(), format!("资源 {resource} 没有字段 {field}"))).collect()
    }
}
