//! The check of one delivery: rows in, drafts or all their faults out.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::catalog::Resource;
use crate::record::{Cell, Draft, Fault, FaultCode, Rejected, Row, Shape, Value};
use crate::standards::PersonDocument;
use crate::standards::region::Regions;

use super::code;
use super::dialect;
use super::doctor;
use super::faults::{Faults, Finding};
use super::memo::{Memo, RegionsSeen};
use super::plan::{Plan, Planner, Source};
use super::sheet::Sheet;
use super::text::{self, Condition};
use super::value::{self, Setting};

/// What a check depends on beside the rows and the resource.
#[derive(Debug, Clone)]
pub struct CheckContext {
    /// The day of delivery: no fact is later.
    pub day: NaiveDate,
    /// GB/T 2260 with its history.
    pub regions: Arc<Regions>,
    /// How columns come.
    pub layout: Layout,
}

/// How the columns of a delivery come to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// All at once, in a heading row (CSV, XLSX): a required column that is missing is missing in every row.
    #[default]
    Table,
    /// Little by little, as rows name them (XML, JSON): a column may still come.
    Tree,
}

/// Checks the rows of one delivery against one resource.
///
/// It is told the columns first, and again whenever they grow.
#[derive(Debug)]
pub struct Checker {
    resource: Arc<Resource>,
    context: CheckContext,
    planner: Planner,
    plan: Plan,
    memos: Vec<Memo>,
    seen: RegionsSeen,
    sources: Vec<Source>,
    faults: Faults,
    notes: Vec<Finding>,
    cleaned: Row,
}

impl Checker {
    /// A checker that knows no column yet.
    #[must_use]
    pub fn new(resource: Arc<Resource>, context: CheckContext) -> Self {
        let mut planner = Planner::new(&resource);
        let (plan, _) = planner.plan(&resource, &[], false);
        Self {
            memos: (0..resource.fields.len()).map(|_| Memo::default()).collect(),
            seen: RegionsSeen::default(),
            resource,
            context,
            planner,
            plan,
            sources: Vec::new(),
            faults: Faults::default(),
            notes: Vec::new(),
            cleaned: Row::new(),
        }
    }

    /// Maps columns to fields and finds the dialect; gives the faults of the headings that were not given before.
    ///
    /// After an error among them the delivery cannot be taken; its rows may still be checked for their own faults.
    pub fn columns(&mut self, columns: &[String]) -> Vec<Fault> {
        let whole = self.context.layout == Layout::Table;
        let (plan, faults) = self.planner.plan(&self.resource, columns, whole);
        if plan.dialect != self.plan.dialect {
            self.memos.iter_mut().for_each(|it| *it = Memo::default());
        }
        self.plan = plan;
        faults
    }

    /// The resource that is checked against.
    #[must_use]
    pub fn resource(&self) -> &Arc<Resource> {
        &self.resource
    }

    /// The index of the dialect the columns are in.
    #[must_use]
    pub fn dialect(&self) -> usize {
        self.plan.dialect
    }

    /// The column a field is read from, if one is: for recognising a row that did not pass.
    #[must_use]
    pub fn column_of(&self, field: crate::catalog::FieldIndex) -> Option<usize> {
        match self.plan.sources[field] {
            Source::Column(column) => Some(column as usize),
            Source::None | Source::Joined(_) => None,
        }
    }

    /// Checks one row: a complete draft, or all faults at once.
    ///
    /// # Errors
    /// The row with every fault, errors and warnings, in the order of the columns.
    pub fn check<'r>(&mut self, row: &'r Row) -> Result<Draft<'r>, Rejected> {
        match text::condition(row.text()) {
            Condition::Clean => self.examine(row, false),
            Condition::Soiled => self.clean_and_examine(row, false),
            Condition::Broken => self.clean_and_examine(row, true),
        }
    }

    /// Takes out what nobody typed on purpose, in a copy that the draft does not borrow from.
    #[cold]
    fn clean_and_examine<'r>(&mut self, row: &Row, broken: bool) -> Result<Draft<'r>, Rejected> {
        let mut cleaned = std::mem::take(&mut self.cleaned);
        cleaned.start(row.number());
        for column in 0..row.len() {
            let cell = row.cell(column);
            cleaned.push(&crate::standards::text::clean(cell.text), cell.shape);
        }
        let checked = self.examine(&cleaned, broken).map(Draft::into_owned);
        self.cleaned = cleaned;
        checked
    }

    fn examine<'r>(&mut self, row: &'r Row, broken: bool) -> Result<Draft<'r>, Rejected> {
        let Self { resource, context, plan, memos, seen, sources, faults, notes, .. } = self;
        faults.start(row.number());
        sources.clone_from(&plan.sources);
        let values = Vec::with_capacity(plan.fields.len());
        let mut sheet = Sheet { plan, row, sources, values, unreadable: Vec::new() };
        let setting = Setting { day: context.day, regions: &context.regions, seen, broken };
        let mut reading = Reading { setting, memos, faults, notes };
        reading.early(&mut sheet);
        let rules = &resource.dialects[plan.dialect];
        if rules.infer_kind {
            dialect::infer_kind(resource, &mut sheet);
        }
        dialect::move_values(resource, plan, &mut sheet);
        reading.late(&mut sheet);
        dialect::fill_defaults(plan, &mut sheet);
        reading.whole(resource, &sheet);
        if context.layout == Layout::Table && row.len() > plan.n_columns {
            surplus(&sheet, faults);
        }
        let values = sheet.values;
        if faults.is_empty() {
            return Ok(Draft { row: row.number(), values, dialect: plan.dialect, warnings: Vec::new() });
        }
        doctor::shifted(faults.each());
        match faults.take() {
            (faults, true) => Err(Rejected { row: row.number(), faults }),
            (warnings, false) => Ok(Draft { row: row.number(), values, dialect: plan.dialect, warnings }),
        }
    }
}

/// Reads the fields of one row.
struct Reading<'c> {
    setting: Setting<'c>,
    memos: &'c mut [Memo],
    faults: &'c mut Faults,
    notes: &'c mut Vec<Finding>,
}

impl Reading<'_> {
    /// The fields that depend on no other, in their order; the others stay absent.
    fn early(&mut self, sheet: &mut Sheet<'_, '_>) {
        let plan = sheet.plan;
        sheet.values.resize_with(plan.fields.len(), || Value::Absent);
        for it in &plan.early {
            let mut cell = sheet.row.cell(it.column);
            if cell.text.is_empty() {
                continue;
            }
            cell.text = text::trim(cell.text);
            let any = cell.text.len() <= it.takes && !self.setting.broken;
            // Most text is just text, and is taken without a look at its field; broken rows go the long way.
            let value = if any && !text::may_be_empty_word(cell.text.as_bytes()) {
                Value::Text(cell.text.into())
            } else {
                self.trimmed(sheet, it.field, cell)
            };
            let absent = std::mem::replace(&mut sheet.values[it.field], value);
            // It holds nothing that would have to be freed, and to find that out takes longer than to forget it.
            std::mem::forget(absent);
        }
        for &field in &plan.joins {
            sheet.values[field] = self.joined(sheet, field);
        }
    }

    /// The fields that depend on others: moved ones, and persons' numbers with their kind.
    fn late(&mut self, sheet: &mut Sheet<'_, '_>) {
        let plan = sheet.plan;
        for &field in &plan.late {
            let value = match sheet.sources[field] {
                Source::Column(_) if plan.fields[field].is_personal() => self.person(sheet, field),
                Source::Column(_) => {
                    let mut cell = sheet.cell(field);
                    cell.text = text::trim(cell.text);
                    self.trimmed(sheet, field, cell)
                }
                Source::None => Value::Absent,
                Source::Joined(_) => self.joined(sheet, field),
            };
            sheet.values[field] = value;
        }
    }

    /// What only the whole row shows: required fields and rules.
    fn whole(&mut self, resource: &Resource, sheet: &Sheet<'_, '_>) {
        for &field in &sheet.plan.required {
            if !sheet.is_filled(field) {
                let spot = sheet.spot(field);
                self.faults.add(&spot, &sheet.text(field), Finding::new(FaultCode::Required));
            }
        }
        sheet.plan.rules.apply(resource, sheet, self.faults);
    }

    /// The value of a cell whose text is trimmed.
    fn trimmed<'r>(&mut self, sheet: &mut Sheet<'_, 'r>, field: usize, cell: Cell<'r>) -> Value<'r> {
        let plan = &sheet.plan.fields[field];
        if cell.text.is_empty() || plan.is_placeholder(cell.text) {
            return Value::Absent;
        }
        if !plan.is_remembered {
            let value = value::read(plan, cell, &self.setting, self.notes);
            self.noted(sheet, field, &value);
            return value;
        }
        if cell.shape == Shape::Text
            && let Some(value) = self.memos[field].recall(cell.text)
        {
            return value;
        }
        let value = value::read(plan, cell, &self.setting, self.notes);
        if self.notes.is_empty() {
            self.memos[field].keep(cell.text, &value);
        }
        self.noted(sheet, field, &value);
        value
    }

    /// Turns what was noted about a field into faults.
    #[inline]
    fn noted(&mut self, sheet: &mut Sheet<'_, '_>, field: usize, value: &Value<'_>) {
        if !self.notes.is_empty() {
            self.tell(sheet, field, matches!(value, Value::Absent));
        }
    }

    #[cold]
    fn tell(&mut self, sheet: &mut Sheet<'_, '_>, field: usize, unreadable: bool) {
        let (spot, value) = (sheet.spot(field), sheet.text(field));
        for finding in self.notes.drain(..) {
            self.faults.add(&spot, &value, finding);
        }
        if unreadable {
            sheet.unreadable.push(field);
        }
    }

    fn joined<'r>(&mut self, sheet: &mut Sheet<'_, 'r>, field: usize) -> Value<'r> {
        let Source::Joined(join) = sheet.sources[field] else {
            return Value::Absent;
        };
        let (plan, row) = (&sheet.plan.fields[field], sheet.row);
        let parts = sheet.plan.joined[join as usize].iter().map(|column| text::trim(row.cell(*column).text));
        let parts = parts.filter(|it| !it.is_empty() && !plan.is_placeholder(it));
        let value = value::terms(plan, parts, self.notes);
        self.noted(sheet, field, &value);
        value
    }

    fn person<'r>(&mut self, sheet: &mut Sheet<'_, 'r>, field: usize) -> Value<'r> {
        let plan = &sheet.plan.fields[field];
        let mut cell = sheet.cell(field);
        cell.text = text::trim(cell.text);
        if cell.text.is_empty() || plan.is_placeholder(cell.text) {
            return Value::Absent;
        }
        let value = match plan.kind_field.map(|it| &sheet.values[it]) {
            Some(Value::Text(kind)) if cell.shape != Shape::Number => {
                let kind = kind.parse().unwrap_or(PersonDocument::Other);
                code::person_number(cell.text, kind, self.setting.day, self.notes)
            }
            _ => value::read(plan, cell, &self.setting, self.notes),
        };
        self.noted(sheet, field, &value);
        value
    }
}

/// Reports filled cells to the right of the last column.
fn surplus(sheet: &Sheet<'_, '_>, faults: &mut Faults) {
    let beyond = (sheet.plan.n_columns..sheet.row.len()).map(|column| sheet.row.cell(column).text);
    let filled: Vec<&str> = beyond.filter(|it| !text::trim(it).is_empty()).collect();
    if let Some(first) = filled.first() {
        let (have, want) = (sheet.row.len(), sheet.plan.n_columns);
        let message = format!("本行有 {have} 个单元格，列名只有 {want} 个，可能串列");
        faults.add_to_row(first, Finding::new(FaultCode::CellCount).saying(message));
    }
}
