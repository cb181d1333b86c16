//! Records find the right subject, or wait for a person; personal numbers are nowhere in clear.

use credence::{
    ingest::{self, By, IngestError},
    record::{DoubtState, IdentifierKind},
    resolve::subject_id,
    store::{doubts, merges, names, records, subjects},
};

use crate::world::{
    UNIT, World, counts,
    penalty::{FIRM, OTHER, penalty, table},
};

fn by() -> By {
    By { actor: "office".to_owned(), reason: "核对营业执照".to_owned() }
}

fn id(code: &str) -> i64 {
    subject_id(&format!("credit_code:{code}"))
}

const LISTED: &str = "企业名称,工商注册号,组织机构代码,统一信用代码,失信领域\n";

#[test]
fn an_organisation_code_is_the_subject_whose_credit_code_contains_it() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1)]));
    let done = world.deliver("listing", format!("{LISTED}示例甲贸易有限公司,,M000100Y4,,失信被执行人名单\n"));
    assert_eq!(counts(done.tally), "rows 1, new 1");
    let question = records::Question {
        subjects: vec![id(FIRM.1)],
        exposures: vec!["public".to_owned(), "shared".to_owned()],
        ..records::Question::default()
    };
    let conn = &mut world.shop.database.get().unwrap();
    assert_eq!(records::of_subject(conn, &question).unwrap().len(), 2);
}

#[test]
fn a_credit_code_that_comes_later_joins_the_subject_known_by_its_organisation_code() {
    let world = World::new();
    world.deliver("listing", format!("{LISTED}示例甲贸易有限公司,,M000100Y4,,失信被执行人名单\n"));
    world.deliver("penalty", table(&[penalty(1)]));
    let conn = &mut world.shop.database.get().unwrap();
    let found = subjects::find(conn, subject_id("organisation_code:M000100Y4")).unwrap().unwrap();
    assert_eq!(found.credit_code.as_deref(), Some(FIRM.1));
    assert!(subjects::find(conn, id(FIRM.1)).unwrap().is_none());
}

const REGISTER: &str = "主体名称,主体类别,统一社会信用代码,工商注册号,法定代表人,行政区划,登记状态,成立日期\n\
示例甲贸易有限公司,法人及非法人组织,91350100M000100Y43,110108000000016,张示例,431102,存续,2015-01-05\n";

#[test]
fn a_registration_number_finds_its_subject_through_the_register_and_never_makes_one() {
    let world = World::new();
    let listed = format!("{LISTED}示例甲贸易有限公司,110108000000016,,,工商吊销企业名单\n");
    let held = world.deliver("listing", &listed);
    assert_eq!(counts(held.tally), "rows 1, unlinked 1");
    let registered = world.deliver("register", REGISTER);
    assert_eq!(counts(registered.tally), "rows 1, new 1", "{registered:?}");
    let done = world.deliver("listing", format!("{listed}\n"));
    assert_eq!(counts(done.tally), "rows 1, new 1");
}

#[test]
fn a_name_alone_waits_for_a_person_who_can_link_it() {
    let world = World::new();
    world.deliver("register", REGISTER);
    let held = world.deliver("listing", format!("{LISTED}示例甲贸易有限公司,,,,失信被执行人名单\n"));
    assert_eq!(counts(held.tally), "rows 1, unlinked 1");
    let conn = &mut world.shop.database.get().unwrap();
    let (doubt, _) = doubts::of_delivery(conn, held.id, (0, 0), 9).unwrap().remove(0);
    assert_eq!(doubt.candidates, Some(format!("[{}]", id(FIRM.1))));
    ingest::link(&world.shop, doubt.id, id(FIRM.1), &by()).unwrap();
    let (doubt, _) = doubts::find(conn, doubt.id).unwrap().unwrap();
    assert_eq!((doubt.state, doubt.actor.as_deref()), (DoubtState::Linked, Some("office")));
    assert!(matches!(ingest::link(&world.shop, doubt.id, id(FIRM.1), &by()), Err(IngestError::WrongState(_))));
    assert_eq!(records::count(conn).unwrap(), 2);
}

#[test]
fn a_name_that_is_not_the_register_s_is_flagged_with_both_names() {
    let world = World::new();
    world.deliver("register", REGISTER);
    let done = world.deliver("penalty", table(&[penalty(1).on(("示例丙商贸有限公司", FIRM.1))]));
    assert_eq!(counts(done.tally), "rows 1, new 1");
    let conn = &mut world.shop.database.get().unwrap();
    let remarks = doubts::remarks(conn, done.id, -1, 9).unwrap();
    let named = remarks.iter().find(|(_, _, it)| it.contains("name_mismatch")).unwrap();
    assert!(named.2.contains("示例甲贸易有限公司") && named.2.contains("示例丙商贸有限公司"));
}

#[test]
fn a_list_under_somebody_else_s_code_is_refused_unless_the_name_is_a_former_one() {
    let world = World::new();
    world.deliver("register", REGISTER);
    world.deliver("register", REGISTER.replace("示例甲贸易有限公司", "示例新名贸易有限公司"));
    let listed = |name: &str| format!("{LISTED}{name},,,{},失信被执行人名单\n", FIRM.1);
    assert_eq!(counts(world.deliver("listing", listed("示例丙商贸有限公司")).tally), "rows 1, rejected 1");
    assert_eq!(counts(world.deliver("listing", listed("示例甲贸易有限公司")).tally), "rows 1, new 1");
}

#[test]
fn a_merge_of_two_subjects_brings_their_records_together_and_can_be_undone() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1), penalty(2).on(OTHER)]));
    let new = merges::Merging {
        id: 0,
        loser: id(OTHER.1),
        winner: id(FIRM.1),
        reason: "吸收合并".to_owned(),
        actor: "office".to_owned(),
        made_at: world.shop.clock.now(),
        undone_at: None,
    };
    let (merge, _) = world.shop.database.write(|conn| merges::merge(conn, new.clone())).unwrap().unwrap();
    assert_eq!(world.shop.database.write(|conn| merges::merge(conn, new)).unwrap(), None);
    let conn = &mut world.shop.database.get().unwrap();
    assert_eq!(merges::group(conn, id(FIRM.1)).unwrap(), [id(FIRM.1), id(OTHER.1)]);
    // A later version of the merged subject's record is still that record's version; a new record is the winner's.
    let rows = [penalty(2).on(OTHER).fined("0.3", "罚款3000元"), penalty(3).on(OTHER)];
    let done = world.deliver("penalty", table(&rows));
    assert_eq!(counts(done.tally), "rows 2, new 1, revised 1");
    assert!(world.shop.database.write(|conn| merges::undo(conn, merge, world.shop.clock.now())).unwrap().is_some());
    assert_eq!(merges::group(conn, id(FIRM.1)).unwrap(), [id(FIRM.1)]);
}

#[test]
fn two_characters_of_a_name_find_a_firm_and_no_name_finds_a_person() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1), penalty(2).on(OTHER)]));
    let conn = &mut world.shop.database.get().unwrap();
    assert_eq!(names::search(conn, "建筑", 0, 10).unwrap(), [id(OTHER.1)]);
    assert_eq!(names::search(conn, "示例", 0, 10).unwrap().len(), 2);
    assert_eq!(names::search(conn, "示例甲贸易有限公司", 0, 10).unwrap(), [id(FIRM.1)]);
    assert_eq!(names::search(conn, "示", 0, 10).unwrap().len(), 2);
    assert_eq!(names::search(conn, "例示", 0, 10).unwrap(), Vec::<i64>::new());
    assert_eq!(names::search(conn, "'; DROP TABLE", 0, 10).unwrap(), Vec::<i64>::new());
}

const PERSONS: &str = "行政相对人名称,行政相对人类别,证件类型,证件号码,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,\
罚款金额(万元),处罚决定日期,处罚有效期,处罚机关,处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码,当前状态\n\
李示例,自然人,身份证,11010519491231002X,示公罚〔2026〕1号,赌博,参与赌博,《治安管理处罚法》第七十条,罚款,罚款500元,0.05,2026/03/12,2027/03/12,\
示例市公安局,11431100006345675D,示例市公安局,11431100006345675D,1\n\
李示例,自然人,身份证,110105491231002,示公罚〔2026〕2号,赌博,参与赌博,《治安管理处罚法》第七十条,罚款,罚款500元,0.05,2026/03/13,2027/03/12,\
示例市公安局,11431100006345675D,示例市公安局,11431100006345675D,1\n";

#[test]
fn a_person_is_one_subject_by_the_keyed_hash_and_the_number_is_nowhere_in_clear() {
    let world = World::new();
    let done = world.deliver("penalty", PERSONS);
    assert_eq!(counts(done.tally), "rows 2, new 2", "{done:?}");
    let conn = &mut world.shop.database.get().unwrap();
    let versions = records::by_id_range(conn, 0, i64::MAX).unwrap();
    assert_eq!(versions[0].subject, versions[1].subject);
    let codes = subjects::identifiers(conn, versions[0].subject).unwrap();
    assert_eq!(codes.iter().map(|it| it.kind).collect::<Vec<_>>(), [IdentifierKind::Person]);
    for version in &versions {
        assert!(!version.payload.contains("19491231") && !version.payload.contains("491231"), "{}", version.payload);
        let sealed = records::sealed(conn, version.subject, &version.key).unwrap().unwrap();
        let clear = String::from_utf8(world.shop.keys.open(&sealed, &version.key).unwrap()).unwrap();
        assert!(clear.contains("11010519491231002X"), "{clear}");
    }
    assert_eq!(names::search(conn, "李示例", 0, 10).unwrap(), Vec::<i64>::new());
    for entry in walk(world.dir.path()) {
        let bytes = std::fs::read(&entry).unwrap();
        for number in ["11010519491231002X", "110105491231002"] {
            assert!(!bytes.windows(number.len()).any(|it| it == number.as_bytes()), "{number} in {}", entry.display());
        }
    }
}

fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|it| it.unwrap().path());
    entries.flat_map(|it| if it.is_dir() { walk(&it) } else { vec![it] }).collect()
}

#[test]
fn a_record_is_withdrawn_by_request_and_stays_so_when_the_same_row_comes_again() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1)]));
    let conn = &mut world.shop.database.get().unwrap();
    let version = records::by_id_range(conn, 0, i64::MAX).unwrap().remove(0);
    ingest::withdraw(&world.shop, version.subject, &version.key, &by()).unwrap();
    let again = ingest::withdraw(&world.shop, version.subject, &version.key, &by());
    assert!(matches!(again, Err(IngestError::WrongState(_))));
    let done = world.deliver_as(UNIT, "penalty", table(&[penalty(1), penalty(2)]));
    assert_eq!(counts(done.tally), "rows 2, new 1, repeated 1");
    let history = records::history(conn, &[version.subject], &version.key).unwrap();
    assert_eq!(history.iter().map(|it| it.state.as_str()).collect::<Vec<_>>(), ["withdrawn", "in_force"]);
    assert_eq!(history[0].note.as_deref(), Some("office：核对营业执照"));
}

#[test]
fn what_one_unit_delivered_no_other_unit_changes_or_withdraws() {
    let world = World::new();
    world.unit("YJJ", "示例市应急管理局");
    world.deliver("penalty", table(&[penalty(1), penalty(2), penalty(3)]));
    let rows = [penalty(1), penalty(2).fined("0.3", "罚款3000元"), penalty(3).withdrawn()];
    let done = world.deliver_as("YJJ", "penalty", table(&rows));
    assert_eq!(counts(done.tally), "rows 3, repeated 1, conflicting 2");
    let conn = &mut world.shop.database.get().unwrap();
    let versions = records::by_id_range(conn, 0, i64::MAX).unwrap();
    assert!(versions.iter().all(|it| it.unit == UNIT && it.state.as_str() == "in_force" && it.revision == 1));
    let (doubt, _) = doubts::of_delivery(conn, done.id, (0, 0), 9).unwrap().remove(0);
    assert!(doubt.faults.contains("other_unit"), "{}", doubt.faults);
}

#[test]
fn an_edited_row_does_not_bring_back_what_a_person_withdrew() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1)]));
    let conn = &mut world.shop.database.get().unwrap();
    let version = records::by_id_range(conn, 0, i64::MAX).unwrap().remove(0);
    ingest::withdraw(&world.shop, version.subject, &version.key, &by()).unwrap();
    let done = world.deliver("penalty", table(&[penalty(1).fined("0.3", "罚款3000元")]));
    assert_eq!(counts(done.tally), "rows 1, conflicting 1");
    let history = records::history(conn, &[version.subject], &version.key).unwrap();
    assert_eq!(history[0].state.as_str(), "withdrawn");
}

#[test]
fn a_name_that_holds_a_number_is_told_masked() {
    let world = World::new();
    world.deliver("register", REGISTER);
    let done = world.deliver("penalty", table(&[penalty(1).on(("李示例11010519491231002X商行", FIRM.1))]));
    let conn = &mut world.shop.database.get().unwrap();
    let remarks = doubts::remarks(conn, done.id, -1, 9).unwrap();
    assert!(remarks.iter().any(|(_, _, it)| it.contains("name_mismatch")), "{remarks:?}");
    assert!(remarks.iter().all(|(_, _, it)| !it.contains("19491231")), "{remarks:?}");
}

#[test]
fn a_row_that_contradicts_a_record_is_not_linked_to_nothing_but_stays_open() {
    let world = World::new();
    world.unit("YJJ", "示例市应急管理局");
    world.deliver("register", REGISTER);
    let by_code = format!("{LISTED}示例甲贸易有限公司,,M000100Y4,,失信被执行人名单\n");
    assert_eq!(counts(world.deliver_as("YJJ", "listing", by_code).tally), "rows 1, new 1");
    let held = world.deliver("listing", format!("{LISTED}示例甲贸易有限公司,,,,失信被执行人名单\n"));
    assert_eq!(counts(held.tally), "rows 1, unlinked 1");
    let conn = &mut world.shop.database.get().unwrap();
    let (doubt, _) = doubts::of_delivery(conn, held.id, (0, 0), 9).unwrap().remove(0);
    let linked = ingest::link(&world.shop, doubt.id, id(FIRM.1), &by());
    assert!(matches!(linked, Err(IngestError::WrongState(_))), "{linked:?}");
    let (doubt, _) = doubts::find(conn, doubt.id).unwrap().unwrap();
    assert_eq!(doubt.state, DoubtState::Open);
    assert_eq!(records::count(conn).unwrap(), 2);
}
