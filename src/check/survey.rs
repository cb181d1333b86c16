//! The pre-check (预检): a whole delivery read and checked, nothing stored, and a hash two sides can compare.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::read::{ReadError, Rows};
use crate::record::{Fault, FaultCode, Grade, Row};

use super::checker::Checker;

/// The report of a pre-check. Faults themselves go to the sink; this stays small however long the file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The code of the resource.
    pub resource: String,
    /// The version of its definition.
    pub version: u32,
    /// The name of the dialect the columns are in, as last seen.
    pub dialect: String,
    /// Rows read.
    pub rows: u64,
    /// Rows that would be taken, with or without warnings. None when the delivery is refused.
    pub passed: u64,
    /// Rows that would not be taken. All when the delivery is refused.
    pub rejected: u64,
    /// Faults that are errors.
    pub errors: u64,
    /// Faults that are warnings.
    pub warnings: u64,
    /// The headings have an error: the delivery would not be taken at all.
    pub refused: bool,
    /// Faults by code.
    pub by_code: BTreeMap<FaultCode, u64>,
    /// SHA-256 in lower-case hexadecimal digits over the resource, its version, the number of rows and all faults in
    /// order: equal on every machine for the same rows, resource and faults.
    pub hash: String,
}

/// Reads and checks all rows, giving every fault to the sink as it is found. Memory stays flat.
///
/// # Errors
/// The file breaks off or breaks its format; faults found before that were given to the sink.
pub fn survey(rows: &mut dyn Rows, checker: &mut Checker, sink: &mut dyn FnMut(&Fault)) -> Result<Survey, ReadError> {
    let mut tally = Tally::new(checker, sink);
    let mut known = 0;
    let mut row = Row::new();
    if !rows.columns().is_empty() {
        known = rows.columns().len();
        tally.heading(&checker.columns(rows.columns()));
    }
    while rows.next(&mut row)? {
        if rows.columns().len() != known {
            known = rows.columns().len();
            tally.heading(&checker.columns(rows.columns()));
        }
        tally.rows += 1;
        match checker.check(&row) {
            Ok(draft) => tally.all(&draft.warnings),
            Err(rejected) => {
                tally.rejected += 1;
                tally.all(&rejected.faults);
            }
        }
    }
    Ok(tally.report(checker))
}

/// Counts while rows pass.
struct Tally<'s> {
    sink: &'s mut dyn FnMut(&Fault),
    hash: Sha256,
    line: String,
    rows: u64,
    rejected: u64,
    refused: bool,
    errors: u64,
    warnings: u64,
    by_code: BTreeMap<FaultCode, u64>,
}

impl<'s> Tally<'s> {
    fn new(checker: &Checker, sink: &'s mut dyn FnMut(&Fault)) -> Self {
        let mut hash = Sha256::new();
        hash.update(format!("{}\n{}\n", checker.resource().code, checker.resource().version));
        Self {
            sink,
            hash,
            line: String::new(),
            rows: 0,
            rejected: 0,
            refused: false,
            errors: 0,
            warnings: 0,
            by_code: BTreeMap::new(),
        }
    }

    fn heading(&mut self, faults: &[Fault]) {
        self.refused |= faults.iter().any(|it| it.grade == Grade::Error);
        self.all(faults);
    }

    fn all(&mut self, faults: &[Fault]) {
        for fault in faults {
            match fault.grade {
                Grade::Error => self.errors += 1,
                Grade::Warning => self.warnings += 1,
            }
            *self.by_code.entry(fault.code).or_default() += 1;
            self.line.clear();
            write_canonically(fault, &mut self.line);
            self.hash.update(&self.line);
            (self.sink)(fault);
        }
    }

    fn report(mut self, checker: &Checker) -> Survey {
        self.hash.update(format!("{}\n", self.rows));
        let hash = self.hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a string takes all text");
            hex
        });
        let resource = checker.resource();
        let rejected = if self.refused { self.rows } else { self.rejected };
        Survey {
            resource: resource.code.clone(),
            version: resource.version,
            dialect: resource.dialects[checker.dialect()].name.clone(),
            rows: self.rows,
            passed: self.rows - rejected,
            rejected,
            errors: self.errors,
            warnings: self.warnings,
            refused: self.refused,
            by_code: self.by_code,
            hash,
        }
    }
}

/// A fault as one line of the hash: what a machine acts on, not how it is worded. Lengths keep parts apart.
fn write_canonically(fault: &Fault, line: &mut String) {
    let (heading, field) = fault.place.as_ref().map_or(("", ""), |it| (it.heading.as_str(), it.field.as_str()));
    let written = writeln!(
        line,
        "{}|{}|{}|{}:{heading}|{field}|{}:{}",
        fault.row,
        fault.code,
        fault.grade,
        heading.len(),
        fault.value.len(),
        fault.value
    );
    written.expect("a string takes all text");
}
