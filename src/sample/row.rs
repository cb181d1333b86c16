//! The rows of a delivery: which record each is, new or not, clean or not.

use chrono::Days;

use crate::catalog::{Class, FieldIndex, FieldType};

use super::fill::{Scene, put};
use super::flaw::{self, Flaw};
use super::heading;
use super::plan::{self, Column, DayOf, Filler, Topic};
use super::random::{Random, mix};
use super::rules::Values;
use super::subject::Subject;
use super::{Counts, Format, Spec};
use std::fmt::Write;

/// Shares are exact in every block of so many rows.
const BLOCK: u64 = 1000;
/// Prime to the block, so that a walk by one of them visits each place once.
const STEPS: &[u64] = &[7, 13, 77, 129, 333, 587, 791, 913];
/// Prime: a walk by it over earlier records meets none twice, so no delivery revises a record twice.
const STRIDE: u64 = 1_000_003;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    New,
    Repeated,
    Revised,
    Dirty,
}

/// Makes one row after another; the cells are used again.
pub(super) struct Rows<'c> {
    spec: Spec<'c>,
    columns: Vec<Column<'c>>,
    flaws: Vec<(Flaw, FieldIndex)>,
    /// The field a revision changes.
    remark: Option<FieldIndex>,
    /// Whether the file says which of two versions is later.
    stamped: bool,
    cells: Vec<String>,
    counts: Counts,
}

impl<'c> Rows<'c> {
    pub(super) fn new(spec: &Spec<'c>) -> Self {
        let columns = plan::columns(spec.resource, spec.dialect, spec.seed);
        let flaws = flaw::possible(spec.resource, &columns, spec.dialect);
        let remark = remark(&columns);
        let stamped = columns.iter().any(|it| it.written && matches!(it.filler, Filler::Day(DayOf::Stamp)));
        let cells = vec![String::new(); columns.len()];
        Self { spec: spec.clone(), columns, flaws, remark, stamped, cells, counts: Counts::default() }
    }

    /// The names of the columns in the file: codes in XML, headings elsewhere.
    pub(super) fn names(&self, format: Format) -> Vec<String> {
        let name = |column: &Column<'_>| heading::name(self.spec.resource, self.spec.dialect, column.field, format);
        self.columns.iter().filter(|column| column.written).map(name).collect()
    }

    /// The cells of the row made last.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().zip(&self.cells).filter(|(column, _)| column.written).map(|(_, cell)| cell.as_str())
    }

    pub(super) const fn counts(&self) -> Counts {
        self.counts
    }

    /// Makes the row of a number.
    pub(super) fn make(&mut self, number: u64) {
        let (kind, ordinal) = self.kind(number);
        let earlier = match kind {
            Kind::Repeated | Kind::Revised => self.earlier(number, kind, ordinal),
            Kind::New | Kind::Dirty => None,
        };
        self.counts.rows += 1;
        match (kind, earlier) {
            (Kind::Dirty, _) if !self.flaws.is_empty() => {
                let scene = self.fill(number);
                let flaw = Random::of(self.spec.seed ^ 1, number).pick(&self.flaws);
                flaw::spoil(flaw, &self.columns, &scene, &mut self.cells);
                self.counts.dirty += 1;
            }
            (Kind::Repeated, Some(earlier)) => {
                self.fill(earlier);
                self.counts.repeated += 1;
            }
            (Kind::Revised, Some(earlier)) if self.remark.is_some() => {
                let scene = self.fill(earlier);
                self.revise(number, &scene);
                self.counts.revised += 1;
            }
            _ => {
                self.fill(number);
                self.counts.new += 1;
            }
        }
    }

    /// What the row of a number is, and its ordinal among the rows of the kind; they follow from the number alone.
    fn kind(&self, number: u64) -> (Kind, u64) {
        let block = number / BLOCK;
        let (step, shift) = self.walk(block);
        let place = (number % BLOCK * step + shift) % BLOCK;
        let shares = self.spec.shares;
        let bounds = [(shares.dirty, Kind::Dirty), (shares.repeated, Kind::Repeated), (shares.revised, Kind::Revised)];
        let mut from = 0;
        for (share, kind) in bounds {
            let share = u64::from(share);
            if place < from + share {
                return (kind, block * share + place - from);
            }
            from += share;
        }
        (Kind::New, 0)
    }

    /// How the numbers of a block are mixed: the row at `n` has the place `n * step + shift` in it.
    fn walk(&self, block: u64) -> (u64, u64) {
        let mixed = mix(self.spec.seed ^ mix(block));
        (STEPS[usize::try_from(mixed % STEPS.len() as u64).expect("below the length")], mixed / 8 % BLOCK)
    }

    /// A new, clean record of an earlier block. A revision never takes one that a repetition takes, and without a stamp
    /// to tell which version is later it takes none of its own delivery: all that would be a contradiction.
    fn earlier(&self, number: u64, kind: Kind, ordinal: u64) -> Option<u64> {
        let within = kind == Kind::Repeated || self.stamped;
        let blocks = if within { number } else { self.spec.first } / BLOCK;
        let half = blocks * self.new_of_a_block() / 2;
        if half == 0 {
            return None;
        }
        Some(match kind {
            Kind::Revised => self.new_record(ordinal * STRIDE % half * 2),
            _ => self.new_record(Random::of(self.spec.seed ^ 2, number).below(half) * 2 + 1),
        })
    }

    fn new_of_a_block(&self) -> u64 {
        let shares = self.spec.shares;
        BLOCK.saturating_sub(u64::from(shares.dirty) + u64::from(shares.repeated) + u64::from(shares.revised))
    }

    /// The number of the `n`th new record.
    fn new_record(&self, n: u64) -> u64 {
        let new = self.new_of_a_block();
        let (block, place) = (n / new, BLOCK - new + n % new);
        let (step, shift) = self.walk(block);
        // The inverse of the step: its 99th power, as the order of every unit modulo 1000 divides 100.
        let back = (0..99).fold(1, |power, _| power * step % BLOCK);
        block * BLOCK + (place + BLOCK - shift) * back % BLOCK
    }

    fn fill(&mut self, number: u64) -> Scene {
        let scene = self.scene(number);
        let (resource, dialect) = (self.spec.resource, self.spec.dialect);
        Values { resource, columns: &self.columns, dialect, cells: &mut self.cells }.fill(&scene);
        scene
    }

    fn scene(&self, number: u64) -> Scene {
        let spec = &self.spec;
        let mut random = Random::of(spec.seed ^ 3, number);
        let subjects = spec.subjects.max(1);
        let numbered = self.columns.iter().any(|it| it.in_key && matches!(it.filler, Filler::DocumentNumber));
        let (index, round) = match () {
            () if spec.resource.key.fields.is_empty() => (number, 0),
            () if numbered => (random.below(subjects), 0),
            () => (number % subjects, number / subjects),
        };
        let index = if self.takes_persons() { index } else { Subject::nth_registered(index) };
        let back = if numbered { random.below(700) } else { random.below(27) + round.min(300) * 31 };
        let subject = Subject::of(spec.seed, index);
        let is_register = spec.resource.class == Class::Register;
        Scene {
            class: spec.resource.class,
            number,
            round,
            fact: if is_register { subject.founded } else { spec.day - Days::new(3 + back) },
            subject,
            agency: Scene::agency(number),
            offence: Scene::offence(&mut random),
            day: spec.day,
            seed: spec.seed,
            subjects,
            slashes: spec.dialect > 0,
        }
    }

    /// Whether a record can be about a person: its number has a column, and what it is can be told.
    fn takes_persons(&self) -> bool {
        let roles = &self.spec.resource.subject;
        let number =
            self.columns.iter().any(|it| it.written && matches!(it.filler, Filler::PersonNumber | Filler::AnyNumber));
        let told = self.spec.resource.dialects[self.spec.dialect].infer_kind
            || roles.kind.is_some_and(|kind| self.columns[kind].written);
        number && told && !self.spec.resource.key.fields.is_empty()
    }

    /// Changes a remark, and lets the stamp be later where there is one.
    fn revise(&mut self, number: u64, scene: &Scene) {
        let remark = self.remark.expect("asked before");
        let cell = &mut self.cells[remark];
        cell.clear();
        put!(cell, "更正{number}");
        for (column, cell) in self.columns.iter().zip(&mut self.cells) {
            if matches!(column.filler, Filler::Day(DayOf::Stamp)) {
                cell.clear();
                scene.write_day(scene.day, cell);
                if column.field.kind == FieldType::Moment {
                    let second = (number / 100).min(86_399);
                    put!(cell, " {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
                }
            }
        }
    }
}

/// A field whose change changes nothing else: a remark, or another free text outside the key.
fn remark(columns: &[Column<'_>]) -> Option<FieldIndex> {
    let fits = |topic: Topic| {
        move |column: &Column<'_>| {
            let is_topic = matches!(column.filler, Filler::Text(it) if it == topic);
            is_topic && column.written && !column.in_key && *column.field.length.end() >= 20
        }
    };
    columns.iter().position(fits(Topic::Remark)).or_else(|| columns.iter().position(fits(Topic::Plain)))
}
