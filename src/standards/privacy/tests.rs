//! What is found and what is not, by the words of the built-in pack, and what no text may do.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let file: toml::Table = toml::from_str(include_str!("../../../schemas/policy/packs/privacy.general.toml")).unwrap();
    file["lexicon"].clone().try_into().unwrap()
});

fn found(text: &str) -> Vec<(Leak, &str)> {
    LEXICON.hits(text, &["示例市甲乙餐饮有限公司"]).iter().map(|it| (it.kind, &text[it.at..it.end])).collect()
}

#[test]
fn personal_data_of_others_is_found_in_running_text() {
    use Leak::{Account, Address, Citizen, Landline, Mobile, Name};
    let table: &[(&str, &[(Leak, &str)])] = &[
        ("法定代表人：钱示例，身份证号码431102199001011234。", &[(Name, "钱示例"), (Citizen, "431102199001011234")]),
        ("经营者李试未取得食品经营许可证", &[(Name, "李试")]),
        ("驾驶员赵示范驾驶湘M12345号货车", &[(Name, "赵示范")]),
        ("当事人（负责人）：欧阳示范，电话13812345678", &[(Name, "欧阳示范"), (Mobile, "13812345678")]),
        ("司机系王试验，手机138 1234 5678", &[(Name, "王试验"), (Mobile, "138 1234 5678")]),
        ("投诉人张示例称其购买的食品变质", &[(Name, "张示例")]),
        (
            "家住示例市冷水滩区示例路12号，联系电话0746-8321234",
            &[(Address, "示例市冷水滩区示例路12号"), (Landline, "0746-8321234")],
        ),
        ("住址为：示例县示例镇示例村3组", &[(Address, "示例县示例镇示例村3组")]),
        ("送达至示例花园3号楼2单元401室，无人签收", &[(Address, "送达至示例花园3号楼2单元401室")]),
        ("罚款缴至账号：43001234567890123", &[(Account, "43001234567890123")]),
        ("投诉人张示例向我局投诉该店", &[(Name, "张示例")]),
        ("举报人李示例向示例市市场监督管理局举报", &[(Name, "李示例")]),
        ("当事人张示例在本店销售香烟", &[(Name, "张示例")]),
        ("驾驶员张示例驾驶示例公司的货车", &[(Name, "张示例")]),
        ("员工张示例、李示范、王试验未持健康证", &[(Name, "张示例"), (Name, "李示范"), (Name, "王试验")]),
        ("联系人张示例和李示范在场", &[(Name, "张示例"), (Name, "李示范")]),
        ("张示例（男，汉族，初中文化）", &[(Name, "张示例")]),
        ("住示例市零陵区示例路12号", &[(Address, "示例市零陵区示例路12号")]),
        ("示例公司员工住示例花园3号楼2单元401室", &[(Address, "示例花园3号楼2单元401室")]),
    ];
    for (text, hits) in table {
        assert_eq!(found(text), *hits, "{text}");
    }
}

#[test]
fn documents_codes_amounts_agencies_and_the_subject_itself_are_left_alone() {
    for text in [
        "当事人未按规定设置配送设施，违反《食品安全法》第五十四条",
        "当事人陈述、申辩后，本局复核认为不成立",
        "当事人于2024年3月16日在示例路经营场所销售不合格产品",
        "当事人高度重视，负责人马上整改，管理人员全部到位",
        "负责人应当在十五日内缴纳罚款50000元",
        "当事人示例市甲乙餐饮有限公司未公示年度报告",
        "当事人江示例商贸有限公司存在违法行为",
        "经营者王某某、驾驶员李某、员工张*",
        "示市监处罚〔2024〕1号，统一社会信用代码91330103000000009H",
        "示例市市场监督管理局、示例市应急管理局、示例市消防救援支队",
        "经营场所：示例市示例路5号3栋101室",
        "注册地址为示例市冷水滩区示例大道8号2幢305室的企业",
        "没收违法所得1234567.89元，食品经营许可证JY14311000012345",
        "依据《行政处罚法》第三十三条，责令改正",
        "负责人李记酒店、王府超市均已整改",
        "经营者：周示例珠宝店",
        "示例市住房和城乡建设局，示例路3号住院部2栋",
        "登记的住所为示例市示例路8号",
        "提供住宿服务的示例路1号",
        "销售女装、男装各5件，（男）女通用",
        "",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn what_is_hidden_keeps_what_may_be_shown() {
    let shown = |text: &str| Lexicon::hidden(text, &LEXICON.hits(text, &[]));
    assert_eq!(shown("法定代表人：钱示例，手机13812345678。"), "法定代表人：钱*例，手机138****5678。");
    assert_eq!(shown("家住示例市示例路12号3栋401室，未到场"), "家住示例市示例路***，未到场");
    assert_eq!(shown("罚款2000元"), "罚款2000元");
}

prop_compose! {
    fn person()(surname in prop::sample::select(vec!["赵", "钱", "孙", "李", "欧阳"]), given in "[伟芳娜敏静丽强磊洋艳]{1,2}") -> String {
        format!("{surname}{given}")
    }
}

proptest! {
    #[test]
    fn no_name_after_a_word_for_a_person_is_shown(
        name in person(),
        word in prop::sample::select(vec!["法定代表人", "经营者", "司机", "驾驶员", "投诉人"]),
        mark in prop::sample::select(vec!["：", "为", "系", "（", ""]),
        after in prop::sample::select(vec!["，", "。", "未", "在", "驾驶"]),
    ) {
        let text = format!("经查，{word}{mark}{name}{after}示例");
        let shown = Lexicon::hidden(&text, &LEXICON.hits(&text, &[]));
        prop_assert!(!shown.contains(&name), "{}", shown);
    }

    #[test]
    fn no_text_makes_it_fail_and_hits_are_in_order(text in "\\PC{0,80}|[家住号楼室单元栋经营者张三，。：0-9０-９X ]{0,80}") {
        let hits = LEXICON.hits(&text, &[]);
        for pair in hits.windows(2) {
            prop_assert!(pair[0].end <= pair[1].at);
        }
        for hit in &hits {
            prop_assert!(hit.at < hit.end && text.get(hit.at..hit.end).is_some());
        }
        prop_assert!(hits.is_empty() || Lexicon::hidden(&text, &hits) != text);
    }

    #[test]
    fn a_document_number_or_an_amount_is_never_a_hit(year in 2015_u32..2027, no in 1_u32..99_999, yuan in 1_u64..9_999_999) {
        for text in [
            format!("示市监罚〔{year}〕{no}号"),
            format!("示交运罚字〔{year}〕第{no}号"),
            format!("罚款{yuan}元"),
            format!("没收违法所得{yuan}.50元，{year}年3月5日"),
        ] {
            prop_assert_eq!(found(&text), vec![]);
        }
    }
}
