//! Which field a heading means, in which dialect; and what is wrong with a heading row.

use std::collections::{HashMap, HashSet};

use crate::catalog::heading::{REPORT_HEADINGS, normalise};
use crate::catalog::{Field, FieldIndex, Resource};

/// How many of these texts are headings of the resource, known to be collected or ignored.
///
/// A reader asks it of the first rows of a sheet, to find the heading row below titles.
#[must_use]
pub fn known_headings(resource: &Resource, texts: &[&str]) -> usize {
    let of_fields = |text: &String| resource.fields.iter().any(|field| headings_of(field).any(|it| it == text));
    let is_known =
        |text: &String| of_fields(text) || resource.ignore.contains(text) || of_reports().any(|it| it == *text);
    texts.iter().map(|text| normalise(text)).filter(is_known).count()
}

/// Everything that means a field in some dialect; the catalogue keeps it in normal form.
fn headings_of(field: &Field) -> impl Iterator<Item = &String> {
    field.headings.iter().chain(field.dialect_headings.iter().map(|(_, heading)| heading))
}

/// The columns that the annotated report adds, which comes back corrected.
fn of_reports() -> impl Iterator<Item = String> {
    REPORT_HEADINGS.iter().map(|it| normalise(it))
}

/// What a heading means in a dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Field(FieldIndex),
    /// Known and deliberately not collected.
    Ignored,
    /// Other dialects disagree on it, or its number means different codes in different generations.
    Ambiguous,
    Unknown,
}

/// A field that claims a heading, in some dialects.
#[derive(Debug)]
struct Claim {
    field: FieldIndex,
    /// Empty means all.
    dialects: Vec<usize>,
}

/// All headings of a resource, normalised.
#[derive(Debug)]
pub(super) struct Headings {
    claims: HashMap<String, Vec<Claim>>,
    ignored: HashSet<String>,
}

impl Headings {
    pub(super) fn of(resource: &Resource) -> Self {
        let mut claims: HashMap<String, Vec<Claim>> = HashMap::new();
        let mut claim = |heading: String, field, dialects: Vec<usize>| {
            claims.entry(heading).or_default().push(Claim { field, dialects });
        };
        for (index, field) in resource.fields.iter().enumerate() {
            for heading in &field.headings {
                claim(heading.clone(), index, field.dialects.clone());
            }
            for (dialect, heading) in &field.dialect_headings {
                claim(heading.clone(), index, vec![*dialect]);
            }
        }
        Self { claims, ignored: resource.ignore.iter().cloned().chain(of_reports()).collect() }
    }

    /// What a normalised heading means in a dialect.
    pub(super) fn meaning(&self, normalised: &str, dialect: usize) -> Meaning {
        if let Some(claims) = self.claims.get(normalised) {
            let here = claims.iter().filter(|it| it.dialects.is_empty() || it.dialects.contains(&dialect));
            // A column of another generation among these is still collected, if it can mean one thing only.
            return only(here).or_else(|| only(claims.iter())).map_or(Meaning::Ambiguous, Meaning::Field);
        }
        if self.ignored.contains(normalised) {
            return Meaning::Ignored;
        }
        if is_bare_number(normalised) { Meaning::Ambiguous } else { Meaning::Unknown }
    }
}

/// The field of the claims, when there is just one.
fn only<'c>(claims: impl Iterator<Item = &'c Claim>) -> Option<FieldIndex> {
    let mut fields = claims.map(|it| it.field);
    let first = fields.next()?;
    fields.all(|it| it == first).then_some(first)
}

/// 代码_2 without a kind in brackets: an organisation code in one generation, a registration number in the next.
fn is_bare_number(normalised: &str) -> bool {
    normalised.rsplit_once("代码_").is_some_and(|(_, number)| matches!(number.as_bytes(), [b'1'..=b'9']))
}

/// The dialect whose marks occur most among the headings; the first when none does or two are equal.
pub(super) fn dialect(resource: &Resource, normalised: &[String]) -> usize {
    let marks = |index: usize| {
        let marks = &resource.dialects[index].marks;
        normalised.iter().filter(|it| marks.iter().any(|mark| mark == *it)).count()
    };
    (0..resource.dialects.len()).rev().max_by_key(|index| marks(*index)).unwrap_or(0)
}

/// Names of fields that an unknown heading resembles, the nearest first.
pub(super) fn suggestions<'c>(resource: &'c Resource, normalised: &str) -> Vec<&'c str> {
    const SHOWN: usize = 3;
    const NEAR: f64 = 0.5;
    let nearness = |field: &Field| {
        let names = field.headings.iter().chain([&field.name]);
        names.map(|name| resemblance(normalised, name)).fold(0.0, f64::max)
    };
    let mut near: Vec<(f64, &str)> = resource
        .fields
        .iter()
        .map(|field| (nearness(field), field.name.as_str()))
        .filter(|(it, _)| *it >= NEAR)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(SHOWN).map(|(_, name)| name).collect()
}

/// Shared pairs of neighbouring characters, from 0 to 1 (Dice).
fn resemblance(a: &str, b: &str) -> f64 {
    let pairs = |text: &str| {
        let chars: Vec<char> = text.chars().collect();
        chars.windows(2).map(|it| (it[0], it[1])).collect::<Vec<_>>()
    };
    let (a, mut b) = (pairs(a), pairs(b));
    let total = a.len() + b.len();
    let shared =
        a.iter().filter(|pair| b.iter().position(|it| it == *pair).map(|at| b.swap_remove(at)).is_some()).count();
    #[expect(clippy::cast_precision_loss, reason = "headings are short")]
    let share = if total == 0 { 0.0 } else { 2.0 * shared as f64 / total as f64 };
    share
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::sample;

    #[test]
    fn a_heading_row_tells_its_dialect_by_most_marks() {
        let resource = &*sample::PENALTY;
        let of = |all: &[&str]| dialect(resource, &all.iter().map(|it| normalise(it)).collect::<Vec<_>>());
        assert_eq!(of(&["CF_WSH", "CF_CFMC", "CF_JDRQ"]), 1);
        assert_eq!(of(&["CF_WSH", "CF_WFXW"]), 0);
        assert_eq!(of(&["CF_WSH"]), 0, "without a mark the current standard");
        assert_eq!(of(&["CF_CFMC", "CF_WFXW"]), 0, "equal: the first");
    }

    #[test]
    fn a_numbered_code_without_its_kind_is_ambiguous() {
        let resource = &*sample::PENALTY;
        let headings = Headings::of(resource);
        assert_eq!(headings.meaning(&normalise("行政相对人代码_2"), 0), Meaning::Ambiguous);
        let field = |code: &str| resource.fields.iter().position(|it| it.code == code).expect("a field");
        let registration = Meaning::Field(field("CF_XDR_GSZC"));
        assert_eq!(headings.meaning(&normalise("行政相对人代码_2（工商注册号）"), 0), registration);
        assert_eq!(headings.meaning(&normalise("序号"), 0), Meaning::Ignored);
        assert_eq!(headings.meaning(&normalise("天气"), 0), Meaning::Unknown);
    }

    #[test]
    fn an_unknown_heading_is_compared_with_the_known_ones() {
        let resource = &*sample::PENALTY;
        assert_eq!(suggestions(resource, "行政处罚决定书文问号").first(), Some(&"行政处罚决定书文号"));
        assert!(suggestions(resource, "天气").is_empty());
    }

    #[test]
    fn known_headings_count_those_ignored_too() {
        assert_eq!(known_headings(&sample::PENALTY, &["序号", "处罚内容", "表格说明", ""]), 2);
    }
}
