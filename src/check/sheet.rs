//! A row under way: its cells, where each field's text comes from, and the values read so far.

use std::borrow::Cow;

use crate::catalog::FieldIndex;
use crate::record::{Cell, Row, Shape, Value};

use super::faults::Spot;
use super::field::FieldPlan;
use super::plan::{Plan, Source};
use super::text;

/// A row under way.
pub(super) struct Sheet<'c, 'r> {
    pub(super) plan: &'c Plan,
    pub(super) row: &'r Row,
    /// Where each field's text comes from in this row; moves change it.
    pub(super) sources: &'c mut [Source],
    /// By field; [`Value::Absent`] until read.
    pub(super) values: Vec<Value<'r>>,
    /// Fields that are filled with what could not be read; empty in a sound row.
    pub(super) unreadable: Vec<FieldIndex>,
}

impl<'r> Sheet<'_, 'r> {
    /// The cell of a field; of a joined field the first part.
    pub(super) fn cell(&self, field: FieldIndex) -> Cell<'r> {
        match self.sources[field] {
            Source::Column(column) => self.row.cell(column as usize),
            Source::Joined(join) => self.plan.joined[join as usize]
                .first()
                .map_or(Cell { text: "", shape: Shape::Text }, |it| self.row.cell(*it)),
            Source::None => Cell { text: "", shape: Shape::Text },
        }
    }

    /// The text of a field as delivered.
    pub(super) fn text(&self, field: FieldIndex) -> Cow<'r, str> {
        match self.sources[field] {
            Source::Joined(join) => {
                let parts = self.plan.joined[join as usize].iter().map(|it| self.row.cell(*it).text);
                Cow::Owned(parts.filter(|it| !it.is_empty()).collect::<Vec<_>>().join("；"))
            }
            _ => Cow::Borrowed(self.cell(field).text),
        }
    }

    /// Whether a field holds a value, right or wrong.
    pub(super) fn is_filled(&self, field: FieldIndex) -> bool {
        !matches!(self.values[field], Value::Absent) || self.unreadable.contains(&field)
    }

    /// Whether the cells of a field are empty or hold placeholders.
    pub(super) fn is_blank(&self, field: FieldIndex) -> bool {
        let plan = &self.plan.fields[field];
        match self.sources[field] {
            Source::Joined(join) => {
                self.plan.joined[join as usize].iter().all(|it| is_blank(plan, self.row.cell(*it).text))
            }
            _ => is_blank(plan, self.cell(field).text),
        }
    }

    /// Where a fault of the field stands in this row: a moved value is shown in the column it was delivered in.
    pub(super) fn spot(&self, field: FieldIndex) -> Spot {
        let mut spot = self.plan.fields[field].spot.clone();
        if self.sources[field] != self.plan.sources[field]
            && let Some(origin) = (0..self.sources.len()).find(|it| self.plan.sources[*it] == self.sources[field])
        {
            let from = &self.plan.fields[origin].spot;
            spot.heading.clone_from(&from.heading);
            spot.order = from.order;
        }
        spot
    }
}

/// Whether a delivered text is empty for this field.
pub(super) fn is_blank(plan: &FieldPlan, delivered: &str) -> bool {
    let text = text::trim(delivered);
    text.is_empty() || plan.is_placeholder(text)
}
