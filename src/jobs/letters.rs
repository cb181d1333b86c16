//! Letters: what is known of a case or a record, brought together for the page.

mod deferral;

use crate::{
    affairs::{self, AffairError},
    dossier::{self, Asked},
    ingest::Workshop,
    policy::{Pack, rules::RightsRules},
    record::{Fact, RecordKey},
    report::letters::{self, Letter, LetterKind, Matter, RecordTable},
    rights::{self, CaseKind},
    store::{Conn, rights::Stored, units},
};

pub use deferral::of_decision;

/// Who signs for the office when no unit stands for it.
const OFFICE: &str = "公共信用信息工作机构";

/// A letter of a case.
///
/// # Errors
/// [`AffairError::WrongState`] when the case has not come so far.
pub fn letter(conn: &mut Conn, shop: &Workshop, stored: &Stored, kind: LetterKind) -> Result<Letter, AffairError> {
    let case = &stored.case;
    let (pack, rules) = affairs::rules_of(shop, &case.opening.rules)?;
    let asked = dossier::ask(conn, shop, case.opening.subject, shop.clock.day(), None)?;
    let asked = asked.ok_or(AffairError::NotFound("主体"))?;
    let meant = |it: &&Fact| it.subject == case.opening.subject && case.opening.keys.contains(&it.key);
    let facts: Vec<&Fact> = asked.dossier.facts.iter().filter(meant).collect();
    let names = (unit_name(conn, &case.opening.unit)?, office_name(conn, &case.opening.filed_by)?);
    let missing = case.opening.missing.as_ref().map(|it| {
        let title = shop.catalog.get(&it.resource).map_or_else(|| it.resource.clone(), |it| it.name.clone());
        vec![("遗漏的信息".to_owned(), title), ("文书".to_owned(), it.document.clone())]
    });
    let matter = Matter { missing, due_on: stored.due_on, ..matter(shop, &asked, &facts, (names, pack, rules)) };
    letters::letter(kind, case, &matter).map_err(|it| AffairError::WrongState(it.to_string()))
}

/// The notice of repair that is served with a decision; `own_unit` confines it to records of one unit.
///
/// # Errors
/// [`AffairError`]; a record no repair is known for is [`AffairError::WrongState`].
pub fn notice(
    conn: &mut Conn,
    shop: &Workshop,
    (subject, key): (i64, &RecordKey),
    own_unit: Option<&str>,
) -> Result<Letter, AffairError> {
    let day = shop.clock.day();
    let asked = dossier::ask(conn, shop, subject, day, None)?.ok_or(AffairError::NotFound("主体"))?;
    let own = |it: &&Fact| it.key == *key && own_unit.is_none_or(|unit| unit == it.unit);
    let fact = asked.dossier.facts.iter().find(own).ok_or(AffairError::NotFound("记录"))?;
    let region = units::find(conn, &fact.unit)?.and_then(|it| it.region);
    let none = || AffairError::WrongState("该记录没有可适用的修复规定".to_owned());
    let (pack, rules) = rights::rules_for(&shop.packs, CaseKind::Repair, Some(fact), region.as_deref(), day)
        .filter(|(_, rules)| rules.repair.iter().flat_map(|it| &it.covers).any(|it| it.means(fact)))
        .ok_or_else(none)?;
    let names = (unit_name(conn, &fact.unit)?, OFFICE.to_owned());
    letters::notice(&matter(shop, &asked, &[fact], (names, pack, rules))).ok_or_else(none)
}

type By<'m> = ((String, String), &'m Pack, &'m RightsRules);

fn matter<'m>(shop: &Workshop, asked: &Asked, facts: &[&Fact], ((unit, office), pack, rules): By<'m>) -> Matter<'m> {
    let table = |fact: &&Fact| Some(RecordTable::of(shop.catalog.get(&fact.resource)?, fact));
    let subject = &asked.dossier.subject;
    Matter {
        subject: subject.name.clone().unwrap_or_else(|| "当事人".to_owned()),
        code: subject.credit_code.clone(),
        records: facts.iter().filter_map(table).collect(),
        missing: None,
        unit,
        office,
        title: pack.head.title.clone(),
        rules,
        due_on: None,
        today: asked.standing.day,
    }
}

fn unit_name(conn: &mut Conn, code: &str) -> Result<String, AffairError> {
    Ok(units::find(conn, code)?.map_or_else(|| code.to_owned(), |it| it.name))
}

fn office_name(conn: &mut Conn, code: &str) -> Result<String, AffairError> {
    Ok(units::find(conn, code)?.map_or_else(|| OFFICE.to_owned(), |it| it.name))
}
