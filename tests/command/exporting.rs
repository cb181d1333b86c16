//! Sending upward: numbered files, complete, each record once, the same serial after a kill, and what may no longer be shared told as ended.

use std::{collections::BTreeSet, fs};

use credence::{
    affairs::{self, Filing, Hand, Handed, Taking},
    rights::{CaseKind, Channel, StepKind},
    store::{marks, records, rights},
};

use crate::{
    Said, credence,
    world::{
        World,
        penalty::{FIRM, OTHER, penalty, table},
    },
};

fn export(world: &World, more: &[&str]) -> Said {
    let mut arguments = vec!["export", "-r", "penalty", "--out", "up", "--rows-per-file", "4"];
    if !more.contains(&"--message") {
        arguments.extend(["--message", "001501"]);
    }
    arguments.extend(more);
    let said = credence(world, &arguments);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    said
}

fn files(world: &World) -> Vec<String> {
    let Ok(found) = fs::read_dir(world.dir.path().join("up")) else { return Vec::new() };
    let mut names: Vec<String> =
        found.map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.retain(|it| !it.starts_with('.'));
    names.sort();
    names
}

fn text(world: &World, name: &str) -> String {
    let read = fs::read_to_string(world.dir.path().join("up").join(name));
    read.unwrap_or_else(|err| panic!("{name}: {err}, there are {:?}", files(world)))
}

/// The documents of all files, each as often as it stands there.
fn documents(world: &World) -> Vec<String> {
    let all: String = files(world).iter().map(|it| text(world, it)).collect();
    let mut found: Vec<String> = all
        .split("<CF_WSH>")
        .skip(1)
        .filter_map(|it| it.split_once("</CF_WSH>"))
        .map(|(document, _)| document.to_owned())
        .collect();
    found.sort();
    found
}

#[test]
fn records_are_sent_once_and_a_revision_again() {
    let world = World::early();
    world.deliver("penalty", table(&(1..=10).map(penalty).collect::<Vec<_>>()));
    export(&world, &["--since-cursor", "province"]);
    let day = "20260320";
    assert_eq!(
        files(&world),
        [1, 2, 3].map(|serial| format!("001501_{day}_{serial:05}.xml")),
        "ten rows in files of four"
    );
    let sent = documents(&world);
    assert_eq!((sent.len(), sent.iter().collect::<BTreeSet<_>>().len()), (10, 10));
    let first = text(&world, &files(&world)[0]);
    assert!(first.contains("<CF_NR_FK>0.2</CF_NR_FK>") && first.contains("<CF_JDRQ>2026/03/12</CF_JDRQ>"), "{first}");

    assert!(export(&world, &["--since-cursor", "province"]).out.contains("没有新数据"));
    world.deliver("penalty", table(&[penalty(3).fined("0.3", "罚款3000元"), penalty(11)]));
    export(&world, &["--since-cursor", "province"]);
    let last = text(&world, &files(&world)[3]);
    assert!(
        last.contains("〔2026〕3号") && last.contains("〔2026〕11号") && last.matches("<ROW>").count() == 2,
        "{last}"
    );
    assert!(last.contains("<CF_NR_FK>0.3</CF_NR_FK>"));
}

#[test]
fn a_killed_export_writes_its_serial_anew_under_the_same_name() {
    let world = World::early();
    world.deliver("penalty", table(&(1..=6).map(penalty).collect::<Vec<_>>()));
    export(&world, &["--since-cursor", "province"]);
    let before = (files(&world), documents(&world));
    // As it was when the second file stood there and the position had not moved: and the day is another.
    let position =
        world.shop.database.read(|conn| marks::position(conn, "export/province")).expect("asked").expect("kept");
    assert_eq!(position, format!("{{\"after\":{},\"serial\":2}}", after(&position)));
    let sent = serde_json::json!({ "after": fourth(&world), "serial": 1 }).to_string();
    let now = world.shop.clock.now();
    world.shop.database.write_again(|conn| marks::put(conn, "export/province", &sent, now)).expect("kept");
    export(&world, &["--since-cursor", "province", "--today", "2026-03-23"]);
    assert_eq!((files(&world), documents(&world)), before);
}

fn after(position: &str) -> i64 {
    let kept: serde_json::Value = serde_json::from_str(position).expect("JSON");
    kept["after"].as_i64().expect("a number")
}

/// The id of the fourth record: the last of the first file.
fn fourth(world: &World) -> i64 {
    let found = world.shop.database.read(|conn| records::by_id_range(conn, 0, 100_000)).expect("asked");
    found[3].id
}

#[test]
fn withdrawn_records_the_layout_cannot_say_are_listed_beside() {
    let world = World::early();
    world.deliver("penalty", table(&[penalty(1), penalty(2)]));
    world.deliver("penalty", table(&[penalty(2).withdrawn()]));
    let said = export(&world, &[]);
    assert_eq!(files(&world).len(), 2, "{}", said.out);
    let listed = files(&world).into_iter().find(|it| it.ends_with("_withdrawn.csv")).expect("listed");
    assert!(text(&world, &listed).contains("〔2026〕2号"));
    assert_eq!(documents(&world), ["示市监罚〔2026〕1号"]);
}

#[test]
fn csv_has_the_same_rows_and_nothing_for_consent_only_leaves_in_bulk() {
    let world = World::early();
    world.deliver("penalty", table(&[penalty(1)]));
    export(&world, &["--format", "csv"]);
    let csv = text(&world, &files(&world)[0]);
    assert_eq!(csv.lines().count(), 2);
    assert!(csv.starts_with("CF_") && csv.contains("〔2026〕1号"), "{csv}");
    let refused = credence(&world, &["export", "-r", "penalty", "--out", "up", "--exposure", "authorised"]);
    assert_eq!(refused.code, 64);
}

#[test]
fn two_exports_into_one_folder_do_not_mix() {
    let world = World::early();
    world.deliver("penalty", table(&[penalty(1)]));
    export(&world, &["--since-cursor", "province"]);
    let lock = fs::File::open(world.dir.path().join("up/.export.lock")).expect("it is there");
    lock.lock().expect("nobody holds it");
    let second = credence(&world, &["export", "-r", "penalty", "--out", "up", "--since-cursor", "province"]);
    assert!(second.code == 1 && second.err.contains("另一个导出"), "{}", second.err);
}

const PERSON: &str = "行政相对人名称,行政相对人类别,证件类型,证件号码,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,\
罚款金额(万元),处罚决定日期,处罚有效期,处罚机关,处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码,当前状态\n\
李示例,自然人,身份证,11010519491231002X,示公罚〔2026〕1号,赌博,参与赌博,《治安管理处罚法》第七十条,罚款,罚款500元,0.05,2026/03/12,2027/03/12,\
示例市公安局,11431100006345675D,示例市公安局,11431100006345675D,1\n";

#[test]
fn personal_numbers_leave_only_when_it_is_asked_for() {
    let world = World::early();
    world.deliver("penalty", PERSON);
    let number = "11010519491231002X";
    export(&world, &["--since-cursor", "masked"]);
    let masked = text(&world, &files(&world)[0]);
    assert!(masked.contains("李示例") && !masked.contains("19491231"), "{masked}");
    export(&world, &["--since-cursor", "whole", "--message", "001502", "--with-personal-numbers"]);
    assert!(text(&world, &files(&world)[1]).contains(&format!("<CF_XDR_ZJHM>{number}</CF_XDR_ZJHM>")));
}

/// Has the office repair the firm's one record on a day; gives the case.
fn repair(world: &mut World, (month, day): (u32, u32)) -> i64 {
    world.dawn(2026, month, day);
    let (shop, office) = (&world.shop, Hand::office("XYB/1"));
    let known = shop.database.read(|conn| records::by_id_range(conn, 0, 100_000)).expect("asked");
    let (subject, key) = (known[0].subject, known[0].key);
    let filing = Filing {
        kind: CaseKind::Repair,
        subject,
        keys: vec![key],
        channel: Channel::CreditSite,
        ground: None,
        reason: "已缴纳罚款".into(),
        source: None,
        unit: None,
        missing: None,
    };
    let case = affairs::file(shop, &filing, &office).expect("filed").case.opening.id;
    for kind in ["application", "commitment", "proof"] {
        let stored = affairs::keep_paper(shop, &mut format!("%PDF-1.7 {kind}").as_bytes()).expect("kept");
        let handed = Handed { kind: kind.to_owned(), file_name: format!("{kind}.pdf"), stored };
        affairs::hand_in(shop, case, &handed, &office).expect("handed in");
    }
    take(world, case, StepKind::Accepted);
    take(world, case, StepKind::Granted);
    case
}

fn take(world: &World, case: i64, kind: StepKind) {
    let taking = Taking {
        kind,
        reason: "经核查".into(),
        source: Some("示市监信修〔2026〕1号".into()),
        delivery: None,
        confirmed: vec!["performed".into()],
        papers: Vec::new(),
    };
    affairs::take(&world.shop, case, &taking, &Hand::office("XYB/1")).expect("taken");
}

/// A firm with one ordinary penalty, which may be repaired from 2026-06-12 on.
fn fined() -> World {
    let world = World::early();
    world.deliver("penalty", table(&[penalty(1).fined("2", "罚款20000元")]));
    world
}

#[test]
fn a_repaired_record_is_told_as_ended_once_and_sent_again_when_its_repair_is_reversed() {
    let mut world = fined();
    let on = |world: &World, day: &str| export(world, &["--since-cursor", "province", "--today", day]).out;
    on(&world, "2026-06-15");
    assert_eq!(documents(&world).len(), 1);
    let case = repair(&mut world, (6, 15));
    on(&world, "2026-06-15");
    let ended = text(&world, "001501_20260615_00002_withdrawn.csv");
    assert!(ended.contains("〔2026〕1号") && ended.contains("已修复"), "{ended}");
    assert_eq!(documents(&world).len(), 1, "it is not sent as one that may be shared");
    assert!(on(&world, "2026-06-16").contains("没有新数据"), "it is told once");

    world.dawn(2026, 6, 17);
    take(&world, case, StepKind::Reversed);
    on(&world, "2026-06-17");
    assert_eq!(documents(&world).len(), 2, "{:?}", files(&world));
    world.deliver("penalty", table(&[penalty(1).fined("3", "罚款30000元")]));
    on(&world, "2026-06-17");
    assert_eq!(documents(&world).len(), 3, "a revision of a record that is shared is sent");
}

#[test]
fn a_record_that_was_repaired_before_it_was_sent_never_leaves() {
    let mut world = fined();
    repair(&mut world, (6, 15));
    let (some, none) = (["--today", "2026-06-16", "--since-cursor", "province"], ["--today", "2026-06-16"]);
    for more in [&some[..], &none] {
        export(&world, more);
        let left: String = files(&world).iter().map(|it| text(&world, it)).collect();
        assert!(!left.contains("〔2026〕1号"), "{left}");
    }
}

#[test]
fn a_term_that_ends_by_itself_and_a_revision_that_closes_a_record_are_told_too() {
    let world = fined();
    let on = |day: &str, more: &[&str]| {
        export(&world, &[&["--since-cursor", "province", "--today", day], more].concat());
    };
    on("2026-06-15", &[]);
    on("2032-06-15", &[]);
    let ended = text(&world, "001501_20320615_00002_withdrawn.csv");
    assert!(ended.contains("〔2026〕1号") && ended.contains("已归档"), "{ended}");

    world.deliver("penalty", table(&[penalty(2).on(OTHER).fined("2", "罚款20000元")]));
    on("2026-06-15", &[]);
    world.deliver("penalty", table(&[penalty(2).on(OTHER).fined("2", "罚款20000元").withdrawn()]));
    on("2026-06-15", &[]);
    let ended = text(&world, "001501_20260615_00004_withdrawn.csv");
    assert!(ended.contains("〔2026〕2号") && ended.contains("已撤销") && !ended.contains("〔2026〕1号"), "{ended}");
}

#[test]
fn notices_upward_leave_with_the_next_batch_and_are_sent_then() {
    let mut world = fined();
    let case = repair(&mut world, (6, 15));
    let today = ["--today", "2026-06-16"];
    let waiting = |world: &World| world.shop.database.read(|conn| rights::waiting(conn, 0, 99)).expect("asked").len();
    assert_eq!(waiting(&world), 1);
    export(&world, &[&today[..], &["--since-cursor", "own", "--without-notices"]].concat());
    export(&world, &today);
    assert_eq!(waiting(&world), 1, "neither a receiver of its own nor a whole export takes them away");
    let said = export(&world, &[&today[..], &["--since-cursor", "province", "--message", "001502"]].concat());
    assert!(said.out.contains("事项 1 件"), "{}", said.out);
    let line: serde_json::Value =
        serde_json::from_str(&text(&world, "001502_20260616_00001_notices.jsonl")).expect("a line of JSON");
    assert_eq!((&line["kind"], &line["code"]), (&"repair_granted".into(), &FIRM.1.into()));
    assert_eq!((&line["resource"], &line["body"]["case"]), (&"penalty".into(), &case.into()));
    assert_eq!(waiting(&world), 0);
    assert!(export(&world, &[&today[..], &["--since-cursor", "province"]].concat()).out.contains("没有新数据"));
}
