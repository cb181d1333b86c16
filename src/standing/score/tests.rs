//! Scorecards applied: the default one, the published method as proof, and what holds for any.

mod default_card;
mod method;
mod proof;
mod properties;
mod sector;
mod small;
mod used;

use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Value, json};

use super::{CountState, Origin, Score, by, card, sooner};
use crate::{
    catalog::Catalog,
    policy::{Pack, Packs},
    record::{Effect, Fact, Fields, Mark, Reason, RecordKey, RecordState, RuleRef, Subject, SubjectKind, Version},
    standing::{Dossier, PublicityState, RecordStanding, derive, publicity},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A record of a resource with these fields, formed on a day.
fn fact(id: i64, resource: &str, on: &str, fields: Value) -> Fact {
    let Value::Object(map) = fields else { panic!("fields are an object") };
    let mut key = RecordKey::default();
    key[..8].copy_from_slice(&id.to_be_bytes());
    let version = Version {
        id,
        subject: 1,
        key,
        resource: resource.into(),
        unit: "u".into(),
        delivery: 1,
        row: 1,
        revision: 1,
        state: RecordState::InForce,
        exposure: "public".into(),
        fact_on: Some(day(on)),
        valid_from: Some(day(on)),
        valid_until: None,
        ended_on: None,
        stamp: None,
        known_from: NaiveDateTime::default(),
        known_until: None,
        payload: String::new(),
        note: None,
    };
    Fact { version, fields: Fields::from(map) }
}

/// An entry of the published method: of one day, unless a test says otherwise.
fn criterion(id: i64, code: &str, on: &str) -> Fact {
    let mut it = fact(id, "criterion", on, json!({"DM": code}));
    it.version.valid_until = it.version.fact_on;
    it
}

/// With the department's own end of publicity.
fn shown_until(mut it: Fact, end: &str) -> Fact {
    let mut map = it.fields.map().clone();
    map.insert("CF_GSJZQ".into(), json!(end));
    it.fields = map.into();
    it
}

fn dossier(facts: Vec<Fact>) -> Dossier {
    let subject = Subject {
        id: 1,
        origin: "credit_code:91350100M000100Y43".into(),
        kind: SubjectKind::Organisation,
        name: Some("示例甲贸易有限公司".into()),
        registered: true,
        credit_code: None,
        representative: None,
        region: None,
        industry: None,
        status: None,
        former_names: None,
        merged_into: None,
    };
    Dossier { subject, facts, marks: Vec::new(), classes: Vec::new() }
}

/// Says that a record is repaired from a day on.
fn repair(dossier: &mut Dossier, at: usize, on: &str) {
    let key = dossier.facts[at].key;
    dossier.marks.push(Mark { case: 1, key, effect: Effect::Repaired, from: day(on), until: None });
}

/// Every record usable, but for those that are repaired: what the publicity of the published method's time said is not known.
fn standings(dossier: &Dossier, on: NaiveDate) -> Vec<RecordStanding> {
    let of = |fact: &Fact| {
        let repaired = dossier.marks_on(fact, on).any(|it| it.effect == Effect::Repaired);
        let rule = RuleRef { pack: "publicity.t".into(), version: 1, rule: "t".into() };
        RecordStanding {
            record: fact.id,
            state: if repaired { PublicityState::Repaired } else { PublicityState::Published },
            usable: !repaired,
            used_until: None,
            objected: false,
            from: fact.fact_on,
            until: None,
            repairable_from: Some(later(fact.fact_on.unwrap())),
            reason: Reason { rule, source: "t".into(), records: vec![fact.id], text: "t".into() },
            entry: None,
        }
    };
    dossier.facts.iter().map(of).collect()
}

/// Reading them takes longer than all that is tested.
static PACKS: LazyLock<Packs> = LazyLock::new(|| Packs::embedded(&Catalog::embedded()));

/// The results by what the orders on publicity say of the records, and the next day anything changes by itself.
fn in_use(pack: &Pack, dossier: &Dossier, on: NaiveDate) -> (Vec<Score>, Option<NaiveDate>) {
    let (records, next) = publicity::of(dossier, &PACKS, on);
    let (scores, change) = by(pack, card(pack).unwrap(), dossier, &records, on);
    (scores, sooner(next, change))
}

fn later(on: NaiveDate) -> NaiveDate {
    super::later(on, 3)
}

/// The proof pack, with the catalogue it needs.
fn proof() -> Pack {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/policy/packs/proof");
    let criterion = std::fs::read_to_string(format!("{folder}/criterion.toml")).unwrap();
    let catalog = Catalog::from_files([("criterion.toml", criterion.as_str())].into_iter()).unwrap();
    let text = std::fs::read_to_string(format!("{folder}/scorecard.wendeng2020.toml")).unwrap();
    Pack::parse("scorecard.wendeng2020.toml", &text, &catalog).unwrap_or_else(|it| panic!("{it:#?}"))
}

fn built_in(id: &str) -> Pack {
    PACKS.get(id, 1).unwrap().as_ref().clone()
}

fn score(pack: &Pack, dossier: &Dossier, on: &str) -> Score {
    let on = day(on);
    by(pack, card(pack).unwrap(), dossier, &standings(dossier, on), on).0.remove(0)
}

/// `920 B`, with the mark of a fall if there is one.
fn told(pack: &Pack, dossier: &Dossier, on: &str) -> String {
    let it = score(pack, dossier, on);
    format!("{} {}", it.points.unwrap(), it.mark.unwrap_or(it.level))
}
