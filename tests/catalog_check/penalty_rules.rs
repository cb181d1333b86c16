//! The rules of a penalty: what is changed in a sound row, and the faults that follow.

use credence::record::FaultCode::{self, *};
use credence::record::Grade::{self, Error, Warning};

use crate::decisions::{COMPANY, Cells, OWNER, PERSON, penalty_v2};
use crate::{faults, with};

/// A row and its faults: code, field, grade.
type Case<'t> = (Cells<'t>, Vec<(FaultCode, &'t str, Grade)>);

fn sound(changes: &[(&'static str, &'static str)]) -> Cells<'static> {
    with(&penalty_v2(), changes)
}

/// The decision against a natural person.
fn a_person(changes: &[(&'static str, &'static str)]) -> Cells<'static> {
    let person = sound(&[
        ("行政相对人名称", "示例乙"),
        ("行政相对人类别", "自然人"),
        ("行政相对人代码_1(统一社会信用代码)", ""),
        ("行政相对人代码_3(组织机构代码)", ""),
        ("法定代表人", ""),
        ("法定代表人证件类型", ""),
        ("法定代表人证件号码", ""),
        ("证件类型", "身份证"),
        ("证件号码", PERSON),
    ]);
    with(&person, changes)
}

/// The decision against an individual business.
fn an_owner(changes: &[(&'static str, &'static str)]) -> Cells<'static> {
    let owner = sound(&[
        ("行政相对人类别", "个体工商户"),
        ("行政相对人代码_1(统一社会信用代码)", OWNER),
        ("行政相对人代码_3(组织机构代码)", ""),
    ]);
    with(&owner, changes)
}

fn assert_faults(table: Vec<Case<'_>>) {
    for (cells, expected) in table {
        let mut wanted: Vec<(FaultCode, String, Grade)> =
            expected.into_iter().map(|(code, field, grade)| (code, field.to_owned(), grade)).collect();
        let mut found = faults("penalty", &cells);
        found.sort_by_key(|it| format!("{it:?}"));
        wanted.sort_by_key(|it| format!("{it:?}"));
        assert_eq!(found, wanted, "{cells:?}");
    }
}

#[test]
fn what_is_asked_of_a_subject_follows_from_its_kind() {
    assert_faults(vec![
        (a_person(&[]), vec![]),
        (an_owner(&[]), vec![]),
        (a_person(&[("行政相对人代码_1(统一社会信用代码)", COMPANY)]), vec![(MustBeEmpty, "CF_XDR_SHXYM", Error)]),
        (a_person(&[("证件号码", "")]), vec![(Required, "CF_XDR_ZJHM", Error)]),
        (a_person(&[("证件类型", "")]), vec![(Required, "CF_XDR_ZJLX", Error)]),
        (a_person(&[("法定代表人", "示例丙")]), vec![(MustBeEmpty, "CF_FRDB", Error)]),
        (
            sound(&[("证件类型", "身份证"), ("证件号码", PERSON)]),
            vec![(MustBeEmpty, "CF_XDR_ZJLX", Error), (MustBeEmpty, "CF_XDR_ZJHM", Error)],
        ),
        (sound(&[("行政相对人类别", "个体工商户")]), vec![(KindMismatch, "CF_XDR_LB", Error)]),
        (an_owner(&[("行政相对人代码_5(事业单位证书号)", "143110000001")]), vec![(MustBeEmpty, "CF_XDR_SYDW", Error)]),
        (sound(&[("行政相对人代码_1(统一社会信用代码)", "")]), vec![(Required, "CF_XDR_SHXYM", Warning)]),
        (
            sound(&[("行政相对人代码_1(统一社会信用代码)", ""), ("行政相对人代码_3(组织机构代码)", "未办")]),
            vec![(OneOfGroup, "CF_XDR_SHXYM", Error), (Required, "CF_XDR_SHXYM", Warning)],
        ),
        (sound(&[("行政相对人代码_1(统一社会信用代码)", PERSON)]), vec![(PersonNumberInCode, "CF_XDR_SHXYM", Error)]),
        (sound(&[("法定代表人", "")]), vec![(Required, "CF_FRDB", Warning)]),
        (sound(&[("法定代表人证件类型", "")]), vec![(Together, "CF_FR_ZJLX", Error)]),
    ]);
}

#[test]
fn what_is_asked_of_the_content_follows_from_its_category() {
    assert_faults(vec![
        (sound(&[("罚款金额(万元)", "")]), vec![(AmountMissing, "CF_NR_FK", Error)]),
        (sound(&[("罚款金额(万元)", "2000")]), vec![(AmountMismatch, "CF_NR_FK", Warning)]),
        (sound(&[("没收违法所得、没收非法财物的金额(万元)", "")]), vec![(AmountMissing, "CF_NR_WFFF", Warning)]),
        (sound(&[("处罚类别", "罚款;吊销许可证件")]), vec![(MissingPart, "CF_NR_ZKDX", Warning)]),
        (sound(&[("处罚内容", "不予行政处罚。")]), vec![(NotAPenalty, "CF_NR", Error)]),
        (sound(&[("处罚内容", "违法事实不能成立。")]), vec![(NotAPenalty, "CF_NR", Error)]),
        (
            sound(&[("处罚内容", "罚款人民币零元(0元)")]),
            vec![(NotAPenalty, "CF_NR", Error), (AmountMismatch, "CF_NR_FK", Warning)],
        ),
        (sound(&[("处罚内容", "责令停止违法行为")]), vec![(NotAPenalty, "CF_NR", Warning)]),
        (sound(&[("处罚内容", "责令停止违法行为，处2000元罚款")]), vec![]),
        (sound(&[("处罚类别", "其他")]), vec![(CodeList, "CF_CFLB", Error)]),
        (sound(&[("处罚类别", "其他-责令补种树木")]), vec![]),
        (sound(&[("处罚类别", "警告、通报批评")]), vec![]),
        (sound(&[("处罚有效期", "2026/01/02")]), vec![(DateOrder, "CF_YXQ", Error)]),
        (sound(&[("公示截止期", "2026/01/02")]), vec![(DateOrder, "CF_GSJZQ", Error)]),
        (sound(&[("处罚决定日期", "2026/03/21")]), vec![(DateInFuture, "CF_JDRQ", Error)]),
        (sound(&[("行政处罚决定书文号", "空")]), vec![]),
        (sound(&[("行政处罚决定书文号", "无")]), vec![(Required, "CF_WSH", Error)]),
    ]);
}
