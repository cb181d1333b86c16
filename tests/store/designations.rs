//! Designations: each step once, each decision one record, whatever happens between; candidates are only ever proposed.

use std::io::Cursor;

use credence::{
    affairs::{
        self, DutyKind, Filing, Hand, Handed, Taking,
        designation::{self, Actor, Asked, Content, Person, Proposal},
    },
    dossier,
    record::{RecordState, Version},
    resolve::subject_id,
    rights::{
        CaseKind, Channel, StepKind as CaseStep,
        designation::{Document, Removal, State, StepKind},
    },
    store::{designations, records},
};

use crate::world::{
    UNIT, World, moment,
    penalty::{FIRM, OTHER, Penalty, penalty, table},
};

pub fn firm() -> i64 {
    subject_id(&format!("credit_code:{}", FIRM.1))
}

fn actor(unit: &str) -> Actor {
    Actor { name: format!("{unit}/k"), unit: unit.to_owned() }
}

fn document(world: &World, number: &str) -> Option<Document> {
    let stored = world.shop.blobs.keep(&mut Cursor::new(number.as_bytes()), 1 << 20).unwrap();
    Some(Document { number: number.to_owned(), digest: stored.digest })
}

fn asked(world: &World, kind: StepKind) -> Asked {
    let number = format!("示市监列〔2026〕{}号", kind.as_str().len());
    let document = if kind.needs_document() { document(world, &number) } else { None };
    let removal = (kind == StepKind::Removed).then_some(Removal::Revoked);
    let reason = removal.map_or("理由", |_| "示市监列〔2026〕10号经复议撤销").to_owned();
    Asked { kind, day: None, reason, document, until: None, removal, content: None }
}

pub fn proposal(list: &str, subject: i64) -> Proposal {
    let reason = "违法行为性质恶劣、情节严重".to_owned();
    Proposal { list: list.to_owned(), subject, content: Content { reason, ..Content::default() }, records: vec![] }
}

#[track_caller]
pub fn take(world: &World, id: i64, kind: StepKind) -> designations::Stored {
    designation::step(&world.shop, id, &asked(world, kind), &actor(UNIT)).unwrap()
}

fn refusal(world: &World, id: i64, asked: &Asked, unit: &str) -> String {
    designation::step(&world.shop, id, asked, &actor(unit)).unwrap_err().to_string()
}

pub fn listings(world: &World, subject: i64) -> Vec<Version> {
    let mut found = world.shop.database.read(|conn| records::of_subjects(conn, &[subject], None)).unwrap();
    found.retain(|it| it.resource == "listing");
    found
}

/// A firm that is known, and a designation of it that waits for its decision.
pub fn noticed(world: &mut World) -> i64 {
    world.deliver("penalty", table(&[penalty(1), penalty(2).on(OTHER)]));
    let id = designation::propose(&world.shop, &proposal("serious.market", firm()), &actor(UNIT)).unwrap();
    take(world, id, StepKind::Notified);
    take(world, id, StepKind::Consented);
    world.at(2026, 3, 30);
    id
}

#[test]
fn a_designation_becomes_one_record_and_its_removal_ends_it() {
    let mut world = World::new();
    let id = noticed(&mut world);
    let lists = |world: &World| {
        let day = world.shop.clock.day();
        let found = world.shop.database.read(|conn| dossier::ask(conn, &world.shop, firm(), day, None)).unwrap();
        found.unwrap().standing.lists
    };
    assert_eq!(lists(&world), []);
    let done = take(&world, id, StepKind::Designated);
    assert_eq!((done.designation.state(), done.is_owed, done.trouble.clone()), (State::Designated, false, None));
    let found = listings(&world, firm());
    assert_eq!((found.len(), found[0].state, found[0].unit.as_str()), (1, RecordState::InForce, UNIT));
    assert!(found[0].payload.contains("总局令第44号"), "{}", found[0].payload);
    let listed = lists(&world);
    assert_eq!(
        (listed[0].list.as_str(), listed[0].until.map(|it| it.to_string())),
        ("serious.market", Some("2029-03-30".into()))
    );
    assert!(listed[0].measures.iter().any(|it| it == "key_supervision"));
    take(&world, id, StepKind::Published);
    world.at(2026, 4, 10);
    let bare = Asked { reason: "情况有变".to_owned(), ..asked(&world, StepKind::Removed) };
    assert!(refusal(&world, id, &bare, UNIT).contains("撤销该决定的文书"));
    assert_eq!(lists(&world).len(), 1, "it is on the list as before");
    let removed = take(&world, id, StepKind::Removed);
    assert_eq!((removed.designation.state(), removed.is_owed), (State::Removed, false), "{:?}", removed.trouble);
    let found = listings(&world, firm());
    assert_eq!((found.len(), found[0].state), (1, RecordState::Withdrawn));
    assert_eq!(found[0].ended_on.map(|it| it.to_string()), Some("2026-04-10".to_owned()));
    assert_eq!(lists(&world), []);
}

/// Whether the public sees the firm on the list on a day, whether departments do, and what the entry leads to.
fn seen(world: &World, day: &str) -> (bool, bool, usize) {
    let day = day.parse().unwrap();
    let found = world.shop.database.read(|conn| dossier::ask(conn, &world.shop, firm(), day, None)).unwrap().unwrap();
    let brief = found.standing.brief(&found.dossier);
    let of = |lists: &[credence::standing::BriefList]| lists.iter().any(|it| it.list == "serious.market");
    let measures = found.standing.lists.iter().map(|it| it.measures.len()).sum();
    (of(&brief.clone().public().lists), of(&brief.lists), measures)
}

#[test]
fn an_entry_is_public_from_the_day_it_is_published_and_known_to_departments_before() {
    let mut world = World::new();
    let id = noticed(&mut world);
    take(&world, id, StepKind::Designated);
    assert!(dossier::refresh(&world.shop, world.shop.clock.day()).unwrap() > 0);
    let (public, known, measures) = seen(&world, "2026-03-30");
    assert_eq!((public, known), (false, true));
    assert!(measures > 0, "the decision is in force when it is served");
    world.at(2026, 4, 8);
    let published = Asked { day: Some("2026-04-02".parse().unwrap()), ..asked(&world, StepKind::Published) };
    designation::step(&world.shop, id, &published, &actor(UNIT)).unwrap();
    let shown = |day: &str| seen(&world, day).0;
    assert_eq!(["2026-03-30", "2026-04-01", "2026-04-02", "2026-04-08"].map(shown), [false, false, true, true]);
    // What was known before the step was taken.
    let day = "2026-04-08".parse().unwrap();
    let before = Some(moment(2026, 4, 7));
    let found = world.shop.database.read(|conn| dossier::ask(conn, &world.shop, firm(), day, before)).unwrap().unwrap();
    assert!(found.standing.brief(&found.dossier).public().lists.is_empty());
    assert!(dossier::refresh(&world.shop, world.shop.clock.day()).unwrap() > 0, "what is kept was marked");
    world.at(2026, 4, 10);
    take(&world, id, StepKind::Removed);
    assert_eq!(seen(&world, "2026-04-10"), (false, false, 0));
}

#[test]
fn a_repaired_entry_s_own_case_says_so_and_waits_for_its_removal() {
    let mut world = World::new();
    let id = noticed(&mut world);
    take(&world, id, StepKind::Designated);
    take(&world, id, StepKind::Published);
    let key = listings(&world, firm())[0].key;
    let office = Hand::office("XYB/1");
    let filing = Filing {
        kind: CaseKind::Shield,
        subject: firm(),
        keys: vec![key],
        channel: Channel::Department,
        ground: None,
        reason: "重整计划获批准".into(),
        source: Some("(2026)示01破1号".into()),
        unit: None,
        missing: None,
    };
    let case = affairs::file(&world.shop, &filing, &office).unwrap().case.opening.id;
    let stored = affairs::keep_paper(&world.shop, &mut b"%PDF-1.7 ruling".as_slice()).unwrap();
    let paper = Handed { kind: "ruling".into(), file_name: "ruling.pdf".into(), stored };
    affairs::hand_in(&world.shop, case, &paper, &office).unwrap();
    let go = |world: &World, kind| {
        let (reason, source) = ("经核查".to_owned(), Some("(2026)示01破1号".to_owned()));
        let taking = Taking { kind, reason, source, delivery: None, confirmed: vec![], papers: vec![] };
        affairs::take(&world.shop, case, &taking, &office).unwrap();
        let found = world.shop.database.read(|conn| designations::find(conn, id)).unwrap().unwrap();
        found.designation.state()
    };
    let due = |world: &World| {
        let day = world.shop.clock.day();
        let found = world.shop.database.read(|conn| affairs::warnings(conn, &world.shop, Some(UNIT), day)).unwrap();
        found.into_iter().filter(|it| it.kind == DutyKind::Designation).map(|it| it.title).collect::<Vec<_>>()
    };
    assert_eq!(go(&world, CaseStep::Shielded), State::Published, "a shield is not a repair");
    world.at(2026, 4, 10);
    assert_eq!((due(&world), go(&world, CaseStep::Completed)), (vec![], State::Repaired));
    world.at(2026, 4, 14);
    assert!(due(&world)[0].contains("已修复，待移出"), "{:?}", due(&world));
    assert_eq!(go(&world, CaseStep::Reversed), State::Published, "and what it was before is again");
}

#[test]
fn what_a_crash_left_owed_is_brought_on_record_once() {
    let mut world = World::new();
    let id = noticed(&mut world);
    // The unit goes out of use for the moment between the decision and its record, as if the process had died there.
    take(&world, id, StepKind::Designated);
    let reset = |world: &World| {
        let mut stored = world.shop.database.read(|conn| designations::find(conn, id)).unwrap().unwrap();
        stored.is_owed = true;
        assert!(world.shop.database.write(|conn| designations::settle(conn, &stored)).unwrap().is_some());
    };
    for _ in 0..2 {
        reset(&world);
        let early = refusal(&world, id, &asked(&world, StepKind::Published), UNIT);
        assert!(early.contains("正在入库"), "{early}");
        assert_eq!(designation::finish_all(&world.shop).unwrap(), 0);
        assert_eq!(listings(&world, firm()).len(), 1);
    }
    let (owed, found) = world
        .shop
        .database
        .read(|conn| {
            Ok::<_, credence::store::StoreError>((designations::owed(conn, 0, 9)?, designations::find(conn, id)?))
        })
        .unwrap();
    assert_eq!((owed, found.unwrap().designation.steps().len()), (vec![], 4));
}

#[test]
fn the_same_entry_in_the_unit_s_own_delivery_is_no_second_one() {
    let mut world = World::new();
    let id = noticed(&mut world);
    take(&world, id, StepKind::Designated);
    let own = format!(
        "名单类型,名单名称,主体名称,统一社会信用代码,认定机关,认定文书号,列入事由,列入依据,列入日期,有效期至,数据来源单位\n\
         黑名单,市场监督管理严重违法失信名单,{},{},示例市市场监督管理局,示市监列〔2026〕10号,违法,总局令第44号,2026-03-30,2029-03-30,示例市市场监督管理局\n",
        FIRM.0, FIRM.1
    );
    let done = world.deliver("listing", own);
    assert_eq!((done.tally.new, done.tally.revised + done.tally.outdated), (0, 1), "{:?}", done.tally);
    assert_eq!(listings(&world, firm()).len(), 1);
}

#[test]
fn only_the_unit_that_is_named_for_the_list_steps_and_only_in_its_own_case() {
    let mut world = World::new();
    world.unit("WLJ", "示例市文化和旅游局");
    let id = noticed(&mut world);
    assert_eq!(refusal(&world, id, &asked(&world, StepKind::Designated), "WLJ"), "没有这一名单认定，或不属于本单位");
    let foreign = designation::propose(&world.shop, &proposal("serious.market", firm()), &actor("WLJ"));
    assert!(foreign.unwrap_err().to_string().contains("不是市场监督管理严重违法失信名单的认定机关"));
    let again = designation::propose(&world.shop, &proposal("serious.market", firm()), &actor(UNIT));
    assert_eq!(again.unwrap_err().to_string(), format!("本单位对该主体已有未办结的名单认定 {id}"));
    let unknown = designation::propose(&world.shop, &proposal("black.local", firm()), &actor(UNIT));
    assert!(unknown.unwrap_err().to_string().contains("没有依据的名单不得认定"));
    let court = designation::propose(&world.shop, &proposal("executed", firm()), &actor(UNIT));
    assert!(court.unwrap_err().to_string().contains("不在本平台认定"));
    let unkept = Asked {
        document: Some(Document { number: "示市监列〔2026〕1号".to_owned(), digest: [7; 32] }),
        ..asked(&world, StepKind::Designated)
    };
    assert_eq!(refusal(&world, id, &unkept, UNIT), "没有收到这份文书的文件，请先上传");
    world.at(2026, 3, 21);
    let early = refusal(&world, id, &asked(&world, StepKind::Designated), UNIT);
    assert!(early.contains("届满前不得认定"), "{early}");
    let stored = world.shop.database.read(|conn| designations::find(conn, id)).unwrap().unwrap();
    assert_eq!(stored.designation.steps().len(), 3, "what is refused leaves nothing");
    assert_eq!(listings(&world, firm()).len(), 0);
}

const PERSON: &str = "行政相对人名称,行政相对人类别,证件类型,证件号码,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,\
    处罚内容,罚款金额(万元),处罚决定日期,处罚有效期,处罚机关,处罚机关统一社会信用代码,数据来源单位,\
    数据来源单位统一社会信用代码,当前状态\n\
    张示例,自然人,身份证,11010519491231002X,示市监罚〔2026〕9号,无照经营,当事人未取得营业执照从事经营活动,\
    《无证无照经营查处办法》第十三条,罚款,罚款2000元,0.2,2026/03/12,2027/03/12,示例市市场监督管理局,\
    11431100006345675D,示例市市场监督管理局,11431100006345675D,1\n";

#[test]
fn a_person_is_designated_by_a_number_of_their_own_and_it_is_nowhere_in_clear() {
    let mut world = World::new();
    world.deliver("penalty", PERSON);
    let hash = world.shop.keys.blind("身份证:11010519491231002X");
    let subject = subject_id(&format!("person:{hash}"));
    let with = |number: &str| {
        let person = Some(Person { document: "身份证".to_owned(), number: number.to_owned() });
        let mut proposal = proposal("serious.market", subject);
        proposal.content.person = person;
        proposal
    };
    let other = designation::propose(&world.shop, &with("110105199003077475"), &actor(UNIT));
    assert!(other.is_err(), "another person's number, or none at all");
    let id = designation::propose(&world.shop, &with("11010519491231002X"), &actor(UNIT)).unwrap();
    take(&world, id, StepKind::Notified);
    take(&world, id, StepKind::Consented);
    world.at(2026, 3, 30);
    let done = take(&world, id, StepKind::Designated);
    assert!(!done.is_owed, "{:?}", done.trouble);
    let found = listings(&world, subject);
    assert_eq!(found.len(), 1);
    assert!(!found[0].payload.contains("11010519491231002X"));
    assert!(!done.content.windows(18).any(|it| it == b"11010519491231002X"));
}

#[test]
fn three_penalties_propose_a_candidate_once_and_list_nobody() {
    let mut world = World::new();
    world.deliver("penalty", table(&[penalty(1), penalty(2), penalty(3).on(OTHER)]));
    while designation::propose_new_candidates(&world.shop).unwrap().is_some() {}
    let all = |world: &World| {
        let filter = designations::Filter { by_rule: Some(true), ..Default::default() };
        world.shop.database.read(|conn| designations::list(conn, &filter, i64::MAX, 99)).unwrap()
    };
    assert_eq!(all(&world), []);
    world.deliver("penalty", table(&[penalty(4)]));
    while designation::propose_new_candidates(&world.shop).unwrap().is_some() {}
    assert_eq!(designation::propose_candidates(&world.shop, &[firm()]).unwrap(), 0, "once while it is open");
    let found = all(&world);
    assert_eq!(found.len(), 1);
    let opening = &found[0].designation.opening;
    assert_eq!((opening.list.as_str(), opening.unit.as_str(), opening.records.len()), ("watch", UNIT, 3));
    assert_eq!(opening.rule.as_deref(), Some("lists.watch@2#repeated_penalties"));
    assert_eq!(found[0].designation.state(), State::Proposed);
    assert_eq!(listings(&world, firm()).len(), 0, "a rule proposes and never lists");
    take(&world, opening.id, StepKind::Dropped);
    assert_eq!(designation::propose_candidates(&world.shop, &[firm()]).unwrap(), 0, "dropped for these records");
    world.at(2026, 3, 25).deliver("penalty", table(&[penalty(5).decided("2026/03/24")]));
    while designation::propose_new_candidates(&world.shop).unwrap().is_some() {}
    assert_eq!(all(&world).len(), 2, "a new record proposes again");
}

#[test]
fn a_candidate_goes_to_a_unit_that_may_designate_and_else_the_office_assigns_it() {
    let world = World::new();
    world.unit("YJJ", "示例市应急管理局");
    world.unit(UNIT, "示例市信用信息中心");
    let closed = |rows: &[Penalty]| table(rows).replace(",罚款,", ",责令停产停业,");
    world.deliver_as("YJJ", "penalty", closed(&[penalty(1), penalty(2).on(OTHER)]));
    while designation::propose_new_candidates(&world.shop).unwrap().is_some() {}
    let filter = designations::Filter { list: Some("serious.market".into()), ..Default::default() };
    let found = |world: &World| {
        let found = world.shop.database.read(|conn| designations::list(conn, &filter, i64::MAX, 99)).unwrap();
        found.into_iter().map(|it| (it.designation.opening.id, it.designation.opening.unit)).collect::<Vec<_>>()
    };
    let units: Vec<String> = found(&world).into_iter().map(|it| it.1).collect();
    assert_eq!(units, ["", ""], "the deliverer may not designate, and nobody else can");
    let (id, _) = found(&world)[0];
    world.unit("SJ2", "示例市市场监督管理局");
    let office = actor("XYB");
    let refused = |to: &str| {
        let reason = "处罚机关是市场监管部门";
        designation::assign(&world.shop, id, to, reason, &office).unwrap_err().to_string()
    };
    assert!(refused("YJJ").contains("不是市场监督管理严重违法失信名单的认定机关"));
    assert!(refused("NONE").contains("未登记或已停用"));
    let done = designation::assign(&world.shop, id, "SJ2", "处罚机关是市场监管部门", &office).unwrap();
    assert_eq!((done.designation.opening.unit.as_str(), done.designation.state()), ("SJ2", State::Proposed));
    let by_hand = Asked { kind: StepKind::Assigned, ..asked(&world, StepKind::Notified) };
    assert!(refusal(&world, id, &by_hand, "SJ2").contains("不能交办"), "no unit takes this step");
    designation::step(&world.shop, id, &asked(&world, StepKind::Notified), &actor("SJ2")).unwrap();
    assert!(refused("SJ2").contains("不能交办"), "it has begun");
    let stored = world.shop.database.read(|conn| designations::find(conn, id)).unwrap().unwrap();
    let kinds: Vec<StepKind> = stored.designation.steps().iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [StepKind::Proposed, StepKind::Assigned, StepKind::Notified]);
    assert!(stored.designation.steps()[1].reason.contains("示例市市场监督管理局（SJ2）"));
    world.deliver_as("YJJ", "penalty", closed(&[penalty(3)]));
    while designation::propose_new_candidates(&world.shop).unwrap().is_some() {}
    assert_eq!(found(&world)[0].1, "SJ2", "now there is a unit that decided it");
}

#[test]
fn a_past_moment_shows_where_a_designation_stood() {
    let mut world = World::new();
    let before = world.shop.clock.now();
    let id = noticed(&mut world);
    take(&world, id, StepKind::Designated);
    let stored = world.shop.database.read(|conn| designations::find(conn, id)).unwrap().unwrap();
    assert_eq!(stored.designation.at(before).unwrap().state(), State::Notified);
    assert_eq!(stored.designation.at(world.shop.clock.now()).unwrap().state(), State::Designated);
}
