//! `ingest`, and what a person does about units, keys, held deliveries and doubtful rows.

use credence::store::units;

use crate::{
    credence, json,
    world::{
        UNIT, World,
        penalty::{penalty, table},
    },
    write,
};

#[test]
fn the_exit_code_tells_taken_rejected_and_refused_apart() {
    let world = World::early();
    write(&world, "good.csv", table(&[penalty(1), penalty(2)]));
    write(&world, "bad.csv", table(&[penalty(3), penalty(4).decided("三月一日")]));
    write(&world, "none.csv", "甲,乙\n1,2\n");
    let ingest = |file: &str| credence(&world, &["ingest", file, "-r", "penalty", "-o", UNIT]);

    let good = ingest("good.csv");
    assert_eq!(good.code, 0, "{}{}", good.out, good.err);
    assert!(good.out.contains("上报 2  入库 2  更新 0  重复 0  疑问 0  未关联 0"), "{}", good.out);
    let bad = ingest("bad.csv");
    assert_eq!(bad.code, 2);
    assert!(bad.out.contains("上报 2  入库 1  更新 0  重复 0  疑问 1  未关联 0"), "{}", bad.out);
    let none = ingest("none.csv");
    assert_eq!(none.code, 1);
    assert!(none.out.contains("已拒收"), "{}", none.out);
    let again = ingest("good.csv");
    assert_eq!(again.code, 0);
    assert!(again.out.contains("已报送过"), "{}", again.out);
    assert_eq!(ingest("absent.csv").code, 1);

    let all = credence(&world, &["ingest", "good.csv", "bad.csv", "none.csv", "-r", "penalty", "-o", UNIT]);
    assert_eq!(all.code, 1, "the worst of several");
}

#[test]
fn a_unit_nobody_registered_is_told_how_to_become_one() {
    let world = World::early();
    write(&world, "good.csv", table(&[penalty(1)]));
    let said = credence(&world, &["ingest", "good.csv", "-r", "penalty", "-o", "NEW"]);
    assert!(said.code == 1 && said.err.contains("credence org add NEW"), "{}", said.err);
    assert_eq!(credence(&world, &["org", "add", "NEW", "--name", "示例局"]).code, 0);
    assert_eq!(credence(&world, &["org", "add", "NEW", "--name", "示例局"]).code, 1, "it is there");
    assert_eq!(credence(&world, &["ingest", "good.csv", "-r", "penalty", "-o", "NEW"]).code, 0);
    assert_eq!(credence(&world, &["org", "set", "NEW", "--active", "false"]).code, 0);
    write(&world, "more.csv", table(&[penalty(2)]));
    assert_eq!(credence(&world, &["ingest", "more.csv", "-r", "penalty", "-o", "NEW"]).code, 1, "it is inactive");
    let wrong = credence(&world, &["org", "add", "11430100MB1A2B3CX0", "--name", "示例局"]);
    assert_eq!(wrong.code, 64, "a code with a wrong check character: {}", wrong.err);
    assert!(credence(&world, &["org", "list"]).out.contains("停用"));
}

#[test]
fn a_report_holds_every_bad_row_and_the_workbook_can_be_sent_again() {
    let world = World::early();
    write(&world, "bad.csv", table(&[penalty(1), penalty(2).decided("三月一日"), penalty(3).decided("2026/02/30")]));
    let ingest =
        |report: &str| credence(&world, &["ingest", "bad.csv", "-r", "penalty", "-o", UNIT, "--report", report]);
    assert_eq!(ingest("r.json").code, 2);
    let report = json(&world, "r.json");
    assert_eq!((&report["counts"]["rows"], &report["counts"]["new"]), (&3.into(), &1.into()));
    let rows: Vec<i64> = report["rows"].as_array().expect("rows").iter().filter_map(|it| it["row"].as_i64()).collect();
    assert_eq!(rows, [3, 4]);
    assert_eq!(report["rows"][1]["faults"][0]["code"], "impossible_date");
    assert_eq!(ingest("r.xlsx").code, 2);
    let again = credence(&world, &["ingest", "r.xlsx", "-r", "penalty", "-o", UNIT]);
    assert_eq!(again.code, 2);
    assert!(again.out.contains("上报 2  入库 0  更新 0  重复 0  疑问 2"), "{}", again.out);
    assert_eq!(ingest("r.txt").code, 64);
}

#[test]
fn a_doubtful_row_is_listed_and_ignored_with_a_reason() {
    let world = World::early();
    write(&world, "bad.csv", table(&[penalty(1).decided("三月一日")]));
    credence(&world, &["ingest", "bad.csv", "-r", "penalty", "-o", UNIT]);
    let listed = credence(&world, &["doubts", "list", "--state", "open"]);
    assert!(listed.out.contains("处罚决定日期") && listed.out.contains("1 条"), "{}", listed.out);
    let id = listed.out.lines().nth(2).and_then(|it| it.split_whitespace().next()).expect("a row").to_owned();
    assert_eq!(credence(&world, &["doubts", "ignore", &id, "--reason", "原始文书如此"]).code, 0);
    assert_eq!(credence(&world, &["doubts", "ignore", &id, "--reason", "再来"]).code, 1, "it is closed");
    assert!(credence(&world, &["doubts", "list", "--state", "open"]).out.contains("0 条"));
}

#[test]
fn a_key_is_shown_once_and_kept_as_its_hash() {
    let world = World::early();
    let added = credence(&world, &["account", "add", "--org", UNIT, "--label", "处罚系统"]);
    assert_eq!(added.code, 0, "{}", added.err);
    let key = added.out.trim();
    let (id, secret) = key.strip_prefix("ck_").and_then(|it| it.split_once('_')).expect("a key");
    let listed = credence(&world, &["account", "list"]).out;
    assert!(listed.contains(id) && !listed.contains(secret), "{listed}");
    let kept = world.shop.database.read(|conn| units::key(conn, id)).expect("asked").expect("kept");
    assert_eq!(kept.secret.len(), 32);
    assert_eq!(credence(&world, &["account", "revoke", id]).code, 0);
    assert_eq!(credence(&world, &["account", "revoke", id]).code, 1);
    assert_eq!(credence(&world, &["account", "add", "--org", "NEW"]).code, 1);
}

#[test]
fn a_held_delivery_goes_on_or_is_discarded_as_a_person_says() {
    let world = World::early();
    let many = |from: u32| {
        let mixed = (from..from + 100).map(|n| if n % 2 == 0 { penalty(n) } else { penalty(n).decided("三月一日") });
        table(&mixed.collect::<Vec<_>>())
    };
    write(&world, "one.csv", many(0));
    write(&world, "two.csv", many(1000));
    let one = credence(&world, &["ingest", "one.csv", "-r", "penalty", "-o", UNIT]);
    assert_eq!(one.code, 3, "{}", one.out);
    assert!(one.out.contains("credence release 1"), "{}", one.out);
    assert_eq!(credence(&world, &["release", "1"]).code, 2);
    assert_eq!(credence(&world, &["release", "1"]).code, 1, "it is no longer held");
    assert_eq!(credence(&world, &["ingest", "two.csv", "-r", "penalty", "-o", UNIT]).code, 3);
    assert_eq!(credence(&world, &["discard", "2", "--reason", "导出不全"]).code, 0);
    assert_eq!(credence(&world, &["release", "2"]).code, 1);
}
