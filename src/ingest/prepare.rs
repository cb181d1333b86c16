//! From bytes to chunks of entries, on a thread of its own: parsing, checking and hashing on one core, writing on the other.

use std::sync::mpsc::SyncSender;

use super::{FaultView, precheck::Rules, privacy::Looker};
use crate::{
    catalog::{Exposure, FieldIndex},
    check::Checker,
    read::{ReadError, Source},
    record::{Draft, IdentifierKind, Rejected, Row, SubjectKind},
    resolve::{Entry, Hints, Maker, hints_of_row},
    seal::Keys,
    store::corrections::Finding,
};

/// Bytes of payload after which a chunk is closed early, so that memory stays flat.
const CHUNK_BYTES: usize = 48 << 20;

/// One row on its way to the store.
#[derive(Clone)]
pub(super) enum Item {
    /// A row that passed.
    Taken {
        entry: Box<Entry>,
        /// Warnings, to be kept as remarks.
        remarks: Vec<FaultView>,
        /// The cells, for a row whose subject may have to be said by a person.
        cells: Option<String>,
        /// Personal data of others in what is to be published.
        leaks: Vec<Finding>,
    },
    /// A row that did not.
    Rejected(Doubtful),
}

/// A row that was not taken.
#[derive(Clone)]
pub(super) struct Doubtful {
    pub row: u64,
    pub faults: Vec<FaultView>,
    /// The cells, `[[heading, text], …]`.
    pub cells: String,
    pub hints: Hints,
}

/// Rows that are taken in one transaction.
#[derive(Default)]
pub(super) struct Chunk {
    /// How many rows of the delivery came before it.
    pub from: u64,
    /// And with it.
    pub to: u64,
    pub items: Vec<Item>,
}

/// Reads on from row `done` and sends chunk after chunk; ends early when nobody listens any more.
pub(super) fn run(
    rules: &Rules,
    source: Box<dyn Source>,
    (mut maker, looker): (Maker, Option<Looker>),
    (done, size_of_chunk): (u64, usize),
    chunks: &SyncSender<Chunk>,
) -> Result<(), ReadError> {
    let mut rows = rules.open(source)?;
    let mut checker = rules.checker(rows.format());
    let mut row = Row::new();
    let mut n_columns = 0;
    let mut chunk = Chunk { from: done, to: 0, items: Vec::new() };
    let (mut n, mut bytes) = (0, 0);
    while rows.next(&mut row)? {
        n += 1;
        if rows.columns().len() != n_columns || n == 1 {
            n_columns = rows.columns().len();
            // The survey has told the faults of the headings.
            let _told = checker.columns(rows.columns());
        }
        if n <= done {
            continue;
        }
        let item = item(&mut checker, (&mut maker, looker.as_ref()), &row, rows.columns());
        bytes += size(&item);
        chunk.items.push(item);
        if chunk.items.len() >= size_of_chunk || bytes >= CHUNK_BYTES {
            chunk.to = n;
            bytes = 0;
            if chunks.send(std::mem::replace(&mut chunk, Chunk { from: n, ..Chunk::default() })).is_err() {
                return Ok(());
            }
        }
    }
    if !chunk.items.is_empty() {
        chunk.to = n;
        // A listener that has gone away knows why.
        let _gone = chunks.send(chunk);
    }
    Ok(())
}

pub(super) fn item(
    checker: &mut Checker,
    (maker, looker): (&mut Maker, Option<&Looker>),
    row: &Row,
    columns: &[String],
) -> Item {
    match checker.check(row) {
        Ok(draft) => {
            let entry = Box::new(maker.entry(&draft));
            let cells = may_be_unlinked(&entry).then(|| cells(row, columns));
            let leaks = looker.map_or_else(Vec::new, |it| leaks(it, &draft, &entry));
            Item::Taken { entry, remarks: draft.warnings.iter().map(FaultView::from).collect(), cells, leaks }
        }
        Err(rejected) => Item::Rejected(doubtful(checker, maker, row, columns, &rejected)),
    }
}

/// Only what is published of organisations and businesses is looked at.
fn leaks(looker: &Looker, draft: &Draft<'_>, entry: &Entry) -> Vec<Finding> {
    if entry.exposure != Exposure::Public || entry.ended || entry.subject.kind == SubjectKind::Person {
        return Vec::new();
    }
    looker.of_draft(draft, entry.subject.name.as_deref())
}

fn doubtful(checker: &Checker, maker: &Maker, row: &Row, columns: &[String], rejected: &Rejected) -> Doubtful {
    let text = |field: FieldIndex| {
        let column = checker.column_of(field)?;
        let text = row.cell(column).text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    Doubtful {
        row: rejected.row,
        faults: rejected.faults.iter().map(FaultView::from).collect(),
        cells: cells(row, columns),
        hints: hints_of_row(maker.resource(), &text),
    }
}

/// Whether no code in it stands for itself, so that the register or a person has to say whose it is.
fn may_be_unlinked(entry: &Entry) -> bool {
    entry.subject.codes.iter().all(|it| match it.kind {
        IdentifierKind::CreditCode | IdentifierKind::OrganisationCode | IdentifierKind::Person => false,
        IdentifierKind::RegistrationNumber | IdentifierKind::TaxNumber => true,
    })
}

fn cells(row: &Row, columns: &[String]) -> String {
    let pairs: Vec<(&str, &str)> =
        columns.iter().enumerate().map(|(at, heading)| (heading.as_str(), row.cell(at).text)).collect();
    serde_json::to_string(&pairs).expect("texts are JSON")
}

fn size(item: &Item) -> usize {
    match item {
        Item::Taken { entry, cells, .. } => 600 + entry.payload.len() + cells.as_ref().map_or(0, String::len),
        Item::Rejected(it) => 200 + it.cells.len() + it.faults.len() * 300,
    }
}

/// The parts of a source of rows that need keys.
pub(super) fn maker(rules: &Rules, keys: &Keys, calendar: &crate::standards::workday::Calendar, hints: bool) -> Maker {
    let in_time = super::in_time_from(&rules.resource, calendar, rules.day);
    Maker::new(std::sync::Arc::clone(&rules.resource), keys.clone(), in_time, hints)
}
