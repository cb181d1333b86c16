//! Decision tables: each check alone decides, in its order, and what is unknown is a person's.

use chrono::NaiveDate;
use serde_json::json;

use super::*;
use crate::{
    catalog::Catalog,
    deferral::{Breach, Case, CaseState, StepKind, level, number},
    policy::Packs,
    record::{Fact, RecordState, Subject, SubjectKind, Urgency, Version},
    standing::{self, Dossier, Standing},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A Friday; the fifth working day after it is 2026-03-27.
const TODAY: &str = "2026-03-20";

struct Desk {
    packs: Packs,
    calendar: Calendar,
    unavailable: BTreeSet<String>,
}

fn desk() -> Desk {
    let unavailable = BTreeSet::new();
    Desk { packs: Packs::embedded(&Catalog::embedded()), calendar: Calendar::embedded(), unavailable }
}

fn subject(kind: SubjectKind, status: Option<&str>) -> Subject {
    Subject {
        id: 1,
        origin: "x".into(),
        kind,
        name: Some("示例甲贸易有限公司".into()),
        registered: true,
        credit_code: Some("91430100MA0000001A".into()),
        representative: None,
        region: None,
        industry: None,
        status: status.map(str::to_owned),
        former_names: None,
        merged_into: None,
    }
}

fn fact(id: i64, resource: &str, payload: serde_json::Value) -> Fact {
    let version = Version {
        id,
        subject: 1,
        key: [u8::try_from(id).unwrap(); 16],
        resource: resource.to_owned(),
        unit: "u".into(),
        delivery: 1,
        row: 1,
        revision: 1,
        state: RecordState::InForce,
        exposure: "public".into(),
        fact_on: Some(day("2026-02-01")),
        valid_from: Some(day("2026-02-01")),
        valid_until: None,
        ended_on: None,
        stamp: None,
        known_from: day("2026-02-02").and_hms_opt(0, 0, 0).unwrap(),
        known_until: None,
        payload: payload.to_string(),
        note: None,
    };
    Fact::of(version).unwrap()
}

impl Desk {
    fn standing(&self, subject: Subject, facts: Vec<Fact>) -> (Dossier, Standing) {
        let dossier = Dossier { subject, facts, marks: Vec::new(), classes: Vec::new() };
        let standing = standing::derive(&dossier, &self.packs, day(TODAY));
        (dossier, standing)
    }

    fn decide(&self, applicant: Option<(&Dossier, &Standing, &[Case])>, asked: (&str, &[&str], &str)) -> Decision {
        self.decide_on(TODAY, applicant, asked)
    }

    fn decide_on(
        &self,
        today: &str,
        applicant: Option<(&Dossier, &Standing, &[Case])>,
        (item, missing, promised): (&str, &[&str], &str),
    ) -> Decision {
        let (pack, rules) = self.packs.deferral(day(today)).next().unwrap();
        let missing: Vec<String> = missing.iter().map(|it| (*it).to_owned()).collect();
        let application = Application {
            pack,
            rules,
            code: item,
            item: rules.item(item),
            missing: &missing,
            promised: day(promised),
            day: day(today),
            calendar: &self.calendar,
            unavailable: &self.unavailable,
        };
        decide(&application, applicant.map(|(dossier, standing, cases)| Applicant { dossier, standing, cases }))
    }
}

fn case(id: i64, due_on: &str, state: CaseState) -> Case {
    Case {
        subject: 1,
        id,
        number: number("431100", day("2026-03-02"), id),
        unit: "W".into(),
        item: "GGCSWS".into(),
        pack: "deferral.items@1".into(),
        answer: id,
        missing: vec!["PMT".into()],
        opened_on: day("2026-03-02"),
        due_on: day(due_on),
        state,
        signed: None,
        owes: None,
        delivery: None,
    }
}

/// The codes of the checks that did not pass.
fn short(decision: &Decision) -> Vec<&str> {
    decision.checks.iter().filter(|it| it.result != "passed").map(|it| it.code.as_str()).collect()
}

const GOOD: (&str, &[&str], &str) = ("GGCSWS", &["PMT"], "2026-03-27");

#[test]
fn a_firm_in_good_standing_may_bring_a_material_later_and_no_later_than_the_rules_say() {
    let desk = desk();
    let (dossier, standing) = desk.standing(subject(SubjectKind::Organisation, Some("存续")), Vec::new());
    let decision = desk.decide(Some((&dossier, &standing, &[])), GOOD);
    assert_eq!((decision.outcome, short(&decision)), (Outcome::Deferrable, vec![]), "{decision:#?}");
    assert_eq!((decision.latest, decision.level.as_deref()), (Some(day("2026-03-27")), Some("B")));
    let benefits: Vec<&str> = decision.benefits.iter().map(|it| it.1.as_str()).collect();
    assert_eq!(benefits, ["容缺受理", "告知承诺"]);
    let order: Vec<&str> = decision.checks.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(
        order,
        [
            "item",
            "materials",
            "subject",
            "stop.serious_list",
            "stop.broken_promise",
            "stop.overdue_deferral",
            "stop.false_promise",
            "level",
            "concurrent",
            "twice",
            "date"
        ]
    );
}

#[test]
fn a_day_that_turns_on_holidays_not_announced_yet_is_a_persons_to_judge() {
    let desk = desk();
    let (dossier, standing) = desk.standing(subject(SubjectKind::Organisation, Some("存续")), Vec::new());
    // Five working days from 2026-12-30; what is free in 2027 is not published.
    for (promised, expected) in [
        ("2027-01-06", None),
        ("2027-01-08", Some(("date", "unknown"))),
        ("2027-02-28", Some(("date", "failed"))),
        ("2026-12-29", Some(("date", "failed"))),
    ] {
        let decision = desk.decide_on("2026-12-30", Some((&dossier, &standing, &[])), ("GGCSWS", &["PMT"], promised));
        let date = decision.checks.iter().find(|it| it.code == "date" && it.result != "passed");
        assert_eq!(date.map(|it| (it.code.as_str(), it.result)), expected, "{promised}: {date:?}");
    }
}

#[test]
fn what_is_asked_must_be_in_the_list() {
    let desk = desk();
    let (dossier, standing) = desk.standing(subject(SubjectKind::Organisation, Some("存续")), Vec::new());
    type Row = ((&'static str, &'static [&'static str], &'static str), &'static [&'static str]);
    let rows: &[Row] = &[
        (("NONE", &["PMT"], "2026-03-27"), &["item"]),
        (("WXHXP", &["SQB"], "2026-03-27"), &["item", "materials"]),
        (("QYZMCX", &["SFZ"], "2026-03-20"), &["item", "materials"]),
        (("GGCSWS", &["PMT", "JCBG"], "2026-03-27"), &["materials"]),
        (("GGCSWS", &["XXX"], "2026-03-27"), &["materials"]),
        (("GGCSWS", &[], "2026-03-27"), &["materials"]),
        (("GGCSWS", &["PMT"], "2026-03-28"), &["date"]),
        (("GGCSWS", &["PMT"], "2026-03-19"), &["date"]),
        // Seven days from a Friday are the next Friday, as five working days are.
        (("GGCSWS", &["PMT", "WSZD"], "2026-03-27"), &[]),
        // A better level is asked for here.
        (("SPXKBG", &["YYZZ"], "2026-03-25"), &["level"]),
    ];
    for (asked, expected) in rows {
        let decision = desk.decide(Some((&dossier, &standing, &[])), *asked);
        assert_eq!(short(&decision), *expected, "{asked:?}");
        let outcome = if expected.is_empty() { Outcome::Deferrable } else { Outcome::NotDeferrable };
        assert_eq!(decision.outcome, outcome, "{asked:?}");
    }
}

#[test]
fn unknown_credit_is_a_persons_to_judge_and_never_a_silent_no() {
    let desk = desk();
    let unknown = desk.decide(None, GOOD);
    assert_eq!((unknown.outcome, short(&unknown)), (Outcome::Manual, vec!["subject"]));
    let rows = [(SubjectKind::Organisation, None, vec!["subject"]), (SubjectKind::Person, Some("存续"), vec!["level"])];
    for (kind, status, expected) in rows {
        let (dossier, standing) = desk.standing(subject(kind, status), Vec::new());
        let decision = desk.decide(Some((&dossier, &standing, &[])), GOOD);
        assert_eq!((decision.outcome, short(&decision)), (Outcome::Manual, expected), "{kind} {status:?}");
        assert!(decision.benefits.iter().all(|it| it.0 != "deferral"));
    }
    // Of one without a code no broken promise could be recorded.
    let mut nameless = subject(SubjectKind::Organisation, Some("存续"));
    nameless.credit_code = None;
    let (dossier, standing) = desk.standing(nameless, Vec::new());
    let decision = desk.decide(Some((&dossier, &standing, &[])), GOOD);
    assert_eq!((decision.outcome, short(&decision)), (Outcome::Manual, vec!["subject"]));
    // What is unknown does not outweigh what speaks against it.
    let late = desk.decide(None, ("GGCSWS", &["PMT"], "2026-04-30"));
    assert_eq!(late.outcome, Outcome::NotDeferrable);
}

#[test]
fn a_list_that_nobody_has_ever_delivered_is_a_persons_to_judge_and_brings_nothing() {
    let mut desk = desk();
    let (pack, rules) = desk.packs.deferral(day(TODAY)).next().unwrap();
    assert_eq!(pack.head.id, "deferral.items");
    let of = |collected: &[&str]| rules.unavailable((&desk.packs, day(TODAY)), |it| collected.contains(&it));
    let codes = |all: BTreeSet<String>| all.into_iter().collect::<Vec<_>>();
    assert_eq!(codes(of(&[])), ["broken_promise", "false_promise", "serious_list"]);
    // One source of several says nothing of the others.
    assert_eq!(codes(of(&["penalty", "listing"])), ["broken_promise", "false_promise", "serious_list"]);
    assert_eq!(codes(of(&["commitment", "dishonest_executed"])), ["false_promise", "serious_list"]);
    assert_eq!(codes(of(&["commitment", "penalty", "listing", "dishonest_executed"])), [""; 0]);
    let stop = rules.stops.iter().find(|it| it.code == "serious_list").unwrap();
    let resources = stop.resources(&desk.packs, day(TODAY));
    assert!(resources.contains("listing") && resources.contains("dishonest_executed"), "{resources:?}");

    desk.unavailable = of(&[]);
    let (dossier, standing) = desk.standing(subject(SubjectKind::Organisation, Some("存续")), Vec::new());
    let decision = desk.decide(Some((&dossier, &standing, &[])), GOOD);
    // What the platform writes itself is known without others; who is on a list is not.
    assert_eq!((decision.outcome, short(&decision)), (Outcome::Manual, vec!["stop.serious_list"]));
    assert!(decision.benefits.is_empty(), "{:?}", decision.benefits);
    // What is known speaks all the same.
    let promise = fact(7, "commitment", json!({"CNBM": "1", "CNLX": "容缺受理型", "LXZT": "全部未履行"}));
    let (dossier, standing) = desk.standing(subject(SubjectKind::Organisation, Some("存续")), vec![promise]);
    assert_eq!(desk.decide(Some((&dossier, &standing, &[])), GOOD).outcome, Outcome::NotDeferrable);
}

#[test]
fn a_record_that_needs_a_consent_stops_nothing_for_a_refusal_would_tell_of_it() {
    let desk = desk();
    let authorised = |id, resource, payload| {
        let mut fact = fact(id, resource, payload);
        fact.version.exposure = "authorised".into();
        fact
    };
    let arrears = authorised(7, "social_insurance", json!({"SFQF": "是"}));
    let promise = authorised(8, "commitment", json!({"CNBM": "1", "CNLX": "容缺受理型", "LXZT": "全部未履行"}));
    let (dossier, standing) = desk.standing(subject(SubjectKind::Organisation, Some("存续")), vec![arrears, promise]);
    // A better level is asked for here.
    let decision = desk.decide(Some((&dossier, &standing, &[])), ("SPXKBG", &["YYZZ"], "2026-03-25"));
    let failed: Vec<&Check> = decision.checks.iter().filter(|it| it.result == "failed").collect();
    assert_eq!(failed.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["level"]);
    assert!(failed.iter().all(|it| it.reason.records.is_empty()), "{failed:#?}");
}

#[test]
fn a_broken_promise_a_false_paper_an_end_and_too_many_cases_stop_it_and_name_their_records() {
    let desk = desk();
    let firm = |status: &str| subject(SubjectKind::Organisation, Some(status));
    let promise = fact(7, "commitment", json!({"CNBM": "1", "CNLX": "容缺受理型", "LXZT": "全部未履行"}));
    let kept = fact(8, "commitment", json!({"CNBM": "2", "CNLX": "容缺受理型", "LXZT": "全部履行"}));
    let (dossier, standing) = desk.standing(firm("存续"), vec![promise, kept]);
    let decision = desk.decide(Some((&dossier, &standing, &[])), GOOD);
    let stopped = decision.checks.iter().find(|it| it.code == "stop.broken_promise").unwrap();
    assert_eq!((decision.outcome, stopped.result), (Outcome::NotDeferrable, "failed"));
    assert_eq!(stopped.reason.records, [7], "the promise that was kept is no ground");
    assert!(decision.benefits.is_empty());

    let (dossier, standing) = desk.standing(firm("注销"), Vec::new());
    assert_eq!(short(&desk.decide(Some((&dossier, &standing, &[])), GOOD)), ["subject"]);

    let (dossier, standing) = desk.standing(firm("存续"), Vec::new());
    let same = case(1, "2026-03-25", CaseState::Open);
    let waiting = Case { item: "SPXKBG".into(), ..same.clone() };
    let other = Case { missing: vec!["WSZD".into()], ..same.clone() };
    let owing = |state| Case { owes: Some(Breach::Overdue), ..case(6, "2026-03-10", state) };
    let late = case(2, "2026-03-10", CaseState::Open);
    let done = case(3, "2026-03-10", CaseState::Fulfilled);
    let suspended = case(4, "2026-03-25", CaseState::Suspended);
    let revoked = case(5, "2026-03-10", CaseState::Revoked);
    let rows: &[(Vec<Case>, &[&str])] = &[
        (vec![waiting.clone(), waiting.clone(), done.clone()], &[]),
        (vec![waiting.clone(), waiting.clone(), waiting.clone()], &["concurrent"]),
        (vec![late], &["stop.overdue_deferral"]),
        (vec![suspended], &["stop.overdue_deferral"]),
        (vec![revoked], &["stop.false_promise"]),
        (vec![done], &[]),
        // The record of the breach is still to be written: until it is, the case itself closes the gate.
        (vec![owing(CaseState::Fulfilled)], &["stop.overdue_deferral"]),
        (vec![owing(CaseState::Returned)], &["stop.overdue_deferral"]),
        (vec![same], &["twice"]),
        (vec![other], &[]),
    ];
    for (cases, expected) in rows {
        let decision = desk.decide(Some((&dossier, &standing, cases)), GOOD);
        assert_eq!(short(&decision), *expected, "{cases:?}");
    }
}

#[test]
fn a_false_promise_closes_the_gate_for_the_term_of_the_pack_or_until_it_is_repaired() {
    let desk = desk();
    let firm = || subject(SubjectKind::Organisation, Some("存续"));
    let revoked = case(5, "2026-03-10", CaseState::Revoked);
    let record = |recognised: &str| {
        let said = json!({"CNBM": revoked.number, "CNLX": "容缺受理型", "LXZT": "全部未履行",
            "WLXNR": "作出虚假承诺或者提供虚假材料：场所平面布局图", "RDRQ": recognised});
        fact(7, "commitment", said)
    };
    let stops = |dossier: &Dossier, standing: &Standing| -> Vec<String> {
        let decision = desk.decide(Some((dossier, standing, std::slice::from_ref(&revoked))), GOOD);
        short(&decision).into_iter().filter(|it| it.starts_with("stop.")).map(str::to_owned).collect()
    };
    for (recognised, expected) in
        [("2026-03-11", &["stop.false_promise"][..]), ("2023-03-21", &["stop.false_promise"]), ("2023-03-20", &[])]
    {
        let (dossier, standing) = desk.standing(firm(), vec![record(recognised)]);
        assert_eq!(stops(&dossier, &standing), expected, "{recognised}");
    }
    let (mut dossier, _) = desk.standing(firm(), vec![record("2026-03-11")]);
    let effect = crate::record::Effect::Repaired;
    dossier.marks.push(crate::record::Mark { case: 1, key: [7; 16], effect, from: day(TODAY), until: None });
    let standing = standing::derive(&dossier, &desk.packs, day(TODAY));
    assert!(stops(&dossier, &standing).is_empty());
    // What was repaired was the promise that was late, before it was found false.
    dossier.marks[0].from = day("2026-03-05");
    let standing = standing::derive(&dossier, &desk.packs, day(TODAY));
    assert_eq!(stops(&dossier, &standing), ["stop.false_promise"]);
}

#[test]
fn a_case_takes_only_the_steps_of_its_state_and_is_warned_of_in_time() {
    use CaseState::{Fulfilled, Open, Returned, Revoked, Suspended};
    let rows: &[(CaseState, StepKind, Option<CaseState>)] = &[
        // Overdue: it is suspended first, whatever is brought now.
        (Open, StepKind::Fulfilled, None),
        (Open, StepKind::Returned, None),
        (Open, StepKind::Extended, None),
        (Open, StepKind::Suspended, Some(Suspended)),
        (Open, StepKind::Revoked, Some(Revoked)),
        (Suspended, StepKind::Resumed, Some(Fulfilled)),
        (Suspended, StepKind::Fulfilled, None),
        (Suspended, StepKind::Returned, Some(Returned)),
        (Fulfilled, StepKind::Revoked, Some(Revoked)),
        (Fulfilled, StepKind::Suspended, None),
        (Returned, StepKind::Fulfilled, None),
        (Revoked, StepKind::Resumed, None),
    ];
    for (state, step, expected) in rows {
        assert_eq!(case(1, "2026-03-19", *state).after(*step, day(TODAY)), *expected, "{state} {step}");
    }
    assert_eq!(case(1, TODAY, Open).after(StepKind::Suspended, day(TODAY)), None, "today is not yet overdue");
    for (step, expected) in
        [(StepKind::Extended, Open), (StepKind::Fulfilled, Fulfilled), (StepKind::Returned, Returned)]
    {
        assert_eq!(case(1, TODAY, Open).after(step, day(TODAY)), Some(expected), "{step}");
    }
    let desk = desk();
    let gate = &desk.packs.deferral(day(TODAY)).next().unwrap().1.gate;
    let at = |due: &str, state| level(&case(1, due, state), gate, &desk.calendar, day(TODAY));
    assert_eq!(at("2026-03-26", Open), None);
    assert_eq!(at("2026-03-25", Open), Some(Urgency::Blue));
    assert_eq!(at("2026-03-23", Open), Some(Urgency::Yellow));
    assert_eq!(at("2026-03-19", Open), Some(Urgency::Red));
    assert_eq!(at("2026-03-19", Fulfilled), None);
    assert_eq!(number("431100", day(TODAY), 12_345_678), "43110020260320345678");
}
