//! `warnings`: what is due is told day by day, the more urgent the nearer; and what is refused.

use crate::{
    credence, done, refused,
    world::{
        UNIT, World,
        penalty::{FIRM, penalty, table},
    },
};

#[test]
fn a_case_is_warned_of_in_blue_yellow_and_red_as_its_day_comes_near() {
    let mut world = World::early();
    world.deliver("penalty", table(&[penalty(1).fined("2", "罚款20000元")]));
    world.dawn(2026, 6, 15);
    let on = |day: &str, arguments: &[&str]| done(&world, &[&["--today", day], arguments].concat());
    assert!(on("2026-06-15", &["warnings"]).contains("0 件"));
    let shown = on("2026-06-15", &["cases", "repairable", FIRM.1]);
    let record = shown.lines().find(|it| it.starts_with("penalty")).and_then(|it| it.split_whitespace().nth(1));
    let record = record.expect("the penalty").to_owned();
    on("2026-06-15", &["cases", "file", "repair", FIRM.1, "--record", &record, "--reason", "已缴纳罚款"]);
    for (day, level) in [("2026-06-16", "蓝"), ("2026-06-17", "黄"), ("2026-06-18", "红"), ("2026-06-22", "红")] {
        let told = on(day, &["warnings"]);
        assert!(told.contains(level) && told.contains("2026-06-18") && told.contains("1 件"), "{day}: {told}");
        assert_eq!(told.contains("已逾期"), day == "2026-06-22", "{day}: {told}");
        assert!(on(day, &["warnings", "--org", UNIT]).contains("1 件"));
        let red = on(day, &["warnings", "--level", "red"]);
        assert_eq!(red.contains("1 件"), level == "红", "{day}: {red}");
    }
}

#[test]
fn a_level_there_is_not_is_refused_in_chinese_with_its_code() {
    let world = World::early();
    refused(&world, &["warnings", "--level", "green"], (64, "--level <级别> 的值“green”无效"));
    refused(&world, &["warnings", "--since", "2026-01-01"], (64, "没有 --since 这一参数"));
    assert_eq!(credence(&world, &["warnings"]).code, 0);
}
