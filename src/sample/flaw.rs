//! Faults as departments make them. Each one makes a check reject the row.

use chrono::{Datelike, Days};

use crate::catalog::{Demand, FieldIndex, FieldType, Resource};

use super::fill::{Scene, put};
use super::plan::{Column, Filler};
use super::random::Random;
use std::fmt::Write;

named! {
    /// What is wrong with a dirty row (数据毛病).
    pub enum Flaw {
        /// The check character of the subject's code is another.
        CheckCharacter = "check_character",
        /// The code lost its digits in a workbook.
        ScientificNotation = "scientific_notation",
        /// The code is masked.
        MaskedCode = "masked_code",
        /// The number of a person stands in the column of the credit code.
        PersonNumberInCode = "person_number_in_code",
        /// The day is not in the calendar.
        ImpossibleDay = "impossible_day",
        /// The day lies after the delivery.
        FutureDay = "future_day",
        /// Two days that have an order are exchanged.
        ExchangedDays = "exchanged_days",
        /// A required field is empty, or holds a placeholder.
        MissingValue = "missing_value",
        /// The term is in no code list.
        UnknownTerm = "unknown_term",
        /// The amount carries its unit.
        AmountWithUnit = "amount_with_unit",
        /// The cells behind a column moved one to the right.
        ShiftedColumns = "shifted_columns",
        /// The agency is a day.
        AgencyIsDay = "agency_is_day",
        /// The name lost a character to a wrong encoding.
        BrokenText = "broken_text",
    }
}

/// The flaws a resource can have, each with the field it befalls.
pub(super) fn possible(resource: &Resource, columns: &[Column<'_>], dialect: usize) -> Vec<(Flaw, FieldIndex)> {
    Flaw::ALL.iter().filter_map(|flaw| Some((*flaw, place(*flaw, resource, columns, dialect)?))).collect()
}

fn place(flaw: Flaw, resource: &Resource, columns: &[Column<'_>], dialect: usize) -> Option<FieldIndex> {
    let written = |index: &FieldIndex| columns[*index].written;
    let waives = resource.dialects.get(dialect).map_or(&[][..], |it| it.waives.as_slice());
    let first = |fits: &dyn Fn(FieldIndex) -> bool| (0..columns.len()).find(|it| written(it) && fits(*it));
    let required = |index: FieldIndex| columns[index].field.required && !waives.contains(&index);
    match flaw {
        Flaw::CheckCharacter | Flaw::ScientificNotation | Flaw::MaskedCode | Flaw::PersonNumberInCode => {
            resource.subject.credit_code.filter(written)
        }
        Flaw::ImpossibleDay => first(&|it| required(it) && columns[it].field.kind == FieldType::Day),
        Flaw::FutureDay => {
            first(&|it| required(it) && columns[it].field.kind == FieldType::Day && !columns[it].field.future)
        }
        Flaw::ExchangedDays => resource.rules.iter().find_map(|rule| match rule.demand {
            Demand::Order { earlier, later, .. } if rule.grade == crate::record::Grade::Error => {
                (rule.when.is_none() && required(later) && written(&earlier) && written(&later)).then_some(later)
            }
            _ => None,
        }),
        Flaw::MissingValue => first(&|it| required(it) && !matches!(columns[it].filler, Filler::SubjectKind)),
        Flaw::UnknownTerm => first(&|it| {
            let field = columns[it].field;
            required(it) && field.kind == FieldType::Term && field.list.as_ref().is_some_and(|list| !list.other)
        }),
        Flaw::AmountWithUnit => {
            first(&|it| matches!(columns[it].field.kind, FieldType::MoneyWan | FieldType::MoneyYuan))
        }
        Flaw::ShiftedColumns => {
            resource.times.fact.filter(|it| *it > 0 && written(it) && columns[*it].field.kind == FieldType::Day)
        }
        Flaw::AgencyIsDay => first(&|it| required(it) && columns[it].field.kind == FieldType::Agency),
        Flaw::BrokenText => resource.subject.name.filter(written),
    }
}

/// Spoils a row. Every flaw is an error whatever the row said before.
pub(super) fn spoil(flaw: (Flaw, FieldIndex), columns: &[Column<'_>], scene: &Scene, cells: &mut [String]) {
    let (flaw, index) = flaw;
    let mut random = Random::of(0x464C_4157, scene.number);
    let code = super::code::text(&scene.subject.credit_code).to_owned();
    let cell = &mut cells[index];
    match flaw {
        Flaw::CheckCharacter => *cell = other_check(&code),
        Flaw::ScientificNotation => *cell = format!("{}.{}E+17", &code[..1], &code[1..6]),
        Flaw::MaskedCode => *cell = format!("{}********{}", &code[..6], &code[14..]),
        Flaw::PersonNumberInCode => super::code::text(&scene.subject.citizen_id).clone_into(cell),
        Flaw::ImpossibleDay => {
            cell.clear();
            put!(cell, "{}-{}", scene.fact.year(), random.pick(&["02-30", "09-31", "13-05", "11-31", "00-12"]));
        }
        Flaw::FutureDay => {
            cell.clear();
            scene.write_day(scene.day + Days::new(30 + random.below(300)), cell);
        }
        Flaw::ExchangedDays => {
            cell.clear();
            scene.write_day(scene.fact - Days::new(400 + random.below(300)), cell);
        }
        Flaw::MissingValue => random.pick(&["", "无", "/", "—"]).clone_into(cell),
        Flaw::UnknownTerm => random.pick(&["详见附件", "见备注栏", "未分类XX"]).clone_into(cell),
        Flaw::AmountWithUnit => *cell = format!("人民币{}元整", 500 * (1 + random.below(40))),
        Flaw::ShiftedColumns => shift(index, columns, cells),
        Flaw::AgencyIsDay => {
            cell.clear();
            scene.write_day(scene.fact, cell);
        }
        Flaw::BrokenText => cell.push_str("\u{fffd}\u{fffd}"),
    }
}

/// The code with a check character that is not its own.
fn other_check(code: &str) -> String {
    let last = if code.ends_with('5') { '6' } else { '5' };
    format!("{}{last}", &code[..17])
}

/// From the column on, each cell holds what the written column before it held.
fn shift(from: FieldIndex, columns: &[Column<'_>], cells: &mut [String]) {
    let written: Vec<FieldIndex> = (0..columns.len()).filter(|it| columns[*it].written).collect();
    let start = written.iter().position(|it| *it == from).unwrap_or_default();
    for pair in written[start.saturating_sub(1)..].windows(2).rev() {
        cells[pair[1]] = cells[pair[0]].clone();
    }
    // What came into the day's column may have been empty, or a day: a clerk's stray number is neither.
    cells[from] = String::from("（空列）");
}
