//! Lists asked for any day and moment: entries follow the records at once, sums add up, and a rebuild gives the same.

use chrono::{Days, NaiveDate, NaiveDateTime};
use credence::{
    dossier::{exits, fill_lists, list_cells, list_page, lists_current_to},
    record::{RecordKey, SubjectKind},
    resolve::subject_id,
    rights::{
        Case, CaseKind, Channel, Opening, RulesAt, Step, StepKind,
        designation::StepKind::{Designated, Published, Removed},
    },
    standing::Sums,
    store::{
        StoreError, batches,
        list_entries::{self, Asked},
        rights,
    },
};
use diesel::RunQueryDsl;

use crate::{
    designations::{firm, listings, noticed, take},
    world::{
        UNIT, World, moment,
        penalty::{FIRM, OTHER},
    },
};

const HEADINGS: &str = "名单类型,名单名称,主体名称,统一社会信用代码,认定机关,认定文书号,列入事由,列入依据,列入日期,名单状态,移出日期,数据来源单位\n";

fn entry((name, code): (&str, &str), number: u32, day: &str, state: &str, out: &str) -> String {
    format!(
        "黑名单,市场监督管理严重违法失信名单,{name},{code},示例市市场监督管理局,示市监列〔2025〕{number}号,违法,总局令第44号,{day},{state},{out},示例市市场监督管理局\n"
    )
}

fn asked(world: &World, day: &str, known_at: Option<NaiveDateTime>) -> Asked {
    Asked {
        day: day.parse().unwrap(),
        known_at: known_at.unwrap_or_else(|| world.shop.clock.now()),
        list: None,
        unit: None,
        kind: None,
        year: None,
        public: false,
    }
}

/// Lists and subjects of the entries in force.
fn entries(world: &World, asked: &Asked, known_at: Option<NaiveDateTime>) -> Vec<String> {
    fill_lists(&world.shop).unwrap();
    let found = world
        .shop
        .database
        .read(|conn| list_page(conn, &world.shop, (asked, known_at), (i64::MIN, 0), (100, false)))
        .unwrap();
    let mut lines: Vec<String> = found
        .into_iter()
        .map(|it| format!("{} {} {}", it.listed.list, it.listed.kind, it.subject.name.unwrap_or_default()))
        .collect();
    lines.sort();
    lines
}

fn sums(world: &World, asked: &Asked) -> Sums {
    fill_lists(&world.shop).unwrap();
    Sums::of(&world.shop.database.read(|conn| list_cells(conn, &world.shop, asked, None)).unwrap())
}

#[test]
fn entries_behind_a_chunk_that_is_being_taken_in_are_held_back_and_the_list_says_up_to_when_it_goes() {
    let mut world = world();
    let now = asked(&world, "2026-03-20", None);
    let current_to = |world: &World| {
        fill_lists(&world.shop).unwrap();
        world.shop.database.read(|conn| lists_current_to(conn, &world.shop)).unwrap()
    };
    let before = entries(&world, &now, None);
    assert_eq!(current_to(&world), None);
    // Another worker begins with a large chunk; what is delivered meanwhile has ids behind it.
    let slow = world.arrive(UNIT, "listing", format!("{HEADINGS}{}", entry(OTHER, 8, "2026-03-01", "在列", "")));
    let begun = world.shop.clock.now();
    let block = world.shop.database.write(|conn| {
        let query = format!("UPDATE delivery SET state = 'working' WHERE id = {slow}");
        diesel::sql_query(query).execute(conn).map_err(StoreError::from)?;
        batches::open(conn, slow, 40_000, begun)
    });
    world.at(2026, 3, 21);
    world.deliver("listing", format!("{HEADINGS}{}", entry(FIRM, 9, "2026-03-11", "在列", "")));
    let now = asked(&world, "2026-03-21", None);
    assert_eq!((entries(&world, &now, None), current_to(&world)), (before.clone(), Some(begun)));
    world.shop.database.write(|conn| batches::close(conn, block.unwrap(), slow)).unwrap();
    assert_eq!((entries(&world, &now, None).len(), current_to(&world)), (before.len() + 1, None));
}

/// Two firms listed in 2025, one removed in 2026; a summary without documents; a list of the court.
fn world() -> World {
    let mut world = World::new();
    world.at(2025, 6, 20);
    let both = [entry(FIRM, 1, "2025-06-01", "在列", ""), entry(OTHER, 2, "2025-06-10", "在列", "")].concat();
    world.deliver("listing", format!("{HEADINGS}{both}"));
    let summary = "企业名称,工商注册号,组织机构代码,统一信用代码,失信领域\n";
    world.deliver("listing", format!("{summary}{},,,{},失信被执行人名单\n", FIRM.0, FIRM.1));
    world.at(2026, 3, 20);
    let removed = entry(FIRM, 1, "2025-06-01", "移出", "2026-03-10");
    let done = world.deliver("listing", format!("{HEADINGS}{removed}"));
    assert_eq!(done.tally.withdrawn, 1, "{:?}", done.tally);
    world
}

#[test]
fn a_list_is_answered_for_any_day_and_any_moment_of_knowledge() {
    let world = world();
    let both = ["serious.market serious 示例乙建筑有限公司", "serious.market serious 示例甲贸易有限公司"];
    let summary = "unconfirmed unconfirmed 示例甲贸易有限公司";
    let with = |lines: &[&str]| {
        let mut all: Vec<String> = lines.iter().map(|it| (*it).to_owned()).chain([summary.to_owned()]).collect();
        all.sort();
        all
    };
    let on = |day: &str, known_at| entries(&world, &asked(&world, day, known_at), known_at);
    assert_eq!(on("2026-03-20", None), with(&both[..1]));
    assert_eq!(on("2026-03-09", None), with(&both));
    assert_eq!(on("2025-06-05", None), with(&both[1..]));
    // What was known before the removal was delivered.
    assert_eq!(on("2026-03-20", Some(moment(2025, 12, 1))), with(&both));
    assert_eq!(on("2026-03-20", Some(moment(2025, 1, 1))), Vec::<String>::new());
    assert_eq!(on("2028-06-11", None), with(&[]), "the term of three years is over");
    assert_eq!(listings(&world, firm()).len(), 2);
}

#[test]
fn a_list_is_narrowed_by_unit_kind_year_and_to_what_the_public_sees() {
    let world = world();
    let base = asked(&world, "2026-03-09", None);
    let n = |asked: &Asked| entries(&world, asked, None).len();
    assert_eq!(n(&base), 3);
    assert_eq!(n(&Asked { list: Some("serious.market".into()), ..base.clone() }), 2);
    assert_eq!(n(&Asked { unit: Some(UNIT.into()), year: Some(2025), ..base.clone() }), 2);
    assert_eq!(n(&Asked { unit: Some("X".into()), ..base.clone() }), 0);
    assert_eq!(n(&Asked { year: Some(2024), ..base.clone() }), 0);
    assert_eq!(n(&Asked { kind: Some(SubjectKind::Person), ..base.clone() }), 0);
    let public = entries(&world, &Asked { public: true, ..base }, None);
    assert!(public.iter().all(|it| it.starts_with("serious.market")), "{public:?}");
}

#[test]
fn figures_are_those_of_the_entries_and_a_rebuild_gives_the_same() {
    let mut world = world();
    let base = asked(&world, "2026-03-09", None);
    let first = sums(&world, &base);
    assert_eq!(usize::try_from(first.total).unwrap(), entries(&world, &base, None).len());
    for parts in [&first.subjects, &first.units, &first.years] {
        assert_eq!(parts.values().sum::<u64>(), first.total);
    }
    assert_eq!(first.years.get("2025"), Some(&2));
    let now = world.shop.clock.now();
    world.shop.database.write(|conn| list_entries::forget(conn, now)).unwrap();
    assert_eq!(sums(&world, &base), first);
    // A list the packs no longer know is filled anew by itself, and then has no basis.
    world.shop.packs = std::sync::Arc::default();
    world.shop.shipped = std::sync::Arc::default();
    let without = entries(&world, &base, None);
    assert!(without.iter().all(|it| it.starts_with("unconfirmed")), "{without:?}");
    assert_eq!(sums(&world, &base).total, first.total);
}

/// A repair of one record, granted on a day.
fn repair(world: &World, subject: i64, key: RecordKey, (year, month, on): (i32, u32, u32)) {
    let at = moment(year, month, on);
    let step = |kind| Step {
        kind,
        at,
        day: at.date(),
        actor: "XYB/k".to_owned(),
        reason: "已纠正".to_owned(),
        source: None,
        delivery: None,
        named: Vec::new(),
    };
    let opening = Opening {
        id: 1,
        kind: CaseKind::Repair,
        subject,
        keys: vec![key],
        unit: UNIT.to_owned(),
        rules: RulesAt { id: "rights.ndrc36".to_owned(), version: 1 },
        ground: None,
        missing: None,
        channel: Channel::CreditSite,
        filed_by: "XYB".to_owned(),
    };
    let mut case = Case::fold(opening, vec![step(StepKind::Filed)]).unwrap();
    let keep = |case: &Case, is_first: bool| {
        let stored = rights::Stored { case: case.clone(), due_on: None };
        let write = |conn: &mut _| {
            if is_first { rights::open(conn, &stored).map(drop) } else { rights::add_step(conn, &stored).map(drop) }
        };
        world.shop.database.write(write).unwrap();
    };
    keep(&case, true);
    for kind in [StepKind::Accepted, StepKind::Granted] {
        case.take(step(kind)).unwrap();
        keep(&case, false);
    }
}

/// The figures of a list, or of all, and its entries one by one.
fn both(world: &World, asked: &Asked) -> (u64, usize) {
    (sums(world, asked).total, entries(world, asked, None).len())
}

#[test]
fn figures_are_the_rows_for_the_public_and_for_the_office_on_any_day() {
    let mut world = world();
    let long = HEADINGS.replace("数据来源单位", "有效期至,数据来源单位");
    let row = |kind: &str, name: &str, number: u32, (entered, until): (&str, &str)| {
        format!(
            "{kind},{name},{},{},示例市市场监督管理局,示市监列〔2024〕{number}号,违法,依据,{entered},在列,,{until},示例市市场监督管理局\n",
            OTHER.0, OTHER.1
        )
    };
    let rows = [
        row("黑名单", "市场监督管理严重违法失信名单", 11, ("2024-05-01", "2034-05-01")),
        row("红名单", "守信激励对象名单", 12, ("2024-06-01", "")),
        row("重点关注名单", "重点关注名单", 13, ("2026-01-01", "2026-12-31")),
    ];
    world.deliver("listing", format!("{long}{}", rows.concat()));
    let id = noticed(&mut world);
    take(&world, id, Designated);
    let other = subject_id(&format!("credit_code:{}", OTHER.1));
    let key = listings(&world, other)[0].key;
    world.at(2026, 4, 10);
    repair(&world, other, key, (2026, 4, 3));
    let mut differ = 0;
    for n in 0..70 {
        let day = "2024-03-01".parse::<NaiveDate>().unwrap() + Days::new(n * 53 % 4_200);
        for (public, list) in [(true, None), (false, None), (true, Some("serious.market")), (false, Some("watch"))] {
            let base = asked(&world, &day.to_string(), None);
            let asked = Asked { public, list: list.map(str::to_owned), ..base };
            let (figure, rows) = both(&world, &asked);
            assert_eq!(usize::try_from(figure).unwrap(), rows, "{day} {public} {list:?}");
        }
        let all = |public| both(&world, &Asked { public, ..asked(&world, &day.to_string(), None) }).0;
        differ += usize::from(all(true) < all(false));
    }
    assert!(differ > 10, "the public and the office see different lists");
    take(&world, id, Published);
    let asked = Asked { public: true, ..asked(&world, "2026-04-10", None) };
    let before = both(&world, &Asked { day: "2026-04-09".parse().unwrap(), ..asked.clone() });
    let after = both(&world, &asked);
    assert_eq!((after.0, after.1), (before.0 + 1, before.1 + 1), "the entry that was published today");
}

#[test]
fn a_repaired_entry_leaves_its_list_and_the_figures_from_that_day_on() {
    let mut world = world();
    world.at(2026, 3, 25);
    let other = subject_id(&format!("credit_code:{}", OTHER.1));
    let key = listings(&world, other)[0].key;
    let day = |world: &World, text: &str| {
        let asked = Asked { list: Some("serious.market".to_owned()), ..asked(world, text, None) };
        (entries(world, &asked, None).len(), sums(world, &asked).total)
    };
    assert_eq!(day(&world, "2026-03-25"), (1, 1));
    repair(&world, other, key, (2026, 3, 22));
    assert_eq!(day(&world, "2026-03-25"), (0, 0));
    assert_eq!(day(&world, "2026-03-21"), (1, 1), "before the repair it was in force");
}

/// The exits of the list of serious market offences that are told on a day.
fn told(world: &World) -> Vec<(String, String)> {
    fill_lists(&world.shop).unwrap();
    let day = world.shop.clock.day();
    let rules = world.shop.packs.lists(day).flat_map(|(_, rules)| &rules.lists);
    let rule = rules.into_iter().find(|it| it.code == "serious.market").unwrap();
    let found = world.shop.database.read(|conn| exits(conn, &world.shop, rule, (day, i64::MIN, 0), 99)).unwrap();
    found.into_iter().map(|it| (it.row.gone_on.to_string(), it.ground.to_string())).collect()
}

#[test]
fn an_exit_is_told_of_what_was_published_before_it_left_and_of_nothing_else() {
    let mut world = world();
    // The firm's entry of 2025 was removed on 2026-03-10.
    let first = vec![("2026-03-10".to_owned(), "exit".to_owned())];
    assert_eq!(told(&world), first);
    let id = noticed(&mut world);
    take(&world, id, Designated);
    world.at(2026, 4, 2);
    take(&world, id, Removed);
    assert_eq!(told(&world), first, "it was never announced");
    let other = subject_id(&format!("credit_code:{}", OTHER.1));
    let key = listings(&world, other)[0].key;
    repair(&world, other, key, (2026, 4, 2));
    world.at(2026, 4, 5);
    assert_eq!(told(&world), first, "a repair alone is no removal");
    world.deliver("listing", format!("{HEADINGS}{}", entry(OTHER, 2, "2025-06-10", "移出", "2026-04-04")));
    let second = ("2026-04-04".to_owned(), "repaired".to_owned());
    assert_eq!(told(&world), [second.clone(), first[0].clone()], "seen until it was repaired");
    world.at(2026, 4, 12);
    assert_eq!(told(&world), [second], "thirty days are over");
}

#[test]
fn an_entry_of_a_body_under_the_name_it_reports_is_one_and_of_another_s_is_none() {
    let world = World::new();
    let by =
        |body: &str, number: u32| entry(FIRM, number, "2026-03-01", "在列", "").replace("示例市市场监督管理局", body);
    let bodies = ["市市场监管局", "示例市市监局", "示例市药监局", "示例市 市场监督管理委员会", "示例市教育局"];
    let rows: String = (1..).zip(bodies).map(|(number, body)| by(body, number)).collect();
    let done = world.deliver("listing", format!("{HEADINGS}{rows}"));
    assert_eq!((done.tally.new, done.tally.rejected), (5, 0), "{:?}", done.tally);
    let told = entries(&world, &asked(&world, "2026-03-20", None), None);
    let kinds: Vec<&str> = told.iter().filter_map(|it| it.split(' ').nth(1)).collect();
    assert_eq!(kinds, ["serious", "serious", "serious", "serious", "unconfirmed"], "{told:?}");
}
