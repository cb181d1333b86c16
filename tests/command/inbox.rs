//! The inbox: files become deliveries and lie beside their reports afterwards; a killed process loses none.

use std::{
    fs,
    process::{Child, Stdio},
};

use credence::store::deliveries::{self, Filter};

use crate::{
    command, credence, json, lapse,
    world::{
        UNIT, World,
        penalty::{penalty, table},
    },
    write,
};

fn put(world: &World, path: &str, text: &str) {
    write(world, &format!("inbox/{path}"), text);
    write(world, &format!("inbox/{path}.done"), "");
}

fn once(world: &World) {
    let said = credence(world, &["inbox", "inbox", "--once", "--settle", "0"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}

fn names(world: &World, folder: &str) -> Vec<String> {
    let Ok(found) = fs::read_dir(world.dir.path().join("inbox").join(folder)) else { return Vec::new() };
    let mut names: Vec<String> =
        found.map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn each_file_is_put_away_beside_its_report() {
    let world = World::early();
    put(&world, &format!("{UNIT}/penalty/good.csv"), &table(&[penalty(1)]));
    put(&world, &format!("{UNIT}/行政处罚/bad.csv"), &table(&[penalty(2).decided("三月一日")]));
    put(&world, &format!("{UNIT}/penalty/none.csv"), "甲,乙\n1,2\n");
    put(&world, &format!("{UNIT}/penalties/lost.csv"), "text");
    put(&world, "NOBODY/penalty/lost.csv", &table(&[penalty(3)]));
    put(&world, "stray.csv", "text");
    once(&world);

    assert_eq!(names(&world, &format!("{UNIT}/penalty/done")), ["good.csv", "good.csv.report.json"]);
    assert_eq!(
        names(&world, &format!("{UNIT}/行政处罚/done")),
        ["bad.csv", "bad.csv.report.json", "bad.csv.report.xlsx"]
    );
    assert_eq!(names(&world, &format!("{UNIT}/penalty/failed")), ["none.csv", "none.csv.report.json"]);
    let report = json(&world, &format!("inbox/{UNIT}/penalty/done/good.csv.report.json"));
    assert_eq!((&report["counts"]["new"], &report["state"]), (&1.into(), &"done".into()));
    for (path, word) in
        [(format!("{UNIT}/penalties/failed"), "penalties"), ("NOBODY/penalty/failed".to_owned(), "NOBODY")]
    {
        let report = json(&world, &format!("inbox/{path}/lost.csv.report.json"));
        assert!(report["message"].as_str().is_some_and(|it| it.contains(word)), "{report}");
    }
    assert_eq!(names(&world, "failed"), ["stray.csv", "stray.csv.report.json"]);
    assert_eq!(names(&world, &format!("{UNIT}/penalty/working")), [""; 0]);
}

#[test]
fn the_same_file_twice_is_one_delivery_and_two_files() {
    let world = World::early();
    for _ in 0..2 {
        put(&world, &format!("{UNIT}/penalty/a.csv"), &table(&[penalty(1)]));
        once(&world);
    }
    let kept = ["a-2.csv", "a-2.csv.report.json", "a.csv", "a.csv.report.json"];
    assert_eq!(names(&world, &format!("{UNIT}/penalty/done")), kept);
    let found =
        world.shop.database.read(|conn| deliveries::list(conn, &Filter::default(), i64::MAX, 9)).expect("asked");
    assert_eq!(found.len(), 1);
}

#[test]
fn two_processes_and_a_killed_one_take_every_file_once() {
    let world = World::early();
    for file in 0..20_u32 {
        let rows: Vec<_> = (0..5).map(|n| penalty(file * 10 + n)).collect();
        put(&world, &format!("{UNIT}/penalty/{file}.csv"), &table(&rows));
    }
    let start = || -> Child {
        command(&world)
            .args(["inbox", "inbox", "--once", "--settle", "0"])
            .stdout(Stdio::null())
            .spawn()
            .expect("the program runs")
    };
    let mut killed = start();
    // Wherever it is by now: before, within or after its first files.
    while names(&world, &format!("{UNIT}/penalty/working")).is_empty() && killed.try_wait().expect("asked").is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    killed.kill().expect("killed");
    killed.wait().expect("waited for");
    lapse(&world);
    let mut both = [start(), start()];
    for child in &mut both {
        assert!(child.wait().expect("waited for").success());
    }
    once(&world);
    let done = names(&world, &format!("{UNIT}/penalty/done"));
    assert_eq!(done.iter().filter(|it| it.ends_with(".csv")).count(), 20, "{done:?}");
    let count = world.shop.database.read(credence::store::records::count).expect("counted");
    assert_eq!(count, 100);
}
