//! Makes a row of values meet the rules of its resource: what a condition demands is filled, what it forbids is emptied.

use std::fmt::Write;

use crate::catalog::{Condition, Demand, FieldIndex, Resource, Test};

use super::fill::{Scene, fill, put};
use super::plan::{Column, Filler, Topic};

/// A rule that fills a field can call another one up: so often are they applied.
const PASSES: usize = 2;

/// The values of a row by field, to be made consistent.
pub(super) struct Values<'a, 'c> {
    pub(super) resource: &'c Resource,
    pub(super) columns: &'a [Column<'c>],
    pub(super) dialect: usize,
    pub(super) cells: &'a mut [String],
}

impl Values<'_, '_> {
    /// Fills every field and makes the whole consistent.
    pub(super) fn fill(&mut self, scene: &Scene) {
        for (column, cell) in self.columns.iter().zip(self.cells.iter_mut()) {
            let mut random = super::random::Random::of(!column.seed, scene.number);
            if random.chance(column.percent) {
                fill(column, scene, cell);
            } else {
                cell.clear();
            }
        }
        self.follow();
        for _ in 0..PASSES {
            self.meet_rules(scene);
        }
        self.decide();
        self.follow();
    }

    /// Fills what follows from other fields: the kind of a document, the parts of a field.
    fn follow(&mut self) {
        for (index, column) in self.columns.iter().enumerate() {
            match column.filler {
                Filler::DocumentKind(number) => {
                    let kind = if self.cells[number].is_empty() { "" } else { document_kind(column) };
                    kind.clone_into(&mut self.cells[index]);
                }
                Filler::PartOf(whole, place) => {
                    let part = self.cells[whole].splitn(2, '；').nth(place).unwrap_or_default().to_owned();
                    self.cells[index] = part;
                }
                _ => {}
            }
        }
        self.default();
    }

    /// What the dialect has no column for is what its default says.
    fn default(&mut self) {
        let Some(dialect) = self.resource.dialects.get(self.dialect) else { return };
        for default in &dialect.defaults {
            let meant = default.when.as_ref().is_none_or(|when| self.holds(when));
            if meant && self.cells[default.field].is_empty() && !self.columns[default.field].written {
                default.value.clone_into(&mut self.cells[default.field]);
            }
        }
    }

    fn meet_rules(&mut self, scene: &Scene) {
        for rule in &self.resource.rules {
            if rule.when.as_ref().is_some_and(|when| !self.holds(when)) {
                continue;
            }
            match &rule.demand {
                Demand::Filled(field) | Demand::Positive(field) => self.demand(*field, scene),
                Demand::Empty(fields) => fields.iter().for_each(|field| self.cells[*field].clear()),
                Demand::OneOf(fields) if fields.iter().all(|field| self.cells[*field].is_empty()) => {
                    fields.iter().take(1).for_each(|field| self.demand(*field, scene));
                }
                Demand::Together(one, other) => match (self.is_empty(*one), self.is_empty(*other)) {
                    (true, false) => self.demand(*one, scene),
                    (false, true) => self.demand(*other, scene),
                    _ => {}
                },
                Demand::Order { earlier, later, .. } => self.order(*earlier, *later),
                Demand::OneOf(_) | Demand::AmountInText { .. } | Demand::NoPhrase { .. } => {}
                Demand::KindOfCode { .. } | Demand::Series { .. } => {}
            }
        }
    }

    fn is_empty(&self, field: FieldIndex) -> bool {
        self.cells[field].is_empty()
    }

    fn demand(&mut self, field: FieldIndex, scene: &Scene) {
        if !self.is_empty(field) {
            return;
        }
        let column = &self.columns[field];
        match column.filler {
            Filler::DocumentKind(number) => {
                fill(&self.columns[number], scene, &mut self.cells[number]);
                document_kind(column).clone_into(&mut self.cells[field]);
            }
            _ => fill(column, scene, &mut self.cells[field]),
        }
    }

    /// A day that would come too early becomes the day it must not precede.
    fn order(&mut self, earlier: FieldIndex, later: FieldIndex) {
        let (first, second) = (&self.cells[earlier], &self.cells[later]);
        let day = |text: &str| text.get(..10.min(text.len())).map(ToOwned::to_owned).unwrap_or_default();
        if !second.is_empty() && day(first) > day(second) {
            let time = second.get(10..).unwrap_or_default().to_owned();
            self.cells[later] = format!("{}{time}", day(first));
        }
    }

    /// Whether a condition holds for the values.
    fn holds(&self, condition: &Condition) -> bool {
        let text = self.cells[condition.field].as_str();
        match &condition.test {
            Test::Is(terms) => terms.iter().any(|term| term == text),
            Test::IsNot(terms) => !text.is_empty() && terms.iter().all(|term| term != text),
            Test::Has(parts) => parts.iter().any(|part| text.contains(part)),
            Test::Filled => !text.is_empty(),
            Test::Empty => text.is_empty(),
        }
    }

    /// Writes what was decided: the terms chosen, and the amounts as the rules will read them.
    fn decide(&mut self) {
        for index in 0..self.columns.len() {
            if !matches!(self.columns[index].filler, Filler::Text(Topic::Decision)) || self.columns[index].percent == 0
            {
                continue;
            }
            let mut text = String::from("经研究，决定给予以下行政处罚：");
            self.write_terms(&mut text);
            self.write_amounts(index, &mut text);
            text.push('。');
            self.cells[index] = text;
        }
    }

    fn write_terms(&self, text: &mut String) {
        if let Some(terms) = self.columns.iter().position(|column| matches!(column.filler, Filler::Terms)) {
            text.push_str(&self.cells[terms].replace("罚款；", "").replace("；罚款", ""));
        }
    }

    fn write_amounts(&self, index: FieldIndex, text: &mut String) {
        for rule in &self.resource.rules {
            let Demand::AmountInText { amount, text: field, words } = &rule.demand else { continue };
            let Some(word) = words.iter().min_by_key(|word| word.len()).filter(|_| *field == index) else { continue };
            let wan = matches!(self.columns[*amount].filler, Filler::Amount { wan: true, .. });
            if let Some(yuan) = yuan(&self.cells[*amount], wan) {
                if text.ends_with(word.as_str()) {
                    text.truncate(text.len() - word.len());
                } else {
                    text.push('；');
                }
                put!(text, "{word}人民币{yuan}元");
            }
        }
    }
}

/// The kind of document the sample's persons have.
fn document_kind<'c>(column: &Column<'c>) -> &'c str {
    let fits = |term: &&&str| term.contains("身份证") && !term.contains("外国") && !term.contains("居留");
    column.terms.iter().find(fits).or(column.terms.first()).copied().unwrap_or_default()
}

/// The whole 元 of an amount this room has written.
fn yuan(text: &str, wan: bool) -> Option<u64> {
    if !wan {
        return text.parse().ok();
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction: u64 = format!("{fraction:0<4}").parse().ok()?;
    Some(whole.parse::<u64>().ok()? * 10_000 + fraction)
}
