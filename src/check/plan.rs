//! The plan of a delivery: its dialect, the field each column gives, what is demanded, and the faults of the headings.

use std::collections::HashSet;

use crate::catalog::heading::normalise;
use crate::catalog::{Condition, Default_, FieldIndex, FieldType, Resource};
use crate::record::{Fault, FaultCode, Place, Value};

use super::faults::{self, Finding};
use super::field::FieldPlan;
use super::heading::{self, Headings, Meaning};
use super::mask;
use super::rule::Rules;

/// Where a field's text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// From nowhere: no column gives the field.
    None,
    /// From this column.
    Column(u32),
    /// From several columns: the index of the dialect's join.
    Joined(u32),
}

/// A column that is read whatever else stands in the row.
#[derive(Debug)]
pub(super) struct Early {
    pub(super) field: FieldIndex,
    pub(super) column: usize,
    /// A text of at most so many bytes that is no placeholder is a value as it stands; 0 where every text needs a look.
    pub(super) takes: usize,
}

/// How the rows of a delivery are read.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) dialect: usize,
    pub(super) fields: Vec<FieldPlan>,
    pub(super) sources: Vec<Source>,
    /// Columns of the parts of each join of the dialect.
    pub(super) joined: Vec<Vec<usize>>,
    /// Columns of the fields that are read first, in the order of the fields.
    pub(super) early: Vec<Early>,
    /// Fields that are read from joined columns.
    pub(super) joins: Vec<FieldIndex>,
    /// Fields whose reading depends on other fields of the row, in order.
    pub(super) late: Vec<FieldIndex>,
    /// Fields that must be filled in every row.
    pub(super) required: Vec<FieldIndex>,
    pub(super) rules: Rules,
    /// What the dialect gives to empty fields.
    pub(super) defaults: Vec<DefaultPlan>,
    /// Columns up to the last that has a heading.
    pub(super) n_columns: usize,
}

/// A default of the dialect, its value read.
#[derive(Debug)]
pub(super) struct DefaultPlan {
    pub(super) field: FieldIndex,
    pub(super) value: Value<'static>,
    pub(super) when: Option<Condition>,
}

/// Makes plans for one resource, and remembers which faults of the headings it has told.
#[derive(Debug)]
pub(super) struct Planner {
    headings: Headings,
    told: HashSet<(FaultCode, String)>,
}

impl Planner {
    pub(super) fn new(resource: &Resource) -> Self {
        Self { headings: Headings::of(resource), told: HashSet::new() }
    }

    /// A plan for these columns, and the faults of the headings that were not told before.
    pub(super) fn plan(&mut self, resource: &Resource, columns: &[String], whole: bool) -> (Plan, Vec<Fault>) {
        let normalised: Vec<String> = columns.iter().map(|it| normalise(it)).collect();
        let dialect = heading::dialect(resource, &normalised);
        let mut faults = Vec::new();
        let mut fields: Vec<Option<usize>> = vec![None; resource.fields.len()];
        let n_columns = normalised.iter().rposition(|it| !it.is_empty()).map_or(0, |last| last + 1);
        for column in 0..n_columns {
            let shown = &columns[column];
            match self.headings.meaning(&normalised[column], dialect) {
                Meaning::Field(field) => match fields[field] {
                    None => fields[field] = Some(column),
                    Some(first) => self.tell(&mut faults, duplicate(resource, field, shown, &columns[first])),
                },
                Meaning::Ignored => {}
                Meaning::Ambiguous => self.tell(&mut faults, ambiguous(shown)),
                Meaning::Unknown => self.tell(&mut faults, unknown(resource, shown, &normalised[column], column)),
            }
        }
        let mut plan = build(resource, dialect, &fields, columns);
        plan.n_columns = n_columns;
        if whole {
            self.missing(resource, &mut plan, &mut faults);
        }
        (plan, faults)
    }

    /// Reports required fields without a column once, in the heading row, instead of in every row.
    fn missing(&mut self, resource: &Resource, plan: &mut Plan, faults: &mut Vec<Fault>) {
        let (given, missing): (Vec<FieldIndex>, Vec<FieldIndex>) =
            plan.required.iter().partition(|field| is_given(resource, plan, **field));
        for field in missing {
            let field = &resource.fields[field];
            let finding = Finding::new(FaultCode::MissingHeading).saying(format!("缺少必填列“{}”", field.name));
            self.tell(faults, told(Place { heading: field.name.clone(), field: field.code.clone() }, finding));
        }
        plan.required = given;
    }

    fn tell(&mut self, faults: &mut Vec<Fault>, fault: Fault) {
        let place = fault.place.as_ref().map_or_else(String::new, |it| format!("{}\n{}", it.heading, it.field));
        if self.told.insert((fault.code, place)) {
            faults.push(fault);
        }
    }
}

/// Whether a row can fill the field: by a column, or by what the dialect does to rows.
fn is_given(resource: &Resource, plan: &Plan, field: FieldIndex) -> bool {
    let dialect = &resource.dialects[plan.dialect];
    let from_column = |field: FieldIndex| plan.sources[field] != Source::None;
    from_column(field)
        || dialect.defaults.iter().any(|it| it.field == field)
        || dialect.moves.iter().any(|it| it.to == field && from_column(it.from))
        || (dialect.infer_kind && resource.subject.kind == Some(field))
}

fn build(resource: &Resource, dialect: usize, columns: &[Option<usize>], shown: &[String]) -> Plan {
    let rules = &resource.dialects[dialect];
    let mut sources: Vec<Source> = columns.iter().map(|it| it.map_or(Source::None, column_source)).collect();
    let mut joined = Vec::new();
    for (index, join) in rules.joins.iter().enumerate() {
        let parts: Vec<usize> = join.from.iter().filter_map(|field| columns[*field]).collect();
        if !parts.is_empty() && columns[join.to].is_none() {
            sources[join.to] = Source::Joined(u32::try_from(index).expect("few joins"));
        }
        joined.push(parts);
    }
    let heading = |field: FieldIndex| match sources[field] {
        Source::Column(column) => Some((column as usize, shown[column as usize].as_str())),
        Source::Joined(join) => joined[join as usize].first().map(|column| (*column, shown[*column].as_str())),
        Source::None => None,
    };
    let mut fields: Vec<FieldPlan> =
        (0..resource.fields.len()).map(|it| FieldPlan::of(resource, it, dialect, heading(it))).collect();
    let touched = |field: FieldIndex| rules.moves.iter().any(|it| it.from == field || it.to == field);
    let late: Vec<FieldIndex> = (0..fields.len()).filter(|it| fields[*it].is_personal() || touched(*it)).collect();
    late.iter().for_each(|it| fields[*it].is_late = true);
    let expressed = |field: FieldIndex| {
        let of = &resource.fields[field];
        (of.dialects.is_empty() || of.dialects.contains(&dialect)) && !rules.waives.contains(&field)
    };
    let required = (0..fields.len()).filter(|it| resource.fields[*it].required && expressed(*it)).collect();
    let active = Rules::of(resource, &expressed);
    let defaults = rules.defaults.iter().filter_map(|it| default_of(it, &fields[it.field])).collect();
    let early = early(&fields, &sources);
    let joins =
        (0..fields.len()).filter(|it| !fields[*it].is_late && matches!(sources[*it], Source::Joined(_))).collect();
    Plan { dialect, fields, sources, joined, early, joins, late, required, rules: active, defaults, n_columns: 0 }
}

fn early(fields: &[FieldPlan], sources: &[Source]) -> Vec<Early> {
    let of = |(field, source): (usize, &Source)| match source {
        Source::Column(column) if !fields[field].is_late => {
            Some(Early { field, column: *column as usize, takes: fields[field].takes() })
        }
        _ => None,
    };
    sources.iter().enumerate().filter_map(of).collect()
}

fn column_source(column: usize) -> Source {
    Source::Column(u32::try_from(column).expect("readers bound the columns"))
}

/// The loader has read the defaults of terms; those of other types are texts.
fn default_of(default: &Default_, field: &FieldPlan) -> Option<DefaultPlan> {
    let value = match (&field.list, field.kind) {
        (Some(list), FieldType::Terms) => Value::Terms(list.several([default.value.as_str()]).ok()?),
        (Some(list), _) => Value::Text(list.one(&default.value)?),
        (None, _) => Value::Text(default.value.as_str().into()),
    };
    Some(DefaultPlan { field: default.field, value: value.into_owned(), when: default.when.clone() })
}

fn told(place: Place, finding: Finding) -> Fault {
    let value = place.heading.clone();
    let grade = finding.code.grade();
    faults::fault(0, Some(place), value, finding, grade)
}

fn nowhere(heading: &str) -> Place {
    Place { heading: mask::quoted(heading), field: String::new() }
}

fn duplicate(resource: &Resource, field: FieldIndex, second: &str, first: &str) -> Fault {
    let field = &resource.fields[field];
    let (first, second) = (mask::short(first), mask::quoted(second));
    let finding = Finding::new(FaultCode::DuplicateHeading).saying(format!(
        "列“{first}”与“{}”对应同一字段“{}”",
        mask::short(&second),
        field.name
    ));
    told(Place { heading: second, field: field.code.clone() }, finding)
}

fn ambiguous(heading: &str) -> Fault {
    let finding = Finding::new(FaultCode::AmbiguousHeading)
        .saying(format!("列名“{}”含义不明：各版本标准中该编号所指的代码不同", mask::short(heading)));
    told(nowhere(heading), finding)
}

fn unknown(resource: &Resource, shown: &str, normalised: &str, column: usize) -> Fault {
    let finding = Finding::new(FaultCode::UnknownHeading);
    if normalised.is_empty() {
        let place = nowhere(&format!("（第 {} 列）", column + 1));
        return told(place, finding.saying(format!("第 {} 列没有列名，该列未采集", column + 1)));
    }
    let near = heading::suggestions(resource, normalised);
    let finding = finding.saying(format!("列名“{}”无法识别，该列未采集", mask::short(shown)));
    let finding = if near.is_empty() {
        finding
    } else {
        finding.advising(format!("是否为“{}”？如是请改用该列名；否则请信用办在目录中登记", near.join("”或“")))
    };
    told(nowhere(shown), finding)
}
