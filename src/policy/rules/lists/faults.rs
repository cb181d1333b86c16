//! What is wrong with the rules of a pack of lists, all of it.

use std::collections::BTreeSet;

use super::{CandidateRule, ENTRY_RESOURCES, ExitNotice, ListKind, ListRule, ListRules, Measure, MeasureClass};
use crate::{catalog::Catalog, policy::Condition, record::SubjectKind};

type Faults = Vec<(String, String)>;

pub(super) fn of(rules: &ListRules, catalog: &Catalog) -> Faults {
    let mut faults = Vec::new();
    let parts = [rules.lists.is_empty(), rules.measures.is_empty(), rules.candidates.is_empty()];
    if !parts.contains(&false) && rules.unfounded.is_none() {
        faults.push((String::new(), "名单、措施、候选规则、没有依据的名单至少有一项".to_owned()));
    }
    if rules.unfounded.as_ref().is_some_and(|it| it.source.trim().is_empty() || !it.text.contains("{name}")) {
        faults.push(("unfounded".to_owned(), "须写明依据，说明中须有 {name}".to_owned()));
    }
    twice("list", rules.lists.iter().map(|it| it.code.as_str()), &mut faults);
    twice("measure", rules.measures.iter().map(|it| it.code.as_str()), &mut faults);
    twice("candidate", rules.candidates.iter().map(|it| it.code.as_str()), &mut faults);
    for it in &rules.lists {
        list(it, catalog, &mut faults);
    }
    for it in &rules.measures {
        measure(it, &mut faults);
    }
    for it in &rules.candidates {
        candidate(it, catalog, &mut faults);
    }
    faults
}

fn twice<'c>(what: &str, codes: impl Iterator<Item = &'c str>, faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for code in codes {
        if code.is_empty() || !seen.insert(code) {
            faults.push((format!("{what}.{code}"), "编码为空或重复".to_owned()));
        }
    }
}

fn list(rule: &ListRule, catalog: &Catalog, faults: &mut Faults) {
    let mut fault = |key: &str, message: &str| faults.push((format!("list.{}.{key}", rule.code), message.to_owned()));
    if rule.bases.is_empty() {
        fault("basis", "名单须写明依据，没有依据的名单不得设立");
    } else if !rule.bases.iter().any(|it| rule.kind.may_rest_on(rule.level, it.rank)) {
        fault("basis", "依据层级不足：全国名单须有法律、行政法规、国务院文件或部门规章，本地名单须有地方性法规");
    }
    if rule.kind == ListKind::Unconfirmed {
        fault("kind", "unconfirmed 不是可以设立的名单");
    }
    if rule.entry.is_empty() {
        fault("entry", "须写明哪些记录是名单条目");
    }
    if rule.designators.is_empty() {
        fault("designators", "须写明认定机关");
    }
    if rule.subjects.is_empty() {
        fault("subjects", "须写明适用的主体类别");
    }
    match (rule.subjects.contains(&SubjectKind::Person), rule.min_age) {
        (true, None) => fault("min_age", "名单适用于自然人，须写明最低年龄（不限的写 0）"),
        (false, Some(_)) => fault("min_age", "名单不适用于自然人，不能写 min_age"),
        _ => {}
    }
    if rule.term_months == Some(0) || rule.early_removal_months.is_some_and(|it| rule.term_months <= Some(it)) {
        fault("term_months", "期限应大于零，且长于可以提前移出的月数");
    }
    if rule.yearly.as_ref().is_some_and(|it| !(1..=12).contains(&it.month)) {
        fault("yearly", "month 应为 1 至 12");
    }
    let is_empty = |it: &ExitNotice| it.days == 0 || it.grounds.is_empty() || it.source.trim().is_empty();
    if rule.exit_notice.as_ref().is_some_and(is_empty) {
        fault("exit_notice", "须写明公告的天数、移出事由和依据");
    }
    steps(rule, &mut fault);
    for condition in &rule.entry {
        fields(rule, condition, catalog, &mut fault);
    }
    let conditions = rule.entry.iter().flat_map(|it| it.faults(catalog));
    faults.extend(conditions.map(|it| (format!("list.{}.entry", rule.code), it)));
}

fn steps(rule: &ListRule, fault: &mut dyn FnMut(&str, &str)) {
    match (rule.kind, rule.is_designated_here()) {
        (ListKind::Red, true) if rule.publicise_working_days.is_none() => {
            fault("publicise_working_days", "红名单认定前须公示，须写明公示的工作日数");
        }
        (ListKind::Serious | ListKind::Watch, true) if rule.notice_working_days.is_none() => {
            fault("notice_working_days", "列入前须告知，须写明陈述申辩的工作日数");
        }
        (kind, true) if kind.term().is_none() => fault("entry", "这一类名单不由本平台认定，条目不能是名单认定记录"),
        _ => {}
    }
}

fn fields(rule: &ListRule, condition: &Condition, catalog: &Catalog, fault: &mut dyn FnMut(&str, &str)) {
    if condition.resources.iter().any(|it| !ENTRY_RESOURCES.contains(&it.as_str())) {
        fault("entry", &format!("名单条目只能是这些资源的记录：{}", ENTRY_RESOURCES.join("、")));
    }
    let year = rule.yearly.as_ref().map(|it| it.field.clone());
    for (key, code) in [("document", &rule.document), ("body", &rule.body), ("yearly", &year)] {
        let Some(code) = code else { continue };
        for resource in condition.resources.iter().filter_map(|it| catalog.get(it)) {
            if !resource.fields.iter().any(|it| it.code == *code) {
                fault(key, &format!("资源 {} 没有字段 {code}", resource.code));
            }
        }
    }
}

fn measure(it: &Measure, faults: &mut Faults) {
    let mut fault = |key: &str, message: &str| faults.push((format!("measure.{}.{key}", it.code), message.to_owned()));
    if it.lists.is_empty() {
        fault("lists", "须写明适用的名单");
    }
    let texts = [("matter", &it.matter), ("object", &it.object), ("means", &it.means), ("unit", &it.unit)];
    for (key, text) in texts {
        if text.trim().is_empty() {
            fault(key, "不能为空");
        }
    }
    if it.basis.trim().is_empty() {
        let why =
            if it.class == MeasureClass::Reducing { "减损权益的措施须有法定依据" } else { "不能为空" };
        fault("basis", why);
    }
}

fn candidate(rule: &CandidateRule, catalog: &Catalog, faults: &mut Faults) {
    let key = |it: &str| format!("candidate.{}.{it}", rule.code);
    if rule.count == 0 || rule.months == 0 {
        faults.push((key("count"), "count 与 months 应大于零".to_owned()));
    }
    if rule.list.is_empty() {
        faults.push((key("list"), "须写明候选的名单".to_owned()));
    }
    let bodies = rule.body.iter().flat_map(|it| rule.when.resources.iter().map(move |of| (it, of)));
    for (code, resource) in bodies.filter_map(|(it, of)| Some((it, catalog.get(of)?))) {
        if !resource.fields.iter().any(|it| it.code == *code) {
            faults.push((key("body"), format!("资源 {} 没有字段 {code}", resource.code)));
        }
    }
    let conditions = std::iter::once(&rule.when).chain(&rule.unless);
    faults.extend(conditions.flat_map(|it| it.faults(catalog)).map(|it| (key("when"), it)));
}
