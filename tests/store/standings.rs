//! What is kept of standings: marked by every change, derived again when due, and equal to a rebuild.

use std::collections::BTreeSet;

use credence::{
    dossier,
    store::{
        self, Engine,
        merges::{self, Merging},
        packs,
        standings::{self, Kept},
    },
};

use crate::world::{
    World,
    penalty::{FIRM, OTHER, penalty, table},
};

fn kept(world: &World) -> Vec<Kept> {
    world.shop.database.read(|conn| standings::after(conn, -1, 100)).unwrap()
}

fn edition(world: &World) -> i64 {
    world.shop.database.read(packs::edition).unwrap()
}

/// As if it had just been derived.
fn as_derived(world: &World, kept: &Kept) -> Kept {
    Kept { derived_on: Some(world.shop.clock.day()), due_on: standings::NEVER_DUE, ..kept.clone() }
}

fn refresh(world: &World) -> usize {
    let mut n = 0;
    loop {
        match dossier::refresh(&world.shop, world.shop.clock.day()).unwrap() {
            0 => return n,
            some => n += some,
        }
    }
}

#[test]
fn a_delivery_marks_exactly_the_subjects_it_changes() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1), penalty(2).on(OTHER)]));
    assert_eq!(refresh(&world), 2);
    assert!(kept(&world).iter().all(|it| it.holds(world.shop.clock.day()) && it.digest.is_some()));
    // The same rows again change nothing; one more row changes its subject only.
    world.deliver("penalty", table(&[penalty(1), penalty(2).on(OTHER), penalty(3).on(OTHER)]));
    let due: BTreeSet<bool> = kept(&world).iter().map(|it| it.holds(world.shop.clock.day())).collect();
    assert_eq!(due.len(), 2);
    assert_eq!(refresh(&world), 1);
}

#[test]
fn a_change_that_comes_while_deriving_is_not_covered_up() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1)]));
    let before = kept(&world);
    let database = &world.shop.database;
    database.write_again(|conn| standings::mark(conn, &[before[0].subject_id])).unwrap();
    let (derived, edition) = (as_derived(&world, &before[0]), edition(&world));
    let n = database.write_again(|conn| standings::keep(conn, edition, std::slice::from_ref(&derived)));
    assert_eq!(n.unwrap(), 0);
    assert!(!kept(&world)[0].holds(world.shop.clock.day()));
}

#[test]
fn a_rebuild_gives_what_was_kept_and_a_check_finds_what_was_changed() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1), penalty(2), penalty(3).on(OTHER)]));
    refresh(&world);
    let (shop, day) = (&world.shop, world.shop.clock.day());
    let incremental = kept(&world);
    let checked = dossier::rebuild(shop, day, 2, true).unwrap();
    assert_eq!((checked.subjects, checked.due, checked.differing), (2, 0, 0));
    dossier::rebuild(shop, day, 2, false).unwrap();
    let rebuilt: Vec<Kept> =
        kept(&world).into_iter().zip(&incremental).map(|(it, was)| Kept { mark: was.mark, ..it }).collect();
    assert_eq!(rebuilt, incremental);
    let spoiled = Kept { points: Some(1), ..kept(&world).remove(0) };
    let edition = edition(&world);
    shop.database.write_again(|conn| standings::keep(conn, edition, std::slice::from_ref(&spoiled))).unwrap();
    let checked = dossier::rebuild(shop, day, 2, true).unwrap();
    assert_eq!(checked.differences.iter().map(|it| it.subject).collect::<Vec<_>>(), [spoiled.subject_id]);
}

#[test]
fn a_program_that_derives_otherwise_marks_every_subject_once() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1), penalty(2).on(OTHER)]));
    refresh(&world);
    assert!(dossier::begin(&world.shop).unwrap(), "nothing is written yet of who derived");
    assert_eq!(refresh(&world), 2);
    assert!(!dossier::begin(&world.shop).unwrap());
    assert_eq!(refresh(&world), 0);
}

#[test]
fn a_standing_is_asked_as_it_was_known() {
    let mut world = World::new();
    world.at(2026, 3, 20).deliver("penalty", table(&[penalty(1)]));
    let known = world.shop.clock.now();
    world.at(2026, 3, 25).deliver("penalty", table(&[penalty(1).withdrawn(), penalty(2)]));
    let (shop, day) = (&world.shop, world.shop.clock.day());
    let subject = kept(&world)[0].subject_id;
    let ask = |known_at| shop.database.read(|conn| dossier::ask(conn, shop, subject, day, known_at)).unwrap().unwrap();
    assert_eq!(ask(Some(known)).dossier.facts.len(), 1);
    let now = ask(None).dossier;
    assert_eq!((now.facts.len(), now.subject.name.as_deref()), (2, Some(FIRM.0)));
    let unknown = shop.database.read(|conn| dossier::ask(conn, shop, 1, day, None)).unwrap();
    assert!(unknown.is_none());
}

fn merging(loser: i64, winner: i64) -> Merging {
    let made_at = "2026-06-12T02:00:00".parse().unwrap();
    let (reason, actor) = ("更名".to_owned(), "信用办/1".to_owned());
    Merging { id: 0, loser, winner, reason, actor, made_at, undone_at: None }
}

/// Two subjects that hold, the first of which is to be merged into the second.
fn two() -> (World, i64, i64) {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1), penalty(2).on(OTHER)]));
    refresh(&world);
    let ids: Vec<i64> = kept(&world).iter().map(|it| it.subject_id).collect();
    (world, ids[0], ids[1])
}

fn holds(world: &World, subject: i64) -> bool {
    kept(world).iter().any(|it| it.subject_id == subject && it.holds(world.shop.clock.day()))
}

#[test]
fn what_changes_a_merged_subject_marks_whom_it_was_found_to_be() {
    let (world, loser, winner) = two();
    let database = &world.shop.database;
    database.write_again(|conn| merges::merge(conn, merging(loser, winner)).map(drop)).unwrap();
    assert!(!holds(&world, loser) && !holds(&world, winner), "a merge changes both");
    refresh(&world);
    database.write_again(|conn| standings::mark(conn, &[loser])).unwrap();
    assert!(!holds(&world, winner));
    refresh(&world);
    database.write_again(|conn| standings::mark(conn, &[winner])).unwrap();
    assert!(holds(&world, loser), "what is merged has no standing of its own that could change");
}

#[test]
fn a_merge_that_comes_while_records_are_written_leaves_nobody_behind() {
    let (world, loser, winner) = two();
    let database = &world.shop.database;
    if database.engine() == Engine::Sqlite {
        // Who writes is alone there.
        return;
    }
    let mut writer = database.get().unwrap();
    store::write(&mut writer, |conn| {
        // The writer knows of no merge when it begins, and writes records of the loser.
        assert!(merges::groups(conn, &[loser, winner])?.is_empty());
        database.write_again(|other| merges::merge(other, merging(loser, winner)).map(drop))?;
        refresh(&world);
        assert!(holds(&world, winner));
        standings::mark(conn, &[loser])
    })
    .unwrap();
    assert!(!holds(&world, winner));
}

#[test]
fn what_was_derived_by_rules_that_are_no_longer_in_force_is_not_kept() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1)]));
    let (database, before) = (&world.shop.database, kept(&world));
    let derived = as_derived(&world, &before[0]);
    let keep = |edition| database.write_again(|conn| standings::keep(conn, edition, std::slice::from_ref(&derived)));
    let then = edition(&world);
    database.write_again(packs::raise_edition).unwrap();
    assert_eq!(keep(then).unwrap(), 0, "the rules that came into force could not mark what they did not see");
    assert_eq!(keep(edition(&world)).unwrap(), 1);
}

#[test]
fn marks_tell_of_whom_is_known_and_rise_with_every_change() {
    let (world, one, other) = two();
    let marks = || world.shop.database.read(|conn| standings::marks(conn, &[one, other, 42])).unwrap();
    let before = marks();
    assert_eq!(before.len(), 2, "of whom nothing is known nothing is told");
    world.shop.database.write_again(|conn| standings::mark(conn, &[one])).unwrap();
    let after = marks();
    assert_eq!(after[&one], (before[&one].0 + 1, standings::DUE_NOW));
    assert_eq!(after[&other], before[&other]);
}
