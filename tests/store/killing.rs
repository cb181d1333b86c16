//! A killed process loses nothing and doubles nothing; two processes at once neither.

use std::{
    env,
    process::{Child, Command, Stdio},
    time::Duration,
};

use credence::{
    ingest, jobs,
    record::DeliveryState,
    store::{self, Database, deliveries},
};

use crate::world::{
    World, counts,
    penalty::{OTHER, Penalty, penalty, table},
};

/// Rows of the big file: forty transactions of the test's chunk.
const ROWS: u32 = 2_000;

fn rows() -> Vec<Penalty> {
    (1..=ROWS).map(|n| if n % 3 == 0 { penalty(n).on(OTHER) } else { penalty(n) }).collect()
}

/// Another process of this test binary that works off what waits, as a server would.
fn worker(world: &World, name: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "killing::the_other_process", "--nocapture"])
        .env("WORKER_NAME", name)
        .env("WORKER_URL", world.url())
        .env("WORKER_DIR", world.dir.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Not a test of its own: without a name it is done at once.
#[test]
fn the_other_process() {
    let Ok(name) = env::var("WORKER_NAME") else { return };
    let database = Database::open(&env::var("WORKER_URL").unwrap(), 4).unwrap();
    let shop = World::shop(database, env::var("WORKER_DIR").unwrap().as_ref());
    while ingest::work(&shop, &name, None, &|_| {}).unwrap().is_some() {}
}

/// What a supervisor does when a worker dies: its lease lapses.
fn lapse(world: &World) {
    let now = world.shop.clock.now();
    world.shop.database.write(|conn| deliveries::lapse_all(conn, now)).unwrap();
}

/// How many entries the ledger has, all of them sound and each of what is there.
fn entries(world: &World) -> u64 {
    let verified = jobs::verify(&world.shop.database, &[], &mut |it| panic!("{it}")).unwrap();
    verified.seen.entries
}

#[test]
fn a_process_killed_again_and_again_takes_every_row_once() {
    let world = World::new();
    let id = world.arrive(crate::world::UNIT, "penalty", table(&rows()));
    let find = || world.shop.database.read(|conn| deliveries::find(conn, id)).unwrap().unwrap();
    let mut kills = 0;
    for attempt in 0..200_u64 {
        let mut child = worker(&world, &format!("w{attempt}"));
        // Pseudo-random, and longer each time, so that the test comes to an end on any machine.
        let wait = (attempt * 7919) % 97 + attempt * 80;
        for _ in 0..wait {
            if child.try_wait().unwrap().is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        kills += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        let so_far = find();
        assert!(so_far.tally.adds_up() && so_far.tally.rows == so_far.progress, "{so_far:?}");
        if so_far.state == DeliveryState::Done {
            break;
        }
        lapse(&world);
    }
    assert!(kills >= 3, "only {kills} kills");
    let done = find();
    assert_eq!(done.state, DeliveryState::Done);
    assert_eq!(counts(done.tally), format!("rows {ROWS}, new {ROWS}"));
    assert_eq!(world.shop.database.read(store::records::count).unwrap(), i64::from(ROWS));
    // The delivery's arrival, every chunk once, and its end.
    assert_eq!(entries(&world), u64::from(ROWS.div_ceil(50)) + 2);
}

#[test]
fn two_processes_with_the_same_keys_neither_wait_for_ever_nor_double() {
    let world = World::new();
    let mut other = rows();
    other.reverse();
    let revised: Vec<Penalty> = other.iter().map(|it| it.clone().fined("0.3", "罚款3000元")).collect();
    let ids: Vec<i64> =
        [rows(), other, revised].iter().map(|it| world.arrive(crate::world::UNIT, "penalty", table(it))).collect();
    let mut children: Vec<Child> = (0..3).map(|n| worker(&world, &format!("w{n}"))).collect();
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    let mut sum = 0;
    for id in ids {
        let done = world.shop.database.read(|conn| deliveries::find(conn, id)).unwrap().unwrap();
        assert_eq!((done.state, done.tally.rows), (DeliveryState::Done, u64::from(ROWS)));
        assert!(done.tally.adds_up(), "{done:?}");
        sum += done.tally.new;
    }
    assert_eq!(sum, u64::from(ROWS));
    assert_eq!(entries(&world), 3 * (u64::from(ROWS.div_ceil(50)) + 2));
    assert_eq!(world.shop.database.read(store::records::count).unwrap(), i64::from(ROWS));
}

#[test]
fn the_same_bytes_at_the_same_moment_are_one_delivery() {
    let world = World::new();
    let bytes = table(&rows()[..20]);
    let ids: Vec<i64> = std::thread::scope(|scope| {
        let senders: Vec<_> =
            (0..4).map(|_| scope.spawn(|| world.arrive(crate::world::UNIT, "penalty", &bytes))).collect();
        senders.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|it| *it == ids[0]), "{ids:?}");
}
