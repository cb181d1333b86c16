//! What would improve a result: which deductions end when, which can be repaired from when, how far the next level is.

use super::{
    Improve, NextLevel, Relief, View,
    evaluate::Item,
    gather::Hit,
    level::{Decided, lowers},
};

pub(super) fn of(view: &View<'_>, items: &[Item<'_, '_>], directs: &[Hit], decided: &Decided) -> Improve {
    let mut steps: Vec<Relief> = directs.iter().map(|it| direct(view, it)).collect();
    let mut lowering: Vec<&Item<'_, '_>> = items.iter().filter(|it| lowers(it)).collect();
    lowering.sort_by_key(|it| (it.points, it.occurrence.span.until, view.dossier.facts[it.occurrence.fact].id));
    steps.extend(lowering.into_iter().map(|it| points(view, it)));
    let own = decided.own.unwrap_or(decided.rank);
    Improve { next_level: next_level(view, own, decided.points), steps }
}

fn next_level(view: &View<'_>, rank: usize, points: i64) -> Option<NextLevel> {
    let better = &view.card.levels[rank.checked_sub(1)?];
    let missing = (better.from? - points).max(0);
    Some(NextLevel { level: better.code.clone(), level_name: better.name.clone(), missing })
}

fn direct(view: &View<'_>, hit: &Hit) -> Relief {
    let rule = &view.card.directs[hit.rule];
    let text = match hit.span.until {
        Some(day) => format!("{}：直接判为{}，自{day}起不再适用", rule.title, rule.level),
        None => format!("{}：直接判为{}，至行为终了或者修复", rule.title, rule.level),
    };
    Relief {
        rule: rule.id.clone(),
        record: view.dossier.facts[hit.fact].id,
        points: None,
        expires_on: hit.span.until,
        repairable_from: view.records.get(hit.fact).and_then(|it| it.repairable_from),
        text,
    }
}

fn points(view: &View<'_>, item: &Item<'_, '_>) -> Relief {
    let it = item.occurrence;
    let text = match it.span.until {
        Some(day) => format!("{}：减{}分，自{day}起不再计入", it.attribute.title, -item.points),
        None => format!("{}：减{}分，至行为终了或者修复", it.attribute.title, -item.points),
    };
    let repairable = || view.records.get(it.fact).and_then(|it| it.repairable_from);
    Relief {
        rule: it.rule.to_owned(),
        record: view.dossier.facts[it.fact].id,
        points: Some(-item.points),
        expires_on: it.span.until,
        repairable_from: if it.remaining { None } else { repairable() },
        text,
    }
}
