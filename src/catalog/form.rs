//! The canonical written form of each field, as far as a schema language can say it: what XSD and JSON Schema are written from.
//!
//! The check takes more spellings than these; `schemas/generated/README.md` says how the two agree.

use super::{CodeList, Field, FieldIndex, FieldType, Resource};

/// A column of the current standard.
pub(super) struct Column<'r> {
    pub(super) field: &'r Field,
    /// Whether every row must fill it.
    pub(super) required: bool,
    pub(super) form: Form<'r>,
}

/// What a value looks like.
pub(super) enum Form<'r> {
    /// Any text of so many characters, perhaps of a pattern.
    Text { least: usize, most: usize, pattern: Option<&'r str> },
    /// A text of one of these patterns.
    Patterned(Vec<String>),
    /// A number within bounds.
    Number { pattern: String, total: u32, places: u32, min: Option<&'r str>, max: Option<&'r str> },
    /// One wording of a list.
    Choice { wordings: Vec<&'r str>, other: bool, most: usize },
    /// Several wordings of a list, between `；` or `;`.
    Choices { wordings: Vec<&'r str>, other: bool, most: usize },
}

/// An explained 其他, alone in its cell.
pub(super) const OTHER: &str = "其他-.+";
/// The same among other terms: the explanation ends where the next term begins.
pub(super) const OTHER_AMONG: &str = "其他-[^;；]+";
/// The alphabet of GB 32100: no I, O, S, V, Z.
const CODE: &str = "[0-9A-HJ-NPQRTUWXY]";

/// A foreign-invested firm's number from before 2007: 企独湘总字第000001号.
const FOREIGN: &str = "企[独合作股][^0-9]*[0-9]{4,}号";

/// The columns of the current standard, which is the first dialect, in the order of the template.
pub(super) fn columns(resource: &Resource) -> Vec<Column<'_>> {
    let of_the_standard = |field: &Field| field.dialects.is_empty() || field.dialects.contains(&0);
    let all = resource.fields.iter().enumerate().filter(|(_, field)| of_the_standard(field));
    all.map(|(index, field)| Column { field, required: is_required(resource, index), form: form(field) }).collect()
}

/// Whether a row of the current standard lacks something without the field: not if the dialect waives or fills it.
pub(super) fn is_required(resource: &Resource, index: FieldIndex) -> bool {
    let Some(standard) = resource.dialects.first() else { return resource.fields[index].required };
    let is_filled = standard.waives.contains(&index)
        || standard.defaults.iter().any(|it| it.field == index && it.when.is_none())
        || standard.joins.iter().any(|it| it.to == index)
        || (standard.infer_kind && resource.subject.kind == Some(index));
    resource.fields[index].required && !is_filled
}

/// The code list of a field in the current standard.
pub(super) fn list_of(field: &Field) -> Option<&CodeList> {
    field.dialect_lists.iter().find(|(dialect, _)| *dialect == 0).map(|(_, list)| list).or(field.list.as_ref())
}

fn form(field: &Field) -> Form<'_> {
    let (least, most) = (*field.length.start(), *field.length.end());
    let (min, max) = (field.min.as_deref(), field.max.as_deref());
    let number = |whole, places, min| Form::Number { pattern: decimal(whole, places), total: 18, places, min, max };
    match field.kind {
        FieldType::Text | FieldType::Name | FieldType::Agency | FieldType::DocumentNumber => {
            Form::Text { least, most, pattern: field.pattern.as_deref() }
        }
        FieldType::Day => Form::Patterned(days(field.open_end)),
        FieldType::Month => Form::Patterned(vec!["(19[5-9]|20\\d)\\d\\-(0[1-9]|1[0-2])".to_owned()]),
        FieldType::Moment => Form::Patterned(moments()),
        FieldType::MoneyWan => number(12, 6, min.or(Some("0"))),
        FieldType::MoneyYuan => number(16, 2, min.or(Some("0"))),
        FieldType::Integer => number(18, 0, min),
        FieldType::Decimal => number(18, 18, min),
        FieldType::Term => Form::Choice { wordings: wordings(field), other: has_other(field), most },
        FieldType::Terms => Form::Choices { wordings: wordings(field), other: has_other(field), most },
        FieldType::CreditCode
        | FieldType::OrganisationCode
        | FieldType::RegistrationNumber
        | FieldType::TaxNumber
        | FieldType::Region => Form::Patterned(codes(field.kind)),
        FieldType::PersonNumber if field.kind_field.is_none() => {
            Form::Patterned(vec!["\\d{17}[0-9X]".to_owned(), "\\d{15}".to_owned()])
        }
        FieldType::PersonNumber => Form::Text { least, most: most.min(64), pattern: None },
    }
}

fn decimal(whole: u32, places: u32) -> String {
    if places == 0 { format!("\\-?\\d{{1,{whole}}}") } else { format!("\\-?\\d{{1,{whole}}}(\\.\\d{{1,{places}}})?") }
}

/// Days of the calendar from 1950 to 2098 with `-` or `/`, each year's February as long as it was. The last day of
/// 2099 is no day but 长期.
fn days(open_end: bool) -> Vec<String> {
    let year = "(19[5-9]\\d|20([0-8]\\d|9[0-8]))";
    let leap = "(19([579][26]|[68][048])|20([02468][048]|[1357][26]|9[26]))";
    let mut days: Vec<String> = ["\\-", "/"]
        .into_iter()
        .map(|dash| {
            format!(
                "{year}{dash}((0[13578]|1[02]){dash}(0[1-9]|[12]\\d|3[01])|(0[469]|11){dash}(0[1-9]|[12]\\d|30)\
                 |02{dash}(0[1-9]|1\\d|2[0-8]))|{leap}{dash}02{dash}29"
            )
        })
        .collect();
    if open_end {
        days.push("长期".to_owned());
        days.extend(["2099\\-12\\-31", "2099/12/31", "9999\\-12\\-31", "9999/12/31"].map(str::to_owned));
    }
    days
}

fn moments() -> Vec<String> {
    let time = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d";
    let days = days(false);
    let moments: Vec<String> = days.iter().map(|day| format!("({day}) {time}")).collect();
    days.into_iter().chain(moments).collect()
}

fn codes(kind: FieldType) -> Vec<String> {
    let unified = format!("{CODE}{{2}}\\d{{6}}{CODE}{{10}}");
    match kind {
        FieldType::CreditCode => vec![unified],
        FieldType::OrganisationCode => vec!["[0-9A-Z]{8}\\-?[0-9X]".to_owned()],
        FieldType::RegistrationNumber => {
            vec![
                "\\d{12,13}".to_owned(),
                "\\d{15}".to_owned(),
                "\\d{6}NA\\d{6}[0-9X]".to_owned(),
                FOREIGN.to_owned(),
                unified,
            ]
        }
        FieldType::TaxNumber => [15, 17, 18, 20].map(|length| format!("[0-9A-Z]{{{length}}}")).to_vec(),
        _ => vec!["\\d{6}".to_owned()],
    }
}

fn wordings(field: &Field) -> Vec<&str> {
    let terms = list_of(field).map(|list| list.terms.as_slice()).unwrap_or_default();
    terms.iter().flat_map(|term| std::iter::once(&term.text).chain(&term.also)).map(String::as_str).collect()
}

fn has_other(field: &Field) -> bool {
    list_of(field).is_some_and(|list| list.other)
}

/// Several terms between semicolons, as one pattern.
pub(super) fn several(wordings: &[&str], other: bool) -> String {
    let quoted = wordings.iter().map(|it| quoted(it)).chain(other.then(|| OTHER_AMONG.to_owned()));
    let one = quoted.collect::<Vec<_>>().join("|");
    format!("({one})([;；]({one}))*")
}

/// A text as a pattern that matches it alone.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        if ".\\?*+{}()[]|-^$".contains(it) {
            out.push('\\');
        }
        out.push(it);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::pattern::Pattern;

    #[track_caller]
    fn agree(patterns: &[String], good: &[&str], bad: &[&str]) {
        let parsed: Vec<Pattern> = patterns.iter().map(|it| Pattern::parse(it).expect(it)).collect();
        let matches = |text: &str| parsed.iter().any(|it| it.is_match(text));
        good.iter().for_each(|text| assert!(matches(text), "{text}"));
        bad.iter().for_each(|text| assert!(!matches(text), "{text}"));
    }

    #[test]
    fn a_day_is_a_day_of_the_calendar() {
        let bad =
            ["2023-02-29", "2099-12-31", "1970/02/29", "2026-13-01", "2026-04-31", "2026-1-1", "1900-01-01", "长期"];
        agree(&days(false), &["2026-11-21", "2024/02/29", "2000-02-29", "1996-02-29", "1951/01/31"], &bad);
        agree(&days(true), &["长期", "2099-12-31", "9999/12/31", "2098-12-31"], &["9998-12-31"]);
        agree(&moments(), &["2026-11-21 23:59:59", "2026-11-21"], &["2026-11-21 24:00:00", "2026-11-31 10:00:00"]);
    }

    #[test]
    fn leap_days_are_those_of_the_calendar() {
        let patterns: Vec<Pattern> = days(false).iter().map(|it| Pattern::parse(it).expect(it)).collect();
        for year in 1950..2099 {
            let is_day = chrono::NaiveDate::from_ymd_opt(year, 2, 29).is_some();
            assert_eq!(patterns.iter().any(|it| it.is_match(&format!("{year}-02-29"))), is_day, "{year}");
        }
    }

    #[test]
    fn codes_have_their_alphabet_and_length() {
        agree(&codes(FieldType::CreditCode), &["91330100799655058B"], &["91330100799655058I", "9133010079965505", ""]);
        agree(&codes(FieldType::OrganisationCode), &["D2143569X", "00175530-9"], &["D2143569", "d2143569X"]);
        agree(
            &codes(FieldType::RegistrationNumber),
            &["110108000000016", "1101082212345", "企独湘总字第000001号"],
            &["11010800000001"],
        );
    }

    #[test]
    fn several_terms_stand_between_semicolons() {
        let pattern = several(&["警告", "罚款(元)"], true);
        agree(&[pattern], &["警告", "警告；罚款(元)", "其他-责令;警告"], &["", "警告；", "罚款", "其他-"]);
    }
}
