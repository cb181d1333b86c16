//! Personal numbers however they are typed, and all the numbers that are none.

use proptest::prelude::*;

use super::{super::numbers_in_text, *};

fn kinds(text: &str) -> Vec<NumberKind> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(it) = find(text, at) {
        found.push(it.kind);
        at = it.end;
    }
    found
}

#[test]
fn every_personal_number_is_found_and_masked_however_it_is_typed() {
    use NumberKind::{Account, Citizen, Landline, Mobile};
    let table: &[(&str, &[NumberKind], &str)] = &[
        ("身份证11010519491231002X。", &[Citizen], "身份证110105********002X。"),
        ("身份证１１０１０５１９４９１２３１００２Ｘ。", &[Citizen], "身份证１１０１０５********００２Ｘ。"),
        ("110101 19900307 1233", &[Citizen], "110101 ******** 1233"),
        ("旧证110105491231002号", &[Citizen], "旧证110105******002号"),
        ("电话13812345678，", &[Mobile], "电话138****5678，"),
        ("电话138 1234 5678或139-1234-5678", &[Mobile, Mobile], "电话138 **** 5678或139-****-5678"),
        ("+8613812345678", &[Mobile], "+861******5678"),
        ("2026-03-16 13812345678", &[Mobile], "2026-03-16 138****5678"),
        ("０７４６-８３２１２３４", &[Landline], "****-*****３４"),
        ("(0746)8321234", &[Landline], "(****)*****34"),
        ("联系电话：8321234", &[Landline], "联系电话：*****34"),
        ("卡6222021900123456782转", &[Account], "卡6222***********6782转"),
        ("账号为1909 0101 0400 1234", &[Account], "账号为1909 **** **** 1234"),
        ("开户行账号：43001234", &[Account], "开户行账号：******34"),
        ("138.1234.5678", &[Mobile], "138.****.5678"),
        ("138  1234 5678", &[Mobile], "138  **** 5678"),
        ("1381 2345 678", &[Mobile], "138* ***5 678"),
        ("手机号13812345678号", &[Mobile], "手机号138****5678号"),
        ("Tel13812345678", &[Mobile], "Tel138****5678"),
        ("ID431102199001011234", &[Citizen], "ID431102********1234"),
        ("431102.19900101.1234", &[Citizen], "431102.********.1234"),
        ("431102/1990/0101/1234", &[Citizen], "431102/****/****/1234"),
        ("账户号码43001234567", &[Account], "账户号码*********67"),
        ("账号（示例银行）43001234567", &[Account], "账号（示例银行）*********67"),
    ];
    for (text, found, shown) in table {
        assert_eq!(kinds(text), *found, "{text}");
        assert_eq!(numbers_in_text(text), *shown);
    }
}

#[test]
fn numbers_of_documents_codes_amounts_and_days_are_left_alone() {
    for text in [
        "示市监处罚〔2024〕13812345678号",
        "第13812345678号公告",
        "罚款13812345678元，占13812345678.55",
        "914403001922038216、91330103000000009H、11431100006345675D",
        "2024-03-16 2024-05-12 10:20:30，20240316至20240512",
        "食品经营许可证JY14311000012345，注册号431100000099999",
        "举报电话12315",
        "批号202403160012，数量1234567件",
        "没收违法所得1234567890123456元",
        "违反第8321234条",
        "罚款1234.5678.90元，2024.03.16至2024/05/12，坐标28.1234567/112.1234567",
        "批次13812345678号，净含量13812345678.5",
        "型号AB13812345678，许可证SC13812345678901",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

proptest! {
    #[test]
    fn no_identity_number_or_mobile_survives_a_text(
        before in "[，。：、当事人证件为a-z ]{0,8}",
        (year, month, day, tail) in (1930_u32..2010, 1_u32..13, 1_u32..29, "[0-9]{3}[0-9X]"),
        mobile in "1[3-9][0-9]{9}",
    ) {
        let before = before.trim_end_matches(|it: char| it.is_ascii_lowercase());
        let citizen = format!("431102{year:04}{month:02}{day:02}{tail}");
        let shown = numbers_in_text(&format!("{before}{citizen}，{before}{mobile}。")).into_owned();
        prop_assert!(!shown.contains(&citizen) && !shown.contains(&mobile), "{}", shown);
    }

    #[test]
    fn looking_never_fails_and_masking_keeps_the_length(text in "\\PC{0,60}|[0-9０-９ Xx—－-]{0,60}") {
        prop_assert_eq!(numbers_in_text(&text).chars().count(), text.chars().count());
    }
}
