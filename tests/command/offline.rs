//! What needs no database: the pre-check, templates, schemas, samples, help.

use std::process::Command;

use crate::{
    Said, command, credence, json,
    world::{
        World,
        penalty::{penalty, table},
    },
    write,
};

#[test]
fn a_pre_check_stores_nothing_and_says_what_the_delivery_will_say() {
    let world = World::early();
    let mut bad = table(&[penalty(1), penalty(2).decided("2026/02/30")]);
    write(&world, "bad.csv", &bad);
    let offline = |arguments: &[&str]| -> Said {
        // No such database could be opened: a pre-check does not try.
        command(&world)
            .env("CREDENCE_DATABASE_URL", "postgres://nobody@nowhere.invalid/x")
            .args(arguments)
            .output()
            .expect("runs")
            .into()
    };
    let said = offline(&["check", "bad.csv", "--resource", "penalty", "--report", "bad.json"]);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(said.out.contains("impossible_date") && said.out.contains("2026/02/30"), "{}", said.out);
    let report = json(&world, "bad.json");
    assert_eq!((&report["rows"], &report["rejected"]), (&2.into(), &1.into()));
    assert_eq!(report["faults"][0]["row"], 3);

    let delivered = world.deliver("penalty", &bad);
    assert_eq!(delivered.report_hash.as_deref(), report["hash"].as_str(), "the same report, online and offline");

    bad = bad.replace("2026/02/30", "2026/02/28");
    write(&world, "good.csv", &bad);
    assert_eq!(offline(&["check", "good.csv", "--resource", "行政处罚"]).code, 0);
    write(&world, "none.csv", "甲,乙\n1,2\n");
    assert_eq!(offline(&["check", "none.csv", "--resource", "penalty"]).code, 1);
    write(&world, "broken.xlsx", [0x50, 0x4b, 3, 4, 0, 0]);
    assert_eq!(offline(&["check", "broken.xlsx", "--resource", "penalty"]).code, 1);
    let said = offline(&["check", "good.csv", "--resource", "penalties"]);
    assert!(said.code == 1 && said.err.contains("penalty") && said.err.contains("行政处罚"), "{}", said.err);
}

#[test]
fn the_workbook_of_a_pre_check_can_be_corrected_and_sent() {
    let world = World::early();
    write(&world, "bad.csv", table(&[penalty(1), penalty(2).decided("2026/02/30")]));
    assert_eq!(credence(&world, &["check", "bad.csv", "-r", "penalty", "--report", "bad.xlsx"]).code, 2);
    let said = credence(&world, &["check", "bad.xlsx", "-r", "penalty", "--report", "again.json"]);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    let again = json(&world, "again.json");
    assert_eq!((&again["rows"], &again["counts"]["impossible_date"]), (&1.into(), &1.into()));
    assert_eq!(again["counts"].as_object().map(serde_json::Map::len), Some(1), "the added columns are known: {again}");
}

#[test]
fn templates_schemas_and_samples_are_written() {
    let world = World::early();
    assert_eq!(credence(&world, &["template", "行政许可", "-o", "t.xlsx"]).code, 0);
    assert!(std::fs::metadata(world.dir.path().join("t.xlsx")).expect("written").len() > 4_000);
    assert!(credence(&world, &["schema", "penalty", "--xsd"]).out.contains("<xs:schema"));
    assert!(credence(&world, &["schema", "penalty", "--json"]).out.starts_with('{'));
    assert!(credence(&world, &["schema", "penalty"]).out.contains("CF_WSH"));
    assert!(credence(&world, &["schema"]).out.contains("行政处罚"));
    assert_eq!(credence(&world, &["schema", "--all", "generated"]).code, 0);
    assert!(world.dir.path().join("generated/penalty.xsd").exists());
    assert!(credence(&world, &["faults", "code_check"]).out.contains("校验位"));

    let order = ["sample", "-r", "penalty", "--rows", "200", "--dirty", "10", "--seed", "7", "--day", "2026-03-20"];
    let (one, two) = (credence(&world, &order), credence(&world, &order));
    assert_eq!((one.code, one.out.lines().count()), (0, 201));
    assert_eq!(one.out, two.out, "the same order gives the same bytes");
    write(&world, "sample.csv", one.out);
    assert_eq!(credence(&world, &["check", "sample.csv", "-r", "penalty"]).code, 2);
}

#[test]
fn a_wrong_command_line_is_no_rejected_row() {
    let world = World::early();
    assert_eq!(credence(&world, &["ingest"]).code, 64);
    assert_eq!(credence(&world, &["no-such-command"]).code, 64);
    let said: Said =
        command(&world).env("CREDENCE_DAY", "20.3.2026").args(["org", "list"]).output().expect("runs").into();
    assert!(said.code == 64 && said.err.contains("CREDENCE_DAY"), "{}", said.err);
    let help: Said = Command::new(env!("CARGO_BIN_EXE_credence")).arg("--help").output().expect("runs").into();
    assert_eq!(help.code, 0);
    for word in ["退出码", "credence demo", "CREDENCE_KEY"] {
        assert!(help.out.contains(word), "{word}");
    }
}
