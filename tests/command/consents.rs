//! `consent`: filed with its paper, confirmed by another person, checked, ended; and what is refused.

use crate::{
    done, refused,
    world::{
        World,
        penalty::{FIRM, penalty, table},
    },
    write,
};

fn town() -> World {
    let world = World::early();
    world.unit("BANK", "示例银行");
    world.deliver("penalty", table(&[penalty(1)]));
    write(&world, "授权书.pdf", "%PDF-1.7");
    world
}

/// To file a consent, and anything that is to be said otherwise.
fn filing<'a>(resource: &'a str, until: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    let base = ["consent", "file", FIRM.1, "--org", "BANK", "--purpose", "before_loan"];
    [&base[..], &["--resource", resource, "--until", until, "--by", "李四"], rest].concat()
}

fn check<'a>(purpose: &'a str, resource: &'a str) -> Vec<&'a str> {
    ["consent", "check", FIRM.1, "--org", "BANK", "--purpose", purpose, "--resource", resource].to_vec()
}

#[test]
fn a_consent_is_filed_by_one_confirmed_by_another_checked_and_ended() {
    let world = town();
    assert!(done(&world, &check("before_loan", "tax_arrears")).contains("未获授权"));
    let filed = done(&world, &filing("tax_arrears", "2026-12-31", &["--paper", "授权书.pdf", "--signer", "张示例"]));
    assert!(filed.contains("已登记授权 1"), "{filed}");
    assert!(done(&world, &check("before_loan", "tax_arrears")).contains("授权 1：不在有效状态"));
    refused(&world, &["consent", "confirm", "1", "--by", "李四"], (1, "报送人以外的另一人"));
    assert!(done(&world, &["consent", "confirm", "1", "--by", "张三"]).contains("授权 1 已确认"));
    let listed = done(&world, &["consent", "list", "--subject", FIRM.1, "--org", "BANK"]);
    assert!(listed.contains("有效") && listed.contains("贷前") && !listed.contains("张示例"), "{listed}");
    assert!(done(&world, &check("before_loan", "tax_arrears")).contains("已获授权：授权 1，至 2026-12-31"));
    assert!(done(&world, &check("after_loan", "tax_arrears")).contains("授权 1：用途不符"));
    assert!(done(&world, &check("before_loan", "loan")).contains("授权 1：未授权这类信息"));
    assert!(done(&world, &["consent", "end", "1", "--reason", "主体书面撤回", "--by", "张三"]).contains("已终止"));
    assert!(done(&world, &check("before_loan", "tax_arrears")).contains("授权 1：不在有效状态"));
    refused(&world, &["consent", "end", "1", "--reason", "再次撤回"], (1, "该授权已经终止"));
    refused(&world, &["consent", "confirm", "1", "--by", "张三"], (1, "该授权不在待确认状态"));
    // What its subject has taken back is not brought again.
    refused(&world, &filing("tax_arrears", "2026-12-31", &["--paper", "授权书.pdf"]), (1, "须由主体重新签署"));
}

#[test]
fn what_is_no_consent_is_refused_in_chinese_with_its_code() {
    let world = town();
    write(&world, "空.pdf", "");
    let good = ["--paper", "授权书.pdf"];
    let other_unit =
        |it: Vec<&'static str>| it.into_iter().map(|it| if it == "BANK" { "NOBODY" } else { it }).collect();
    let other_subject =
        |it: Vec<&'static str>| it.into_iter().map(|it| if it == FIRM.1 { "12345" } else { it }).collect();
    let rows: Vec<(Vec<&str>, i32, &str)> = vec![
        (filing("tax_arrears", "2026-12-31", &["--paper", "没有.pdf"]), 1, "没有.pdf：文件或目录不存在"),
        (filing("tax_arrears", "2026-12-31", &["--paper", "空.pdf"]), 1, "是空文件"),
        (filing("tax_arrears", "2026-12-31", &[]), 64, "缺少 --paper <文件>"),
        (filing("tax_arrears", "2026-13-01", &good), 64, "--until <YYYY-MM-DD> 的值“2026-13-01”无效"),
        (filing("tax_arrears", "2026-03-01", &good), 1, "授权期限已过"),
        (filing("tax_arrears", "2099-12-31", &good), 1, "授权期限最长"),
        (filing("nothing", "2026-12-31", &good), 1, "没有可授权的信息“nothing”"),
        (other_unit(filing("tax_arrears", "2026-12-31", &good)), 1, "归集单位 NOBODY 未登记"),
        (other_subject(filing("tax_arrears", "2026-12-31", &good)), 1, "没有代码或编号为 12345 的主体"),
        (check("marketing", "tax_arrears"), 64, "--purpose <用途> 的值“marketing”无效"),
        (other_unit(check("before_loan", "tax_arrears")), 1, "归集单位 NOBODY 未登记"),
        (["consent", "confirm", "9", "--by", "张三"].to_vec(), 1, "没有这一授权"),
        (["consent", "end", "9", "--reason", "撤回"].to_vec(), 1, "没有这一授权"),
        (["consent", "confirm", "x"].to_vec(), 64, "<编号> 的值“x”无效"),
    ];
    for (arguments, code, text) in rows {
        refused(&world, &arguments, (code, text));
    }
    assert!(!done(&world, &["consent", "list"]).contains("BANK"), "nothing of it is kept");
}
