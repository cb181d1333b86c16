//! Pulls from a department's table: incremental, without losing ties, and the same delivery after a kill.

use std::process::Stdio;

use credence::{
    record::Tally,
    store::{
        deliveries::{self, Filter},
        marks, records,
    },
};
use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};

use crate::{
    Said, command, credence, lapse,
    world::{UNIT, World, penalty::FIRM},
    write,
};

/// A department's database: an SQLite file, or a table of its own in the test's PostgreSQL.
enum Department {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Department {
    fn of(world: &World) -> (Self, String) {
        if let Ok(server) = std::env::var("TEST_DATABASE_URL") {
            let url = if world.url().starts_with(&server) { world.url() } else { server };
            return (Self::Postgres(PgConnection::establish(&url).expect("connected")), url);
        }
        let url = world.dir.path().join("front.db").to_str().expect("text").to_owned();
        (Self::Sqlite(SqliteConnection::establish(&url).expect("made")), url)
    }

    fn run(&mut self, statement: &str) {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(statement),
            Self::Postgres(conn) => conn.batch_execute(statement),
        }
        .expect("the statement runs");
    }

    fn table(&mut self) {
        self.run(
            "CREATE TABLE t_xzcf (\"行政处罚决定书文号\" TEXT, name TEXT, code TEXT, fine NUMERIC(18,6), decided DATE, seq INTEGER);
             CREATE VIEW v_xzcf AS SELECT seq, name AS \"行政相对人名称\", '法人及非法人组织' AS \"行政相对人类别\", \
             code AS \"行政相对人代码_1(统一社会信用代码)\", '张示例' AS \"法定代表人\", \"行政处罚决定书文号\", \
             '无照经营' AS \"违法行为类型\", '未取得营业执照从事经营活动' AS \"违法事实\", '《办法》第十三条' AS \"处罚依据\", \
             '罚款' AS \"处罚类别\", '罚款2000元' AS \"处罚内容\", fine AS \"罚款金额(万元)\", decided AS \"处罚决定日期\", \
             '2027-03-12' AS \"处罚有效期\", '示例市市场监督管理局' AS \"处罚机关\", '11431100006345675D' AS \"处罚机关统一社会信用代码\", \
             '示例市市场监督管理局' AS \"数据来源单位\", '11431100006345675D' AS \"数据来源单位统一社会信用代码\", '1' AS \"当前状态\" FROM t_xzcf",
        );
    }

    fn add(&mut self, documents: std::ops::Range<u32>, seq: impl Fn(u32) -> u32) {
        for n in documents {
            let (name, code) = FIRM;
            self.run(&format!(
                "INSERT INTO t_xzcf VALUES ('示市监罚〔2026〕{n}号', '{name}', '{code}', 0.2, '2026-03-12', {})",
                seq(n)
            ));
        }
    }
}

fn configure(world: &World, url: &str, more: &str) {
    let text = format!(
        "name = \"xyj\"\nurl = '{url}'\ntable = \"v_xzcf\"\norg = \"{UNIT}\"\nresource = \"penalty\"\ncursor = \"seq\"\n{more}"
    );
    write(world, "pull.toml", text);
}

fn pull(world: &World) -> Said {
    credence(world, &["pull", "pull.toml"])
}

fn sum(world: &World) -> (usize, Tally) {
    let found =
        world.shop.database.read(|conn| deliveries::list(conn, &Filter::default(), i64::MAX, 99)).expect("asked");
    let mut sum = Tally::default();
    found.iter().for_each(|it| sum.add(&it.tally));
    (found.len(), sum)
}

fn count(world: &World) -> i64 {
    world.shop.database.read(records::count).expect("counted")
}

#[test]
fn a_pull_takes_what_is_new_and_nothing_twice() {
    let world = World::early();
    let (mut department, url) = Department::of(&world);
    department.table();
    department.add(0..25, |n| n);
    configure(&world, &url, "page_rows = 10\n");
    let first = pull(&world);
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    assert_eq!((count(&world), sum(&world).0), (25, 3), "pages of ten");
    assert!(pull(&world).out.contains("没有新数据"));
    department.add(25..27, |n| n);
    assert_eq!(pull(&world).code, 0);
    let (n_deliveries, tally) = sum(&world);
    assert_eq!((n_deliveries, tally.rows, tally.new, tally.repeated), (4, 27, 27, 0));
}

#[test]
fn rows_with_the_cursor_value_of_the_last_one_are_not_lost() {
    let world = World::early();
    let (mut department, url) = Department::of(&world);
    department.table();
    department.add(0..12, |n| n / 4);
    configure(&world, &url, "page_rows = 3\n");
    assert_eq!(pull(&world).code, 0);
    assert_eq!(count(&world), 12, "four rows have one value, a page is three");
    department.add(12..14, |_| 2);
    assert_eq!(pull(&world).code, 0);
    assert_eq!(count(&world), 14, "they came late, with the value that was reached");
    let (n_deliveries, tally) = sum(&world);
    assert_eq!(tally.repeated, 4, "what was read again is found to be repeated");
    department.run("UPDATE t_xzcf SET fine = 0.3 WHERE seq = 2");
    assert_eq!(pull(&world).code, 0);
    assert_eq!(sum(&world).1.revised, 6, "a change in place is seen at the value that was reached");
    assert!(pull(&world).out.contains("没有新数据"));
    assert_eq!(sum(&world).0, n_deliveries + 1);
}

#[test]
fn a_pull_that_was_killed_before_its_position_moved_makes_the_same_delivery() {
    let world = World::early();
    let (mut department, url) = Department::of(&world);
    department.table();
    department.add(0..10, |n| n);
    configure(&world, &url, "");
    assert_eq!(pull(&world).code, 0);
    // As it was when the page had been begun: its end is written down, the position is not moved.
    let position =
        world.shop.database.read(|conn| marks::position(conn, "front_end/xyj")).expect("asked").expect("kept");
    let kept: serde_json::Value = serde_json::from_str(&position).expect("JSON");
    let begun = serde_json::json!({ "after": null, "tied": "", "until": kept["after"] }).to_string();
    let now = world.shop.clock.now();
    world.shop.database.write_again(|conn| marks::put(conn, "front_end/xyj", &begun, now)).expect("kept");
    department.add(10..12, |n| n);
    assert_eq!(pull(&world).code, 0);
    let (n_deliveries, tally) = sum(&world);
    assert_eq!((n_deliveries, tally.new, tally.repeated), (2, 12, 0), "the first page is the delivery it was");
}

#[test]
fn a_table_that_is_not_as_configured_is_said_and_the_password_is_not() {
    let world = World::early();
    let (mut department, url) = Department::of(&world);
    department.table();
    configure(&world, &url, "");
    let text = std::fs::read_to_string(world.dir.path().join("pull.toml")).expect("written");
    write(&world, "pull.toml", text.replace("v_xzcf", "absent"));
    assert!(pull(&world).err.contains("没有表或视图"));
    write(&world, "pull.toml", text.replace("\"seq\"", "\"id\""));
    let said = pull(&world);
    assert!(said.code == 1 && said.err.contains("没有游标列 id") && said.err.contains("seq"), "{}", said.err);
    write(&world, "pull.toml", "name = \"x\"\nurl = \"postgres://u:hunter2@h/d\"\ntable = ");
    let said = pull(&world);
    assert!(said.code == 1 && !said.err.contains("hunter2"), "{}", said.err);
}

#[test]
fn a_pull_killed_in_the_middle_takes_every_row_once() {
    let world = World::early();
    let (mut department, url) = Department::of(&world);
    department.table();
    department.add(0..40, |n| n);
    configure(&world, &url, "page_rows = 2\n");
    let mut killed =
        command(&world).args(["pull", "pull.toml"]).stdout(Stdio::null()).spawn().expect("the program runs");
    while count(&world) < 6 && killed.try_wait().expect("asked").is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    killed.kill().expect("killed");
    killed.wait().expect("waited for");
    lapse(&world);
    let rest = pull(&world);
    assert_eq!(rest.code, 0, "{}{}", rest.out, rest.err);
    let (n_deliveries, tally) = sum(&world);
    assert_eq!((count(&world), tally.new, tally.repeated, n_deliveries), (40, 40, 0, 20));
}
