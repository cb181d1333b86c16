//! Conditions of repair one by one, by the shipped packs; and the grounds the system finds by itself.

use serde_json::{Value, json};

use super::*;
use crate::{
    catalog::Catalog,
    policy::Packs,
    record::{Fields, RecordState, Version},
    rights::{FoundGround, Ground, grounds, rules_for},
    standards::agency::Aliases,
    standing::{ListEffect, ListKind},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn fact(id: i64, resource: &str, fields: Value) -> Fact {
    let Value::Object(fields) = fields else { panic!("a test's fields are an object") };
    let version = Version {
        id,
        subject: 1,
        key: [u8::try_from(id).unwrap(); 16],
        resource: resource.to_owned(),
        unit: "SJJ".into(),
        delivery: 1,
        row: 1,
        revision: 1,
        state: RecordState::InForce,
        exposure: "public".into(),
        fact_on: None,
        valid_from: None,
        valid_until: None,
        ended_on: None,
        stamp: None,
        known_from: chrono::NaiveDateTime::default(),
        known_until: None,
        payload: String::new(),
        note: None,
    };
    Fact { version, fields: Fields::from(fields) }
}

fn penalty(id: i64, agency: &str, number: &str) -> Fact {
    let fields = json!({"CF_CFJG": agency, "CF_WSH": number, "CF_JDRQ": "2026-03-12", "CF_NR": "罚款20000元"});
    fact(id, "penalty", fields)
}

fn worth(fact: &Fact, state: PublicityState) -> RecordStanding {
    let rule = crate::record::RuleRef { pack: "publicity.test".into(), version: 1, rule: "test".into() };
    let reason = Reason { rule, source: "测试".into(), records: vec![fact.id], text: "测试".into() };
    let (usable, repairable_from) = (state != PublicityState::Archived, Some(day("2026-06-12")));
    RecordStanding {
        record: fact.id,
        state,
        usable,
        used_until: None,
        objected: false,
        from: None,
        until: None,
        repairable_from,
        reason,
        entry: None,
    }
}

fn looked(fact: &Fact, state: PublicityState, lists: &[Listed], on: &str) -> Eligibility {
    let packs = Packs::embedded(&Catalog::embedded());
    let (pack, rules) = rules_for(&packs, CaseKind::Repair, Some(fact), None, day(on)).unwrap();
    let standing = worth(fact, state);
    let looked = Looked { fact, standing: &standing, lists, cases: &[], performed: None, papers: None, day: day(on) };
    eligibility(looked, pack, rules.repair.as_ref().unwrap())
}

fn of(eligibility: &Eligibility, condition: RepairCondition) -> &Finding {
    eligibility.findings.iter().find(|it| it.condition == condition).unwrap()
}

#[test]
fn the_pack_in_force_on_the_day_and_for_the_agency_is_the_one_that_decides() {
    let packs = Packs::embedded(&Catalog::embedded());
    let pack = |agency: &str, on: &str| {
        let fact = penalty(1, agency, "1");
        rules_for(&packs, CaseKind::Repair, Some(&fact), None, day(on)).map(|(pack, _)| pack.head.id.clone())
    };
    for (agency, on, expected) in [
        ("示例市城市管理局", "2023-04-30", None),
        ("示例市城市管理局", "2026-03-31", Some("rights.ndrc58")),
        ("示例市城市管理局", "2026-04-01", Some("rights.ndrc36")),
        ("示例市市场监督管理局", "2025-12-24", Some("rights.ndrc58")),
        ("示例市市场监督管理局", "2025-12-25", Some("rights.market107")),
    ] {
        assert_eq!(pack(agency, on).as_deref(), expected, "{agency} {on}");
    }
}

#[test]
fn a_record_is_repairable_when_it_is_used_its_term_is_over_and_it_is_none_that_never_can_be() {
    let plain = penalty(1, "示例市城市管理局", "示城罚〔2026〕1号");
    let early = looked(&plain, PublicityState::Published, &[], "2026-06-11");
    assert_eq!((early.outcome(), early.earliest), (Outcome::NotMet, Some(day("2026-06-12"))));
    let ripe = looked(&plain, PublicityState::Published, &[], "2026-06-12");
    assert_eq!((ripe.outcome(), ripe.earliest), (Outcome::Unknown, Some(day("2026-06-12"))));
    for state in [PublicityState::Repaired, PublicityState::Withdrawn, PublicityState::Archived] {
        let found = looked(&plain, state, &[], "2026-06-12");
        assert_eq!((found.outcome(), found.earliest), (Outcome::NotMet, None), "{state}");
    }
    let fields = json!({"CF_CFJG": "示例市应急管理局", "CF_NR": "终身禁止从事该职业"});
    let banned = looked(&fact(1, "penalty", fields), PublicityState::Published, &[], "2026-06-12");
    let reason = &of(&banned, RepairCondition::Repairable).reason;
    assert_eq!((banned.outcome(), reason.rule.rule.as_str()), (Outcome::NotMet, "lifelong_ban"));
}

#[test]
fn what_a_record_says_of_its_performance_is_believed() {
    let performed = |state: &str| {
        let record = fact(1, "tax_arrears", json!({"QSZT": state}));
        of(&looked(&record, PublicityState::Published, &[], "2026-06-12"), RepairCondition::Performed).outcome
    };
    assert_eq!((performed("已缴清"), performed("欠缴")), (Outcome::Met, Outcome::NotMet));
}

#[test]
fn who_is_on_a_serious_list_is_first_taken_off_it_and_the_list_s_own_record_is_not_barred() {
    let record = penalty(1, "示例市城市管理局", "示城罚〔2026〕1号");
    let listed = |key: u8, kind: ListKind, until: Option<&str>| Listed {
        list: "serious.test".into(),
        name: "测试名单".into(),
        kind,
        effect: ListEffect::Full,
        record: i64::from(key),
        key: [key; 16],
        body: None,
        entered_on: None,
        until: until.map(day),
        measures: vec![],
        objected: false,
        reason: worth(&record, PublicityState::Published).reason,
    };
    let found = |it: Listed| {
        let found = looked(&record, PublicityState::Published, &[it], "2026-06-12");
        let finding = of(&found, RepairCondition::BarringList);
        (finding.outcome, finding.from, finding.reason.records.clone())
    };
    assert_eq!(found(listed(9, ListKind::Serious, None)), (Outcome::NotMet, None, vec![9]));
    let until = found(listed(9, ListKind::Serious, Some("2027-01-31")));
    assert_eq!(until, (Outcome::NotMet, Some(day("2027-02-01")), vec![9]));
    assert_eq!(found(listed(1, ListKind::Serious, None)).0, Outcome::Met);
    assert_eq!(found(listed(9, ListKind::Watch, None)).0, Outcome::Met);
}

fn found(facts: &[Fact], on: &str) -> Vec<FoundGround> {
    let worth: Vec<RecordStanding> = facts.iter().map(|it| worth(it, PublicityState::Published)).collect();
    let packs = Packs::embedded(&Catalog::embedded());
    grounds(facts, &worth, &packs, &Aliases::embedded(), day(on))
}

#[test]
fn the_system_finds_what_is_published_twice_or_past_its_term() {
    let twice = [
        penalty(1, "示例市市场监督管理局", "示市监罚〔2026〕1号"),
        penalty(2, "示例市市监局", "示市监罚[2026] 1號"),
        penalty(3, "示例市市场监督管理局", "示市监罚〔2026〕2号"),
    ];
    let grounds = found(&twice, "2026-04-01");
    assert_eq!(grounds.len(), 1);
    assert_eq!((grounds[0].ground, &grounds[0].keys), (Ground::Duplicate, &vec![[1; 16], [2; 16]]));
    // Two agencies' own short numbers are two decisions.
    let short = [penalty(1, "示例市公安局", "〔2026〕1号"), penalty(2, "示例市应急管理局", "〔2026〕1号")];
    assert_eq!(found(&short, "2026-04-01"), []);
    let term = [fact(1, "penalty", json!({"CF_GSJZQ": "2026-06-12"}))];
    assert_eq!(found(&term, "2026-06-12"), []);
    assert_eq!(found(&term, "2026-06-13")[0].ground, Ground::OverTerm);
}
