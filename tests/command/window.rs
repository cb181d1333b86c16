//! `window`: a deferral decided, printed, opened and fulfilled; broken promises; and what is refused.

use crate::{
    Said, credence, done, refused,
    world::{
        World,
        penalty::{FIRM, of_person},
    },
    write,
};

fn hall() -> World {
    let world = hall_without_lists();
    for it in ["dishonest_executed", "listing"] {
        world.collect(it);
    }
    world
}

/// Nobody has ever delivered a list.
fn hall_without_lists() -> World {
    let world = World::early();
    world.unit("HALL", "示例市政务服务大厅");
    world.unit("HALL2", "示例县政务服务大厅");
    let register =
        format!("主体名称,主体类别,统一社会信用代码,登记状态\n{},法人及非法人组织,{},存续\n", FIRM.0, FIRM.1);
    world.deliver("register", register);
    world
}

fn decide(world: &World, item: &str, promised: &str) -> Said {
    let asked = ["--org", "HALL", "--item", item, "--missing", "PMT", "--promised", promised];
    credence(world, &[&["window", "decide", FIRM.1], &asked[..]].concat())
}

#[test]
fn a_deferral_is_decided_printed_opened_and_fulfilled() {
    let world = hall();
    assert!(done(&world, &["window", "items"]).contains("GGCSWS"));
    let decided = decide(&world, "GGCSWS", "2026-03-26");
    assert_eq!(decided.code, 0, "{}", decided.err);
    assert!(decided.out.contains("可容缺；最迟 2026-03-27；答复编号 1"), "{}", decided.out);
    let about = ["--code", FIRM.1, "--org", "HALL"];
    let notice = done(&world, &[&["window", "letter", "1", "notice"], &about[..]].concat());
    assert!(notice.contains("容缺受理告知书") && notice.contains("场所平面布局图") && notice.contains("2026-03-27"));
    done(&world, &[&["window", "letter", "1", "promise"], &about[..], &["-o", "承诺书.html"]].concat());
    let promise = std::fs::read_to_string(world.dir.path().join("承诺书.html")).expect("written");
    assert!(promise.contains("承诺人（签名或者盖章）") && !promise.contains("印章"), "{promise}");
    write(&world, "已签.pdf", "%PDF-1.7");
    let open = ["window", "open", FIRM.1, "--answer", "1", "--org", "HALL", "--signed", "已签.pdf"];
    for _ in 0..2 {
        assert!(done(&world, &open).contains("已受理容缺件 1，承诺编码 43110020260320000001"));
    }
    let listed = done(&world, &["window", "cases", "--state", "open"]);
    assert!(listed.contains("补正中") && listed.contains("1 件"), "{listed}");
    let taken = done(&world, &["window", "take", "1", "fulfilled", "--org", "HALL", "--reason", "已补齐"]);
    assert!(taken.contains("容缺件 1：已补齐"), "{taken}");
    let shown = done(&world, &["window", "show", "1"]);
    for text in ["承诺书 SHA-256：", "容缺受理", "补齐", "cli"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    assert!(done(&world, &["verify"]).contains("未发现改动"));
}

#[test]
fn an_overdue_promise_is_suspended_recorded_once_and_stops_the_next() {
    let world = hall();
    decide(&world, "GGCSWS", "2026-03-26");
    done(&world, &["window", "open", FIRM.1, "--answer", "1", "--org", "HALL"]);
    let late = |arguments: &[&str]| done(&world, &[&["--today", "2026-03-30"], arguments].concat());
    let overdue = "暂停 1 件，写入违诺记录 1 条，退件 0 件，未能处理 0 件";
    assert_eq!(late(&["window", "overdue"]).trim(), overdue);
    assert_eq!(late(&["window", "overdue"]).trim(), overdue.replace('1', "0"));
    assert!(late(&["window", "cases"]).contains("红色"));
    let resumed = late(&["window", "take", "1", "fulfilled", "--org", "HALL", "--reason", "迟到补齐"]);
    assert!(resumed.contains("已补齐"), "{resumed}");
    let asked = ["--item", "GGCSWS", "--missing", "PMT", "--promised", "2026-04-01"];
    let again = late(&[&["window", "decide", FIRM.1, "--org", "HALL"], &asked[..]].concat());
    assert!(again.contains("不可容缺") && again.contains("有：违背信用承诺且未修复（1 条记录）"), "{again}");
    let revoked = late(&["window", "take", "1", "revoked", "--org", "HALL", "--reason", "查实材料虚假"]);
    assert!(revoked.contains("撤销") && revoked.contains("违诺记录待写入"), "{revoked}");
    assert!(late(&["window", "overdue"]).contains("写入违诺记录 1 条"));
}

#[test]
fn a_no_is_told_with_its_reasons_and_nobody_is_refused_for_being_unknown() {
    let world = hall();
    let no = decide(&world, "NONE", "2026-03-26");
    assert_eq!(no.code, 0);
    assert!(no.out.contains("清单中没有事项 NONE") && no.out.contains("不可容缺；最迟 —"), "{}", no.out);
    let late = decide(&world, "GGCSWS", "2026-03-30");
    assert!(late.out.contains("承诺 2026-03-30 补齐，最迟 2026-03-27"), "{}", late.out);
    let letter = done(&world, &["window", "letter", "2", "decision", "--code", FIRM.1, "--org", "HALL"]);
    assert!(letter.contains("不予容缺受理告知书") && letter.contains("台州"), "{letter}");
    let asked = ["--org", "HALL", "--item", "GGCSWS", "--missing", "PMT", "--promised", "2026-03-26"];
    let unknown = done(&world, &[&["window", "decide", "91430100MA0000090C"], &asked[..]].concat());
    assert!(unknown.contains("需人工") && unknown.contains("平台没有这一主体的任何信息"), "{unknown}");
    assert!(done(&world, &["window", "letter", "3", "decision", "--org", "HALL"]).contains("转人工审核告知书"));
}

#[test]
fn what_nobody_delivers_and_who_is_a_natural_person_is_left_to_a_person() {
    let world = hall_without_lists();
    let said = decide(&world, "GGCSWS", "2026-03-26").out;
    assert!(said.contains("无法判断有无：严重失信主体名单、失信被执行人") && said.contains("需人工；"), "{said}");
    assert!(said.contains("没有单位报送过：commitment、dishonest_executed、listing、penalty"), "{said}");
    let letter = done(&world, &["window", "letter", "1", "decision", "--code", FIRM.1, "--org", "HALL"]);
    assert!(letter.contains("转人工审核告知书"), "{letter}");
    assert_eq!(world.deliver("penalty", of_person()).tally.new, 1);
    let who = world.last_subject();
    assert!(done(&world, &["standing", &who]).contains("penalty"));
    let asked = ["--org", "HALL", "--item", "GGCSWS", "--missing", "PMT", "--promised", "2026-03-26"];
    let person = done(&world, &[&["window", "decide", &who], &asked[..]].concat());
    assert!(person.contains("需人工") && person.contains("平台没有这一主体的任何信息"), "{person}");
}

#[test]
fn what_a_window_may_not_do_is_refused_in_chinese_with_its_code() {
    let world = hall();
    decide(&world, "GGCSWS", "2026-03-26");
    decide(&world, "GGCSWS", "2026-03-30");
    done(&world, &["window", "open", FIRM.1, "--answer", "1", "--org", "HALL"]);
    let asked = ["--item", "GGCSWS", "--missing", "PMT", "--promised"];
    let decide = |org, day| [&["window", "decide", FIRM.1, "--org", org], &asked[..], &[day]].concat();
    let letter = |answer, kind, org| ["window", "letter", answer, kind, "--code", FIRM.1, "--org", org].to_vec();
    let open = |answer, org| ["window", "open", FIRM.1, "--answer", answer, "--org", org].to_vec();
    let take = |id, step, org, reason| ["window", "take", id, step, "--org", org, "--reason", reason].to_vec();
    let rows: Vec<(Vec<&str>, i32, &str)> = vec![
        (decide("NOBODY", "2026-03-26"), 1, "归集单位 NOBODY 未登记"),
        (decide("HALL", "2026-02-30"), 64, "--promised <YYYY-MM-DD> 的值“2026-02-30”无效"),
        (["window", "decide", FIRM.1].to_vec(), 64, "缺少 --org <代码>、--item <编码>、--promised <YYYY-MM-DD>"),
        (letter("9", "notice", "HALL"), 1, "没有这一容缺决定，或不属于本单位"),
        (letter("1", "notice", "HALL2"), 1, "没有这一容缺决定，或不属于本单位"),
        (letter("1", "decision", "HALL"), 1, "“可容缺”的决定出具告知书"),
        (letter("2", "promise", "HALL"), 1, "只出具写明理由的告知书"),
        (letter("1", "nothing", "HALL"), 64, "<文书> 的值“nothing”无效"),
        (open("2", "HALL"), 1, "该决定不是“可容缺”"),
        (open("1", "HALL2"), 1, "没有这一容缺决定"),
        ([open("1", "HALL"), vec!["--signed", "没有.pdf"]].concat(), 1, "没有.pdf：文件或目录不存在"),
        (take("9", "fulfilled", "HALL", "补齐"), 1, "没有这一容缺件"),
        (take("1", "fulfilled", "HALL2", "补齐"), 1, "没有这一容缺件"),
        (take("1", "suspended", "HALL", "逾期"), 1, "这一环节由系统办理"),
        (take("1", "extended", "HALL", "延期"), 1, "延期须填写 until"),
        (take("1", "fulfilled", "HALL", " "), 64, "说明不能为空"),
        (take("1", "resolved", "HALL", "补齐"), 64, "<环节> 的值“resolved”无效"),
        (["window", "cases", "--state", "closed"].to_vec(), 64, "--state <状态> 的值“closed”无效"),
        (["window", "show", "9"].to_vec(), 1, "没有这一容缺件"),
    ];
    for (arguments, code, text) in rows {
        refused(&world, &arguments, (code, text));
    }
}
