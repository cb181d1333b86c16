//! The rules of lists: every list has a basis, every measure a list, and a faulty pack is refused with all its faults.

use std::collections::BTreeSet;

use super::*;
use crate::policy::{Body, Pack, Packs};

fn embedded() -> (Catalog, Packs) {
    let catalog = Catalog::embedded();
    let packs = Packs::embedded(&catalog);
    (catalog, packs)
}

fn all(packs: &Packs) -> impl Iterator<Item = &ListRules> {
    packs.iter().filter_map(|it| match &it.body {
        Body::Lists(rules) => Some(rules.as_ref()),
        _ => None,
    })
}

#[test]
fn every_list_a_city_meets_is_there_with_a_basis() {
    let (_, packs) = embedded();
    let codes: BTreeSet<&str> = all(&packs).flat_map(|it| &it.lists).map(|it| it.code.as_str()).collect();
    let expected = [
        "abnormal",
        "executed",
        "red.customs",
        "red.incentive",
        "red.tax_a",
        "serious.market",
        "serious.tax",
        "serious.wages",
        "watch",
    ];
    assert_eq!(codes, BTreeSet::from(expected));
    for list in all(&packs).flat_map(|it| &it.lists) {
        assert!(!list.basis_text().is_empty() && !list.removal.is_empty(), "{}", list.code);
    }
}

#[test]
fn measures_and_candidates_name_lists_that_exist() {
    let (_, packs) = embedded();
    let codes: BTreeSet<&str> = all(&packs).flat_map(|it| &it.lists).map(|it| it.code.as_str()).collect();
    for measure in all(&packs).flat_map(|it| &it.measures) {
        for list in &measure.lists {
            assert!(codes.contains(list.as_str()), "{} {list}", measure.code);
        }
    }
    for rule in all(&packs).flat_map(|it| &it.candidates) {
        assert!(codes.contains(rule.list.as_str()), "{} {}", rule.code, rule.list);
    }
}

#[test]
fn nobody_on_a_watch_list_loses_a_right() {
    let (_, packs) = embedded();
    let of_watch = all(&packs).flat_map(|it| &it.measures).filter(|it| it.lists.iter().any(|it| it == "watch"));
    for measure in of_watch {
        assert_eq!(measure.class, MeasureClass::Managing, "{}", measure.code);
    }
}

const HEAD: &str = "[pack]\nid = \"lists.x\"\nversion = 1\nkind = \"lists\"\ntitle = \"甲\"\nfrom = 2026-01-01\n\
    sources = [\"甲法\"]\ncertainty = \"general\"\n";

const LIST: &str = "[[list]]\ncode = \"x\"\nname = \"甲名单\"\nkind = \"serious\"\nlevel = \"national\"\n\
    designators = [\"局\"]\nsubjects = [\"organisation\"]\nnotice_working_days = 5\n\
    basis = [{ law = \"甲法\", rank = \"law\" }]\n\
    entry = [{ resources = [\"listing\"], when = [{ field = \"MDMC\", contains = [\"甲\"] }] }]\n";

fn keys(text: &str) -> Vec<String> {
    match Pack::parse("x.toml", &format!("{HEAD}{text}"), &Catalog::embedded()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().map(|it| it.key).collect(),
    }
}

#[test]
fn a_list_is_refused_for_each_of_its_faults() {
    assert_eq!(keys(LIST), Vec::<String>::new());
    let local = "level = \"local\"";
    let rows: &[(&str, &str, &str)] = &[
        ("basis = [{ law = \"甲法\", rank = \"law\" }]\n", "", "list.x.basis"),
        ("rank = \"law\"", "rank = \"policy_document\"", "list.x.basis"),
        ("rank = \"law\"", "rank = \"local_regulation\"", "list.x.basis"),
        ("designators = [\"局\"]", "designators = []", "list.x.designators"),
        ("subjects = [\"organisation\"]", "subjects = []", "list.x.subjects"),
        ("subjects = [\"organisation\"]", "subjects = [\"organisation\"]\nmin_age = 18", "list.x.min_age"),
        ("subjects = [\"organisation\"]", "subjects = [\"person\"]", "list.x.min_age"),
        ("notice_working_days = 5\n", "", "list.x.notice_working_days"),
        ("kind = \"serious\"", "kind = \"red\"", "list.x.publicise_working_days"),
        ("kind = \"serious\"", "kind = \"executed\"", "list.x.entry"),
        ("kind = \"serious\"", "kind = \"unconfirmed\"", "list.x.kind"),
        ("code = \"x\"", "code = \"x\"\nterm_months = 6\nearly_removal_months = 6", "list.x.term_months"),
        (
            "code = \"x\"",
            "code = \"x\"\nexit_notice = { days = 30, grounds = [], source = \"甲法\" }",
            "list.x.exit_notice",
        ),
        ("code = \"x\"", "code = \"x\"\ndocument = \"NONE\"", "list.x.document"),
        ("code = \"x\"", "code = \"x\"\nyearly = { field = \"LRRQ\", month = 13 }", "list.x.yearly"),
        ("field = \"MDMC\"", "field = \"NONE\"", "list.x.entry"),
    ];
    for (from, to, key) in rows {
        let text = LIST.replace(from, to);
        assert!(keys(&text).iter().any(|it| it == key), "{to}: {:?}", keys(&text));
    }
    let place = LIST.replace("level = \"national\"", local).replace("rank = \"law\"", "rank = \"local_regulation\"");
    assert_eq!(keys(&place), Vec::<String>::new(), "地方性法规 is enough for a list of the place");
    assert_eq!(keys(&format!("{LIST}{LIST}")), ["list.x"]);
    assert_eq!(keys(""), [""]);
}

#[test]
fn a_measure_without_its_elements_and_a_candidate_without_a_window_are_refused() {
    let measure = "[[measure]]\ncode = \"m\"\nlists = []\nmatter = \"\"\nobject = \"甲\"\nmeans = \"甲\"\nbasis = \"\"\n\
        unit = \"甲\"\nlevel = \"national\"\nclass = \"reducing\"\n";
    assert_eq!(keys(measure), ["measure.m.lists", "measure.m.matter", "measure.m.basis"]);
    let candidate = "[[candidate]]\ncode = \"c\"\ntitle = \"甲\"\nlist = \"x\"\ncount = 0\nmonths = 1\nsource = \"甲\"\n\
        when = { resources = [\"none\"] }\n";
    assert_eq!(keys(candidate), ["candidate.c.count", "candidate.c.when"]);
}
