//! What a subject may ask for (可修复情况): the eligibility of each of its records, and the grounds the system finds itself.

use chrono::NaiveDate;

use super::{AffairError, scene::cases_of};
use crate::{
    dossier,
    ingest::Workshop,
    policy::{Pack, PackRef, rules::RightsRules},
    record::{Fact, performed},
    rights::{self, Case, CaseKind, Eligibility, FoundGround, Looked},
    standards::agency::Aliases,
    standing::RecordStanding,
    store::{Conn, units},
};

/// A record and whether it can be repaired.
#[derive(Debug, Clone)]
pub struct Repairable {
    /// The record.
    pub fact: Fact,
    /// What it is worth on the day.
    pub standing: RecordStanding,
    /// The rules that would decide.
    pub pack: PackRef,
    /// The papers that would be asked for: code and name.
    pub papers: Vec<(String, String)>,
    /// Every condition.
    pub eligibility: Eligibility,
    /// The repair under way, if there is one.
    pub open: Option<i64>,
}

/// What a subject may ask for.
#[derive(Debug, Clone, Default)]
pub struct Repairability {
    /// Its records that the rules of repair speak of.
    pub records: Vec<Repairable>,
    /// 系统自查发现的异议事由
    pub grounds: Vec<FoundGround>,
}

/// What a subject may ask for on a day.
///
/// # Errors
/// [`AffairError`].
pub fn repairability(
    conn: &mut Conn,
    shop: &Workshop,
    subject: i64,
    day: NaiveDate,
) -> Result<Repairability, AffairError> {
    let asked = dossier::ask(conn, shop, subject, day, None)?.ok_or(AffairError::NotFound("主体"))?;
    let cases = cases_of(conn, asked.dossier.subject.id)?;
    let mut records = Vec::new();
    for (fact, standing) in asked.dossier.facts.iter().zip(&asked.standing.records) {
        let region = units::find(conn, &fact.unit)?.and_then(|it| it.region);
        let found = rights::rules_for(&shop.packs, CaseKind::Repair, Some(fact), region.as_deref(), day);
        let performed = performed(&asked.dossier.classes, &fact.key, day);
        let lists = &asked.standing.lists;
        let looked = Looked { fact, standing, lists, cases: &cases, performed, papers: None, day };
        records.extend(found.and_then(|(pack, rules)| repairable(looked, pack, rules)));
    }
    let (facts, standings) = (&asked.dossier.facts, &asked.standing.records);
    let grounds = rights::grounds(facts, standings, &shop.packs, Aliases::shipped(), day);
    Ok(Repairability { records, grounds })
}

/// `None` for a record the rules do not mean: a licence, an honour.
fn repairable(looked: Looked<'_>, pack: &Pack, rules: &RightsRules) -> Option<Repairable> {
    let rules = rules.repair.as_ref()?;
    let fact = looked.fact;
    if !rules.covers.iter().any(|it| it.means(fact)) {
        return None;
    }
    let same =
        |it: &&Case| it.opening.kind == CaseKind::Repair && it.state().is_open() && it.opening.keys.contains(&fact.key);
    Some(Repairable {
        fact: fact.clone(),
        standing: looked.standing.clone(),
        pack: pack.reference(),
        papers: rules.papers.iter().map(|it| (it.code.clone(), it.name.clone())).collect(),
        eligibility: rights::eligibility(looked, pack, rules),
        open: looked.cases.iter().find(same).map(|it| it.opening.id),
    })
}
