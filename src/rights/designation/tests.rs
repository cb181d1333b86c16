//! Each way through a designation, and each step that is refused, with its reason.

use chrono::Duration;

use super::*;
use crate::{
    catalog::Catalog,
    policy::{
        Packs,
        rules::{ListRule, ListRules},
    },
    record::SubjectKind,
    standards::workday::Calendar,
};

fn rules(code: &str) -> ListRule {
    let packs = Packs::embedded(&Catalog::embedded());
    let day = NaiveDate::from_ymd_opt(2026, 3, 20).unwrap();
    let all: Vec<&ListRules> = packs.lists(day).map(|it| it.1).collect();
    all.into_iter().flat_map(|it| &it.lists).find(|it| it.code == code).unwrap().clone()
}

/// A Monday in a month without holidays.
fn day(n: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap() + Duration::days(n)
}

fn step(kind: StepKind, n: i64) -> Step {
    let document =
        kind.needs_document().then(|| Document { number: "示市监〔2026〕1号".into(), digest: [1; 32] });
    let (actor, reason) = ("SJJ/1".to_owned(), "理由".to_owned());
    let at = day(n).and_hms_opt(4, 0, 0).unwrap();
    Step { kind, at, day: day(n), actor, reason, document, until: None, removal: None }
}

fn proposed(rule: &ListRule) -> Designation {
    let opening = Opening {
        id: 7,
        list: rule.code.clone(),
        kind: rule.kind,
        subject: 1,
        unit: "SJJ".into(),
        rule: None,
        records: vec![3],
    };
    Designation::fold(opening, vec![step(StepKind::Proposed, 0)]).unwrap()
}

fn walk(rule: &ListRule, body: &str, steps: &[Step]) -> Result<Designation, String> {
    let calendar = Calendar::embedded();
    let scene = Scene { rule, calendar: &calendar, body, kind: SubjectKind::Organisation, born: None };
    let mut designation = proposed(rule);
    for step in steps {
        designation.take(step.clone(), &scene).map_err(|it| it.to_string())?;
    }
    Ok(designation)
}

const SJJ: &str = "示例市市场监督管理局";

fn removed(n: i64, removal: Option<Removal>) -> Step {
    let document = Some(Document { number: "示市监撤〔2026〕1号".into(), digest: [2; 32] });
    Step {
        removal, document, reason: "示市监【2026】1號决定经复议撤销".into(), ..step(StepKind::Removed, n)
    }
}

#[test]
fn each_way_through_a_designation_ends_in_its_state() {
    use StepKind as K;
    let (market, red) = (rules("serious.market"), rules("red.incentive"));
    let long = Some(Removal::TermOver);
    let rows: &[(&ListRule, Vec<Step>, State)] = &[
        (&market, vec![], State::Proposed),
        // Five working days after Tuesday the 3rd are over with Tuesday the 10th.
        (
            &market,
            vec![step(K::Notified, 1), step(K::Consented, 2), step(K::Designated, 9), step(K::Published, 9)],
            State::Published,
        ),
        (
            &market,
            vec![step(K::Notified, 1), step(K::Heard, 3), step(K::Consented, 9), step(K::Designated, 9)],
            State::Designated,
        ),
        (
            &market,
            vec![step(K::Notified, 1), step(K::Waived, 2), step(K::Consented, 2), step(K::Designated, 2)],
            State::Designated,
        ),
        (&market, vec![step(K::Notified, 1), step(K::Dropped, 2)], State::Dropped),
        (&red, vec![step(K::Publicised, 1), step(K::Designated, 11), step(K::Published, 11)], State::Published),
        (
            &red,
            vec![step(K::Publicised, 1), step(K::Objected, 2), step(K::Heard, 3), step(K::Designated, 11)],
            State::Designated,
        ),
        (&red, vec![step(K::Publicised, 1), step(K::Designated, 11), removed(12, Some(Removal::Exit))], State::Removed),
        (
            &market,
            vec![
                step(K::Notified, 1),
                step(K::Waived, 1),
                step(K::Consented, 1),
                step(K::Designated, 1),
                step(K::Published, 1),
                removed(1 + 1097, long),
            ],
            State::Removed,
        ),
    ];
    for (rule, steps, expected) in rows {
        let kinds: Vec<StepKind> = steps.iter().map(|it| it.kind).collect();
        assert_eq!(walk(rule, SJJ, steps).map(|it| it.state()), Ok(*expected), "{kinds:?}");
    }
}

#[test]
fn a_step_is_refused_with_the_reason() {
    use StepKind as K;
    let (market, red) = (rules("serious.market"), rules("red.incentive"));
    let noticed = |more: &[Step]| [&[step(K::Notified, 1), step(K::Consented, 1)], more].concat();
    let bare = |kind, n| Step { document: None, ..step(kind, n) };
    let rows: &[(&ListRule, &str, Vec<Step>, &str)] = &[
        (&market, SJJ, vec![step(K::Designated, 1)], "名单认定处于“已提出”，不能认定"),
        (&market, SJJ, vec![step(K::Publicised, 1)], "名单认定处于“已提出”，不能认定前公示"),
        (&red, SJJ, vec![step(K::Notified, 1)], "名单认定处于“已提出”，不能告知"),
        (&red, SJJ, vec![step(K::Designated, 1)], "名单认定处于“已提出”，不能认定"),
        (&market, SJJ, noticed(&[step(K::Designated, 8)]), "陈述申辩期限至 2026-03-10 届满，届满前不得认定"),
        (
            &market,
            SJJ,
            noticed(&[step(K::Heard, 3), step(K::Designated, 4)]),
            "陈述申辩期限至 2026-03-10 届满，届满前不得认定",
        ),
        (&red, SJJ, vec![step(K::Publicised, 1), step(K::Designated, 9)], "公示期至 2026-03-12 届满，届满前不得认定"),
        (
            &red,
            SJJ,
            vec![step(K::Publicised, 1), step(K::Objected, 2), step(K::Designated, 20)],
            "名单认定处于“有异议待核实”，不能认定",
        ),
        (
            &market,
            SJJ,
            vec![step(K::Notified, 1), step(K::Waived, 1), step(K::Designated, 9)],
            "认定前须经上一级机关同意",
        ),
        (&market, SJJ, noticed(&[step(K::Consented, 2)]), "名单认定处于“已告知”，不能上级同意"),
        (
            &market,
            "示例市文化和旅游局",
            vec![step(K::Notified, 1)],
            "“示例市文化和旅游局”不是市场监督管理严重违法失信名单的认定机关（市场监督管理局、市场监管局、市场监督管理总局、市场监督管理委员会、药品监督管理局、知识产权局）",
        ),
        (&market, SJJ, vec![bare(K::Notified, 1)], "告知须有文书：文号和文件"),
        (&market, SJJ, noticed(&[bare(K::Designated, 9)]), "认定须有文书：文号和文件"),
        (&market, SJJ, vec![Step { reason: " ".into(), ..step(K::Notified, 1) }], "告知须写明理由"),
        (&market, SJJ, vec![step(K::Notified, 1), step(K::Heard, 0)], "环节日期早于上一环节"),
        (&market, SJJ, noticed(&[Step { until: Some(day(3)), ..step(K::Designated, 9) }]), "期限早于认定日期"),
        (
            &market,
            SJJ,
            vec![
                step(K::Notified, 1),
                step(K::Waived, 1),
                step(K::Consented, 1),
                Step { until: Some("2050-01-01".parse().unwrap()), ..step(K::Designated, 9) },
            ],
            "期限超过名单规定的期限，最迟 2029-03-11",
        ),
    ];
    for (rule, body, steps, expected) in rows {
        assert_eq!(walk(rule, body, steps).err().as_deref(), Some(*expected));
    }
}

#[test]
fn a_removal_is_refused_before_its_day_and_without_its_ground() {
    use StepKind as K;
    let (market, red, tax) = (rules("serious.market"), rules("red.incentive"), rules("serious.tax"));
    let on = |more: &[Step]| {
        [&[step(K::Notified, 1), step(K::Waived, 1), step(K::Consented, 1), step(K::Designated, 1)], more].concat()
    };
    let bare = |kind, n| Step { document: None, ..step(kind, n) };
    let rows: &[(&ListRule, &str, Vec<Step>, &str)] = &[
        (&market, SJJ, on(&[removed(2, None)]), "移出须写明事由"),
        (&market, SJJ, on(&[removed(400, Some(Removal::TermOver))]), "名单期限至 2029-03-03，尚未届满"),
        (&market, SJJ, on(&[removed(200, Some(Removal::Repaired))]), "2027-03-03 起才可以提前移出"),
        (&market, SJJ, on(&[bare(K::Removed, 2)]), "移出须有文书：文号和文件"),
        (
            &market,
            SJJ,
            on(&[removed(2, Some(Removal::Exit))]),
            "该名单不能退出，只能因期限届满、信用修复或者认定决定被撤销移出",
        ),
        (
            &tax,
            "国家税务总局示例市税务局",
            vec![
                step(K::Notified, 1),
                step(K::Waived, 1),
                step(K::Designated, 1),
                removed(200, Some(Removal::Repaired)),
            ],
            "该名单没有提前移出的规定，须先经信用修复决定",
        ),
        (
            &market,
            SJJ,
            on(&[removed(2, Some(Removal::Revoked)), step(K::Published, 3)]),
            "名单认定处于“已移出”，不能公布",
        ),
        (
            &red,
            SJJ,
            vec![step(K::Publicised, 1), step(K::Designated, 11), removed(12, Some(Removal::TermOver))],
            "名单没有期限，不能以期限届满移出",
        ),
    ];
    for (rule, body, steps, expected) in rows {
        assert_eq!(walk(rule, body, steps).err().as_deref(), Some(*expected));
    }
}

#[test]
fn a_serious_entry_is_revoked_only_with_another_document_that_cites_the_decision() {
    use StepKind as K;
    let (market, watch) = (rules("serious.market"), rules("watch"));
    let on = |last: Step| {
        vec![step(K::Notified, 1), step(K::Waived, 1), step(K::Consented, 1), step(K::Designated, 1), last]
    };
    let revoked = removed(2, Some(Removal::Revoked));
    let by = |number: &str, digest: u8| {
        let document = Some(Document { number: number.into(), digest: [digest; 32] });
        Step { document, ..revoked.clone() }
    };
    let why = |reason: &str| Step { reason: reason.into(), ..revoked.clone() };
    let refused = "以认定决定被撤销移出的，须以撤销该决定的文书为据（不能是原认定决定），并在理由中写明被撤销的文号“示市监〔2026〕1号”";
    assert_eq!(walk(&market, SJJ, &on(revoked.clone())).map(|it| it.state()), Ok(State::Removed));
    for wrong in [
        by("示市监[2026]1号", 2),
        by("示市监撤〔2026〕1号", 1),
        why("决定被撤销"),
        why("示市监〔2026〕11号决定经复议撤销"),
    ] {
        assert_eq!(walk(&market, SJJ, &on(wrong)).err().as_deref(), Some(refused));
    }
    let any = [step(K::Notified, 1), step(K::Waived, 1), step(K::Designated, 1), why("纠正了失信行为")];
    assert_eq!(walk(&watch, SJJ, &any).map(|it| it.state()), Ok(State::Removed), "no term of repair to get round");
}

#[test]
fn a_minor_or_a_person_of_unknown_age_is_never_designated() {
    use StepKind as K;
    let (rule, calendar) = (rules("serious.market"), Calendar::embedded());
    let try_born = |born: Option<&str>| {
        let born = born.map(|it| it.parse().unwrap());
        let scene = Scene { rule: &rule, calendar: &calendar, body: SJJ, kind: SubjectKind::Person, born };
        let mut designation = proposed(&rule);
        for it in [K::Notified, K::Consented, K::Designated] {
            let n = if it == K::Designated { 9 } else { 1 };
            designation.take(step(it, n), &scene)?;
        }
        Ok::<_, Refused>(())
    };
    assert_eq!(try_born(Some("2008-03-11")), Ok(()), "18 on the day itself");
    for born in [Some("2008-03-12"), Some("2015-01-01"), None] {
        assert!(matches!(try_born(born), Err(Refused::Minor { age: 18, .. })), "{born:?}");
    }
    let watch = rules("watch");
    let scene = Scene { rule: &watch, calendar: &calendar, body: SJJ, kind: SubjectKind::Person, born: None };
    let refused = proposed(&watch).take(step(K::Notified, 1), &scene);
    assert!(matches!(refused, Err(Refused::WrongSubject(_))), "the watch list is not for persons");
}

#[test]
fn a_past_moment_shows_the_steps_of_its_time_and_a_clock_runs_while_nothing_can_be_decided() {
    use StepKind as K;
    let (rule, calendar) = (rules("serious.market"), Calendar::embedded());
    let steps = [step(K::Notified, 1), step(K::Consented, 2), step(K::Designated, 9)];
    let all = walk(&rule, SJJ, &steps).unwrap();
    assert_eq!(all.until(&rule), NaiveDate::from_ymd_opt(2029, 3, 11));
    let noticed = all.at(day(3).and_hms_opt(0, 0, 0).unwrap()).unwrap();
    assert_eq!((noticed.state(), noticed.steps().len()), (State::Notified, 3));
    assert_eq!(noticed.clock(&rule, &calendar).map(|it| it.day), Some(day(8)));
    assert_eq!(all.clock(&rule, &calendar), None);
    assert_eq!(all.at(day(-1).and_hms_opt(0, 0, 0).unwrap()), None);
    let again = Designation::fold(all.opening.clone(), all.steps().to_vec());
    assert_eq!(again, Ok(all), "the fold of its steps is the designation");
}

#[test]
fn a_repair_is_followed_and_its_reversal_brings_back_the_state_before_it() {
    use StepKind as K;
    let (rule, calendar) = (rules("serious.market"), Calendar::embedded());
    let scene = Scene { rule: &rule, calendar: &calendar, body: SJJ, kind: SubjectKind::Organisation, born: None };
    let decided = [step(K::Notified, 1), step(K::Waived, 1), step(K::Consented, 1), step(K::Designated, 1)];
    for (published, before) in [(false, State::Designated), (true, State::Published)] {
        let mut it = walk(&rule, SJJ, &decided).unwrap();
        if published {
            it.take(step(K::Published, 1), &scene).unwrap();
        }
        assert!(it.take(step(K::Repaired, 2), &scene).is_err(), "nobody takes it by hand");
        assert!(it.follow(step(K::Removed, 2)).is_err(), "and nothing else follows by itself");
        assert_eq!(it.follow(step(K::Repaired, 2)), Ok(State::Repaired));
        assert_eq!(it.follow(step(K::Restored, 3)), Ok(before));
        assert_eq!(it.follow(step(K::Repaired, 4)), Ok(State::Repaired));
        assert_eq!(Designation::fold(it.opening.clone(), it.steps().to_vec()).as_ref(), Ok(&it));
        assert_eq!(it.take(removed(5, Some(Removal::Repaired)), &scene), Ok(State::Removed), "before the early term");
        assert!(it.follow(step(K::Restored, 6)).is_err());
    }
}

#[test]
fn each_state_waits_for_its_step_until_its_working_day() {
    use StepKind as K;
    let calendar = Calendar::embedded();
    let packs = Packs::embedded(&Catalog::embedded());
    let terms = packs.duty(day(0)).next().unwrap().1.designation.clone();
    let (market, red) = (rules("serious.market"), rules("red.incentive"));
    let noticed = [step(K::Notified, 1), step(K::Waived, 1), step(K::Consented, 1), step(K::Designated, 1)];
    type Row<'r> = (&'r ListRule, Vec<Step>, Option<(Waiting, &'static str)>);
    let rows: &[Row<'_>] = &[
        (&market, vec![], Some((Waiting::Begin, "2026-03-16"))),
        // Five working days for the statement, to the 10th, and ten to decide.
        (&market, vec![step(K::Notified, 1)], Some((Waiting::Decide, "2026-03-24"))),
        (&market, vec![step(K::Notified, 1), step(K::Waived, 2)], Some((Waiting::Decide, "2026-03-18"))),
        (&red, vec![step(K::Publicised, 1), step(K::Objected, 2)], Some((Waiting::Verify, "2026-03-13"))),
        (&market, noticed.to_vec(), Some((Waiting::Publish, "2026-03-10"))),
        (&market, [&noticed[..], &[step(K::Published, 2)]].concat(), Some((Waiting::Remove, "2029-03-07"))),
        (&market, [&noticed[..], &[removed(2, Some(Removal::Revoked))]].concat(), None),
    ];
    for (rule, steps, expected) in rows {
        let due = walk(rule, SJJ, steps).unwrap().due(Some(rule), &terms, &calendar);
        let expected = expected.map(|(waiting, day)| (waiting, day.parse().unwrap()));
        assert_eq!(due, expected, "{:?}", steps.last().map(|it| it.kind));
    }
    let mut candidate = proposed(&market).opening;
    candidate.rule = Some("lists.market@2#heavier_penalty".into());
    let it = Designation::fold(candidate, vec![step(K::Proposed, 0)]).unwrap();
    assert_eq!(it.due(Some(&market), &terms, &calendar), None, "a rule's proposal waits for nobody");
}

#[test]
fn every_step_and_state_has_a_name() {
    assert!(StepKind::ALL.iter().all(|it| !it.name().is_empty()));
    assert!(State::ALL.iter().all(|it| !it.name().is_empty()));
    assert!(Waiting::ALL.iter().all(|it| !it.name().is_empty()));
    assert!(Removal::ALL.iter().all(|it| !it.name().is_empty()));
}
