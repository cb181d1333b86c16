//! `verify` and `ledger`: what a person at the keyboard is told, and a proof checked where there is no database.

use diesel::connection::SimpleConnection;

use credence::store::Conn;

use crate::{
    command, credence,
    world::{
        World,
        penalty::{penalty, table},
    },
    write,
};

fn run(world: &World, sql: &str) {
    match &mut *world.shop.database.get().expect("a connection") {
        Conn::Sqlite(conn) => conn.batch_execute(sql).expect("done"),
        Conn::Postgres(conn) => conn.batch_execute(sql).expect("done"),
    }
}

/// The 64 digits of the last root.
fn root(world: &World) -> String {
    let said = credence(world, &["ledger", "roots", "--limit", "1"]);
    let is_digest = |it: &&str| it.len() == 64;
    said.out.split_whitespace().find(is_digest).expect("a root").to_owned()
}

#[test]
fn a_clean_database_is_clean_and_one_changed_byte_is_named() {
    let world = World::early();
    world.deliver("penalty", table(&[penalty(1), penalty(2)]));
    let made = credence(&world, &["ledger", "root"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(credence(&world, &["ledger", "root"]).out.contains("没有新条目"));
    let root = root(&world);
    let clean = credence(&world, &["verify", "--root", &root]);
    assert_eq!(clean.code, 0, "{}{}", clean.out, clean.err);
    assert!(clean.out.contains("2 个记录版本、1 个批次、0 个答复、0 行办理记载：未发现改动"), "{}", clean.out);

    run(&world, "UPDATE record SET payload = replace(payload, '2000', '2001') WHERE id = 2");
    let found = credence(&world, &["verify"]);
    assert_eq!(found.code, 1);
    assert!(found.out.contains("记录版本 2（主体 ") && found.out.contains("的数据项被改动"), "{}", found.out);
    assert!(found.out.contains("发现 1 处不符"), "{}", found.out);
    let json = credence(&world, &["verify", "--json", "--root", &"0".repeat(64)]);
    let report: serde_json::Value = serde_json::from_str(&json.out).expect("it is JSON");
    assert_eq!((report["clean"].as_bool(), report["found"].as_u64()), (Some(false), Some(2)));
    let kinds: Vec<&str> =
        report["findings"].as_array().expect("a list").iter().flat_map(|it| it["kind"].as_str()).collect();
    assert_eq!(kinds, ["root_unknown", "payload_altered"]);
}

#[test]
fn a_proof_is_checked_without_a_database() {
    let world = World::early();
    world.deliver("penalty", table(&[penalty(1), penalty(2), penalty(3)]));
    let early = credence(&world, &["ledger", "prove", "--record", "2"]);
    assert!(early.code == 1 && early.err.contains("尚未被存证根覆盖"), "{}", early.err);
    credence(&world, &["ledger", "root"]);
    let (root, proof) = (root(&world), credence(&world, &["ledger", "prove", "--record", "2"]));
    write(&world, "proof.json", &proof.out);
    let offline = |arguments: &[&str]| {
        let mut command = command(&world);
        let output = command.env("CREDENCE_DATABASE_URL", "nowhere/none.db").args(arguments).output();
        crate::Said::from(output.expect("the program runs"))
    };
    let said = offline(&["ledger", "check", "proof.json", "--root", &root]);
    assert!(said.code == 0 && said.out.contains("证明有效：记录版本 2"), "{}{}", said.out, said.err);
    let other = offline(&["ledger", "check", "proof.json", "--root", &"0".repeat(64)]);
    assert!(other.code == 1 && other.err.contains("证明无效"), "{}", other.err);

    let payload = world.shop.database.read(|conn| credence::store::ledger::row_of(conn, 2)).expect("read");
    write(&world, "payload.json", payload.expect("it is there").payload);
    let whole = ["ledger", "check", "proof.json", "--root", &root, "--payload", "payload.json"];
    assert_eq!(offline(&whole).code, 0);
    write(&world, "payload.json", "{}");
    assert_eq!(offline(&whole).code, 1);

    let entry = credence(&world, &["ledger", "prove", "--entry", "collect-1/1"]);
    write(&world, "entry.json", &entry.out);
    let said = offline(&["ledger", "check", "entry.json", "--root", &root]);
    assert!(said.out.contains("账本条目 collect-1/1（delivery）"), "{}{}", said.out, said.err);
    assert_eq!(credence(&world, &["ledger", "prove", "--entry", "collect-1/9"]).code, 1);
    assert_eq!(credence(&world, &["ledger", "prove", "--record", "9"]).code, 1);
    assert_eq!(credence(&world, &["ledger", "prove"]).code, 64);
}
