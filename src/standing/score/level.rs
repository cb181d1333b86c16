//! The level: by points, by rules that give one directly, by results of others, and within the bars of other scorecards.

use chrono::NaiveDate;

use super::{
    CountState, Improve, Origin, Score, View,
    evaluate::Item,
    gather::{Gathered, Hit},
    wording,
};
use crate::{
    policy::{
        Pack,
        rules::{Imported, Level, Scorecard},
    },
    record::{Fact, Reason},
};

/// A level that is decided.
pub(super) struct Decided {
    pub origin: Origin,
    pub points: i64,
    /// The level's place.
    pub rank: usize,
    pub mark: Option<String>,
    /// The own level's place, where the result is another's.
    pub own: Option<usize>,
    pub grounds: Vec<Reason>,
}

pub(super) fn decide(
    view: &View<'_>,
    gathered: &Gathered<'_>,
    (items, directs): (&[Item<'_, '_>], &[Hit]),
    points: i64,
) -> Decided {
    let mut own = directly(view, directs, points);
    let Some((import, hit, rank)) = strongest(view, gathered, &mut own.grounds) else { return own };
    // What came to pass after the imported result was made is not in it, and what gives a level directly gives it for as
    // long as it holds: no result of others lifts who is on a serious list.
    let later = |day: NaiveDate| day > hit.span.from;
    let lowering = |it: &Item<'_, '_>| it.counts() && it.points < 0 && later(it.occurrence.span.from);
    let newer = items.iter().any(lowering) || directs.iter().any(|it| later(it.span.from));
    let falls = |it: &Hit| view.card.rank(&view.card.directs[it.rule].level).is_some_and(|it| it > rank);
    if own.rank > rank && (newer || directs.iter().any(falls)) {
        own.grounds.push(wording::overruled(view, import, (&hit, rank), newer));
        return own;
    }
    let mut grounds = vec![wording::imported(view, import, &hit, rank)];
    grounds.append(&mut own.grounds);
    Decided {
        origin: Origin::Imported,
        own: Some(own.rank).filter(|it| *it != rank),
        rank,
        mark: None,
        points: own.points,
        grounds,
    }
}

/// The level by points and by the rules that give one directly: of several the worst.
fn directly(view: &View<'_>, directs: &[Hit], points: i64) -> Decided {
    let card = view.card;
    let by_points = card.rank_of(points);
    let rank = |hit: &Hit| card.rank(&card.directs[hit.rule].level).unwrap_or(by_points);
    let lowest = |level: &Level| level.from.or(level.to).unwrap_or(points);
    let fallen = directs.iter().map(|it| lowest(&card.levels[rank(it)])).fold(points, i64::min);
    let worst = directs.iter().map(rank).fold(card.rank_of(fallen), usize::max);
    let mut grounds: Vec<Reason> = directs.iter().map(|it| wording::direct(view, it)).collect();
    if directs.is_empty() {
        grounds.push(wording::band(view, by_points, points));
    }
    let marks = directs.iter().any(|it| card.directs[it.rule].marks && rank(it) == worst);
    let from = card.levels[by_points].falls_as.as_deref().filter(|_| marks && worst > by_points);
    let mark = from.map(|from| format!("{}{from}", card.levels[worst].code));
    Decided { origin: Origin::Own, points: fallen, rank: worst, mark, own: None, grounds }
}

/// The imported result that holds: by the first rule that has one, the latest. Where the latest names a level that is not
/// known here, an older one does not hold in its place; `unread` is told.
fn strongest<'a>(
    view: &View<'a>,
    gathered: &Gathered<'_>,
    unread: &mut Vec<Reason>,
) -> Option<(&'a Imported, Hit, usize)> {
    view.card.imports.iter().enumerate().find_map(|(at, rule)| {
        let held = gathered.imports.iter().filter(|it| it.rule == at && it.span.holds(view.day));
        let hit = held.max_by_key(|it| (it.span.from, view.dossier.facts[it.fact].id))?;
        let rank = mapped(view.card, rule, &view.dossier.facts[hit.fact]);
        if rank.is_none() {
            unread.push(wording::unread(view, rule, hit));
        }
        Some((rule, *hit, rank?))
    })
}

/// The place of the level an imported record means.
fn mapped(card: &Scorecard, rule: &Imported, fact: &Fact) -> Option<usize> {
    let told = fact.fields.text(&rule.field)?.trim();
    let map = rule.levels.iter().find(|it| it.is.iter().any(|it| it == told))?;
    card.rank(&map.level)
}

/// The results of a scorecard that only imports: one a group, of a level that is known here.
pub(super) fn imported(view: &View<'_>, gathered: &Gathered<'_>) -> Vec<Score> {
    let mut found: Vec<(Option<&str>, Hit)> = Vec::new();
    for hit in gathered.imports.iter().filter(|it| it.span.holds(view.day)) {
        let field = view.card.imports[hit.rule].group.as_deref();
        let group = field.and_then(|it| view.dossier.facts[hit.fact].fields.text(it));
        let weight = |hit: &Hit| (std::cmp::Reverse(hit.rule), hit.span.from, view.dossier.facts[hit.fact].id);
        match found.iter_mut().find(|it| it.0 == group) {
            None => found.push((group, *hit)),
            Some(known) if weight(&known.1) < weight(hit) => *known = (group, *hit),
            Some(_) => {}
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let known = |(group, hit): (_, Hit)| {
        let rule = &view.card.imports[hit.rule];
        let rank = mapped(view.card, rule, &view.dossier.facts[hit.fact])?;
        Some(result(view, group, rule, (hit, rank)))
    };
    found.into_iter().filter_map(known).collect()
}

fn result(view: &View<'_>, group: Option<&str>, rule: &Imported, (hit, rank): (Hit, usize)) -> Score {
    Score {
        pack: view.pack.reference(),
        title: view.pack.head.title.clone(),
        default: view.card.default,
        group: group.map(str::to_owned),
        origin: Origin::Imported,
        points: None,
        level: view.card.levels[rank].code.clone(),
        level_name: view.card.levels[rank].name.clone(),
        mark: None,
        own_level: None,
        grounds: vec![wording::imported(view, rule, &hit, rank)],
        dimensions: Vec::new(),
        partials: Vec::new(),
        improve: Improve::default(),
    }
}

/// Holds results back to the best level another scorecard's result leaves them.
pub(super) fn bar(scores: &mut [Score], cards: &[(&Pack, &Scorecard)]) {
    for (pack, card) in cards {
        for bar in &card.bars {
            let other = scores.iter().find(|it| it.pack.id == bar.scorecard && bar.levels.contains(&it.level));
            let (Some(other), Some(best)) = (other, card.rank(&bar.best)) else { continue };
            let text = format!("{}为{}，本评价最高为{}", other.title, other.level_name, card.levels[best].name);
            let records = other.grounds.iter().flat_map(|it| it.records.clone()).collect();
            let source = card.reason(&bar.reason).map_or("", |it| it.source.as_str());
            let reason = pack.reason(&bar.id, source, records, text);
            let own = scores.iter_mut().filter(|it| it.pack.id == pack.head.id);
            for score in own.filter(|it| card.rank(&it.level).is_some_and(|it| it < best)) {
                score.own_level = Some(std::mem::replace(&mut score.level, card.levels[best].code.clone()));
                score.level_name = card.levels[best].name.clone();
                score.grounds.insert(0, reason.clone());
            }
        }
    }
}

/// Whether an item lowers the result.
pub(super) fn lowers(item: &Item<'_, '_>) -> bool {
    item.points < 0 && item.state != CountState::Superseded
}
