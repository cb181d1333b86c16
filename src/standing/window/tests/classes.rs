//! Which class a penalty is of: what a text says lightens nothing that its kinds and amounts say is grave.

use super::*;

const FEN: i64 = 100;

fn of(decided: &str, kinds: &[&str], fields: Value) -> Fact {
    let Value::Object(fields) = fields else { panic!("fields") };
    let fact = fact("penalty", decided, json!({"CF_CFLB": kinds, "CF_CFJG": "示例市交通运输局"}));
    fields.into_iter().fold(fact, |fact, (field, value)| with(fact, &field, value))
}

fn class(fact: Fact) -> String {
    let on = fact.fact_on.unwrap().succ_opt().unwrap().to_string();
    one(&dossier(vec![fact]), &on).reason.rule.rule
}

#[test]
fn words_of_a_simple_procedure_lighten_neither_grave_kinds_nor_large_amounts_nor_what_denies_them() {
    let revoked = ["罚款", "吊销许可证件"];
    let table: &[(&[&str], Value, &str)] = &[
        (&["罚款"], json!({"CF_NR": "依法应当罚款500万元", "CF_NR_FK": 5_000_000 * FEN}), "serious"),
        (&["罚款"], json!({"CF_NR": "适用简易程序", "CF_NR_FK": 5_000_000 * FEN}), "serious"),
        (&["罚款"], json!({"CF_NR": "适用简易程序", "CF_NR_FK": 3_001 * FEN}), "ordinary"),
        (&["罚款"], json!({"CF_NR": "适用简易程序", "CF_NR_FK": 3_000 * FEN}), "minor"),
        (&["罚款"], json!({"CF_NR": "适用简易程序"}), "minor"),
        (&["罚款"], json!({"CF_WSH": "示交当罚〔2026〕3号"}), "minor"),
        (&["罚款"], json!({"CF_NR": "情节较重，应当罚款"}), "ordinary"),
        (&["罚款"], json!({"CF_NR": "不适用简易程序"}), "ordinary"),
        (&["罚款"], json!({"BZ": "本案由简易程序转为普通程序"}), "ordinary"),
        (&revoked, json!({"CF_NR": "不适用简易程序，吊销许可证件"}), "serious"),
        (&revoked, json!({"CF_WSH": "示交简罚〔2026〕3号"}), "serious"),
        (&["罚款"], json!({"CF_NR": "适用简易程序", "CF_SXYZCD": "严重"}), "serious"),
        (&["罚款"], json!({"CF_NR_FK": 2_000 * FEN, "CF_SXYZCD": "严重"}), "serious"),
        (&["罚款"], json!({"CF_NR_FK": 2_000 * FEN, "CF_NR_WFFF": 300 * FEN}), "ordinary"),
    ];
    for (kinds, fields, expected) in table {
        assert_eq!(class(of("2026-05-01", kinds, fields.clone())), *expected, "{kinds:?} {fields}");
    }
}

#[test]
fn a_warning_beside_which_an_amount_stands_is_no_warning_only() {
    for decided in ["2023-04-01", "2024-05-01", "2026-05-01"] {
        for (fields, expected) in [
            (json!({}), "minor"),
            (json!({"CF_NR_FK": 0, "CF_NR_WFFF": 0}), "minor"),
            (json!({"CF_NR_FK": 50_000 * FEN}), "ordinary"),
            (json!({"CF_NR_WFFF": 3_000_000 * FEN, "CF_NR": "并没收违法所得"}), "ordinary"),
        ] {
            assert_eq!(class(of(decided, &["警告"], fields.clone())), expected, "{decided} {fields}");
        }
    }
    let market = |fields: Value| {
        let fact = of("2026-05-01", &["警告"], fields);
        class(with(fact, "CF_CFJG", json!("示例市市场监督管理局")))
    };
    assert_eq!(market(json!({})), "warning");
    assert_eq!(market(json!({"CF_NR_FK": 50_000 * FEN})), "ordinary");
    assert_eq!(market(json!({"CF_NR_FK": 5_000_000 * FEN})), "serious");
}

#[test]
fn of_the_five_fields_of_order_58_the_conduct_and_its_law_tell_and_not_the_place_where_it_happened() {
    let table = [
        (json!({"CF_YJ": "《中华人民共和国食品安全法》第一百二十四条"}), "safety"),
        (json!({"CF_YJ": "《示例省食品卫生条例》", "CF_WFXW": "销售腐败变质食品"}), "safety"),
        (json!({"CF_YJ": "《中华人民共和国药品管理法》"}), "safety"),
        (json!({"CF_YJ": "《中华人民共和国疫苗管理法》"}), "safety"),
        (json!({"CF_YJ": "《中华人民共和国特种设备安全法》", "CF_SY": "使用未经检验的电梯"}), "safety"),
        (json!({"CF_YJ": "《中华人民共和国安全生产法》"}), "safety"),
        (json!({"CF_YJ": "《中华人民共和国矿山安全法》"}), "safety"),
        (json!({"CF_YJ": "《烟花爆竹安全管理条例》"}), "safety"),
        (json!({"CF_YJ": "《中华人民共和国消防法》"}), "safety"),
        (json!({"CF_CFJG": "示例市应急管理局"}), "safety"),
        (json!({"CF_CFJG": "示例市消防救援支队"}), "safety"),
        (json!({"CF_CFJG": "示例省药品监督管理局"}), "safety"),
        (json!({"CF_CFJG": "示例省药品监督管理局", "CF_YJ": "《医疗器械监督管理条例》"}), "ordinary"),
        (json!({"CF_YJ": "《中华人民共和国大气污染防治法》", "CF_SY": "燃煤锅炉废气超标排放"}), "ordinary"),
        (json!({"CF_YJ": "《中华人民共和国广告法》", "CF_SY": "在电梯内发布虚假广告"}), "ordinary"),
        (json!({"CF_YJ": "《中华人民共和国大气污染防治法》", "CF_SY": "餐饮服务未安装油烟净化设施"}), "ordinary"),
        (json!({"CF_YJ": "《医疗器械监督管理条例》"}), "ordinary"),
    ];
    for (fields, expected) in table {
        assert_eq!(class(of("2024-05-01", &["罚款"], fields.clone())), expected, "{fields}");
    }
}

#[test]
fn the_orders_change_over_on_their_days() {
    let closed = |on: &str| {
        let it = one(&dossier(vec![of(on, &["责令停产停业"], json!({}))]), on);
        (it.reason.rule.pack, it.reason.rule.rule)
    };
    for (on, pack, class) in [
        ("2023-04-30", "publicity.before2023", "serious"),
        ("2023-05-01", "publicity.ndrc58", "ordinary"),
        ("2026-03-31", "publicity.ndrc58", "ordinary"),
        ("2026-04-01", "publicity.ndrc36", "serious"),
    ] {
        assert_eq!(closed(on), (pack.to_owned(), class.to_owned()), "{on}");
    }
}
