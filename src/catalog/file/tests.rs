//! A file is read whole or refused with every fault it has.

use crate::catalog::{Demand, FieldType, Masking, Test};

use super::*;

/// A small file that is right in every part.
const GOOD: &str = r#"code = "sample"
name = "示例资源"
class = "penalty"
version = 2
sources = ["示例标准"]
description = "测试用。"
owners = ["示例局"]
ignore = ["序号"]

[[dialect]]
name = "V2"
marks = ["CF_WFXW"]
[[dialect]]
name = "V1"
marks = ["处罚名称"]
infer_kind = true
waives = ["CF_WFXW"]
joins = [{ from = ["CF_LB1", "CF_LB2"], to = "CF_LB" }]
moves = [{ from = "CF_SFZ", to = "CF_ZJHM", when = { field = "CF_XDR_LB", is = ["自然人"] } }]
defaults = [{ field = "CF_ZT", value = "有效" }]

[subject]
name = "CF_MC"
kind = "CF_XDR_LB"
credit_code = "CF_SHXYM"
person_number = "CF_ZJHM"

[key]
fields = ["CF_WSH"]
fallback = ["CF_RQ"]
fallback_when_empty = "CF_WSH"

[times]
fact = "CF_RQ"

[withdrawal]
field = "CF_ZT"
terms = ["撤销"]

[thresholds]
faults_percent = 30
from_rows = 200

[duty]
working_days = 7
period = "week"

[upward]
name = "ROWDATA"
elements = "codes"

[[list]]
name = "类别"
terms = ["法人及非法人组织", "个体工商户", { text = "自然人", also = ["3"] }]
[[list]]
name = "状态"
terms = ["有效", { text = "撤销", also = ["1"] }]
[[list]]
name = "处罚类别"
other = true
terms = ["罚款", "没收违法所得", "没收非法财物", { text = "没收违法所得、没收非法财物", means = ["没收违法所得", "没收非法财物"] }]

[[field]]
code = "CF_MC"
name = "行政相对人名称"
type = "name"
required = true
max_length = 200
[[field]]
code = "CF_XDR_LB"
name = "行政相对人类别"
type = "term"
list = "类别"
[[field]]
code = "CF_SHXYM"
name = "行政相对人代码_1(统一社会信用代码)"
type = "credit_code"
[[field]]
code = "CF_ZJHM"
name = "证件号码"
type = "person_number"
masking = "person_number"
[[field]]
code = "CF_WSH"
name = "文号"
type = "document_number"
required = true
headings = ["处罚文号"]
[[field]]
code = "CF_WFXW"
name = "违法行为类型"
type = "text"
required = true
dialects = ["V2"]
[[field]]
code = "CF_CFMC"
name = "处罚名称"
type = "text"
dialects = ["V1"]
[[field]]
code = "CF_LB"
name = "处罚类别"
type = "terms"
list = "处罚类别"
[[field]]
code = "CF_LB1"
name = "处罚类别1"
type = "text"
dialects = ["V1"]
[[field]]
code = "CF_LB2"
name = "处罚类别2"
type = "text"
dialects = ["V1"]
[[field]]
code = "CF_SFZ"
name = "居民身份证号"
type = "person_number"
masking = "person_number"
dialects = ["V1"]
dialect_headings = { V1 = ["代码_5"] }
[[field]]
code = "CF_FK"
name = "罚款金额"
type = "money_wan"
min = "0"
max = "1000000"
[[field]]
code = "CF_RQ"
name = "处罚决定日期"
type = "day"
required = true
[[field]]
code = "CF_ZT"
name = "状态"
type = "term"
list = "状态"

[[rule]]
id = "fine_amount"
when = { field = "CF_LB", has = ["罚款"] }
positive = "CF_FK"
"#;

#[test]
fn a_right_file_is_read_whole() {
    let it = parse("sample.toml", GOOD).expect("without fault");

    assert_eq!((it.code.as_str(), it.version, it.class), ("sample", 2, Class::Penalty));
    assert_eq!(it.fields.len(), 14);
    assert_eq!(it.fields[2].headings, ["CF_SHXYM", "行政相对人代码(统一社会信用代码)"]);
    assert_eq!(it.fields[4].headings, ["CF_WSH", "文号", "处罚文号"]);
    assert_eq!(it.fields[4].length, 1..=128);
    assert_eq!((it.fields[10].kind, it.fields[10].masking), (FieldType::PersonNumber, Masking::PersonNumber));
    assert_eq!(it.fields[10].dialect_headings, [(1, "代码_5".to_owned())]);
    assert_eq!(it.dialects[1].waives, [5]);
    assert_eq!(it.dialects[1].joins[0].from, [8, 9]);
    assert_eq!(it.dialects[1].moves[0].when.test, Test::Is(vec!["自然人".to_owned()]));
    assert_eq!(it.rules[0].demand, Demand::Positive(11));
    assert_eq!(it.key.fallback_when_empty, Some(4));
    assert_eq!(it.upward.expect("written").elements.len(), 10);
}

/// Changes the good file in one place and expects these faults, each as `line key` and a part of the message.
#[track_caller]
fn refused(old: &str, new: &str, expected: &[(&str, &str)]) {
    assert!(GOOD.contains(old), "{old}");
    let faults = parse("sample.toml", &GOOD.replacen(old, new, 1)).expect_err("has a fault");
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    for (fault, (key, message)) in faults.iter().zip(expected) {
        assert_eq!(fault.key, *key, "{fault}");
        assert!(fault.message.contains(message), "{fault}");
        assert!(fault.line > 0, "{fault}");
    }
}

#[test]
fn a_fault_names_its_line_and_key() {
    let faults = parse("sample.toml", &GOOD.replace("max = \"1000000\"", "max = \"-1\"")).expect_err("min > max");
    let line = 1 + GOOD[..GOOD.find("max = \"1000000\"").expect("there")].matches('\n').count();
    assert_eq!(faults[0].to_string(), format!("sample.toml:{line}: field.CF_FK.max: max 小于 min"));
}

#[test]
fn every_kind_of_fault_is_found() {
    refused("version = 2", "versoin = 2", &[("version", "缺少"), ("versoin", "未知的键")]);
    refused("version = 2", "version = \"2\"", &[("version", "应为")]);
    refused("class = \"penalty\"", "class = \"fine\"", &[("class", "不是可用的值")]);
    refused("code = \"sample\"", "code = \"other\"", &[("code", "文件名")]);
    refused("fact = \"CF_RQ\"", "fact = \"CF_WSH\"", &[("times.fact", "类型")]);
    refused("fact = \"CF_RQ\"", "fact = \"CF_XX\"", &[("times.fact", "没有代码")]);
    refused("waives = [\"CF_WFXW\"]", "", &[("field.CF_WFXW.required", "V1 没有这一列")]);
    refused("marks = [\"CF_WFXW\"]", "marks = [\"CF_XX\"]", &[("dialect.V2.marks", "不是该版本")]);
    refused(
        "[\"处罚文号\"]",
        "[\"处罚决定日期\"]",
        &[("field.CF_RQ.headings", "也表示"), ("field.CF_RQ.headings", "也表示")],
    );
    refused("[\"处罚文号\"]", "[\"序号\"]", &[("field.CF_WSH.headings", "ignore")]);
    refused("list = \"状态\"", "", &[("list.状态.name", "没有字段使用"), ("field.CF_ZT.list", "须有 list")]);
    refused("terms = [\"撤销\"]", "terms = [\"注销\"]", &[("withdrawal.terms", "不在")]);
    refused("has = [\"罚款\"]", "", &[("rule.fine_amount.when", "有且只有")]);
    refused("positive = \"CF_FK\"", "positive = \"CF_RQ\"", &[("rule.fine_amount.positive", "不适用")]);
    refused("positive = \"CF_FK\"", "", &[("rule.fine_amount", "有且只有一项要求")]);
    refused("masking = \"person_number\"", "", &[("field.CF_ZJHM.masking", "脱敏")]);
    refused("name = \"处罚名称\"", "name = \"处罚名称\"\npattern = \"^a\"", &[("field.CF_CFMC.pattern", "反斜线")]);
    refused("\"没收非法财物\"] }", "\"罚金\"] }", &[("list.处罚类别.terms.4", "不是本表的单项")]);
    refused("infer_kind = true", "infer_kind = 1", &[("dialect.V1.infer_kind", "true 或 false")]);
}

#[test]
fn two_fields_of_one_code_are_a_fault() {
    refused(
        "code = \"CF_LB2\"",
        "code = \"CF_LB1\"",
        &[("dialect.V1.joins.CF_LB.from", "没有代码"), ("field.CF_LB1.code", "重复")],
    );
}

#[test]
fn what_the_law_forbids_to_collect_is_refused() {
    for name in ["宗教信仰", "民族宗教", "基因信息", "指 纹", "血型", "既往病史", "所患疾病"] {
        refused(
            "name = \"处罚名称\"",
            &format!("name = \"{name}\"\nheadings = [\"处罚名称\"]"),
            &[("field.CF_CFMC.name", "禁止归集")],
        );
    }
    refused("[\"处罚文号\"]", "[\"DNA编号\"]", &[("field.CF_WSH.headings", "禁止归集")]);
}

#[test]
fn a_text_that_is_no_toml_is_refused_with_its_lines() {
    let faults = parse("sample.toml", "code = \nname = \"a\"\n[[x").expect_err("no TOML");
    assert_eq!(faults.iter().map(|it| it.line).collect::<Vec<_>>(), [1, 3]);
}
