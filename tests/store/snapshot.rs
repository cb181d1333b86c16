//! A snapshot that is kept says what a new one would of everything an answer follows from.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use credence::store::{Conn, Engine, KeptSnapshots, LONGEST_SNAPSHOT, StoreError, ledger, standings};

use crate::{
    tampering::answer,
    world::{
        World,
        penalty::{FIRM, OTHER, penalty, table},
    },
};

/// How many answers were recorded, and how many subjects are known, as the snapshot sees them.
fn seen(kept: &KeptSnapshots) -> (i64, usize) {
    let look = kept.read(0, |conn| {
        let heads = ledger::heads(conn)?;
        let answers = heads.iter().filter(|it| it.chain.starts_with("answers-")).map(|it| it.seq).sum();
        let known = [FIRM, OTHER].map(|it| standings::by_credit_code(conn, it.1));
        let known = known.into_iter().collect::<Result<Vec<_>, StoreError>>()?;
        Ok::<_, StoreError>((answers, known.iter().flatten().count()))
    });
    look.unwrap()
}

#[test]
fn what_can_change_an_answer_is_seen_at_once_and_answers_alone_end_no_snapshot() {
    let world = World::new();
    let kept = KeptSnapshots::new(world.shop.database.clone(), 1, LONGEST_SNAPSHOT);
    assert_eq!(seen(&kept), (0, 0));
    world.deliver("penalty", table(&[penalty(1)]));
    assert_eq!(seen(&kept), (0, 1));
    answer(&world, &[7]);
    let sqlite = kept.is_kept(0);
    assert_eq!(seen(&kept), (i64::from(!sqlite), 1));
    world.deliver("penalty", table(&[penalty(2).on(OTHER)]));
    assert_eq!(seen(&kept), (1, 2));
    answer(&world, &[8]);
    kept.let_go(0);
    assert!(!kept.is_kept(0));
    assert_eq!(seen(&kept), (2, 2));
}

/// Bytes of SQLite's log.
fn log(world: &World) -> u64 {
    fs::metadata(format!("{}-wal", world.url())).unwrap().len()
}

#[test]
fn the_log_begins_again_though_somebody_reads_at_every_moment() {
    let world = World::new();
    if world.shop.database.engine() == Engine::Postgres {
        return;
    }
    let busy = |kept: &KeptSnapshots| {
        for n in 0..40 {
            answer(&world, &[n]);
            seen(kept);
            kept.read(1, ledger::heads).unwrap();
        }
        log(&world)
    };
    let for_ever = KeptSnapshots::new(world.shop.database.clone(), 2, Duration::MAX);
    let (before, after) = (busy(&for_ever), busy(&for_ever));
    assert!(after > before + before / 2, "{before} {after}: snapshots that are never let go hold the log");
    drop(for_ever);
    let renewed = KeptSnapshots::new(world.shop.database.clone(), 2, Duration::ZERO);
    busy(&renewed);
    assert!(log(&world) < after + before / 4, "{after} {}", log(&world));
    assert_eq!(seen(&renewed), (120, 0));
}

#[test]
fn after_a_failure_or_a_panic_the_next_look_sees_what_there_is() {
    let world = World::new();
    let kept = KeptSnapshots::new(world.shop.database.clone(), 1, LONGEST_SNAPSHOT);
    assert_eq!(seen(&kept), (0, 0));
    let panics = |_: &mut Conn| -> Result<(), StoreError> { panic!("on purpose") };
    assert!(catch_unwind(AssertUnwindSafe(|| kept.read(0, panics))).is_err());
    answer(&world, &[7]);
    assert_eq!(seen(&kept), (1, 0));
    assert!(kept.read(0, |_| Err::<(), _>(StoreError::Panicked)).is_err());
    assert!(!kept.is_kept(0));
    answer(&world, &[8]);
    assert_eq!(seen(&kept), (2, 0));
}
