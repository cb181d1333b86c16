//! `credence cases`, `credence warnings` and `credence consent`: what the office does at the command line.

use chrono::NaiveDate;
use credence::{
    affairs::consents::{self, By, Offer, Party},
    resolve::subject_id,
    rights::{Capacity, Purpose},
};

use crate::{
    credence,
    world::{
        UNIT, World,
        penalty::{FIRM, penalty, table},
    },
    write,
};

#[test]
fn a_repair_is_filed_accepted_and_granted_and_its_letter_printed() {
    let mut world = World::early();
    world.deliver("penalty", table(&[penalty(1).fined("2", "罚款20000元")]));
    world.dawn(2026, 6, 15);
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

#[test]
fn a_consent_is_looked_at_confirmed_by_another_and_ended() {
    let world = World::early();
    world.deliver("penalty", table(&[penalty(1)]));
    let bank = By { party: Party::Grantee(UNIT.into()), actor: "王五".into() };
    let kept = world.shop.blobs.keep(&mut "授权书".as_bytes(), 1 << 20).expect("kept");
    let offer = Offer {
        subject: subject_id(&format!("credit_code:{}", FIRM.1)),
        grantee: UNIT.into(),
        purpose: Purpose::BeforeLoan,
        resources: vec!["score".into()],
        from: None,
        until: NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day"),
        evidence: Some(kept.digest),
        holder: UNIT.into(),
        signer: None,
        capacity: Capacity::Finance,
    };
    let (shop, database) = (&world.shop, &world.shop.database);
    database.write(|conn| consents::file_paper(conn, shop, (UNIT, &kept.digest), "王五")).expect("filed");
    database.write(|conn| consents::give(conn, shop, &bank, offer)).expect("given");
    let on = |arguments: &[&str]| credence(&world, &[&["--today", "2026-03-20", "consent"], arguments].concat());
    assert!(on(&["list", "--subject", FIRM.1]).out.contains("待确认"));
    let file = world.dir.path().join("paper");
    assert_eq!(on(&["paper", "1", "-o", file.to_str().expect("a path")]).code, 0);
    assert_eq!(std::fs::read(file).expect("written"), "授权书".as_bytes());
    let same = on(&["confirm", "1", "--by", "王五"]);
    assert_eq!(same.code, 1);
    assert!(same.err.contains("另一人"), "{}", same.err);
    assert_eq!(on(&["confirm", "1", "--by", "张三"]).code, 0);
    assert!(on(&["list"]).out.contains("有效"));
    assert_eq!(on(&["end", "1", "--reason", "主体书面撤回", "--by", "王五"]).code, 0);
    assert_eq!(on(&["end", "1", "--reason", "再次", "--by", "王五"]).code, 1);
    assert_eq!(on(&["confirm", "9", "--by", "张三"]).code, 1);
}
