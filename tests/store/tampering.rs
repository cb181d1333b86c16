//! Whatever is changed in the database by hand, the verification finds it and says where.

use credence::{
    ingest::{self, By},
    jobs,
    ledger::{Event, EventKind, Finding, Lane, hex, unhex},
    record::RecordKey,
    store::{
        Conn,
        answers::{self, Given},
        ledger,
    },
};
use diesel::{
    QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_types::{BigInt, Binary, Text},
};

use crate::world::{
    World, moment,
    penalty::{OTHER, penalty, table},
};

/// Three deliveries in six chunks, five revised records, one withdrawn, acts, two roots and entries behind the last.
fn city() -> World {
    let mut world = World::new();
    let rows: Vec<_> = (1..=60).map(|n| if n % 2 == 0 { penalty(n).on(OTHER) } else { penalty(n) }).collect();
    world.deliver("penalty", table(&rows));
    world.at(2026, 3, 21);
    world.deliver(
        "penalty",
        table(&rows[..5].iter().map(|it| it.clone().fined("0.3", "罚款3000元")).collect::<Vec<_>>()),
    );
    act(&world, 3);
    root(&world);
    world.at(2026, 3, 22);
    let (subject, key) = of(&world, "SELECT subject_id AS id, key FROM record WHERE revision = 1 ORDER BY id LIMIT 1");
    let by = By { actor: "张示例".to_owned(), reason: "撤回".to_owned() };
    ingest::withdraw(&world.shop, subject, &key, &by).unwrap();
    act(&world, 2);
    root(&world);
    world.at(2026, 3, 23);
    world.deliver("penalty", table(&(61..=62).map(penalty).collect::<Vec<_>>()));
    act(&world, 1);
    answer(&world, &[7]);
    answer(&world, &[7, 8]);
    answer(&world, &[9]);
    world
}

pub fn answer(world: &World, subjects: &[i64]) {
    let given = Given {
        asked_at: world.shop.clock.now(),
        unit: "BANK".into(),
        caller: "0123456789ab".into(),
        role: "bank".into(),
        kind: "bank.verify".into(),
        purpose: Some("贷前审查".into()),
        consent: None,
        subjects: subjects.to_vec(),
        question: serde_json::json!({"block": "base"}),
        outcome: "found".into(),
        digest: [7; 32],
    };
    world.shop.database.write_again(|conn| answers::record(conn, &[&given])).unwrap();
}

fn act(world: &World, n: i64) {
    for case in 0..n {
        let event = Event::new(Lane::Acts, EventKind::Case, world.shop.clock.now(), "XYB/1").about(1);
        let event = event.saying(serde_json::json!({"case": case}));
        world.shop.database.write_again(|conn| ledger::append(conn, std::slice::from_ref(&event))).unwrap();
    }
}

fn root(world: &World) -> String {
    let now = world.shop.clock.now();
    let made = world.shop.database.write_again(|conn| ledger::make_root(conn, now)).unwrap();
    hex(&made.expect("there are entries").hash)
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Binary)]
    key: Vec<u8>,
}

pub fn of(world: &World, query: &str) -> (i64, RecordKey) {
    let mut conn = world.shop.database.get().unwrap();
    let found: Pair = match &mut *conn {
        Conn::Sqlite(conn) => diesel::sql_query(query).get_result(conn).unwrap(),
        Conn::Postgres(conn) => diesel::sql_query(query).get_result(conn).unwrap(),
    };
    (found.id, found.key.try_into().unwrap())
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

fn word(world: &World, query: &str) -> String {
    let mut conn = world.shop.database.get().unwrap();
    let found: Word = match &mut *conn {
        Conn::Sqlite(conn) => diesel::sql_query(query).get_result(conn).unwrap(),
        Conn::Postgres(conn) => diesel::sql_query(query).get_result(conn).unwrap(),
    };
    found.word
}

pub fn run(world: &World, sql: &str) {
    let mut conn = world.shop.database.get().unwrap();
    match &mut *conn {
        Conn::Sqlite(conn) => conn.batch_execute(sql).unwrap_or_else(|err| panic!("{sql}: {err}")),
        Conn::Postgres(conn) => conn.batch_execute(sql).unwrap_or_else(|err| panic!("{sql}: {err}")),
    }
}

fn found(world: &World, published: &[[u8; 32]]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let done = jobs::verify(&world.shop.database, published, &mut |it| findings.push(it.clone())).unwrap();
    assert_eq!(done.found, findings.len() as u64);
    findings
}

pub fn texts(world: &World) -> Vec<String> {
    found(world, &[]).iter().map(ToString::to_string).collect()
}

const TABLES: [&str; 8] =
    ["answer", "record", "former", "batch", "delivery", "ledger_entry", "ledger_head", "ledger_root"];

/// Keeps a copy of the tables, or puts it back.
fn keep(world: &World) {
    for it in TABLES {
        run(world, &format!("CREATE TABLE kept_{it} AS SELECT * FROM {it}"));
    }
}

fn restore(world: &World) {
    for it in TABLES {
        run(world, &format!("DELETE FROM {it}; INSERT INTO {it} SELECT * FROM kept_{it}"));
    }
}

/// Each: what is done to the database, and the beginning of what is found first and is named by it. `{known}`,
/// `{revised}`, `{chain}` and `{act}` stand for a known version, a former one, the chain of the first delivery and the
/// one of the acts.
const TAMPERINGS: &[(&str, &str)] = &[
    (
        "UPDATE record SET payload = replace(payload, '2000', '2001') WHERE id = {known}",
        "记录版本 {known}（主体 {subject}，资源 penalty）的数据项被改动",
    ),
    (
        "UPDATE record SET state = 'withdrawn' WHERE id = {known}",
        "记录版本 {known}（主体 {subject}，资源 penalty）被改动",
    ),
    (
        "UPDATE record SET exposure = 'authorised' WHERE id = {known}",
        "记录版本 {known}（主体 {subject}，资源 penalty）被改动",
    ),
    (
        "UPDATE record SET fact_on = '2026-03-11' WHERE id = {known}",
        "记录版本 {known}（主体 {subject}，资源 penalty）被改动",
    ),
    (
        "UPDATE record SET valid_until = NULL WHERE id = {known}",
        "记录版本 {known}（主体 {subject}，资源 penalty）被改动",
    ),
    (
        "UPDATE record SET known_from = '2026-03-20 04:00:01' WHERE id = {known}",
        "记录版本 {known}（主体 {subject}，资源 penalty）被改动",
    ),
    ("UPDATE record SET subject_id = 12 WHERE id = {known}", "记录版本 {known}（主体 12，资源 penalty）被改动"),
    (
        "UPDATE record SET resource = 'licence' WHERE id = {known}",
        "记录版本 {known}（主体 {subject}，资源 licence）被改动",
    ),
    (
        "UPDATE record SET unit = 'X', delivery = 9, row_no = 9, revision = 9 WHERE id = {known}",
        "记录版本 {known}（主体 {subject}，资源 penalty）被改动",
    ),
    ("UPDATE record SET note = 'x' WHERE id = {known}", "记录版本 {known}（主体 {subject}，资源 penalty）被改动"),
    ("UPDATE record SET content = key WHERE id = {known}", "记录版本 {known}（主体 {subject}，资源 penalty）被改动"),
    ("UPDATE former SET payload = replace(payload, '2000', '2001') WHERE id = {revised}", "记录版本 {revised}"),
    (
        "UPDATE former SET known_until = '2027-01-01 00:00:00' WHERE id = {revised}",
        "记录版本 {revised}（主体 {old_subject}，资源 penalty）的失效时间被改动",
    ),
    ("DELETE FROM record WHERE id = {known}", "记录版本 {known} 缺失"),
    ("DELETE FROM former WHERE id = {revised}", "记录版本 {revised} 缺失"),
    (
        "INSERT INTO former SELECT {all}, known_from, content, payload, sealed, note FROM record WHERE id = {known}; DELETE FROM record WHERE id = {known}",
        "记录版本 {known}（主体 {subject}，资源 penalty）的现行或历史状态与账本不符",
    ),
    (
        "INSERT INTO former SELECT {all}, known_from, content, payload, sealed, note FROM record WHERE id = {known}",
        "记录版本 {known}（主体 {subject}，资源 penalty）",
    ),
    ("UPDATE record SET id = 5000 WHERE id = {known}", "记录版本 {known} 缺失"),
    ("UPDATE record SET id = -7 WHERE id = {known}", "记录版本 -7（主体 {subject}，资源 penalty）没有对应的账本条目"),
    (
        "UPDATE ledger_entry SET body = replace(body, '\"n\":5', '\"n\":6') WHERE first_id = 61",
        "账本 {revision}的内容被改动",
    ),
    ("UPDATE ledger_entry SET actor = 'nobody' WHERE chain = 'acts-1' AND seq = 2", "账本 acts-1 第 2 条的内容被改动"),
    (
        "UPDATE ledger_entry SET moment = '2026-03-21 04:00:01' WHERE chain = 'acts-1' AND seq = 2",
        "账本 acts-1 第 2 条的内容被改动",
    ),
    ("UPDATE ledger_entry SET subject_id = NULL WHERE chain = 'acts-1' AND seq = 2", "账本 acts-1 第 2 条的内容被改动"),
    ("UPDATE ledger_entry SET kind = 'pack' WHERE chain = 'acts-1' AND seq = 2", "账本 acts-1 第 2 条的内容被改动"),
    ("UPDATE ledger_entry SET hash = prev WHERE chain = 'acts-1' AND seq = 2", "账本 acts-1 第 2 条的内容被改动"),
    ("UPDATE ledger_entry SET leaves = NULL WHERE first_id = 61", "账本 {revision}的内容被改动"),
    ("UPDATE ledger_entry SET leaves = hash WHERE chain = 'acts-1' AND seq = 2", "账本 acts-1 第 2 条的内容被改动"),
    ("DELETE FROM ledger_entry WHERE chain = 'acts-1' AND seq = 2", "账本 acts-1 缺第 2 至 2 条"),
    ("DELETE FROM ledger_entry WHERE chain = 'acts-1' AND seq = 1", "账本 acts-1 缺第 1 至 1 条"),
    (
        "INSERT INTO ledger_entry SELECT chain, 99, kind, moment, actor, subject_id, body, first_id, prev, hash, leaves FROM ledger_entry WHERE chain = 'acts-1' AND seq = 2",
        "账本 acts-1 缺第 7 至 98 条",
    ),
    (
        "INSERT INTO ledger_entry SELECT 'acts-9', 1, kind, moment, actor, subject_id, body, first_id, prev, hash, leaves FROM ledger_entry WHERE chain = 'acts-1' AND seq = 1",
        "账本 acts-9 第 1 条的内容被改动",
    ),
    (
        "UPDATE ledger_entry SET seq = -2 WHERE chain = 'acts-1' AND seq = 2; UPDATE ledger_entry SET seq = 2 WHERE chain = 'acts-1' AND seq = 3; UPDATE ledger_entry SET seq = 3 WHERE chain = 'acts-1' AND seq = -2",
        "账本 acts-1 第 2 条与前一条不衔接",
    ),
    (
        "DELETE FROM ledger_entry WHERE chain = 'acts-1' AND seq = 6",
        "账本 acts-1 的链头（第 6 条）与最后一条（第 5 条）不符",
    ),
    (
        "UPDATE ledger_head SET hash = (SELECT hash FROM ledger_entry WHERE chain = 'acts-1' AND seq = 2) WHERE chain = 'acts-1'",
        "账本 acts-1 的链头（第 6 条）与最后一条（第 6 条）不符",
    ),
    ("UPDATE ledger_head SET seq = 5 WHERE chain = 'acts-1'", "账本 acts-1 的链头（第 5 条）与最后一条（第 6 条）不符"),
    ("UPDATE ledger_head SET rooted = 6 WHERE chain = 'acts-1'", "账本 acts-1 链头所记的存证范围"),
    ("DELETE FROM ledger_head WHERE chain = 'acts-1'", "账本 acts-1 没有链头"),
    // Nothing of a chain is left, and no root has ever witnessed it.
    ("DELETE FROM ledger_head WHERE chain = 'collect-5'", "账本 collect-5 没有链头"),
    (
        "DELETE FROM answer WHERE chain = 'answers-1'; DELETE FROM ledger_entry WHERE chain = 'answers-1'; DELETE FROM ledger_head WHERE chain = 'answers-1'",
        "账本 answers-1 没有链头",
    ),
    // The last entries are gone and the head stands where they ended: only the root still knows of them.
    (
        "DELETE FROM ledger_entry WHERE chain = 'acts-1' AND seq > 4; UPDATE ledger_head SET seq = 4, hash = (SELECT hash FROM ledger_entry WHERE chain = 'acts-1' AND seq = 4) WHERE chain = 'acts-1'",
        "第 2 号存证根见证的账本 acts-1 第 4 至 5 条与现存条目不符",
    ),
    ("UPDATE ledger_root SET tree = prev WHERE no = 2", "第 2 号存证根被改动"),
    ("UPDATE ledger_root SET made_at = '2026-03-22 05:00:00' WHERE no = 1", "第 1 号存证根被改动"),
    ("UPDATE ledger_root SET spans = replace(spans, 'acts-1', 'acts-2') WHERE no = 1", "第 1 号存证根被改动"),
    ("DELETE FROM ledger_root WHERE no = 1", "第 2 号存证根与前一个根不衔接"),
    ("DELETE FROM ledger_root WHERE no = 2", "账本 acts-1 链头所记的存证范围（至第 5 条）与存证根（至第 3 条）不符"),
    ("DELETE FROM batch WHERE first_id = 61", "账本 {revision}所用的版本编号段 61"),
    (
        "INSERT INTO batch SELECT 900, 901, delivery, is_open, made_at FROM batch WHERE first_id = 61",
        "版本编号段 900 起（批次 2）没有账本条目",
    ),
    ("UPDATE answer SET purpose = NULL WHERE id = 1", "答复 1（主体 7）的留痕被改动"),
    ("UPDATE answer SET unit = 'OTHER' WHERE id = 2", "答复 2（主体 0）的留痕被改动"),
    ("UPDATE answer SET subject_id = 9 WHERE id = 1", "答复 1（主体 9）的留痕被改动"),
    ("DELETE FROM answer WHERE id = 3", "账本 answers-1 第 1 条所证的答复留痕缺失"),
    (
        "INSERT INTO answer SELECT subject_id, 99, asked_at, unit, caller, role, kind, purpose, consent, question, outcome, digest, chain, seq FROM answer WHERE id = 1",
        "答复 99（主体 7）的留痕没有对应的账本条目",
    ),
    ("UPDATE answer SET seq = 99 WHERE id = 1", "答复 1（主体 7）的留痕没有对应的账本条目"),
    ("UPDATE delivery SET size = size + 1 WHERE id = 2", "批次 2 缺失或被改动"),
    ("UPDATE delivery SET id = 77 WHERE id = 2", "批次 77 没有对应的账本条目"),
];

#[test]
fn every_kind_of_tampering_is_found_and_named() {
    let world = city();
    assert_eq!(texts(&world), Vec::<String>::new());
    keep(&world);
    let all = "id, subject_id, key, resource, unit, delivery, row_no, revision, state, exposure, fact_on, valid_from, \
        valid_until, ended_on, stamp, known_from";
    let (known, _) = of(&world, "SELECT id, key FROM record WHERE revision = 1 ORDER BY id LIMIT 1");
    let (subject, _) = of(&world, &format!("SELECT subject_id AS id, key FROM record WHERE id = {known}"));
    let (revised, _) = of(&world, "SELECT id, key FROM former ORDER BY id LIMIT 1");
    let (old_subject, _) = of(&world, &format!("SELECT subject_id AS id, key FROM former WHERE id = {revised}"));
    let place = "SELECT chain || ' 第 ' || seq || ' 条' AS word FROM ledger_entry WHERE first_id = 61";
    let words = [
        ("{known}", known.to_string()),
        ("{subject}", subject.to_string()),
        ("{revised}", revised.to_string()),
        ("{old_subject}", old_subject.to_string()),
        ("{revision}", word(&world, place)),
        ("{all}", all.to_owned()),
    ];
    let fill = |text: &str| words.iter().fold(text.to_owned(), |text, (name, word)| text.replace(name, word));
    for (tampering, expected) in TAMPERINGS {
        run(&world, &fill(tampering));
        let (found, expected) = (texts(&world), fill(expected));
        assert!(found.iter().any(|it| it.starts_with(&expected)), "{tampering}\n wanted {expected}\n found {found:#?}");
        assert!(found.len() <= 12, "{tampering}: {found:#?}");
        restore(&world);
    }
    assert_eq!(texts(&world), Vec::<String>::new());
}

#[test]
fn a_byte_in_one_record_is_the_only_finding() {
    let world = city();
    run(&world, "UPDATE record SET payload = replace(payload, '3000', '3001') WHERE id = 63");
    let findings = found(&world, &[]);
    assert!(matches!(&findings[..], [Finding::PayloadAltered { version, .. }] if version.id == 63), "{findings:?}");
}

#[test]
fn a_ledger_written_anew_contradicts_the_published_root() {
    let (world, other) = (city(), city());
    act(&other, 1);
    let (ours, theirs) = (root(&world), root(&other));
    assert_ne!(ours, theirs);
    let root = unhex(&ours).unwrap();
    assert_eq!(found(&world, &[root]), []);
    assert_eq!(found(&other, &[root]), [Finding::RootUnknown { hash: ours }]);
}

#[test]
fn a_row_that_cannot_be_read_is_named() {
    let world = city();
    if let Conn::Sqlite(_) = &*world.shop.database.get().unwrap() {
        run(&world, "UPDATE record SET fact_on = 'once' WHERE id = 63");
        assert_eq!(found(&world, &[]), [Finding::RecordUnreadable { id: 63 }]);
        run(&world, "UPDATE record SET fact_on = '2026-03-12' WHERE id = 63");
        run(&world, "UPDATE ledger_entry SET moment = 'once' WHERE chain = 'acts-1' AND seq = 2");
        let first = found(&world, &[]).remove(0);
        assert_eq!(first, Finding::EntryAltered { chain: "acts-1".to_owned(), seq: 2 });
    }
}

#[test]
fn nothing_is_found_where_nothing_is() {
    let world = World::new();
    assert_eq!(found(&world, &[]), []);
    assert!(world.shop.database.write_again(|conn| ledger::make_root(conn, moment(2026, 3, 20))).unwrap().is_none());
}
