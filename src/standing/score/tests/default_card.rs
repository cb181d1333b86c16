//! The default scorecard for enterprises.

use serde_json::json;

use super::*;

pub(super) fn penalty(id: i64, on: &str, kinds: &[&str], fen: Option<i64>) -> Fact {
    let mut fields = json!({"CF_CFLB": kinds});
    if let Some(fen) = fen {
        fields["CF_NR_FK"] = fen.into();
    }
    fact(id, "penalty", on, fields)
}

#[test]
fn a_firm_without_records_is_good_with_820_points_of_1000() {
    let pack = built_in("scorecard.credence");
    let firm = dossier(Vec::new());
    let it = score(&pack, &firm, "2026-04-01");
    assert_eq!((it.points, it.level.as_str(), it.level_name.as_str()), (Some(820), "B", "良"));
    assert_eq!(it.dimensions.iter().map(|it| it.points).sum::<i64>(), 820);
    let weights: i64 = card(&pack).unwrap().dimensions.iter().filter_map(|it| it.ceiling).sum();
    assert_eq!((weights, it.dimensions.len()), (1000, 8));
    assert!(it.partials.iter().all(|it| it.points == 0 && it.reasons.is_empty()));
    let next = it.improve.next_level.unwrap();
    assert_eq!((next.level.as_str(), next.missing), ("A", 80));
}

#[test]
fn one_ordinary_penalty_lowers_the_level_with_its_record_and_its_repair_restores_it() {
    let pack = built_in("scorecard.credence");
    let mut firm = dossier(vec![penalty(7, "2026-03-12", &["罚款"], Some(200_000))]);
    repair(&mut firm, 0, "2026-07-01");
    assert_eq!(told(&pack, &firm, "2026-03-11"), "820 B");
    let it = score(&pack, &firm, "2026-03-12");
    assert_eq!((it.points, it.level.as_str()), (Some(790), "C"));
    let partial = it.partials.iter().find(|it| it.points != 0).unwrap();
    assert_eq!((partial.characteristic.as_str(), partial.points), ("penalty", -30));
    let reason = &partial.reasons[0];
    assert_eq!(
        (reason.records.as_slice(), reason.rule.to_string().as_str()),
        (&[7][..], "scorecard.credence@1#penalty_middle_fine")
    );
    assert!(reason.source.contains("行政处罚法") && reason.text.contains("减30分"), "{reason:?}");
    let relief = &it.improve.steps[0];
    assert_eq!((relief.record, relief.points, relief.expires_on), (7, Some(30), Some(day("2027-03-12"))));
    assert_eq!(relief.repairable_from, Some(day("2026-06-12")));
    assert_eq!(told(&pack, &firm, "2026-06-30"), "790 C");
    assert_eq!(told(&pack, &firm, "2026-07-01"), "820 B");
}

#[test]
fn penalties_weigh_by_kind_and_amount() {
    let pack = built_in("scorecard.credence");
    let rows: &[(&[&str], Option<i64>, i64)] = &[
        (&["警告"], None, 810),
        (&["警告", "罚款"], Some(100_000), 800),
        (&["罚款"], Some(100_001), 790),
        (&["罚款"], Some(1_000_000), 770),
        (&["罚款"], Some(3_000_000), 760),
        (&["罚款"], Some(100_000_000), 720),
        (&["罚款"], None, 790),
        (&["没收违法所得", "罚款"], Some(100_000), 770),
        (&["责令停产停业"], None, 720),
        (&["罚款", "吊销许可证件"], Some(1_000), 670),
        (&["其他-责令改正"], None, 790),
    ];
    for (kinds, fen, points) in rows {
        let firm = dossier(vec![penalty(1, "2026-03-12", kinds, *fen)]);
        assert_eq!(score(&pack, &firm, "2026-03-12").points, Some(*points), "{kinds:?} {fen:?}");
    }
    let many = (1..=9).map(|n| penalty(n, "2026-03-12", &["罚款"], Some(200_000))).collect();
    assert_eq!(told(&pack, &dossier(many), "2026-03-12"), "600 C", "a dimension loses no more than its weight");
}

#[test]
fn a_serious_list_in_force_is_d_by_its_rule_until_the_entry_ends() {
    let pack = built_in("scorecard.credence");
    let mut entry = fact(3, "listing", "2026-01-05", json!({"MDLX": "黑名单", "MDMC": "市场监督管理严重违法失信名单"}));
    entry.version.valid_until = Some(day("2029-01-04"));
    let firm = dossier(vec![entry]);
    let it = score(&pack, &firm, "2026-02-01");
    assert_eq!((it.points, it.level.as_str(), it.mark.as_deref()), (Some(599), "D", Some("DB")));
    assert_eq!((it.grounds[0].rule.rule.as_str(), it.grounds[0].records.as_slice()), ("serious_list", &[3][..]));
    assert!(it.grounds[0].source.contains("国办发〔2020〕49号"));
    assert_eq!(told(&pack, &firm, "2029-01-04"), "599 DB");
    assert_eq!(told(&pack, &firm, "2029-01-05"), "820 B");
}

#[test]
fn an_executed_case_counts_while_it_is_open_and_not_beside_the_list_entry_of_the_same_case() {
    let pack = built_in("scorecard.credence");
    let case = json!({"AH": "（2026）示0101执1号", "AJZT": "执行中", "ZXBD": 5_000_000});
    let mut open = fact(1, "executed_person", "2026-01-05", case);
    let listed = fact(2, "dishonest_executed", "2026-02-05", json!({"AH": "（2026）示0101执1号", "MDZT": "在列"}));
    assert_eq!(told(&pack, &dossier(vec![open.clone()]), "2026-03-01"), "770 C");
    let both = score(&pack, &dossier(vec![open.clone(), listed]), "2026-03-01");
    assert_eq!((both.level.as_str(), both.partials.iter().filter(|it| it.points != 0).count()), ("D", 0));
    open.version.state = RecordState::Withdrawn;
    open.version.ended_on = Some(day("2026-06-01"));
    let closed = dossier(vec![open]);
    assert_eq!(told(&pack, &closed, "2026-05-31"), "770 C");
    assert_eq!(told(&pack, &closed, "2026-06-01"), "820 B");
}

#[test]
fn good_records_lift_within_the_ceilings_of_their_dimensions() {
    let pack = built_in("scorecard.credence");
    let mut facts = vec![fact(1, "tax_rating", "2026-04-30", json!({"PJND": "2025", "XYJB": "A"}))];
    facts.extend((2..9).map(|n| fact(n, "honour", "2026-02-01", json!({"RYJB": "国家级", "RYMC": n.to_string()}))));
    facts.push(fact(20, "listing", "2026-02-01", json!({"MDLX": "红名单"})));
    let it = score(&pack, &dossier(facts.clone()), "2026-05-01");
    assert_eq!((it.points, it.level.as_str()), (Some(820 + 40 + 70), "A"));
    facts.push(fact(30, "tax_rating", "2027-04-30", json!({"PJND": "2026", "XYJB": "D"})));
    assert_eq!(told(&pack, &dossier(facts), "2027-05-01"), "810 B", "the latest rating counts");
}

#[test]
fn a_national_result_takes_precedence_until_something_newer_is_worse() {
    let pack = built_in("scorecard.credence");
    let national = fact(1, "public_evaluation", "2026-01-31", json!({"PJCJ": "国家", "PJDJ": "A"}));
    let provincial = fact(2, "public_evaluation", "2026-02-28", json!({"PJCJ": "省", "PJDJ": "C"}));
    let old = penalty(3, "2025-11-01", &["罚款"], Some(2_000_000));
    let new = penalty(4, "2026-03-01", &["罚款"], Some(200_000));
    let before = score(&pack, &dossier(vec![national.clone(), provincial.clone(), old.clone()]), "2026-03-05");
    assert_eq!((before.level.as_str(), before.origin, before.own_level.as_deref()), ("A", Origin::Imported, Some("C")));
    assert_eq!(before.grounds[0].records, [1]);
    let after = score(&pack, &dossier(vec![national, provincial, old, new]), "2026-03-05");
    assert_eq!((after.level.as_str(), after.origin), ("C", Origin::Own));
    let national = after.grounds.iter().find(|it| it.rule.rule == "national").unwrap();
    assert_eq!(national.text, "国家公共信用综合评价为优（2026-01-31作出），其后另有失信信息，取较低等级");
}

#[test]
fn who_is_on_a_serious_list_is_lifted_by_no_national_result_and_told_why() {
    let pack = built_in("scorecard.credence");
    let mut listed = fact(1, "listing", "2025-09-04", json!({"MDLX": "黑名单"}));
    listed.version.valid_until = Some(day("2027-09-03"));
    let national = fact(2, "public_evaluation", "2026-11-20", json!({"PJCJ": "国家", "PJDJ": "A"}));
    let firm = dossier(vec![listed.clone(), national.clone()]);
    let it = score(&pack, &firm, "2026-12-01");
    assert_eq!((it.level.as_str(), it.origin, it.own_level), ("D", Origin::Own, None));
    let told: Vec<&str> = it.grounds.iter().map(|it| it.text.as_str()).collect();
    let why = "国家公共信用综合评价为优（2026-11-20作出），另有仍在适用的直接判级，取较低等级";
    assert_eq!(told, ["在严重失信主体名单内：直接判为差，至2027-09-03", why]);
    let mut newer = listed;
    newer.version.valid_from = Some(day("2026-11-25"));
    let it = score(&pack, &dossier(vec![newer, national]), "2026-12-01");
    assert!(it.grounds[1].text.contains("其后另有失信信息"), "{}", it.grounds[1].text);
    // Once the entry has ended, the result is the national one again, for twelve months from the day it was made.
    for (on, level, origin) in
        [("2027-09-04", "A", Origin::Imported), ("2027-11-19", "A", Origin::Imported), ("2027-11-20", "B", Origin::Own)]
    {
        let it = score(&pack, &firm, on);
        assert_eq!((it.level.as_str(), it.origin), (level, origin), "{on}");
    }
}

#[test]
fn who_is_deregistered_or_a_person_is_not_evaluated() {
    let pack = built_in("scorecard.credence");
    let card = card(&pack).unwrap();
    let gone = dossier(vec![fact(1, "register", "2020-01-01", json!({"DJZT": "注销"}))]);
    let on = day("2026-01-01");
    assert_eq!(by(&pack, card, &gone, &standings(&gone, on), on).0, []);
    let mut person = dossier(Vec::new());
    person.subject.kind = SubjectKind::Person;
    assert_eq!(crate::standing::score::of(&person, &[], &PACKS, on).0, []);
}
