//! The check of whole rows: every fault code has a row that makes it, and sound rows have none.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::checker::{Checker, Layout};
use super::sample;
use crate::record::{Draft, Fault, FaultCode, Grade, Rejected, Row, Shape, Value};

/// A sound row in the current standard, by field code.
const SOUND: [(&str, &str); 15] = [
    ("CF_XDR_MC", "示例商贸有限公司"),
    ("CF_XDR_LB", "法人及非法人组织"),
    ("CF_XDR_SHXYM", "91431100MA4L1A2B9E"),
    ("CF_FRDB", "张三"),
    ("CF_WSH", "示例市监罚〔2026〕1号"),
    ("CF_WFXW", "无照经营"),
    ("CF_CFLB", "罚款"),
    ("CF_NR", "罚款2000元"),
    ("CF_NR_FK", "0.2"),
    ("CF_JDRQ", "2026-02-01"),
    ("CF_YXQ", "2099/12/31"),
    ("CF_CFJG", "示例市市场监督管理局"),
    ("CF_CFJGDM", "11431100MB0A1B2C65"),
    ("CF_ZT", "1"),
    ("BZ", ""),
];

/// The sound row in the first generation: no kind, two categories, one column for persons' numbers.
const SOUND_V1: [(&str, &str); 12] = [
    ("CF_XDR_MC", "示例商贸有限公司"),
    ("CF_XDR_SHXYM", "91431100MA4L1A2B9E"),
    ("CF_XDR_SFZ", "11010519491231002X"),
    ("CF_WSH", "示例市监罚〔2026〕1号"),
    ("CF_CFMC", "无照经营案"),
    ("CF_CFLB1", "罚款"),
    ("CF_CFLB2", "警告"),
    ("CF_NR", "罚款2000元"),
    ("CF_JDRQ", "2026/02/01"),
    ("CF_CFJG", "示例市市场监督管理局"),
    ("CF_ZT", "0"),
    ("DFBM", "431100"),
];

/// The sound row with some texts replaced; columns it does not have are appended.
fn changed<'t>(sound: &[(&'t str, &'t str)], changes: &[(&'t str, &'t str)]) -> (Vec<&'t str>, Row) {
    let mut cells: Vec<(&str, &str)> = sound.to_vec();
    for (column, text) in changes {
        match cells.iter_mut().find(|it| it.0 == *column) {
            Some(cell) => cell.1 = text,
            None => cells.push((column, text)),
        }
    }
    let texts: Vec<&str> = cells.iter().map(|it| it.1).collect();
    (cells.iter().map(|it| it.0).collect(), sample::row(7, &texts))
}

fn faults_of(sound: &[(&str, &str)], changes: &[(&str, &str)]) -> Vec<Fault> {
    let (columns, row) = changed(sound, changes);
    match sample::checker(&columns).check(&row) {
        Ok(draft) => draft.warnings,
        Err(rejected) => rejected.faults,
    }
}

fn codes(faults: &[Fault]) -> Vec<(FaultCode, &str)> {
    faults.iter().map(|it| (it.code, it.place.as_ref().map_or("", |place| place.field.as_str()))).collect()
}

fn value_of<'d, 'r>(draft: &'d Draft<'r>, field: &str) -> &'d Value<'r> {
    let index = sample::PENALTY.fields.iter().position(|it| it.code == field).expect("a field of the sample");
    &draft.values[index]
}

type Case = (&'static [(&'static str, &'static str)], FaultCode, &'static str);

/// One change to the sound row, and the one fault it makes, in which field.
const CASES: &[Case] = &[
    (&[("CF_WSH", "")], FaultCode::Required, "CF_WSH"),
    (&[("CF_WSH", "— —")], FaultCode::Required, "CF_WSH"),
    (&[("CF_XDR_SHXYM", "")], FaultCode::OneOfGroup, "CF_XDR_SHXYM"),
    (&[("CF_XDR_SHXYM", "——")], FaultCode::OneOfGroup, "CF_XDR_SHXYM"),
    (&[("CF_XDR_LB", "01"), ("CF_FRDB", "")], FaultCode::MustBeEmpty, "CF_XDR_SHXYM"),
    (&[("CF_XDR_ZJLX", "身份证"), ("CF_XDR_ZJHM", "")], FaultCode::Together, "CF_XDR_ZJHM"),
    (&[("CF_WFXW", "违法行为违法行为违法行为违法行为违法行为违")], FaultCode::TooLong, "CF_WFXW"),
    (&[("CF_WFXW", "违")], FaultCode::TooShort, "CF_WFXW"),
    (&[("BZ", "超过规定的十个字的备注")], FaultCode::TooLong, "BZ"),
    (&[("LXFS", "A1")], FaultCode::Pattern, "LXFS"),
    (&[("CF_NR_FK", "100001"), ("CF_NR", "罚款")], FaultCode::Range, "CF_NR_FK"),
    (&[("JF_YS", "601")], FaultCode::Range, "JF_YS"),
    (&[("CF_CFLB", "罚款;训诫")], FaultCode::CodeList, "CF_CFLB"),
    (&[("CF_ZT", "9")], FaultCode::CodeList, "CF_ZT"),
    (&[("JF_YS", "十二")], FaultCode::Number, "JF_YS"),
    (&[("JF_YS", "1.5")], FaultCode::Number, "JF_YS"),
    (&[("CF_NR_FK", "2000元")], FaultCode::Money, "CF_NR_FK"),
    (&[("CF_NR_FK", "-0.2")], FaultCode::NegativeMoney, "CF_NR_FK"),
    (&[("CF_JDRQ", "昨天")], FaultCode::Date, "CF_JDRQ"),
    (&[("YXQZ", "长期")], FaultCode::Date, "YXQZ"),
    (&[("CF_JDRQ", "2022-09-31")], FaultCode::ImpossibleDate, "CF_JDRQ"),
    (&[("CF_JDRQ", "2017.08")], FaultCode::IncompleteDate, "CF_JDRQ"),
    (&[("CF_JDRQ", "2020121")], FaultCode::AmbiguousDate, "CF_JDRQ"),
    (&[("CF_JDRQ", "2026-03-03")], FaultCode::DateInFuture, "CF_JDRQ"),
    (&[("JF_YF", "2026-04")], FaultCode::DateInFuture, "JF_YF"),
    (&[("CF_JDRQ", "1912-01-01")], FaultCode::DateTooEarly, "CF_JDRQ"),
    (&[("SJC", "2026-01-31 10:00:00")], FaultCode::DateOrder, "SJC"),
    (&[("YXQZ", "2027-01-01"), ("CF_YXQ", "2026-01-01")], FaultCode::SwappedTerm, "CF_YXQ"),
    (&[("JF_YF", "2026年")], FaultCode::Month, "JF_YF"),
    (&[("CF_XDR_SHXYM", "9.1431E+17")], FaultCode::ScientificNotation, "CF_XDR_SHXYM"),
    (&[("CF_XDR_SHXYM", "91431100MA4L1A2B9")], FaultCode::CodeLength, "CF_XDR_SHXYM"),
    (&[("CF_XDR_SHXYM", "9143110OMA4L1A2B9E")], FaultCode::CodeCharacter, "CF_XDR_SHXYM"),
    (&[("CF_XDR_SHXYM", "91431100MA4L1A2B9C")], FaultCode::CodeCheck, "CF_XDR_SHXYM"),
    (&[("CF_XDR_SHXYM", "00000000000000000X")], FaultCode::CodePlaceholder, "CF_XDR_SHXYM"),
    (&[("CF_XDR_SHXYM", "98431100MA4L1A2B9E")], FaultCode::CodeAuthority, "CF_XDR_SHXYM"),
    (&[("CF_XDR_SHXYM", "9143**********2B9E")], FaultCode::CodeMasked, "CF_XDR_SHXYM"),
    (&[("CF_XDR_SHXYM", "91431121MA4L1A2B9U")], FaultCode::CodeRegion, "CF_XDR_SHXYM"),
    (&[("CF_XDR_SHXYM", "91431100MA4L1A2B0J")], FaultCode::EmbeddedCode, "CF_XDR_SHXYM"),
    (&[("CF_XDR_GSZC", "4311001000001")], FaultCode::UnverifiableCode, "CF_XDR_GSZC"),
    (&[("CF_XDR_SHXYM", "11010519491231002X")], FaultCode::PersonNumberInCode, "CF_XDR_SHXYM"),
    (&[("CF_FR_ZJHM", "110105194912310021")], FaultCode::PersonNumber, "CF_FR_ZJHM"),
    (&[("CF_FR_ZJHM", "431100199002290011")], FaultCode::PersonBirth, "CF_FR_ZJHM"),
    (&[("DFBM", "990000")], FaultCode::Region, "DFBM"),
    (&[("DFBM", "431121")], FaultCode::RegionObsolete, "DFBM"),
    (&[("CF_XDR_LB", "个体")], FaultCode::KindMismatch, "CF_XDR_LB"),
    (&[("CF_XDR_SHXYM", "92431100MA4L9W8Y91")], FaultCode::KindMismatch, "CF_XDR_LB"),
    (&[("CF_CFJG", "2022-09-31")], FaultCode::AgencyName, "CF_CFJG"),
    (&[("CF_XDR_MC", "（含）测试")], FaultCode::TestData, "CF_XDR_MC"),
    (&[("CF_WSH", "测试")], FaultCode::TestData, "CF_WSH"),
    (&[("CF_XDR_MC", "***")], FaultCode::MaskedName, "CF_XDR_MC"),
    (&[("CF_FRDB", "张某")], FaultCode::MaskedName, "CF_FRDB"),
    (&[("CF_NR_FK", "")], FaultCode::AmountMissing, "CF_NR_FK"),
    (&[("CF_NR_FK", "0"), ("CF_NR", "罚款")], FaultCode::AmountMissing, "CF_NR_FK"),
    (&[("CF_NR_FK", "2000")], FaultCode::AmountMismatch, "CF_NR_FK"),
    (&[("CF_CFLB", "警告"), ("CF_NR", "不予行政处罚。"), ("CF_NR_FK", "")], FaultCode::NotAPenalty, "CF_NR"),
    (&[("CF_CFLB", "警告"), ("CF_NR", "违法事实不能成立。"), ("CF_NR_FK", "")], FaultCode::NotAPenalty, "CF_NR"),
    (&[("CF_CFLB", "警告"), ("CF_NR", "责令停止违法行为"), ("CF_NR_FK", "")], FaultCode::NotAPenalty, "CF_NR"),
    (&[("CF_CFLB", "暂扣许可证件"), ("CF_NR", "暂扣安全生产许可证30天")], FaultCode::MissingPart, "CF_NR_ZKDX"),
    (&[("JF_QB", "2025-10;2025-11;2026-01"), ("JF_YS", "3")], FaultCode::SeriesGap, "JF_QB"),
    (&[("JF_QB", "202511，300；202601，300"), ("JF_YS", "2")], FaultCode::SeriesGap, "JF_QB"),
    (&[("CF_NR", "罚款\u{FFFD}2000元")], FaultCode::BrokenText, "CF_NR"),
];

#[test]
fn a_sound_row_of_either_generation_has_no_fault() {
    assert_eq!(faults_of(&SOUND, &[]), []);
    assert_eq!(faults_of(&SOUND_V1, &[]), []);
}

#[test]
fn each_fault_is_told_alone_with_its_field() {
    for (changes, code, field) in CASES {
        assert_eq!(codes(&faults_of(&SOUND, changes)), [(*code, *field)], "{changes:?}");
    }
}

#[test]
fn every_code_the_check_can_give_has_a_row_that_makes_it() {
    let by_other_rooms = [
        FaultCode::NameMismatch,
        FaultCode::NameMismatchRefused,
        FaultCode::SubjectUncertain,
        FaultCode::Conflict,
        FaultCode::OutdatedVersion,
        FaultCode::OtherUnit,
        FaultCode::WithdrawnByRequest,
    ];
    let by_own_tests = [
        FaultCode::UnknownHeading,
        FaultCode::DuplicateHeading,
        FaultCode::MissingHeading,
        FaultCode::AmbiguousHeading,
        FaultCode::CellCount,
        FaultCode::NumberInCodeColumn,
    ];
    let made: BTreeSet<FaultCode> = CASES.iter().map(|case| case.1).chain(by_other_rooms).chain(by_own_tests).collect();
    assert_eq!(made, FaultCode::ALL.iter().copied().collect());
}

#[test]
fn values_that_look_dirty_and_are_sound_pass() {
    for changes in [
        [("CF_WSH", "空")],
        [("CF_YXQ", "无处罚期限")],
        [("CF_YXQ", "9999-12-31")],
        [("CF_YXQ", "— —")],
        [("CF_JDRQ", "2026，02，01")],
        [("CF_JDRQ", "2026-2-1 0:00:00")],
        [("CF_JDRQ", "46054")],
        [("CF_XDR_SHXYM", "'91431100ma4l1a2b9e")],
        [("CF_XDR_SHXYM", "９１４３１１００ＭＡ４Ｌ１Ａ２Ｂ９Ｅ")],
        [("CF_XDR_ZZJG", "未办")],
        [("CF_XDR_ZZJG", "0")],
        [("CF_XDR_ZZJG", "MA4L1A2B-9")],
        [("CF_XDR_MC", "示例（湖南）科技有限公司")],
        [("CF_XDR_MC", "示例软件测试有限公司")],
        [("CF_CFLB", "罚款、警告")],
        [("CF_CFLB", "罚款&罚款")],
        [("CF_NR", "责令停止违法行为，并处罚款2000元")],
        [("CF_NR", "罚款人民币贰仟元整")],
        [("CF_NR", "罚款_x000D_\r\n2000元")],
        [("CF_ZT", "")],
    ] {
        assert_eq!(faults_of(&SOUND, &changes), [], "{changes:?}");
    }
}

#[test]
fn all_faults_of_a_row_are_told_at_once_in_the_order_of_the_columns() {
    let changes =
        [("CF_XDR_MC", ""), ("CF_XDR_SHXYM", "91431100MA4L1A2B9C"), ("CF_JDRQ", "2022-09-31"), ("CF_NR_FK", "两千")];
    let faults = faults_of(&SOUND, &changes);
    let expected = [
        (FaultCode::Required, "CF_XDR_MC"),
        (FaultCode::CodeCheck, "CF_XDR_SHXYM"),
        (FaultCode::Money, "CF_NR_FK"),
        (FaultCode::ImpossibleDate, "CF_JDRQ"),
    ];
    assert_eq!(codes(&faults), expected);
    assert!(faults.iter().all(|it| it.row == 7 && !it.message.is_empty() && !it.remedy.is_empty()));
}

#[test]
fn a_wrong_check_character_names_the_expected_one_and_a_letter_proposes_a_digit() {
    let faults = faults_of(&SOUND, &[("CF_XDR_SHXYM", "91431100MA4L1A2B9C")]);
    assert_eq!(faults[0].message, "统一社会信用代码末位应为 E，实为 C");
    let faults = faults_of(&SOUND, &[("CF_XDR_SHXYM", "9143110OMA4L1A2B9E")]);
    assert_eq!(faults[0].remedy, "疑似将 0 录成 O，是否为 91431100MA4L1A2B9E？请对照证照核对");
}

#[test]
fn yuan_typed_into_a_column_of_wan_is_said() {
    let fault = faults_of(&SOUND, &[("CF_NR_FK", "2000")]).remove(0);
    assert_eq!(fault.grade, Grade::Warning);
    assert_eq!(fault.message, "“CF_NR”中写明 2000 元，本栏折合 20000000 元，疑似将“元”填作“万元”");
}

#[test]
fn one_digit_of_the_status_means_two_things_in_two_generations() {
    let status = |sound: &[(&str, &str)], text| {
        let (columns, row) = changed(sound, &[("CF_ZT", text)]);
        let draft = sample::checker(&columns).check(&row).expect("sound").into_owned();
        value_of(&draft, "CF_ZT").clone()
    };
    assert_eq!(status(&SOUND, "1"), Value::Text("有效".into()));
    assert_eq!(status(&SOUND_V1, "1"), Value::Text("撤销".into()));
    assert_eq!(status(&SOUND_V1, "0"), Value::Text("有效".into()));
    assert_eq!(status(&SOUND_V1, ""), Value::Text("有效".into()), "the default");
}

#[test]
fn the_first_generations_one_id_column_is_the_representatives_or_the_persons() {
    let (columns, row) = changed(&SOUND_V1, &[]);
    let draft = sample::checker(&columns).check(&row).expect("sound");
    assert_eq!(value_of(&draft, "CF_XDR_LB"), &Value::Text("法人及非法人组织".into()));
    assert!(matches!(value_of(&draft, "CF_FR_ZJHM"), Value::Person(_)));
    assert_eq!(value_of(&draft, "CF_XDR_SFZ"), &Value::Absent);
    assert_eq!(value_of(&draft, "CF_CFLB"), &Value::Terms(vec!["警告".into(), "罚款".into()]));

    let (columns, row) = changed(&SOUND_V1, &[("CF_XDR_MC", "张三"), ("CF_XDR_SHXYM", "")]);
    let draft = sample::checker(&columns).check(&row).expect("a person");
    assert_eq!(value_of(&draft, "CF_XDR_LB"), &Value::Text("自然人".into()));
    assert!(matches!(value_of(&draft, "CF_XDR_ZJHM"), Value::Person(_)));
    assert_eq!(value_of(&draft, "CF_XDR_ZJLX"), &Value::Text("身份证".into()));

    let faults = faults_of(&SOUND_V1, &[("CF_XDR_SFZ", "110105194912310021")]);
    assert_eq!(codes(&faults), [(FaultCode::PersonNumber, "CF_FR_ZJHM")]);
    assert_eq!(faults[0].place.as_ref().expect("a column").heading, "CF_XDR_SFZ", "shown where it was delivered");
}

#[test]
fn a_number_cell_in_a_code_column_tells_to_format_it_as_text() {
    let (columns, _) = changed(&SOUND, &[]);
    let mut row = Row::new();
    row.start(3);
    for (column, text) in SOUND {
        match column {
            "CF_XDR_SHXYM" => row.push("914311000000000000", Shape::Number),
            "CF_NR_FK" => row.push("0.19999999999999998", Shape::Number),
            _ => row.push(text, Shape::Text),
        }
    }
    let Rejected { faults, .. } = sample::checker(&columns).check(&row).expect_err("a number");
    assert_eq!(codes(&faults), [(FaultCode::NumberInCodeColumn, "CF_XDR_SHXYM")], "amounts may be numbers");
    assert!(faults[0].remedy.contains("文本"));
}

#[test]
fn several_values_of_the_wrong_nature_are_one_shifted_row() {
    let faults =
        faults_of(&SOUND, &[("CF_CFJG", "2026-01-05"), ("CF_CFJGDM", "示例市市场监督管理局"), ("CF_JDRQ", "警告")]);
    assert!(faults.iter().any(|it| it.code == FaultCode::AgencyName && it.remedy.contains("疑似串列")), "{faults:#?}");
}

#[test]
fn more_cells_than_columns_are_a_fault_of_the_row() {
    let (columns, mut row) = changed(&SOUND, &[]);
    row.push("", Shape::Text);
    assert!(sample::checker(&columns).check(&row).is_ok(), "empty ones are not");
    row.push("多出", Shape::Text);
    let Rejected { faults, .. } = sample::checker(&columns).check(&row).expect_err("too many");
    assert_eq!(codes(&faults), [(FaultCode::CellCount, "")]);
}

#[test]
fn a_series_is_read_with_and_without_amounts() {
    for (listed, months) in
        [("202510，300；202511，300；202512，310", "3"), ("2025-11,2025-12", "2"), ("2025年11月；2025年12月", "2")]
    {
        assert_eq!(faults_of(&SOUND, &[("JF_QB", listed), ("JF_YS", months)]), [], "{listed}");
    }
}

fn heading_faults(layout: Layout, columns: &[&str]) -> Vec<Fault> {
    let mut checker = Checker::new(Arc::clone(&sample::PENALTY), sample::context(layout));
    checker.columns(&columns.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
}

#[test]
fn headings_that_mean_nothing_two_things_or_the_same_are_told() {
    let mut columns: Vec<&str> = SOUND.iter().map(|it| it.0).collect();
    columns.extend(["序号", "天气", "行政处罚决定书文问号", "行政相对人代码_2", "处罚机关", ""]);
    let faults = heading_faults(Layout::Table, &columns);
    let expected = [
        (FaultCode::UnknownHeading, ""),
        (FaultCode::UnknownHeading, ""),
        (FaultCode::AmbiguousHeading, ""),
        (FaultCode::DuplicateHeading, "CF_CFJG"),
    ];
    assert_eq!(codes(&faults), expected);
    assert!(faults.iter().all(|it| it.row == 0));
    assert!(faults[1].remedy.contains("行政处罚决定书文号"), "{}", faults[1].remedy);
}

#[test]
fn a_required_column_missing_from_a_heading_row_is_told_once() {
    let columns: Vec<&str> = SOUND.iter().map(|it| it.0).filter(|it| *it != "CF_WSH").collect();
    assert_eq!(codes(&heading_faults(Layout::Table, &columns)), [(FaultCode::MissingHeading, "CF_WSH")]);
    assert_eq!(heading_faults(Layout::Tree, &columns), [], "it may still come");
}

#[test]
fn growing_columns_tell_each_fault_once() {
    let mut checker = Checker::new(Arc::clone(&sample::PENALTY), sample::context(Layout::Tree));
    let mut columns: Vec<String> = vec!["CF_WSH".to_owned(), "天气".to_owned()];
    assert_eq!(checker.columns(&columns).len(), 1);
    columns.push("CF_CFMC".to_owned());
    assert_eq!(checker.columns(&columns), []);
    assert_eq!(checker.dialect(), 1, "the mark came late");
}

#[test]
fn a_personal_number_typed_into_a_heading_is_masked() {
    let faults = heading_faults(Layout::Tree, &["11010519491231002X"]);
    assert!(!format!("{faults:?}").contains("11010519491231002X"));
}

#[test]
fn a_recalled_value_is_the_value_read() {
    let (columns, row) = changed(&SOUND, &[]);
    let mut checker = sample::checker(&columns);
    let first = checker.check(&row).expect("sound");
    let again = checker.check(&row).expect("sound");
    assert_eq!(first, again);
}

proptest! {
    #[test]
    fn no_fault_holds_a_whole_citizens_number(
        field in 0..SOUND.len(),
        before in "[\\PC]{0,6}",
        number in "[1-6][1-5][0-9]{4}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9])[0-9]{3}[0-9X]",
        after in "[\\PC]{0,6}",
    ) {
        let text = format!("{before}{number}{after}");
        let faults = faults_of(&SOUND, &[(SOUND[field].0, &text)]);
        for fault in &faults {
            prop_assert!(!format!("{fault:?}").contains(&number), "{fault:?}");
        }
    }

    #[test]
    fn no_text_makes_the_check_panic(texts in prop::collection::vec("\\PC{0,30}", SOUND.len())) {
        let changes: Vec<(&str, &str)> = SOUND.iter().zip(&texts).map(|(cell, text)| (cell.0, text.as_str())).collect();
        let faults = faults_of(&SOUND, &changes);
        prop_assert!(faults.iter().all(|it| !it.message.is_empty()));
    }
}
