//! The fold of a case: what is in order, what it does to records, and what was known before.

use chrono::Duration;

use super::*;
use crate::{
    record::{Effect, Mark},
    rights::marks,
};

fn day(n: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 4, 1).unwrap() + Duration::days(n)
}

fn moment(n: i64) -> NaiveDateTime {
    day(n).and_hms_opt(4, 0, 0).unwrap()
}

fn opening(kind: CaseKind) -> Opening {
    let rules = RulesAt { id: "rights.ndrc36".into(), version: 1 };
    let (unit, filed_by) = ("SJJ".to_owned(), "XYB".to_owned());
    let (ground, missing, channel) = (None, None, Channel::CreditSite);
    Opening { id: 7, kind, subject: 1, keys: vec![[1; 16], [2; 16]], unit, rules, ground, missing, channel, filed_by }
}

/// The `n`-th step is taken on the `n`-th day.
fn steps(kinds: &[StepKind]) -> Vec<Step> {
    let step = |(n, kind): (usize, &StepKind)| {
        let n = i64::try_from(n).unwrap();
        let (at, day) = (moment(n), day(n));
        let (actor, reason) = ("XYB/1".to_owned(), "理由".to_owned());
        Step { kind: *kind, at, day, actor, reason, source: None, delivery: None, named: vec![] }
    };
    kinds.iter().enumerate().map(step).collect()
}

fn case(kind: CaseKind, kinds: &[StepKind]) -> Result<Case, OutOfOrder> {
    Case::fold(opening(kind), steps(kinds))
}

#[test]
fn each_way_through_a_case_ends_in_its_state() {
    use {CaseKind as Kind, StepKind as Step};
    let rows: &[(Kind, &[Step], CaseState)] = &[
        (Kind::Repair, &[Step::Filed], CaseState::Filed),
        (Kind::Repair, &[Step::Filed, Step::Accepted, Step::Extended, Step::Granted], CaseState::Granted),
        (Kind::Repair, &[Step::Filed, Step::Accepted, Step::Granted, Step::Reversed], CaseState::Reversed),
        (Kind::Repair, &[Step::Filed, Step::Accepted, Step::Denied], CaseState::Denied),
        (Kind::Repair, &[Step::Filed, Step::Refused], CaseState::Refused),
        (Kind::Repair, &[Step::Filed, Step::CorrectionAsked], CaseState::AwaitingPapers),
        (Kind::Objection, &[Step::Filed, Step::CorrectionAsked, Step::Corrected], CaseState::Filed),
        (Kind::Shield, &[Step::Filed, Step::CorrectionAsked, Step::Refused], CaseState::Refused),
        (Kind::Repair, &[Step::Filed, Step::CorrectionAsked, Step::Retracted], CaseState::Retracted),
        (Kind::Repair, &[Step::Filed, Step::Accepted, Step::Retracted], CaseState::Retracted),
        (Kind::Objection, &[Step::Filed, Step::Forwarded, Step::Corrects, Step::Closed], CaseState::Corrected),
        (Kind::Objection, &[Step::Filed, Step::Forwarded, Step::Withdraws], CaseState::Withdrawn),
        (
            Kind::Objection,
            &[Step::Filed, Step::Forwarded, Step::Extended, Step::Keeps, Step::Review, Step::Keeps],
            CaseState::Kept,
        ),
        (Kind::Shield, &[Step::Filed, Step::Shielded, Step::Completed], CaseState::Completed),
        (Kind::Shield, &[Step::Filed, Step::Shielded, Step::Failed], CaseState::Failed),
    ];
    for (kind, kinds, expected) in rows {
        assert_eq!(case(*kind, kinds).map(|it| it.state()), Ok(*expected), "{kinds:?}");
    }
}

#[test]
fn a_step_out_of_order_is_refused_with_the_reason_and_changes_nothing() {
    use {CaseKind as Kind, StepKind as Step};
    let rows: &[(Kind, &[Step], &str)] = &[
        (Kind::Repair, &[], "事项须自提出申请开始"),
        (Kind::Repair, &[Step::Accepted], "事项须自提出申请开始"),
        (Kind::Repair, &[Step::Filed, Step::Granted], "信用修复事项处于“待受理”，不能准予修复"),
        (Kind::Repair, &[Step::Filed, Step::Accepted, Step::Extended, Step::Extended], "延长办理期限只能一次"),
        (Kind::Repair, &[Step::Filed, Step::Refused, Step::Accepted], "信用修复事项处于“不予受理”，不能受理"),
        (
            Kind::Repair,
            &[Step::Filed, Step::CorrectionAsked, Step::Corrected, Step::CorrectionAsked],
            "要求补正只能一次",
        ),
        (Kind::Repair, &[Step::Filed, Step::CorrectionAsked, Step::Accepted], "信用修复事项处于“待补正”，不能受理"),
        (Kind::Repair, &[Step::Filed, Step::Forwarded], "信用修复事项处于“待受理”，不能转认定机关核查"),
        (
            Kind::Objection,
            &[Step::Filed, Step::Forwarded, Step::Keeps, Step::Review, Step::Keeps, Step::Review],
            "申请复核只能一次",
        ),
        (Kind::Shield, &[Step::Filed, Step::Completed], "重整屏蔽事项处于“待受理”，不能重整完成"),
    ];
    for (kind, kinds, expected) in rows {
        assert_eq!(case(*kind, kinds).unwrap_err().to_string(), *expected, "{kinds:?}");
    }
    let mut filed = case(Kind::Repair, &[Step::Filed, Step::Accepted]).unwrap();
    let before = filed.clone();
    let early = super::Step { at: moment(0), ..steps(&[Step::Filed, Step::Filed, Step::Granted])[2].clone() };
    assert_eq!(filed.take(early), Err(OutOfOrder::Backwards));
    assert_eq!(filed, before);
}

fn stretches(case: &Case, known_at: Option<i64>) -> Vec<(Effect, NaiveDate, Option<NaiveDate>)> {
    let found = marks([case], known_at.map(moment));
    let of = |key: [u8; 16]| {
        let own = |it: &&Mark| it.key == key;
        found.iter().filter(own).map(|it| (it.effect, it.from, it.until)).collect::<Vec<_>>()
    };
    assert_eq!(of([1; 16]), of([2; 16]));
    of([1; 16])
}

#[test]
fn marks_follow_the_steps_and_a_past_moment_shows_those_of_its_time() {
    use {CaseKind as Kind, StepKind as Step};
    let repair = case(Kind::Repair, &[Step::Filed, Step::Accepted, Step::Granted, Step::Reversed]).unwrap();
    assert_eq!(stretches(&repair, None), [(Effect::Repaired, day(2), Some(day(3)))]);
    assert_eq!(stretches(&repair, Some(2)), [(Effect::Repaired, day(2), None)]);
    assert_eq!(stretches(&repair, Some(1)), []);
    assert_eq!(repair.at(moment(2)).unwrap().state(), CaseState::Granted);
    assert_eq!(repair.at(moment(-1)), None);

    let kinds = [Step::Filed, Step::Forwarded, Step::Keeps, Step::Review, Step::Keeps];
    let objection = case(Kind::Objection, &kinds).unwrap();
    let marked = [(Effect::Objected, day(0), Some(day(2))), (Effect::Objected, day(3), Some(day(4)))];
    assert_eq!(stretches(&objection, None), marked);

    let shield = case(Kind::Shield, &[Step::Filed, Step::Shielded, Step::Completed]).unwrap();
    let shielded = [(Effect::Shielded, day(1), Some(day(2))), (Effect::Repaired, day(2), None)];
    assert_eq!(stretches(&shield, None), shielded);
    let failed = case(Kind::Shield, &[Step::Filed, Step::Shielded, Step::Failed]).unwrap();
    assert_eq!(stretches(&failed, None), [(Effect::Shielded, day(1), Some(day(2)))]);
}

#[test]
fn every_step_of_every_state_says_whose_turn_it_is_and_has_a_name() {
    for kind in CaseKind::ALL {
        for step in StepKind::ALL {
            assert!(!step.name().is_empty() && !step.party(*kind).as_str().is_empty());
        }
    }
}
