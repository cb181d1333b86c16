//! `[[dialect]]`: the generations of the standard a resource is delivered in, and conditions, which dialects share with rules.

use crate::catalog::{Condition, Default_, Dialect, Join, Move, Test, heading};

use super::names::Names;
use super::page::Section;

pub(super) fn all(top: &Section<'_>, names: &Names) -> Vec<Dialect> {
    let known = ["name", "marks", "infer_kind", "waives", "moves", "joins", "defaults"];
    top.sections("dialect", "name", &known).iter().map(|it| one(it, names)).collect()
}

fn one(it: &Section<'_>, names: &Names) -> Dialect {
    Dialect {
        name: it.need("name").text,
        marks: it.texts("marks").iter().map(|mark| heading::normalise(mark)).collect(),
        moves: it
            .sections("moves", "from", &["from", "to", "when"])
            .iter()
            .filter_map(|it| a_move(it, names))
            .collect(),
        joins: it.sections("joins", "to", &["from", "to"]).iter().map(|it| join(it, names)).collect(),
        defaults: it
            .sections("defaults", "field", &["field", "value", "when"])
            .iter()
            .map(|it| Default_ {
                field: names.need_field(it, "field"),
                value: it.need("value").text,
                when: condition(it, names),
            })
            .collect(),
        infer_kind: it.flag("infer_kind"),
        waives: names.fields_of(it, "waives"),
    }
}

fn a_move(it: &Section<'_>, names: &Names) -> Option<Move> {
    let (from, to) = (names.need_field(it, "from"), names.need_field(it, "to"));
    let when = condition(it, names);
    if !it.has("when") {
        it.page.fault_at(it.at, &it.key("when"), "缺少此键：移动须有条件");
    }
    Some(Move { from, to, when: when? })
}

fn join(it: &Section<'_>, names: &Names) -> Join {
    if it.words("from").len() < 2 {
        it.page.fault_at(it.at, &it.key("from"), "合并至少须有两个来源字段");
    }
    Join { from: names.fields_of(it, "from"), to: names.need_field(it, "to") }
}

/// The `when` of a section.
pub(super) fn condition(section: &Section<'_>, names: &Names) -> Option<Condition> {
    let it = section.section("when", &["field", "is", "is_not", "has", "filled", "empty"])?;
    let field = names.need_field(&it, "field");
    let tests = [
        it.has("is").then(|| Test::Is(texts(&it, "is"))),
        it.has("is_not").then(|| Test::IsNot(texts(&it, "is_not"))),
        it.has("has").then(|| Test::Has(texts(&it, "has"))),
        it.flag("filled").then_some(Test::Filled),
        it.flag("empty").then_some(Test::Empty),
    ];
    let mut tests = tests.into_iter().flatten();
    let test = tests.next();
    if test.is_none() || tests.next().is_some() {
        it.page.fault_at(it.at, &it.path, "条件须有且只有 is、is_not、has、filled = true、empty = true 之一");
    }
    Some(Condition { field, test: test? })
}

fn texts(it: &Section<'_>, key: &str) -> Vec<String> {
    let texts = it.texts(key);
    if texts.is_empty() {
        it.page.fault(&it.key(key), "不能为空数组");
    }
    texts
}
