//! A snapshot that is kept says what a new one would of everything an answer follows from.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use credence::store::{Conn, Engine, KeptSnapshots, StoreError, ledger, standings};

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
    let kept = KeptSnapshots::new(world.shop.database.clone(), 1);
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
fn the_log_begins_again_though_two_threads_read_at_every_moment() {
    let world = World::new();
    let kept = KeptSnapshots::new(world.shop.database.clone(), 2);
    assert!(!kept.fold().unwrap(), "nobody has looked");
    if world.shop.database.engine() == Engine::Postgres {
        assert_eq!((seen(&kept), kept.fold().unwrap()), ((0, 0), false));
        return;
    }
    let answered = || {
        let before = log(&world);
        (0..40).for_each(|it| answer(&world, &[it]));
        log(&world) - before
    };
    let is_over = AtomicBool::new(false);
    let read = |place: usize| {
        while !is_over.load(Ordering::Relaxed) {
            kept.read(place, ledger::heads).unwrap();
        }
    };
    let (held, folded) = thread::scope(|scope| {
        scope.spawn(|| read(0));
        scope.spawn(|| read(1));
        let held = (answered(), answered());
        // Whoever is in the middle of a commit hinders it.
        let folded = [(); 3].map(|()| (0..100).any(|_| kept.fold().unwrap()).then(answered));
        is_over.store(true, Ordering::Relaxed);
        (held, folded)
    });
    assert!(held.1 > held.0 / 2, "{held:?}: snapshots that are kept hold the log");
    assert_eq!(folded, [Some(0); 3], "it is written over from its beginning");
    kept.let_go(0);
    assert_eq!(seen(&kept), (200, 0));
}

#[test]
fn after_a_failure_or_a_panic_the_next_look_sees_what_there_is() {
    let world = World::new();
    let kept = KeptSnapshots::new(world.shop.database.clone(), 1);
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
