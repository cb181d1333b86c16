//! `bank`: what a bank asks, with and without consent, each question kept; and what is refused.

use crate::{
    done, refused,
    world::{
        World,
        penalty::{FIRM, OTHER, of_person, penalty, table},
    },
    write,
};

/// A firm with a register and a penalty, and arrears of tax that need a consent.
fn town() -> World {
    let world = World::early();
    world.unit("BANK", "示例银行");
    let register = format!(
        "主体名称,主体类别,统一社会信用代码,法定代表人,登记状态\n{},法人及非法人组织,{},张示例,存续\n",
        FIRM.0, FIRM.1
    );
    world.deliver("register", register);
    world.deliver("penalty", table(&[penalty(1)]));
    world
}

/// The line of a table that begins with a name.
fn line<'t>(text: &'t str, name: &str) -> &'t str {
    text.lines().find(|it| it.starts_with(name)).unwrap_or_else(|| panic!("{name}: {text}"))
}

#[test]
fn a_bank_verifies_profiles_scans_and_screens_and_each_question_is_kept() {
    let world = town();
    let verify = ["bank", "verify", FIRM.1, "--org", "BANK", "--name", FIRM.0, "--representative"];
    let right = done(&world, &[&verify[..], &["张示例"]].concat());
    assert_eq!(right.matches("一致").count(), 3, "{right}");
    assert!(!right.contains("不一致"), "{right}");
    assert!(line(&done(&world, &[&verify[..], &["李示例"]].concat()), "法定代表人").contains("不一致"));
    let profile = done(&world, &["bank", "profile", FIRM.1, "--org", "BANK", "--purpose", "before_loan"]);
    for (block, state) in [("行政处罚", "有记录"), ("公共信用评价", "未获授权")] {
        assert!(profile.lines().any(|it| it.contains(block) && it.contains(state)), "{block}: {profile}");
    }
    assert!(profile.contains("tax_arrears"), "what needs a consent is named: {profile}");
    let penalties = line(&profile, "行政处罚");
    for word in ["penalty（部分）", "2026-03-20（SJJ）"] {
        assert!(penalties.contains(word), "{word}: {penalties}");
    }
    let receipt = profile.lines().last().unwrap();
    assert!(receipt.starts_with("答复编号 ") && receipt.contains("（账本 answers-"), "{profile}");
    let scan = done(&world, &["bank", "scan", FIRM.1, "--org", "BANK"]);
    assert!(line(&scan, "行政处罚").contains("有记录"), "{scan}");
    for (dimension, words) in
        [("欠税", ["未获授权", "—", "tax_arrears"]), ("经营异常名录", ["没有这类信息", "—", "abnormal"])]
    {
        assert!(words.iter().all(|it| line(&scan, dimension).contains(it)), "{scan}");
    }
    assert!(scan.contains("结论：有风险记录\n答复编号 "), "{scan}");
    write(&world, "codes.txt", format!("{}\n{}\n不是代码\n", FIRM.1, OTHER.1));
    let screened = done(&world, &["bank", "screen", "codes.txt", "--org", "BANK", "--purpose", "after_loan"]);
    let lines: Vec<&str> = screened.lines().collect();
    assert_eq!(lines.len(), 4, "a head, and every line is answered, in its order: {screened}");
    assert!(lines[0].contains("\"n\":0") && lines[0].contains("not_collected"), "{screened}");
    assert!(lines[1].contains(FIRM.1) && lines[2].contains(OTHER.1), "{screened}");
    let verified = done(&world, &["verify"]);
    assert!(verified.contains("5 个答复") && verified.contains("未发现改动"), "{verified}");
}

#[test]
fn what_needs_a_consent_is_seen_with_one_and_not_any_more_when_it_is_revoked() {
    let world = town();
    let shown = || {
        let profile = done(&world, &["bank", "profile", FIRM.1, "--org", "BANK"]);
        line(&profile, "公共信用评价").to_owned()
    };
    assert!(shown().contains("未获授权"));
    write(&world, "授权书.pdf", "%PDF-1.7");
    let file = ["--org", "BANK", "--purpose", "before_loan", "--resource", "score", "--until", "2026-12-31"];
    let paper = ["--paper", "授权书.pdf", "--by", "李四"];
    done(&world, &[&["consent", "file", FIRM.1], &file[..], &paper].concat());
    assert!(shown().contains("未获授权"), "nobody has confirmed it yet");
    done(&world, &["consent", "confirm", "1", "--by", "张三"]);
    assert!(shown().contains("有记录"));
    done(&world, &["consent", "end", "1", "--reason", "主体撤回", "--by", "张三"]);
    assert!(shown().contains("未获授权"));
}

#[test]
fn nothing_found_is_told_apart_from_nothing_looked_at() {
    let world = town();
    let register =
        format!("主体名称,主体类别,统一社会信用代码,登记状态\n{},法人及非法人组织,{},存续\n", OTHER.0, OTHER.1);
    world.deliver("register", register);
    let scan = done(&world, &["bank", "scan", OTHER.1, "--org", "BANK"]);
    assert!(line(&scan, "行政处罚").contains("未发现记录"), "{scan}");
    assert!(scan.contains("结论：已查询的未发现风险记录，但未能全部查询\n"), "{scan}");
    write(&world, "codes.txt", OTHER.1);
    let screen = || done(&world, &["bank", "screen", "codes.txt", "--org", "BANK"]);
    assert!(screen().contains("\"clear\":null"), "{}", screen());
    for resource in ["abnormal", "dishonest_executed", "executed_person", "listing"] {
        world.collect(resource);
    }
    assert!(screen().contains("\"clear\":true"), "{}", screen());
}

#[test]
fn of_a_natural_person_a_bank_is_told_nothing_not_even_that_there_is_one() {
    let world = World::early();
    world.unit("BANK", "示例银行");
    assert_eq!(world.deliver("penalty", of_person()).tally.new, 1);
    let person = world.last_subject();
    let shown = done(&world, &["standing", &person]);
    assert!(shown.contains("penalty"), "the office sees it: {shown}");
    assert!(done(&world, &["verify"]).contains("1 个答复"), "what is shown here is kept like any other answer");
    let ahead = ["standing", &person, "--known-at", "2099-01-01T00:00:00Z"];
    refused(&world, &ahead, (1, "--known-at 不能晚于当前时刻"));
    let nobody = format!("没有代码或编号为 {person} 的主体");
    for asked in [&["profile", &person][..], &["scan", &person], &["verify", &person, "--name", "张示例"]] {
        refused(&world, &[&["bank"], asked, &["--org", "BANK"]].concat(), (1, &nobody));
    }
}

#[test]
fn what_a_bank_may_not_ask_is_refused_in_chinese_with_its_code() {
    let world = town();
    write(&world, "codes.txt", FIRM.1);
    let rows: &[(&[&str], i32, &str)] = &[
        (&["bank", "verify", OTHER.1, "--org", "BANK", "--name", "甲"], 1, "没有代码或编号为"),
        (&["bank", "verify", FIRM.1, "--org", "NOBODY", "--name", FIRM.0], 1, "归集单位 NOBODY 未登记"),
        (&["bank", "verify", FIRM.1, "--org", "BANK"], 64, "缺少 --name <名称>"),
        (&["bank", "profile", FIRM.1, "--org", "NOBODY"], 1, "归集单位 NOBODY 未登记"),
        (&["bank", "profile", "12345", "--org", "BANK"], 1, "没有代码或编号为 12345 的主体"),
        (
            &["bank", "scan", FIRM.1, "--org", "BANK", "--purpose", "marketing"],
            64,
            "--purpose <用途> 的值“marketing”无效",
        ),
        (&["bank", "scan", FIRM.1, "--org", "NOBODY"], 1, "归集单位 NOBODY 未登记"),
        (&["bank", "screen", "没有.txt", "--org", "BANK"], 1, "没有.txt：文件或目录不存在"),
        (&["bank", "screen", "codes.txt", "--org", "NOBODY"], 1, "归集单位 NOBODY 未登记"),
        (&["bank", "lend", FIRM.1], 64, "没有 lend 这一命令"),
    ];
    for (arguments, code, text) in rows {
        refused(&world, arguments, (*code, text));
    }
    assert!(done(&world, &["verify"]).contains("0 个答复"), "what is refused is no answer");
}
