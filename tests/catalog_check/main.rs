//! The shipped resources and the check together: the three generations of a decision, what the rules of a resource
//! refuse, and collected lists.

mod decisions;
mod penalty_rules;

use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use credence::catalog::{Catalog, Resource};
use credence::check::{CheckContext, Checker, Layout};
use credence::record::{Draft, FaultCode, Grade, Rejected, Row, Shape, Value};
use credence::standards::Regions;

use decisions::{AGENCY, COMPANY, Cells, PERSON, licence_v1, licence_v2, penalty_v1, penalty_v2, penalty_xy};

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);
static REGIONS: LazyLock<Arc<Regions>> = LazyLock::new(|| Arc::new(Regions::embedded()));

fn resource(code: &str) -> Arc<Resource> {
    Arc::clone(CATALOG.get(code).unwrap_or_else(|| panic!("{code} is shipped")))
}

fn checked(code: &str, cells: &Cells<'_>) -> Result<Draft<'static>, Rejected> {
    let day = NaiveDate::from_ymd_opt(2026, 3, 20).expect("a day");
    let context = CheckContext { day, regions: Arc::clone(&REGIONS), layout: Layout::Table };
    let mut checker = Checker::new(resource(code), context);
    let columns: Vec<String> = cells.iter().map(|(heading, _)| (*heading).to_owned()).collect();
    let faults = checker.columns(&columns);
    assert!(faults.is_empty(), "{faults:#?}");
    let mut row = Row::new();
    row.start(1);
    cells.iter().for_each(|(_, text)| row.push(text, Shape::Text));
    checker.check(&row).map(Draft::into_owned)
}

fn taken(code: &str, cells: &Cells<'_>) -> Draft<'static> {
    checked(code, cells).unwrap_or_else(|rejected| panic!("{:#?}", rejected.faults))
}

/// The faults of a row by field, and whether they refuse it.
fn faults(code: &str, cells: &Cells<'_>) -> Vec<(FaultCode, String, Grade)> {
    let faults = match checked(code, cells) {
        Ok(draft) => draft.warnings,
        Err(rejected) => rejected.faults,
    };
    faults.into_iter().map(|it| (it.code, it.place.map_or_else(String::new, |place| place.field), it.grade)).collect()
}

fn value<'d>(code: &str, draft: &'d Draft<'static>, field: &str) -> &'d Value<'static> {
    let index = resource(code).fields.iter().position(|it| it.code == field).unwrap_or_else(|| panic!("{field}"));
    &draft.values[index]
}

/// The cells with some replaced, or added when they were not there.
fn with<'t>(cells: &Cells<'t>, changes: &[(&'t str, &'t str)]) -> Cells<'t> {
    let mut cells = cells.clone();
    for change in changes {
        match cells.iter_mut().find(|it| it.0 == change.0) {
            Some(cell) => cell.1 = change.1,
            None => cells.push(*change),
        }
    }
    cells
}

#[test]
fn one_decision_reads_the_same_from_every_generation() {
    let drafts: Vec<Draft<'static>> =
        [penalty_v2(), penalty_v1(), penalty_xy()].iter().map(|it| taken("penalty", it)).collect();
    assert_eq!(drafts.iter().map(|it| it.dialect).collect::<Vec<_>>(), [0, 1, 2]);
    for field in
        ["CF_XDR_LB", "CF_XDR_SHXYM", "CF_FRDB", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_JDRQ", "CF_CFJG", "CF_ZT"]
    {
        let values: Vec<&Value<'_>> = drafts.iter().map(|it| value("penalty", it, field)).collect();
        assert_ne!(*values[0], Value::Absent, "{field}");
        assert!(values.iter().all(|it| *it == values[0]), "{field}: {values:?}");
    }
    for field in ["CF_WFXW", "CF_NR_FK", "CF_CFJGDM", "CF_GSJZQ"] {
        assert_eq!(value("penalty", &drafts[0], field), value("penalty", &drafts[2], field), "{field}");
    }
    for field in ["CF_XDR_ZZJG", "CF_FR_ZJLX", "CF_FR_ZJHM"] {
        assert_eq!(value("penalty", &drafts[0], field), value("penalty", &drafts[1], field), "{field}");
    }
}

#[test]
fn one_licence_reads_the_same_from_both_generations() {
    let drafts = [taken("licence", &licence_v2()), taken("licence", &licence_v1())];
    for field in ["XK_XDR_MC", "XK_XDR_LB", "XK_WSH", "XK_XKLB", "XK_NR", "XK_JDRQ", "XK_YXQZI", "XK_XKJG", "XK_ZT"] {
        assert_ne!(*value("licence", &drafts[0], field), Value::Absent, "{field}");
        assert_eq!(value("licence", &drafts[0], field), value("licence", &drafts[1], field), "{field}");
    }
}

#[test]
fn the_one_personal_number_of_the_first_generation_goes_to_whom_it_belongs() {
    let person = with(
        &penalty_v1(),
        &[("CF_XDR_MC", "示例乙"), ("CF_XDR_SHXYM", ""), ("CF_XDR_ZDM", ""), ("CF_FR", ""), ("CF_XDR_SFZ", PERSON)],
    );
    let draft = taken("penalty", &person);
    assert_eq!(*value("penalty", &draft, "CF_XDR_LB"), Value::Text("自然人".into()));
    assert!(matches!(value("penalty", &draft, "CF_XDR_ZJHM"), Value::Person(_)));
    assert_eq!(*value("penalty", &draft, "CF_XDR_ZJLX"), Value::Text("身份证".into()));
    for field in ["CF_FR_ZJHM", "CF_FR_ZJLX", "CF_XDR_SFZ"] {
        assert_eq!(*value("penalty", &draft, field), Value::Absent, "{field}");
    }
    let company = taken("penalty", &penalty_v1());
    assert_eq!(*value("penalty", &company, "CF_XDR_ZJHM"), Value::Absent);
    assert!(matches!(value("penalty", &company, "CF_FR_ZJHM"), Value::Person(_)));
}

#[test]
fn a_state_is_read_in_the_meaning_of_its_generation() {
    let v1 = |text| taken("licence", &with(&licence_v1(), &[("当前状态", text)]));
    let v2 = |text| taken("licence", &with(&licence_v2(), &[("当前状态", text)]));
    for (draft, term) in [(v1("0"), "有效"), (v1(""), "有效"), (v1("1"), "撤销"), (v2("1"), "有效"), (v2("2"), "无效")]
    {
        assert_eq!(*value("licence", &draft, "XK_ZT"), Value::Text(term.into()));
    }
}

#[test]
fn a_sound_decision_has_no_fault() {
    for (code, cells) in [("penalty", penalty_v2()), ("penalty", penalty_v1()), ("penalty", penalty_xy())] {
        assert_eq!(faults(code, &cells), [], "{code}");
    }
    for cells in [licence_v2(), licence_v1()] {
        assert_eq!(faults("licence", &cells), []);
    }
}

#[test]
fn a_licence_whose_term_stands_in_the_wrong_columns_is_told_so() {
    let swapped = with(&licence_v2(), &[("有效期自", "2031/03/01"), ("有效期至", "2026/03/02")]);
    assert_eq!(faults("licence", &swapped), [(FaultCode::SwappedTerm, "XK_YXQZI".to_owned(), Grade::Error)]);
    let open = with(&licence_v2(), &[("有效期至", "长期"), ("许可类别", "其他-备案")]);
    assert_eq!(faults("licence", &open), []);
}

#[test]
fn a_collected_list_gives_entries_of_a_black_list() {
    let entry = vec![
        ("企业名称", "示例（永州）物流有限公司"),
        ("工商注册号", "431100000000001"),
        ("组织机构代码", "MA4L1A2B9"),
        ("统一信用代码", COMPANY),
        ("失信领域", "失信被执行人名单、工商吊销企业名单"),
    ];
    let draft = match checked("listing", &entry) {
        Ok(draft) => draft,
        Err(rejected) => panic!("{:#?}", rejected.faults),
    };
    assert_eq!(resource("listing").dialects[draft.dialect].name, "汇总名单");
    assert_eq!(*value("listing", &draft, "MDLX"), Value::Text("黑名单".into()));
    assert!(matches!(value("listing", &draft, "TYSHXYDM"), Value::Code(_)));
    // A code in the wrong column warns: the entry still has one that is right.
    let shifted = with(&entry, &[("组织机构代码", COMPANY), ("工商注册号", COMPANY)]);
    assert!(faults("listing", &shifted).iter().all(|(_, _, grade)| *grade == Grade::Warning));
    let by_name = with(&entry, &[("组织机构代码", ""), ("工商注册号", ""), ("统一信用代码", "")]);
    assert!(faults("listing", &by_name).contains(&(FaultCode::OneOfGroup, "TYSHXYDM".to_owned(), Grade::Warning)));
}

#[test]
fn the_code_of_a_promise_goes_to_the_column_of_its_kind() {
    let promise = vec![
        ("承诺编码", "43110020260302000001"),
        ("承诺人名称", "示例（永州）食品有限公司"),
        ("承诺人类别", "1"),
        ("承诺人代码", COMPANY),
        ("承诺类型", "2"),
        ("承诺事由", "申请办理食品经营许可事项"),
        ("承诺内容", "十日内补交平面图。"),
        ("违诺责任", "取消审批决定。"),
        ("承诺作出日期", "2026-03-02"),
        ("承诺履行状态", "1"),
        ("承诺受理单位", "示例市行政审批服务局"),
        ("承诺受理单位代码", AGENCY),
        ("公开类型", "1"),
    ];
    let draft = taken("commitment", &promise);
    assert!(matches!(value("commitment", &draft, "TYSHXYDM"), Value::Code(_)));
    assert_eq!(*value("commitment", &draft, "CNRDM"), Value::Absent, "the raw column is not kept");

    let person = with(&promise, &[("承诺人名称", "示例乙"), ("承诺人类别", "2"), ("承诺人代码", PERSON)]);
    assert!(matches!(value("commitment", &taken("commitment", &person), "ZJHM"), Value::Person(_)));

    let broken = with(&promise, &[("承诺履行状态", "3")]);
    let codes: Vec<FaultCode> = faults("commitment", &broken).into_iter().map(|it| it.0).collect();
    assert_eq!(codes, [FaultCode::Required, FaultCode::Required]);
    let nobody = with(&promise, &[("承诺人代码", "")]);
    assert_eq!(faults("commitment", &nobody)[0].0, FaultCode::OneOfGroup);
}

#[test]
fn a_monthly_series_agrees_with_its_summary() {
    let fund = vec![
        ("企业名称", "示例（永州）食品有限公司"),
        ("统一社会信用代码", COMPANY),
        ("近两年每月缴存人数", "202511，12；202512，12；202601，13"),
        ("近两年每月当月缴存额", "202511，2400；202512，2400；202601，2600.5"),
        ("近两年连续正常缴纳周期(月)", "3"),
        ("最近一次正常缴费月份", "2026-01"),
        ("当前是否欠费", "0"),
        ("欠缴金额", "0"),
        ("近两年单位正常缴费次数", "3"),
        ("数据来源单位", "示例市住房公积金管理中心"),
    ];
    assert_eq!(faults("housing_fund", &fund), []);
    let gap = with(&fund, &[("近两年连续正常缴纳周期(月)", "5")]);
    assert_eq!(faults("housing_fund", &gap), [(FaultCode::SeriesGap, "JCRS".to_owned(), Grade::Warning)]);
    let owed = with(&fund, &[("当前是否欠费", "是")]);
    assert_eq!(faults("housing_fund", &owed), [(FaultCode::AmountMissing, "QJJE".to_owned(), Grade::Error)]);
    let half_width = with(&fund, &[("近两年每月缴存人数", "202601,13;")]);
    assert_eq!(faults("housing_fund", &half_width)[0].0, FaultCode::Pattern);
}
