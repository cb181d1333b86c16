//! `lists`: the lists, a designation step by step, its entry and figures, claims held against them; and what is refused.

use crate::{
    credence, done, refused,
    world::{
        UNIT, World,
        penalty::{FIRM, penalty, table},
    },
    write,
};

fn town() -> World {
    let world = World::early();
    world.deliver("penalty", table(&[penalty(1)]));
    write(&world, "文书.pdf", "%PDF-1.7");
    world
}

/// A step with its document.
fn step<'a>(id: &'a str, step: &'a str, number: &'a str) -> Vec<&'a str> {
    let said = ["--org", UNIT, "--reason", "性质恶劣", "--document", number, "--file", "文书.pdf"];
    [&["lists", "step", id, step], &said[..]].concat()
}

fn assign<'a>(id: &'a str, unit: &'a str, reason: &'a str) -> [&'a str; 7] {
    ["lists", "assign", id, "--org", unit, "--reason", reason]
}

const PROPOSE: [&str; 7] = ["lists", "propose", "serious.market", FIRM.1, "--org", UNIT, "--reason"];

#[test]
fn a_designation_goes_step_by_step_and_is_an_entry_that_is_counted_until_it_is_removed() {
    let world = town();
    let shown = done(&world, &["lists", "show"]);
    assert!(shown.lines().any(|it| it.starts_with("serious.market")), "{shown}");
    let proposed = done(&world, &[&PROPOSE[..], &["性质恶劣、情节严重"]].concat());
    assert!(proposed.contains("名单认定 1 已提出"), "{proposed}");
    assert!(done(&world, &["lists", "entries", "serious.market"]).contains("0 条（2026-03-20）"));
    for (kind, number) in [("notified", "告1号"), ("waived", "放1号"), ("consented", "复1号"), ("designated", "列1号")]
    {
        done(&world, &step("1", kind, number));
    }
    let bare = credence(&world, &["lists", "step", "1", "published", "--org", UNIT, "--reason", "公布"]);
    assert!(bare.code != 0 && bare.err.contains("公布须有文书"), "{}", bare.err);
    let published = done(&world, &step("1", "published", "公1号"));
    assert!(published.contains("名单认定 1："), "{published}");
    let entries = done(&world, &["lists", "entries", "serious.market"]);
    assert!(entries.contains(FIRM.1) && entries.contains("2029-03-20") && entries.contains("1 条"), "{entries}");
    assert!(done(&world, &["lists", "entries", "serious.market", "--as-of", "2026-03-19"]).contains("0 条"));
    assert!(done(&world, &["lists", "stats", "--year", "2026"]).contains("合计 1 条"));
    assert!(done(&world, &["lists", "designations", "--org", UNIT]).contains("1 件"));
    let removed = [&step("1", "removed", "移1号")[..], &["--removal", "revoked"]].concat();
    let refused = credence(&world, &removed);
    assert!(refused.code != 0 && refused.err.contains("被撤销的文号“列1号”"), "{}", refused.err);
    write(&world, "撤销.pdf", "%PDF-1.7 2");
    let paper = ["--document", "撤1号", "--file", "撤销.pdf", "--removal", "revoked"];
    done(
        &world,
        &[&["lists", "step", "1", "removed", "--org", UNIT, "--reason", "列1号经复议撤销"], &paper[..]].concat(),
    );
    assert!(done(&world, &["lists", "entries", "serious.market"]).contains("0 条"));
    assert!(done(&world, &["lists", "stats"]).contains("合计 0 条"));
    assert!(done(&world, &["lists", "exits", "serious.market"]).contains("0 条"), "it was never seen before today");
    assert!(done(&world, &["lists", "proposals", "red.incentive"]).contains("0 件"));
    assert!(done(&world, &["lists", "candidates"]).contains("不会自行列入"));
    assert!(done(&world, &["verify"]).contains("未发现改动"));
}

#[test]
fn figures_that_cannot_be_are_told_and_end_with_a_code() {
    let world = town();
    // A published district report: 526 red and 842 black legal persons "of" 1,167 entries.
    let part = |text: &str, count: u32, kind: &str| {
        format!(
            "[[claim.part]]\ntext = \"{text}\"\ncount = {count}\nscope = {{ kind = \"{kind}\", subject = \"organisation\" }}\n"
        )
    };
    let head = "as_of = \"2026-12-31\"\n[[claim]]\ntext = \"诚信红黑名单\"\ncount = 1167\n";
    write(&world, "通报.toml", [head, &part("红名单", 526, "red"), &part("黑名单", 842, "serious")].concat());
    let told = credence(&world, &["lists", "check", "通报.toml", "--no-rows"]);
    assert_eq!(told.code, 1, "{}{}", told.out, told.err);
    assert!(told.out.contains("1368") && told.out.contains("1 项说法，1 处矛盾"), "{}", told.out);
    let good = head.replace("1167", "0");
    write(&world, "好.toml", good);
    assert!(done(&world, &["lists", "check", "好.toml"]).contains("0 处矛盾"));
}

#[test]
fn what_may_not_be_done_with_a_list_is_refused_in_chinese_with_its_code() {
    let world = town();
    world.unit("WLJ", "示例市文化和旅游局");
    done(&world, &[&PROPOSE[..], &["性质恶劣"]].concat());
    write(&world, "坏.toml", "as_of = \"昨天\"\nclaim = []\n");
    let other = |unit: &'static str| PROPOSE.map(|it| if it == UNIT { unit } else { it });
    let rows: Vec<(Vec<&str>, i32, &str)> = vec![
        (["lists", "propose", "nothing", FIRM.1, "--org", UNIT, "--reason", "违法"].to_vec(), 1, "名单"),
        (
            ["lists", "propose", "serious.market", "12345", "--org", UNIT, "--reason", "违法"].to_vec(),
            1,
            "没有代码或编号为",
        ),
        ([&other("WLJ")[..], &["违法"]].concat(), 1, "认定"),
        ([&other("NOBODY")[..], &["违法"]].concat(), 1, "NOBODY"),
        (["lists", "entries", "nothing"].to_vec(), 1, "没有名单 nothing"),
        (["lists", "exits", "nothing"].to_vec(), 1, "没有名单 nothing"),
        (["lists", "proposals", "nothing"].to_vec(), 1, "没有名单 nothing"),
        (["lists", "entries", "serious.market", "--as-of", "昨天"].to_vec(), 64, "--as-of <YYYY-MM-DD> 的值“昨天”无效"),
        (["lists", "stats", "--known-at", "2026-03-20"].to_vec(), 64, "应为带时区的时间"),
        (["lists", "check", "没有.toml"].to_vec(), 1, "没有.toml：文件或目录不存在"),
        (["lists", "check", "坏.toml"].to_vec(), 1, "as_of 应为日期"),
        (step("9", "notified", "告1号"), 1, "没有这一"),
        (step("1", "designated", "列1号"), 1, "不能"),
        (step("1", "resolved", "列1号"), 64, "<环节> 的值“resolved”无效"),
        (["lists", "step", "1", "notified", "--org", UNIT, "--reason", "拟列入"].to_vec(), 1, "文书"),
        (
            ["lists", "step", "1", "notified", "--org", UNIT, "--reason", "拟列入", "--document", "x"].to_vec(),
            64,
            "--file",
        ),
        (["lists", "step", "1", "notified", "--org", "WLJ", "--reason", "拟列入"].to_vec(), 1, "没有这一"),
        (assign("9", UNIT, "处罚机关").to_vec(), 1, "没有这一"),
        (assign("1", UNIT, " ").to_vec(), 1, "须写明理由"),
        (assign("1", "NOBODY", "处罚机关").to_vec(), 1, "NOBODY"),
        (assign("1", "WLJ", "处罚机关").to_vec(), 1, "不是市场监督管理严重违法失信名单的认定机关"),
    ];
    for (arguments, code, text) in rows {
        refused(&world, &arguments, (code, text));
    }
}

#[test]
fn the_office_assigns_what_nobody_has_begun_with_and_its_new_unit_takes_the_steps() {
    let world = town();
    world.unit("SJ2", "示例市东城区市监局");
    done(&world, &[&PROPOSE[..], &["性质恶劣"]].concat());
    assert!(done(&world, &assign("1", "SJ2", "处罚机关")).contains("名单认定 1 已交由 SJ2 办理"));
    assert!(done(&world, &["lists", "designations", "--org", "SJ2"]).contains("1 件"));
    refused(&world, &step("1", "notified", "告1号"), (1, "没有这一"));
    let notified = step("1", "notified", "告1号");
    done(&world, &notified.into_iter().map(|it| if it == UNIT { "SJ2" } else { it }).collect::<Vec<_>>());
    refused(&world, &assign("1", "SJ2", "处罚机关"), (1, "不能交办"));
}
