//! Three generations of a layout tell of one decision; older versions never overwrite newer ones.

use credence::{
    record::Version,
    resolve::subject_id,
    store::{self, records},
};

use crate::world::{
    World, counts,
    penalty::{FIRM, penalty, table},
};

const V1: &str = "\
行政处罚决定书文号,处罚名称,行政处罚编码,处罚类别1,处罚类别2,处罚事由,处罚依据,行政相对人名称,行政相对人代码_1(统一社会信用代码),\
行政相对人代码_2(组织机构代码),行政相对人代码_3(工商登记码),行政相对人代码_4(税务登记号),行政相对人代码_5(居民身份证号),法定代表人姓名,\
处罚结果,处罚决定日期,处罚机关,当前状态,地方编码,数据更新时间戳,备注
示市监罚【2026】1号,无照经营案,CF001,罚款,,当事人未取得营业执照从事经营活动,《无证无照经营查处办法》第十三条,示例甲贸易有限公司,\
91350100M000100Y43,,,,,张示例,罚款2000元,2026/03/12,示例市市场监督管理局,0,431100,2026/03/13,
";

const XY: &str = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?><ROWDATA><ROW><xy010101>示例甲贸易有限公司</xy010101><xy010133>91350100M000100Y43</xy010133>\
<xy010105>张示例</xy010105><xy020101>示例市市场监督管理局</xy020101><xy020102>示市监罚〔2026〕1号</xy020102><xy020103>罚款</xy020103>\
<xy020104>当事人未取得营业执照从事经营活动</xy020104><xy020106>《无证无照经营查处办法》第十三条</xy020106><xy020107>2026-03-12</xy020107>\
<xy020109>无照经营</xy020109><xy020116>0.2</xy020116><xy020130>罚款2000元</xy020130><xy020134>11431100006345675D</xy020134>\
<xy020135>示例市市场监督管理局</xy020135><xy020136>11431100006345675D</xy020136></ROW></ROWDATA>";

fn known(world: &World) -> Vec<Version> {
    let question = records::Question {
        subjects: vec![subject_id(&format!("credit_code:{}", FIRM.1))],
        exposures: vec!["public".to_owned()],
        ..records::Question::default()
    };
    world.shop.database.read(|conn| records::of_subject(conn, &question)).unwrap()
}

#[test]
fn a_v1_a_v2_and_an_xy_file_of_one_decision_end_as_one_record() {
    let v2 = table(&[penalty(1)]);
    let files = [V1.to_owned(), v2, XY.to_owned()];
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for order in orders {
        let world = World::new();
        for at in order {
            let done = world.deliver("penalty", &files[at]);
            assert_eq!(done.tally.rejected + done.tally.conflicting, 0, "{order:?} {at} {done:?}");
        }
        let found = known(&world);
        assert_eq!(found.len(), 1, "{order:?}");
        let payload = &found[0].payload;
        // What only one generation can say is there, whichever came last.
        for part in
            ["\"CF_NR_FK\":200000", "\"CF_WFXW\":\"无照经营\"", "\"CF_CFMC\":\"无照经营案\"", "\"CF_ZT\":\"有效\""]
        {
            assert!(payload.contains(part), "{order:?}: {part} in {payload}");
        }
    }
}

#[test]
fn the_same_status_digit_means_what_its_generation_says() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1)]));
    assert_eq!(known(&world)[0].state.as_str(), "in_force");
    // 1 is 有效 in V2 and 撤销 in V1.
    let revoked = V1.replace(",0,431100,", ",1,431100,");
    let done = world.deliver("penalty", revoked);
    assert_eq!(counts(done.tally), "rows 1, withdrawn 1");
    assert_eq!(known(&world)[0].state.as_str(), "withdrawn");
}

#[test]
fn an_older_version_that_arrives_later_does_not_overwrite_a_newer_one() {
    let world = World::new();
    let newer = V1.replace("2026/03/13,", "2026/03/16,").replace("罚款2000元", "罚款人民币2000元");
    world.deliver("penalty", &newer);
    let done = world.deliver("penalty", V1);
    assert_eq!(counts(done.tally), "rows 1, outdated 1");
    let found = known(&world);
    assert!(found[0].payload.contains("罚款人民币2000元"), "{}", found[0].payload);
    let conn = &mut world.shop.database.get().unwrap();
    assert_eq!(records::history(conn, &[found[0].subject], &found[0].key).unwrap().len(), 2);
    // Delivered once more in another file, it is known by now.
    let done = world.deliver("penalty", format!("{V1}\n"));
    assert_eq!(counts(done.tally), "rows 1, repeated 1");
}

#[test]
fn one_number_is_not_one_record_when_the_parties_are_several() {
    let world = World::new();
    let done = world.deliver("penalty", table(&[penalty(1), penalty(1).on(crate::world::penalty::OTHER)]));
    assert_eq!(counts(done.tally), "rows 2, new 2");
    assert_eq!(world.shop.database.read(store::records::count).unwrap(), 2);
}

#[test]
fn the_key_of_a_decision_never_changes() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1)]));
    let key: String = known(&world)[0].key.iter().map(|it| format!("{it:02x}")).collect();
    // Whoever breaks this must write a migration that gives every record its new key.
    assert_eq!(key, "18c33af76f63096f1045f8b1cda1704b");
}

#[test]
fn a_record_that_few_may_see_stays_so_when_a_generation_without_the_column_tells_it_again() {
    let closed = V1.replace(",备注\n", ",备注,信息使用范围\n").replace("2026/03/13,\n", "2026/03/13,,2\n");
    let v2 = table(&[penalty(1)]);
    for files in [[closed.clone(), v2.clone()], [v2, closed]] {
        let world = World::new();
        for file in files {
            let done = world.deliver("penalty", file);
            assert_eq!(done.tally.rejected + done.tally.conflicting, 0, "{done:?}");
        }
        assert_eq!(known(&world), [], "no public version is known");
        let conn = &mut world.shop.database.get().unwrap();
        let all = records::by_id_range(conn, 0, i64::MAX).unwrap();
        assert_eq!(all.iter().map(|it| it.exposure.as_str()).collect::<Vec<_>>(), ["authorised"]);
    }
}
