//! Rights cases as they are kept: steps come back in order, marks follow, and two steps at once cannot both be the next.

use chrono::NaiveDateTime;
use credence::{
    record::Effect,
    rights::{Case, CaseKind, CaseState, Channel, Opening, RulesAt, Step, StepKind},
    store::{
        StoreError,
        counters::{self, Counter},
        rights::{self, Filter, Notice, Paper, Stored},
    },
};

use crate::world::{World, moment};

fn step(kind: StepKind, at: NaiveDateTime) -> Step {
    let (actor, reason, source) = ("XYB/1".to_owned(), "理由".to_owned(), Some("36号令".to_owned()));
    let named = vec!["performed".to_owned(), "commitment".to_owned()];
    Step { kind, at, day: at.date(), actor, reason, source, delivery: None, named }
}

fn filed(world: &World, kind: CaseKind, subject: i64) -> Stored {
    let rules = RulesAt { id: "rights.ndrc36".into(), version: 1 };
    world
        .shop
        .database
        .write(|conn| {
            let id = counters::take(conn, Counter::Case, 1)?;
            let (unit, filed_by) = ("SJJ".to_owned(), "XYB".to_owned());
            let (keys, channel) = (vec![[3; 16], [4; 16]], Channel::CreditSite);
            let opening =
                Opening { id, kind, subject, keys, unit, rules, ground: None, missing: None, channel, filed_by };
            let case = Case::fold(opening, vec![step(StepKind::Filed, moment(2026, 4, 1))]).unwrap();
            let stored = Stored { case, due_on: Some(moment(2026, 4, 7).date()) };
            let _told_to_no_ledger = rights::open(conn, &stored)?;
            Ok::<_, StoreError>(stored)
        })
        .unwrap()
}

fn take(world: &World, stored: &mut Stored, kind: StepKind, at: NaiveDateTime) -> Result<(), StoreError> {
    stored.case.take(step(kind, at)).unwrap();
    stored.due_on = None;
    world.shop.database.write(|conn| rights::add_step(conn, stored)).map(drop)
}

#[test]
fn a_case_comes_back_as_it_was_kept_and_its_marks_follow_from_what_was_known() {
    let world = World::new();
    let mut repair = filed(&world, CaseKind::Repair, 11);
    let objection = filed(&world, CaseKind::Objection, 12);
    take(&world, &mut repair, StepKind::Accepted, moment(2026, 4, 2)).unwrap();
    take(&world, &mut repair, StepKind::Granted, moment(2026, 4, 3)).unwrap();
    let conn = &mut world.shop.database.get().unwrap();
    assert_eq!(rights::find(conn, repair.case.opening.id).unwrap(), Some(repair.clone()));
    assert_eq!(rights::find(conn, 999).unwrap(), None);
    let marks = rights::marks_of(conn, &[11, 12, 13], None).unwrap();
    let seen: Vec<_> = marks.iter().map(|(subject, it)| (*subject, it.effect, it.key[0])).collect();
    let (repaired, objected) = (Effect::Repaired, Effect::Objected);
    assert_eq!(seen, [(11, repaired, 3), (11, repaired, 4), (12, objected, 3), (12, objected, 4)]);
    assert_eq!(rights::marks_of(conn, &[11], Some(moment(2026, 4, 2))).unwrap(), []);
    assert_eq!(rights::marks_of(conn, &[12], Some(moment(2026, 3, 31))).unwrap(), []);
    let open = Filter { open: Some(true), ..Filter::default() };
    assert_eq!(rights::list(conn, &open, i64::MAX, 9).unwrap(), [objection]);
    let granted = Filter { state: Some(CaseState::Granted), unit: Some("SJJ".into()), ..Filter::default() };
    assert_eq!(rights::list(conn, &granted, i64::MAX, 9).unwrap(), [repair]);
}

#[test]
fn of_two_steps_at_once_only_one_is_the_next() {
    let world = World::new();
    let mut one = filed(&world, CaseKind::Repair, 11);
    let mut other = one.clone();
    take(&world, &mut one, StepKind::Accepted, moment(2026, 4, 2)).unwrap();
    let late = take(&world, &mut other, StepKind::Refused, moment(2026, 4, 2));
    assert!(matches!(late, Err(StoreError::Contended(_))), "{late:?}");
    let conn = &mut world.shop.database.get().unwrap();
    let kept = rights::find(conn, one.case.opening.id).unwrap().unwrap();
    assert_eq!(kept.case.state(), CaseState::Accepted);
}

#[test]
fn the_same_paper_is_kept_once_and_a_notice_is_sent_once() {
    let world = World::new();
    let paper = Paper {
        subject: 11,
        case: 1,
        kind: "commitment".into(),
        file_name: "承诺书.pdf".into(),
        digest: [5; 32],
        size: 9,
        actor: "XYB/1".into(),
        made_at: moment(2026, 4, 1),
    };
    let add = |paper: &Paper| world.shop.database.write(|conn| rights::add_paper(conn, paper)).unwrap();
    assert!(add(&paper).is_some());
    assert_eq!(add(&paper), None);
    assert!(add(&Paper { kind: "proof".into(), ..paper.clone() }).is_some());
    let notice = Notice {
        id: 0,
        subject: 11,
        kind: "repair_granted".into(),
        key: Some([3; 16]),
        body: "{}".into(),
        made_at: moment(2026, 4, 3),
    };
    let both = [notice.clone(), Notice { key: None, ..notice }];
    world.shop.database.write(|conn| rights::queue(conn, &both)).unwrap();
    let conn = &mut world.shop.database.get().unwrap();
    assert_eq!(rights::papers(conn, 11, 1).unwrap().len(), 2);
    let waiting = rights::waiting(conn, 0, 9).unwrap();
    assert_eq!(waiting.iter().map(|it| it.key).collect::<Vec<_>>(), [Some([3; 16]), None]);
    let ids = [waiting[0].id];
    assert_eq!(rights::sent(conn, &ids, moment(2026, 4, 4)).unwrap().len(), 1);
    assert_eq!(rights::sent(conn, &ids, moment(2026, 4, 5)).unwrap(), []);
    assert_eq!(rights::waiting(conn, 0, 9).unwrap().len(), 1);
}
