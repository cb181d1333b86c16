//! The reasons of points and levels, in Chinese, each with its rule, source and record.

use std::fmt::Write;

use super::{
    CountState, Counted, Partial, View,
    evaluate::Item,
    gather::{Hit, Rest},
    last,
};
use crate::{
    policy::rules::{Characteristic, Imported},
    record::Reason,
};

fn source<'a>(view: &View<'a>, code: &str) -> &'a str {
    view.card.reason(code).map_or("", |it| it.source.as_str())
}

/// Why a record gives its points.
pub(super) fn reason(view: &View<'_>, characteristic: &Characteristic, item: &Item<'_, '_>) -> Reason {
    let it = item.occurrence;
    let code = it.attribute.reason.as_deref().unwrap_or(&characteristic.reason);
    let mut text = format!("{}：{}", it.attribute.title, signed(item.points));
    if let Some(until) = it.span.until {
        let written = write!(text, "，计至{}", last(until));
        written.expect("a text takes everything");
    }
    text.push_str(match item.state {
        CountState::Counted => "",
        CountState::Repeated => "（有效期内再次发生，加倍）",
        CountState::Frozen => "（直接判级的行为尚未纠正，暂不计入）",
        CountState::Superseded => "（同一行为或者同一指标已按另一项计分，不重复计入）",
        CountState::Remaining => "（修复后保留）",
    });
    view.pack.reason(it.rule, source(view, code), vec![view.dossier.facts[it.fact].id], text)
}

fn signed(points: i64) -> String {
    match points {
        0 => "不加不减".to_owned(),
        ..0 => format!("减{}分", -points),
        _ => format!("加{points}分"),
    }
}

/// The level of so many points.
pub(super) fn band(view: &View<'_>, rank: usize, points: i64) -> Reason {
    let level = &view.card.levels[rank];
    let within = match (level.from, level.to) {
        (Some(from), Some(to)) => format!("{from}—{to}分"),
        (Some(from), None) => format!("{from}分以上"),
        (None, Some(to)) => format!("{to}分以下"),
        (None, None) => "全部分值".to_owned(),
    };
    let text = format!("得{points}分，在{}（{within}）内", level.name);
    let source = view.pack.head.sources.first().map_or("", String::as_str);
    view.pack.reason(&format!("level.{}", level.code), source, Vec::new(), text)
}

/// Why a level is given whatever the points.
pub(super) fn direct(view: &View<'_>, hit: &Hit) -> Reason {
    let rule = &view.card.directs[hit.rule];
    let name = view.card.rank(&rule.level).map_or("", |it| view.card.levels[it].name.as_str());
    let until = hit.span.until.map(|it| format!("，至{}", last(it))).unwrap_or_default();
    let text = format!("{}：直接判为{name}{until}", rule.title);
    view.pack.reason(&rule.id, source(view, &rule.reason), vec![view.dossier.facts[hit.fact].id], text)
}

/// What a repair leaves of a rule that gave a level, as a characteristic of its own.
pub(super) fn rest(view: &View<'_>, rest: &Rest) -> Partial {
    let rule = &view.card.directs[rest.hit.rule];
    let record = view.dossier.facts[rest.hit.fact].id;
    let until = rest.hit.span.until.map(last);
    let text = format!("{}：修复后{}", rule.title, signed(rest.points));
    Partial {
        characteristic: rule.id.clone(),
        title: rule.title.clone(),
        dimension: None,
        points: rest.points,
        counted: vec![Counted {
            rule: rule.id.clone(),
            record,
            points: rest.points,
            from: rest.hit.span.from,
            until,
            state: CountState::Remaining,
        }],
        reasons: vec![view.pack.reason(&rule.id, source(view, &rule.reason), vec![record], text)],
    }
}

/// Why the result is another's.
pub(super) fn imported(view: &View<'_>, rule: &Imported, hit: &Hit, rank: usize) -> Reason {
    let text = format!("{}：{}，{}作出", rule.title, view.card.levels[rank].name, hit.span.from);
    view.pack.reason(&rule.id, source(view, &rule.reason), vec![view.dossier.facts[hit.fact].id], text)
}

/// Why an imported result does not hold: for something newer, or for a rule that gives a level as long as it holds.
pub(super) fn overruled(view: &View<'_>, rule: &Imported, (hit, rank): (&Hit, usize), newer: bool) -> Reason {
    let name = &view.card.levels[rank].name;
    let why = if newer { "其后另有失信信息" } else { "另有仍在适用的直接判级" };
    let text = format!("{}为{name}（{}作出），{why}，取较低等级", rule.title, hit.span.from);
    view.pack.reason(&rule.id, source(view, &rule.reason), vec![view.dossier.facts[hit.fact].id], text)
}

/// Why an imported result is not read.
pub(super) fn unread(view: &View<'_>, rule: &Imported, hit: &Hit) -> Reason {
    let fact = &view.dossier.facts[hit.fact];
    let level = fact.fields.text(&rule.field).unwrap_or_default();
    let text = format!("{}（{}作出）的等级“{level}”未列入对照，不采用", rule.title, hit.span.from);
    view.pack.reason(&rule.id, source(view, &rule.reason), vec![fact.id], text)
}
