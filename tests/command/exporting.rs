//! Sending upward: numbered files, complete, each record once, and the same serial after a kill.

use std::{collections::BTreeSet, fs};

use credence::store::marks;

use crate::{
    Said, credence,
    world::{
        World,
        penalty::{penalty, table},
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
    fs::read_to_string(world.dir.path().join("up").join(name)).expect("it is there")
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
    let world = World::new();
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
    let world = World::new();
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
    let found =
        world.shop.database.read(|conn| credence::store::records::by_id_range(conn, 0, 100_000)).expect("asked");
    found[3].id
}

#[test]
fn withdrawn_records_the_layout_cannot_say_are_listed_beside() {
    let world = World::new();
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
    let world = World::new();
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
    let world = World::new();
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
    let world = World::new();
    world.deliver("penalty", PERSON);
    let number = "11010519491231002X";
    export(&world, &["--since-cursor", "masked"]);
    let masked = text(&world, &files(&world)[0]);
    assert!(masked.contains("李示例") && !masked.contains("19491231"), "{masked}");
    export(&world, &["--since-cursor", "whole", "--message", "001502", "--with-personal-numbers"]);
    assert!(text(&world, &files(&world)[1]).contains(&format!("<CF_XDR_ZJHM>{number}</CF_XDR_ZJHM>")));
}
