//! `credence cases` and `credence warnings`: a repair from its filing to its letter, at the command line.

use crate::{
    credence,
    world::{
        World,
        penalty::{FIRM, penalty, table},
    },
    write,
};

#[test]
fn a_repair_is_filed_accepted_and_granted_and_its_letter_printed() {
    let mut world = World::new();
    world.deliver("penalty", table(&[penalty(1).fined("2", "罚款20000元")]));
    world.at(2026, 6, 15);
    let on = |arguments: &[&str]| credence(&world, &[&["--today", "2026-06-15"], arguments].concat());
    let shown = on(&["cases", "repairable", FIRM.1]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    let line = shown.out.lines().find(|it| it.starts_with("penalty")).unwrap().to_owned();
    let record = line.split_whitespace().nth(1).unwrap();
    assert!(line.contains("待核实") && line.contains("2026-06-15"), "{line}");
    let filed = on(&[
        "cases",
        "file",
        "repair",
        FIRM.1,
        "--record",
        record,
        "--reason",
        "已缴纳罚款",
        "--channel",
        "credit_site",
    ]);
    assert!(filed.out.contains("已登记事项 1") && filed.out.contains("2026-06-18"), "{}{}", filed.out, filed.err);
    let early = on(&["cases", "take", "1", "accepted", "--reason", "材料齐全"]);
    assert_eq!(early.code, 1);
    assert!(early.err.contains("缺少材料"), "{}", early.err);
    let asked = on(&["cases", "take", "1", "correction_asked", "--reason", "材料不全"]);
    assert!(asked.out.contains("待补正") && asked.out.contains("2026-06-30"), "{}{}", asked.out, asked.err);
    assert!(on(&["cases", "letter", "1", "correction"]).out.contains("补正通知书"));
    assert!(on(&["cases", "take", "1", "corrected", "--reason", "已补交"]).err.contains("尚未补交"));
    for kind in ["application", "commitment", "proof"] {
        let file = write(&world, &format!("{kind}.pdf"), "%PDF-1.7");
        assert_eq!(on(&["cases", "paper", "1", file.to_str().unwrap(), "--kind", kind]).code, 0);
    }
    assert!(on(&["cases", "take", "1", "corrected", "--reason", "已补交"]).out.contains("2026-06-18"));
    assert_eq!(on(&["cases", "take", "1", "accepted", "--reason", "材料齐全"]).code, 0);
    let granted = ["cases", "take", "1", "granted", "--reason", "已履行", "--confirm", "performed"];
    assert_eq!(on(&granted).code, 1, "the office needs the unit's answer on paper");
    assert_eq!(on(&[&granted[..], &["--source", "示市监信修〔2026〕1号"]].concat()).code, 0);
    assert!(on(&["cases", "list"]).out.contains("已修复"));
    assert!(on(&["cases", "show", "1"]).out.contains("示市监信修〔2026〕1号"));
    let letter = world.dir.path().join("letter.html");
    assert_eq!(on(&["cases", "letter", "1", "decision", "-o", letter.to_str().unwrap()]).code, 0);
    assert!(std::fs::read_to_string(letter).unwrap().contains("信用修复决定书"));
    assert!(on(&["warnings"]).out.contains("0 件"));
}
