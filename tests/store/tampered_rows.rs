//! Rows of acts in every table the ledger vouches for: one column changed, a row gone, a row put in — each is named.

use std::io::Cursor;

use chrono::Duration;
use credence::{
    affairs::{self, Filing, Hand, Taking, consents, deferrals, packs, publicity},
    deferral::{Breach, Case, CaseState},
    dossier, ingest,
    ledger::{Event, EventKind, Lane, Table, deeds},
    record::RecordKey,
    rights::{Capacity, CaseKind, Channel, Ground, Purpose, StepKind, designation::StepKind as ListStep},
    store::{
        StoreError, deferral as kept, ledger,
        merges::{self, Merging},
        units::ZeroReport,
    },
};

use super::{
    designations,
    schema::{Column, columns},
    tampering::{answer, of, run, texts},
};
use crate::world::{
    UNIT, World,
    penalty::{OTHER, penalty, table},
};

const BANK: &str = "BANK";

/// A city in which every table has rows, by the steps people take.
fn busy() -> World {
    let mut world = World::new();
    world.unit(BANK, "示例银行");
    world.unit("XYB", "示例市信用办");
    packs::begin(&world.shop).unwrap();
    let listed = designations::noticed(&mut world);
    world.deliver("penalty", table(&(11..=13).map(penalty).collect::<Vec<_>>()));
    designations::take(&world, listed, ListStep::Designated);
    let (firm, key) =
        of(&world, "SELECT subject_id AS id, key FROM record WHERE resource = 'penalty' ORDER BY id LIMIT 1");
    assert_eq!(firm, designations::firm());
    objection(&world, firm, key);
    confirmation(&world, firm, key);
    consent(&world, firm);
    pack(&world);
    merged(&world, firm);
    deferral(&world, firm);
    nothing(&world);
    answer(&world, &[7, 8]);
    answer(&world, &[7]);
    world
}

fn objection(world: &World, subject: i64, key: RecordKey) {
    let office = Hand { unit: "XYB".to_owned(), ..Hand::office("XYB/k") };
    let filing = Filing {
        kind: CaseKind::Objection,
        subject,
        keys: vec![key],
        channel: Channel::CreditSite,
        ground: Some(Ground::Wrong),
        reason: "罚款数额有误".to_owned(),
        source: None,
        unit: None,
        missing: None,
    };
    let id = affairs::file(&world.shop, &filing, &office).unwrap().case.opening.id;
    let stored = affairs::keep_paper(&world.shop, &mut Cursor::new(b"%PDF-1.7")).unwrap();
    let paper = affairs::Handed { kind: "other".to_owned(), file_name: "证明.pdf".to_owned(), stored };
    affairs::hand_in(&world.shop, id, &paper, &office).unwrap();
    let (kind, reason) = (StepKind::Forwarded, "转办".to_owned());
    let taking = Taking { kind, reason, source: None, delivery: None, confirmed: vec![], papers: vec![] };
    affairs::take(&world.shop, id, &taking, &office).unwrap();
}

fn confirmation(world: &World, subject: i64, key: RecordKey) {
    let performed = publicity::Confirming { class: None, performed: Some(true), reason: "已缴清".to_owned() };
    let hand = Hand { actor: "SJJ/k".to_owned(), unit: UNIT.to_owned(), capacity: affairs::Capacity::Unit };
    let database = &world.shop.database;
    database.write(|conn| publicity::confirm_class(conn, &world.shop, &hand, (subject, &key), &performed)).unwrap();
}

fn consent(world: &World, subject: i64) {
    let shop = &world.shop;
    let bank = consents::By { party: consents::Party::Grantee(BANK.to_owned()), actor: "BANK/k".to_owned() };
    let own = consents::By { party: consents::Party::Subject(vec![subject]), actor: "XYB/own".to_owned() };
    let file = |conn: &mut _| consents::file_paper(conn, shop, (BANK, &[5; 32]), "BANK/k");
    shop.database.write(file).unwrap();
    let offer = |evidence| consents::Offer {
        holder: BANK.to_owned(),
        subject,
        grantee: BANK.to_owned(),
        purpose: Purpose::BeforeLoan,
        resources: vec!["penalty".to_owned()],
        from: None,
        until: shop.clock.day() + Duration::days(30),
        evidence,
        signer: Some("示例人".to_owned()),
        capacity: Capacity::LegalRepresentative,
    };
    let id = shop.database.write(|conn| consents::give(conn, shop, &bank, offer(Some([5; 32])))).unwrap().id;
    shop.database.write(|conn| consents::confirm(conn, shop, id, &own)).unwrap();
    let other = shop.database.write(|conn| consents::give(conn, shop, &own, offer(None))).unwrap().id;
    shop.database.write(|conn| consents::end(conn, shop, (other, "不再需要"), &own)).unwrap();
}

fn pack(world: &World) {
    let shop = &world.shop;
    let text = include_str!("../../schemas/policy/packs/scorecard.credence.toml");
    let text = text.replacen("version = 1", "version = 2", 1);
    let pack = packs::validate(shop, "test", &text).unwrap_or_else(|it| panic!("{it:#?}"));
    shop.database.write(|conn| packs::propose(conn, shop, &pack, "XYB/1")).unwrap();
    let simulation = dossier::simulate(shop, &pack, shop.clock.day(), 2, 10).unwrap();
    let key = ("scorecard.credence", 2);
    for _ in 0..2 {
        shop.database.write(|conn| packs::keep_simulation(conn, shop, &simulation, "XYB/1")).unwrap();
    }
    shop.database.write(|conn| packs::activate(conn, shop, key, &pack.hash, "XYB/2")).unwrap();
    shop.database.write(|conn| packs::propose_retiring(conn, shop, key, "XYB/1", true)).unwrap();
    shop.database.write(|conn| packs::retire(conn, shop, key, "XYB/3")).unwrap();
}

/// Merged, parted and merged again.
fn merged(world: &World, winner: i64) {
    let (loser, now) = (credence::resolve::subject_id(&format!("credit_code:{}", OTHER.1)), world.shop.clock.now());
    let new = || Merging {
        id: 0,
        loser,
        winner,
        reason: "吸收合并".to_owned(),
        actor: "XYB/k".to_owned(),
        made_at: now,
        undone_at: None,
    };
    let merge = || {
        let done = world.shop.database.write(|conn| {
            let (id, change) = merges::merge(conn, new())?.expect("they can be merged");
            ledger::append(conn, &[deeds::merged((id, change), (loser, winner), now, "XYB/k")])?;
            Ok::<_, StoreError>(id)
        });
        done.unwrap()
    };
    let first = merge();
    let undone = world.shop.database.write(|conn| {
        let change = merges::undo(conn, first, now)?.expect("it is there");
        ledger::append(conn, &[deeds::unmerged((first, change), now, "XYB/k")])
    });
    undone.unwrap();
    merge();
}

fn nothing(world: &World) {
    let report = ZeroReport {
        unit: UNIT.to_owned(),
        resource: "penalty".to_owned(),
        period: "2026-03".to_owned(),
        actor: "SJJ/k".to_owned(),
        made_at: world.shop.clock.now(),
    };
    let say = || world.shop.database.write(|conn| ingest::report_nothing(conn, &report)).unwrap();
    assert_eq!((say(), say()), (true, false));
}

fn deferral(world: &World, subject: i64) {
    let (now, day) = (world.shop.clock.now(), world.shop.clock.day());
    let case = Case {
        subject,
        id: 1,
        number: "RQ350000-20260330-1".to_owned(),
        unit: UNIT.to_owned(),
        item: "item".to_owned(),
        pack: "deferral@1".to_owned(),
        answer: 9,
        missing: vec!["paper".to_owned()],
        opened_on: day,
        due_on: day - Duration::days(5),
        state: CaseState::Open,
        signed: Some([7; 32]),
        owes: None,
        delivery: None,
    };
    let suspended = world.shop.database.write(|conn| {
        let change = kept::add(conn, &case)?.expect("it is new");
        let event = Event::new(Lane::Acts, EventKind::Deferral, now, "SJJ/k").about(subject);
        ledger::append(conn, &[event.changing([change])])?;
        deferrals::suspend(conn, &world.shop, &case)
    });
    let suspended = suspended.unwrap().expect("it is overdue");
    let owed = (Breach::Overdue, 3);
    assert!(world.shop.database.write(|conn| deferrals::recorded(conn, &world.shop, &suspended, owed)).unwrap());
}

/// A table, which of its rows is tampered with and how that one is named, and what makes a copy of it another row.
type Place = (Table, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const PLACES: &[Place] = &[
    (Table::Case, "id = 1", "1", &[("id", "77")]),
    (Table::CaseStep, "case_id = 1 AND seq = 2", "1/2", &[("seq", "77")]),
    (Table::CasePaper, "case_id = 1", "1/1", &[("seq", "77")]),
    (Table::Designation, "id = 1", "1", &[("id", "77")]),
    (Table::DesignationStep, "designation = 1 AND seq = 2", "1/2", &[("seq", "77")]),
    (Table::Consent, "id = 1", "1", &[("id", "77")]),
    (Table::ConsentPaper, "holder = 'BANK'", "BANK/", &[("holder", "'OTHER'")]),
    (Table::Pack, "id = 'scorecard.credence' AND version = 2", "scorecard.credence@2", &[("version", "77")]),
    (Table::PackSimulation, "version = 2", "scorecard.credence@2/", &[("version", "77")]),
    (Table::Merging, "id = 1", "1", &[("id", "77")]),
    (Table::ZeroReport, "1 = 1", "SJJ/penalty/2026-03", &[("period", "'2026-04'")]),
    (Table::Deferral, "id = 1", "1", &[("id", "77"), ("answer", "77")]),
    (Table::DeferralStep, "deferral = 1", "1/1", &[("seq", "77")]),
    (Table::ClassConfirmation, "1 = 1", "", &[("made_at", "'2027-01-01 00:00:00'")]),
    (Table::UpwardNotice, "id = 1", "1", &[("id", "77")]),
];

/// Another value for a column of a kind.
fn other(column: &str, kind: &str, is_sqlite: bool) -> String {
    match kind {
        "TEXT" => format!("coalesce({column}, '') || 'x'"),
        "NUMBER" => format!("coalesce({column}, 0) + 1000"),
        "BOOLEAN" => format!("NOT coalesce({column}, FALSE)"),
        "DATE" => "'2001-02-03'".to_owned(),
        "TIMESTAMP" => "'2001-02-03 04:05:06'".to_owned(),
        "BLOB" if is_sqlite => "x'00ff'".to_owned(),
        "BLOB" => "'\\x00ff'::bytea".to_owned(),
        kind => panic!("{column} is of a new kind {kind}"),
    }
}

#[test]
fn every_changed_column_missing_row_and_inserted_row_of_an_act_is_named() {
    let world = busy();
    assert_eq!(texts(&world), Vec::<String>::new());
    let all = columns(&mut world.shop.database.get().unwrap());
    let is_sqlite = !world.url().starts_with("postgres");
    assert_eq!(PLACES.iter().map(|it| it.0).collect::<Vec<_>>(), Table::ALL);
    for (table, row, named, copied) in PLACES {
        let prefix = format!("{table}.");
        let own: Vec<(&str, &Column)> =
            all.iter().filter_map(|it| Some((it.place.strip_prefix(&prefix)?, it))).collect();
        run(&world, &format!("CREATE TABLE kept AS SELECT * FROM {table}"));
        let tamper = |sql: &str, expected: &str| {
            run(&world, sql);
            let found = texts(&world);
            let expected = format!("{} {named}{expected}", table.name());
            let (start, end) = expected.split_once('…').unwrap_or((&expected, ""));
            let is_named = found.iter().any(|it| it.starts_with(start) && it.contains(end));
            assert!(is_named, "{sql}\n wanted {expected}\n found {found:#?}");
            run(&world, &format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept"));
        };
        for (column, it) in &own {
            // A row of another key is one that is gone and one that was put in.
            tamper(&format!("UPDATE {table} SET {column} = {} WHERE {row}", other(column, &it.kind, is_sqlite)), "");
        }
        tamper(&format!("DELETE FROM {table} WHERE {row}"), "… 缺失");
        let values: Vec<&str> = own
            .iter()
            .map(|(name, _)| copied.iter().find(|(column, _)| column == name).map_or(*name, |(_, value)| value))
            .collect();
        let names: Vec<&str> = own.iter().map(|(name, _)| *name).collect();
        run(
            &world,
            &format!(
                "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE {row}",
                names.join(", "),
                values.join(", ")
            ),
        );
        let found = texts(&world);
        let is_told = |it: &String| it.starts_with(&format!("{} ", table.name())) && it.contains("没有对应的账本条目");
        assert!(found.iter().any(is_told), "{table}: {found:#?}");
        run(&world, &format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept"));
    }
    assert_eq!(texts(&world), Vec::<String>::new());
}

#[test]
fn the_subjects_of_an_answer_and_the_links_of_merged_subjects_are_vouched_for() {
    let world = busy();
    let tampered = |sql: &str, back: &str| {
        run(&world, sql);
        let found = texts(&world);
        run(&world, back);
        assert_eq!(found.len(), 1, "{sql}: {found:#?}");
        found[0].clone()
    };
    let (gone, there) = (
        "DELETE FROM answer_subject WHERE subject_id = 8",
        "INSERT INTO answer_subject (subject_id, answer) SELECT 8, id FROM answer WHERE subject_id = 0",
    );
    assert!(tampered(gone, there).contains("所涉主体的留痕被改动"));
    let moved = |to: i64, from: i64| format!("UPDATE answer_subject SET subject_id = {to} WHERE subject_id = {from}");
    assert!(tampered(&moved(9, 8), &moved(8, 9)).contains("所涉主体的留痕被改动"));
    let stray = "INSERT INTO answer_subject (subject_id, answer) VALUES (7, 4711)";
    let found = tampered(stray, "DELETE FROM answer_subject WHERE answer = 4711");
    assert_eq!(found, "答复 4711 所涉主体的留痕被改动：有主体缺失、插入或替换");

    let (loser, winner) = (credence::resolve::subject_id(&format!("credit_code:{}", OTHER.1)), designations::firm());
    let back = format!("UPDATE subject SET merged_into = {winner} WHERE subject_id = {loser}");
    let parted = format!("UPDATE subject SET merged_into = NULL WHERE subject_id = {loser}");
    assert!(tampered(&parted, &back).starts_with(&format!("主体 {loser} 的合并指向")));
    let elsewhere = format!("UPDATE subject SET merged_into = 5 WHERE subject_id = {loser}");
    assert!(tampered(&elsewhere, &back).starts_with(&format!("主体 {loser} 的合并指向")));
}

#[test]
fn who_a_code_belongs_to_cannot_be_changed_unseen() {
    let world = busy();
    let other = credence::resolve::subject_id(&format!("credit_code:{}", OTHER.1));
    let firm = designations::firm();
    let found = |sql: &str| {
        run(
            &world,
            "CREATE TABLE kept_subject AS SELECT * FROM subject; CREATE TABLE kept_code AS SELECT * FROM identifier",
        );
        run(&world, sql);
        let found = texts(&world);
        run(&world, "DELETE FROM identifier; DELETE FROM subject; INSERT INTO subject SELECT * FROM kept_subject");
        run(&world, "INSERT INTO identifier SELECT * FROM kept_code; DROP TABLE kept_subject; DROP TABLE kept_code");
        found
    };
    let code = crate::world::penalty::FIRM.1;
    for (sql, expected) in [
        (format!("UPDATE identifier SET subject_id = {other} WHERE value = '{code}'"), "的标识被改动：现指向主体"),
        (format!("DELETE FROM identifier WHERE value = '{code}'"), "的来源标识或代码被改动"),
        (format!("UPDATE subject SET credit_code = '{}' WHERE subject_id = {firm}", OTHER.1), "的来源标识或代码被改动"),
        (
            format!("UPDATE subject SET origin = 'credit_code:{}' WHERE subject_id = {firm}", OTHER.1),
            "的来源标识或代码被改动",
        ),
    ] {
        let found = found(&sql);
        let of_firm = |it: &String| it.starts_with(&format!("主体 {firm} ")) && it.contains(expected);
        assert!(found.iter().any(of_firm), "{sql}: {found:#?}");
        assert!(found.len() <= 2, "{sql}: {found:#?}");
    }
    assert_eq!(texts(&world), Vec::<String>::new());
}

#[test]
fn a_row_changed_by_hand_is_found_also_after_the_next_step_wrote_it_anew() {
    let world = busy();
    run(&world, "UPDATE rights_case SET unit = 'OTHER' WHERE id = 1");
    let office = Hand { unit: "XYB".to_owned(), ..Hand::office("XYB/k") };
    let (kind, reason) = (StepKind::Retracted, "撤回".to_owned());
    let taking = Taking { kind, reason, source: None, delivery: None, confirmed: vec![], papers: vec![] };
    affairs::take(&world.shop, 1, &taking, &office).unwrap();
    run(&world, "UPDATE rights_case SET unit = 'SJJ' WHERE id = 1");
    let found = texts(&world);
    assert!(found.len() == 1 && found[0].starts_with("权益事项 1 被改动"), "{found:#?}");
}

#[test]
fn a_row_of_an_act_that_cannot_be_read_is_named() {
    let world = busy();
    if !world.url().starts_with("postgres") {
        run(&world, "UPDATE case_step SET day = 'once' WHERE case_id = 1 AND seq = 2");
        assert_eq!(texts(&world), ["权益事项环节 1/2 的数据库行已损坏，无法读取"]);
    }
}
