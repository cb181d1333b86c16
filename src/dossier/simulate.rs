//! What a pack would change: old against new on all subjects, read in pages on several threads; nothing is kept.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    thread,
};

use chrono::{NaiveDate, NaiveDateTime};

use super::{PAGE, load, rebuild::span, rulebook};
use crate::{
    ingest::Workshop,
    policy::{Pack, Packs, rules::Scorecard},
    standing::{self, Dossier, Score, Shifts, Simulation, scorecard_of},
    store::{StoreError, standings},
};

/// What is compared.
struct Trial<'a> {
    pack: &'a Pack,
    day: NaiveDate,
    keep: usize,
    /// The rules in force.
    old: Arc<Packs>,
    /// With the pack, as if it came into force on the day at the latest.
    new: Packs,
    /// The scorecard whose results are the old ones.
    against: Option<(&'a Pack, &'a Scorecard)>,
}

/// Simulates a pack for a day on so many threads, naming at most `keep` subjects that change most.
///
/// A scorecard is compared with the version in force, or with the default scorecard when it is a new one; any other pack
/// by what the default scorecard, publicity and lists say with it and without.
///
/// # Errors
/// [`StoreError`], the first that any thread met.
pub fn simulate(
    shop: &Workshop,
    pack: &Pack,
    day: NaiveDate,
    threads: usize,
    keep: usize,
) -> Result<Simulation, StoreError> {
    let now: Option<NaiveDateTime> = None;
    let old = shop.database.read(|conn| rulebook(conn, shop, now))?;
    let others = old.iter().filter(|it| (&it.head.id, it.head.version) != (&pack.head.id, pack.head.version));
    let mut tried = pack.clone();
    tried.head.from = tried.head.from.min(day);
    let new = Packs::of(others.cloned().chain([Arc::new(tried)]).collect());
    let in_force = Arc::clone(&old);
    let same = |it: &&(&Pack, &Scorecard)| it.0.head.id == pack.head.id;
    let cards: Vec<(&Pack, &Scorecard)> = in_force.scorecards(day).collect();
    let against = cards.iter().find(same).or_else(|| cards.iter().find(|it| it.1.default)).copied();
    let trial = Trial { pack, day, keep, old, new, against };
    let total = over_all(shop, &trial, threads)?;
    Ok(total.finish(pack.reference(), trial.against.map(|it| it.0.reference()), day, keep))
}

fn over_all(shop: &Workshop, trial: &Trial<'_>, threads: usize) -> Result<Shifts, StoreError> {
    let next = AtomicI64::new(0);
    let total = Mutex::new(Shifts::default());
    thread::scope(|scope| {
        let work = || {
            while let Some(slice) = span(next.fetch_add(1, Ordering::Relaxed)) {
                let done = slice_of(shop, trial, slice)?;
                total.lock().expect("no thread panics with it").merge(done, trial.keep);
            }
            Ok::<(), StoreError>(())
        };
        let running: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        running.into_iter().try_for_each(|it| it.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    Ok(total.into_inner().expect("no thread panics with it"))
}

/// The subjects of one slice, by pages.
fn slice_of(shop: &Workshop, trial: &Trial<'_>, (mut above, last): (i64, i64)) -> Result<Shifts, StoreError> {
    let mut done = Shifts::default();
    loop {
        let page = shop.database.read(|conn| standings::after(conn, above, PAGE))?;
        let ids: Vec<i64> = page.iter().map(|it| it.subject_id).filter(|it| *it <= last).collect();
        let Some(end) = ids.last().copied() else { return Ok(done) };
        above = end;
        let dossiers = shop.database.read(|conn| load(conn, &ids, None))?;
        for dossier in dossiers.iter().filter(|it| it.subject.merged_into.is_none()) {
            compare(trial, dossier, &mut done);
        }
    }
}

fn compare(trial: &Trial<'_>, dossier: &Dossier, done: &mut Shifts) {
    let day = trial.day;
    let before = standing::derive(dossier, &trial.old, day);
    let by = |scores: &[Score], pack: &Pack| -> Vec<Score> {
        scores.iter().filter(|it| it.pack.id == pack.head.id).cloned().collect()
    };
    let against = trial.against.map(|it| it.0);
    let old = against.map_or_else(Vec::new, |it| by(&before.scores, it));
    let card = scorecard_of(trial.pack);
    if let Some(card) = card.filter(|it| it.proof_only) {
        // It is never in force: it is looked at by itself.
        let fits = card.subjects.iter().any(|it| it == dossier.subject.kind.as_str());
        let own = || standing::score_by(trial.pack, card, dossier, &before.records, day).0;
        return done.add(dossier, &old, &if fits { own() } else { Vec::new() }, trial.keep);
    }
    let after = standing::derive(dossier, &trial.new, day);
    let differ = before.records.iter().zip(&after.records).filter(|(one, other)| one != other);
    done.records_changed += differ.count() as u64;
    done.lists_changed += u64::from(before.lists != after.lists);
    // A scorecard is told by its own results, any other pack by the default scorecard's.
    let told = card.map_or(against, |_| Some(trial.pack));
    done.add(dossier, &old, &told.map_or_else(Vec::new, |it| by(&after.scores, it)), trial.keep);
}
