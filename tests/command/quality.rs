//! The figures of a month, worked out a second time from the rows.

use credence::{
    catalog::Catalog,
    ingest::in_time_from,
    quality::{self, Measure, Outcome, Rules, Share},
    record::Tally,
    standards::{Month, workday::Calendar},
    store::{self, quality::Behind},
};

use crate::{
    credence,
    world::{
        UNIT, World,
        penalty::{Penalty, penalty, table},
    },
};

const MARCH: &str = "2026-03";

fn month() -> Month {
    MARCH.parse().expect("a month")
}

/// Two units, two months, rows in time and late, rejected, repeated and conflicting ones.
fn city() -> World {
    let mut world = World::early();
    world.unit("YJJ", "示例市应急管理局");
    world.dawn(2026, 2, 10);
    world.deliver_as("YJJ", "penalty", table(&[penalty(900).decided("2026/02/09")]));
    world.dawn(2026, 3, 20);
    let late = |n: u32| penalty(n).decided("2026/03/01");
    let wrong = |n: u32| penalty(n).decided("三月一日");
    let rows: Vec<Penalty> = (1..=6).map(penalty).chain((7..=9).map(late)).chain((10..=11).map(wrong)).collect();
    world.deliver("penalty", table(&rows));
    world.deliver("penalty", table(&[penalty(1), penalty(2).fined("0.5", "罚款5000元"), penalty(12)]));
    world.deliver("penalty", table(&[penalty(13), penalty(13).fined("0.7", "罚款7000元")]));
    world.deliver("penalty", "甲,乙\n1,2\n");
    world
}

fn report(world: &World) -> quality::Report {
    let (rules, calendar) = (Rules::embedded(), Calendar::embedded());
    let measure = Measure { rules: &rules, calendar: &calendar, today: world.shop.clock.day() };
    let known = world.shop.database.read(|conn| store::quality::known(conn, month(), None)).expect("asked");
    quality::report(&known, &Catalog::embedded(), month(), measure)
}

#[test]
fn every_figure_is_the_sum_of_the_rows_behind_it() {
    let world = city();
    let report = report(&world);
    let unit = report.units.iter().find(|it| it.unit == UNIT).expect("it delivered").figures;

    let behind = Behind { month: month(), unit: Some(UNIT.to_owned()), resource: None };
    let deliveries = world.shop.database.read(|conn| store::quality::deliveries(conn, &behind, 0, 99)).expect("asked");
    let mut sum = Tally::default();
    deliveries.iter().for_each(|it| sum.add(&it.tally));
    assert!(sum.adds_up());
    assert_eq!((unit.deliveries, unit.refused, unit.tally), (4, 1, sum));

    let resource = Catalog::embedded().get("penalty").cloned().expect("built in");
    let (mut n_timed, mut n_late) = (0, 0);
    for delivery in &deliveries {
        let from = in_time_from(&resource, &Calendar::embedded(), delivery.day).expect("penalties have a limit");
        let timed = world.shop.database.read(|conn| store::quality::timed(conn, delivery.id)).expect("asked");
        n_timed += timed.len() as u64;
        n_late += timed.iter().filter(|it| it.fact_on.is_some_and(|fact| fact < from)).count() as u64;
    }
    assert_eq!((unit.timed, unit.late), (n_timed, n_late));
    assert_eq!(unit.late, 3, "decided on 1 March, reported on the 20th");
    assert_eq!(unit.compliance(), Share { part: sum.rows - sum.rejected - sum.conflicting, whole: sum.rows });
    assert_eq!(unit.open_doubts, sum.rejected + sum.conflicting);
}

#[test]
fn a_delivery_of_another_month_counts_there_and_the_unit_still_owes_this_one() {
    let world = city();
    let report = report(&world);
    assert!(report.lines.iter().all(|it| it.unit != "YJJ" || it.figures.delivered() == 0));
    let march: Vec<Outcome> =
        report.owed.iter().filter(|it| it.unit == "YJJ" && it.span.to_string() == MARCH).map(|it| it.outcome).collect();
    assert_eq!(march, [Outcome::Pending], "due on 10 April");
}

#[test]
fn the_command_shows_figures_their_rows_the_ranking_and_warnings() {
    let world = city();
    let all = credence(&world, &["quality"]);
    assert_eq!(all.code, 0, "{}", all.err);
    assert!(all.out.contains("示例市市场监督管理局") && all.out.contains("合计"), "{}", all.out);
    let late = credence(&world, &["quality", "--org", UNIT, "--rows", "late"]);
    assert_eq!(late.out.matches("2026-03-01").count(), 3, "{}", late.out);
    for figure in ["delivered", "doubtful", "timed", "owed"] {
        let said = credence(&world, &["quality", "--rows", figure]);
        assert!(said.code == 0 && said.out.lines().count() > 2, "{figure}: {}{}", said.out, said.err);
    }
    assert!(credence(&world, &["quality", "--ranking"]).out.contains("名次"));
    let csv = credence(&world, &["quality", "--csv"]).out;
    assert!(csv.contains("2026-03,SJJ,示例市市场监督管理局,行政处罚,4,16,"), "{csv}");
}

#[test]
fn a_zero_report_answers_for_the_period_and_its_absence_is_an_omission() {
    let mut world = city();
    let zero = |period: &str| {
        credence(&world, &["zero-report", "-o", "YJJ", "-r", "penalty", "--period", period, "--today", "2026-04-08"])
    };
    assert_eq!(zero("2026-W12").code, 1, "penalties are reported by the month");
    assert_eq!(zero("2026-09").code, 1, "it has not begun");
    let warned = credence(&world, &["quality", "--warnings", "--today", "2026-04-08"]).out;
    assert!(warned.contains("2026-03 期须于 2026-04-10 前报送或零报告"), "{warned}");
    assert_eq!(zero("2026-03").code, 0);
    assert!(zero("2026-03").out.contains("此前已报"));

    world.dawn(2026, 4, 20);
    let outcome = |unit: &str| {
        let report = report(&world);
        let found = report.owed.iter().find(|it| it.unit == unit && it.span.to_string() == MARCH).map(|it| it.outcome);
        (found, report.units.iter().find(|it| it.unit == unit).map(|it| it.figures.missed))
    };
    assert_eq!(outcome("YJJ"), (Some(Outcome::ZeroReported), Some(0)));
    assert_eq!(outcome(UNIT), (Some(Outcome::Delivered), Some(0)));
}
