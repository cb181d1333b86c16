//! A database of the version before the ledger: what it holds is told apart from what was put in, and adopted once.

use credence::{
    ingest,
    jobs::{self, JobError},
    ledger::{Finding, deeds},
    store::{StoreError, ledger, merges, units::ZeroReport},
};

use super::{
    designations::firm,
    tampering::{run, texts},
};
use crate::world::{
    UNIT, World,
    penalty::{OTHER, penalty, table},
};

/// As if the ledger's tables had just been made: everything stands as it was collected, and no entry tells of it.
fn before_the_ledger() -> World {
    let mut world = World::new();
    let rows: Vec<_> = (1..=120).map(|n| if n % 2 == 0 { penalty(n).on(OTHER) } else { penalty(n) }).collect();
    world.deliver("penalty", table(&rows));
    world.at(2026, 3, 21);
    let revised: Vec<_> = rows[..5].iter().map(|it| it.clone().fined("0.3", "罚款3000元")).collect();
    world.deliver("penalty", table(&revised));
    world.deliver("penalty", table(&[penalty(200)]));
    merge(&world);
    zero(&world, "2026-02");
    let clear = "DELETE FROM ledger_entry; DELETE FROM ledger_root; DELETE FROM ledger_span; UPDATE ledger_head SET seq = 0, \
        rooted = 0, hash = ";
    let nothing = if world.url().starts_with("postgres") { "decode(repeat('00', 32), 'hex')" } else { "zeroblob(32)" };
    run(&world, &format!("{clear}{nothing}"));
    world
}

fn merge(world: &World) {
    let (loser, winner) = (credence::resolve::subject_id(&format!("credit_code:{}", OTHER.1)), firm());
    let (reason, actor) = ("吸收合并".to_owned(), "XYB/k".to_owned());
    let made_at = world.shop.clock.now();
    let new = merges::Merging { id: 0, loser, winner, reason, actor, made_at, undone_at: None };
    assert!(world.shop.database.write(|conn| merges::merge(conn, new)).unwrap().is_some());
}

fn zero(world: &World, period: &str) {
    let report = ZeroReport {
        unit: UNIT.to_owned(),
        resource: "penalty".to_owned(),
        period: period.to_owned(),
        actor: "SJJ/k".to_owned(),
        made_at: world.shop.clock.now(),
    };
    assert!(world.shop.database.write(|conn| ingest::report_nothing(conn, &report)).unwrap());
}

/// How many versions, deliveries and rows are from before the ledger, and what is found.
fn verified(world: &World) -> ((u64, u64, u64), Vec<Finding>) {
    let mut found = Vec::new();
    let done = jobs::verify(&world.shop.database, &[], &mut |it| found.push(it.clone())).unwrap();
    ((done.old.versions, done.old.deliveries, done.old.rows), found)
}

fn adopt(world: &World) -> Result<(u64, u64, u64), String> {
    match jobs::adopt(&world.shop.database, (world.shop.clock.now(), "张示例")) {
        Ok(it) => Ok((it.versions, it.deliveries, it.rows)),
        Err(JobError::Refused(text)) => Err(text),
        Err(err) => panic!("{err}"),
    }
}

#[test]
fn what_is_from_before_the_ledger_is_told_as_such_and_adopted_once() {
    let mut world = before_the_ledger();
    assert_eq!(verified(&world), ((126, 3, 2), vec![]));
    // The service goes on before anybody adopts: it replaces old versions and undoes the old merge.
    world.at(2026, 3, 25);
    world.deliver("penalty", table(&[penalty(7).fined("0.4", "罚款4000元"), penalty(300)]));
    let now = world.shop.clock.now();
    let undone = world.shop.database.write(|conn| {
        let change = merges::undo(conn, 1, now)?.expect("it is there");
        ledger::append(conn, &[deeds::unmerged((1, change), now, "XYB/k")])?;
        Ok::<_, StoreError>(())
    });
    undone.unwrap();
    zero(&world, "2026-03");
    assert_eq!(verified(&world), ((126, 3, 2), vec![]));
    assert_eq!(adopt(&world), Ok((126, 3, 2)));
    assert_eq!(verified(&world), ((0, 0, 0), vec![]));
    assert!(adopt(&world).unwrap_err().contains("只能确认一次"));
    world.at(2026, 3, 26);
    world.deliver("penalty", table(&[penalty(9).fined("0.4", "罚款4000元")]));
    assert_eq!(verified(&world), ((0, 0, 0), vec![]));
}

#[test]
fn what_was_adopted_is_vouched_for_as_everything_else() {
    let world = before_the_ledger();
    adopt(&world).unwrap();
    let cases = [
        ("UPDATE record SET payload = replace(payload, '2000', '2001') WHERE id = {first}", "的数据项被改动"),
        ("UPDATE former SET known_until = '2027-01-01 00:00:00'", "的失效时间被改动"),
        ("DELETE FROM record WHERE id = 126", "记录版本 126 缺失"),
        ("UPDATE delivery SET size = size + 1 WHERE id = 1", "批次 1 缺失或被改动"),
        ("UPDATE zero_report SET actor = 'x'", "零报告 SJJ/penalty/2026-02 被改动"),
        ("UPDATE merging SET reason = 'x'", "主体合并 1 被改动"),
    ];
    for (tampering, expected) in cases {
        run(&world, &tampering.replace("{first}", "(SELECT min(id) FROM record WHERE revision = 1)"));
        assert!(texts(&world).iter().any(|it| it.contains(expected)), "{tampering}: {:#?}", texts(&world));
    }
}

#[test]
fn what_a_hand_puts_in_beside_a_ledger_is_never_adopted() {
    let all = "subject_id, key, resource, unit, delivery, row_no, revision, state, exposure, fact_on, valid_from, \
        valid_until, ended_on, stamp, known_from, known_from, content, payload, sealed, note";
    let put_in = |world: &World, id: i64| {
        run(
            world,
            &format!("INSERT INTO former SELECT {id}, {all} FROM record WHERE id = (SELECT min(id) FROM record)"),
        );
        let inserted = |it: &Finding| matches!(it, Finding::RecordInserted { version } if version.id == id);
        assert!(verified(world).1.iter().any(inserted), "{id}");
        run(world, &format!("DELETE FROM former WHERE id = {id}"));
    };
    // A ledger from the beginning leaves nothing to adopt.
    let world = World::new();
    world.deliver("penalty", table(&(1..=30).map(penalty).collect::<Vec<_>>()));
    assert!(adopt(&world).unwrap_err().contains("没有早于账本的数据"));
    [-5, 0, 45, 9000].into_iter().for_each(|id| put_in(&world, id));
    assert!(adopt(&World::new()).unwrap_err().contains("没有早于账本的数据"));
    // After an adoption there is no before any more.
    let world = before_the_ledger();
    adopt(&world).unwrap();
    [-5, 0, 127, 9000].into_iter().for_each(|id| put_in(&world, id));
}
