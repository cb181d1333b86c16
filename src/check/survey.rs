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

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::Arc;

    use super::*;
    use crate::check::checker::Layout;
    use crate::check::sample;
    use crate::read::{self, OpenOptions};

    const HEADINGS: &str = "CF_XDR_MC,CF_XDR_LB,CF_XDR_SHXYM,CF_WSH,CF_WFXW,CF_CFLB,CF_NR,CF_JDRQ,CF_CFJG";
    const SOUND: &str =
        "示例商贸有限公司,法人,91431100MA4L1A2B9E,示〔2026〕1号,无照经营,警告,警告,2026-02-01,示例市公安局";

    fn survey_of(text: &str) -> (Survey, Vec<Fault>) {
        let source = Box::new(Cursor::new(text.as_bytes().to_vec()));
        let mut rows = read::open(source, &OpenOptions::default()).expect("a file");
        let layout = if text.starts_with('<') { Layout::Tree } else { Layout::Table };
        let mut checker = Checker::new(Arc::clone(&sample::PENALTY), sample::context(layout));
        let mut faults = Vec::new();
        let survey = survey(rows.as_mut(), &mut checker, &mut |it| faults.push(it.clone())).expect("rows");
        (survey, faults)
    }

    #[test]
    fn rows_and_faults_are_counted_and_all_faults_are_given() {
        let dirty = SOUND.replace("2026-02-01", "2022-09-31").replace("示例市公安局", "");
        let doubtful = SOUND.replace("91431100MA4L1A2B9E", "91431121MA4L1A2B9U");
        let (survey, faults) = survey_of(&format!("{HEADINGS}\n{SOUND}\n{dirty}\n{doubtful}\n"));
        assert_eq!((survey.rows, survey.passed, survey.rejected), (3, 2, 1));
        assert_eq!((survey.errors, survey.warnings, faults.len()), (2, 1, 3));
        assert_eq!(survey.by_code.values().sum::<u64>(), 3);
        assert_eq!(faults.iter().map(|it| it.row).collect::<Vec<_>>(), [3, 3, 4]);
        assert_eq!((survey.resource.as_str(), survey.dialect.as_str(), survey.hash.len()), ("sample", "V2", 64));
    }

    #[test]
    fn the_hash_is_the_same_for_the_same_rows_and_another_for_others() {
        let one = format!("{HEADINGS}\n{SOUND}\n");
        let two = format!("{HEADINGS}\n{SOUND}\n{SOUND}\n");
        let dirty = format!("{HEADINGS}\n{}\n", SOUND.replace("2026-02-01", "2022-09-31"));
        let hash = |text: &str| survey_of(text).0.hash;
        assert_eq!(hash(&one), hash(&one));
        let others: std::collections::BTreeSet<String> = [&one, &two, &dirty].map(|it| hash(it)).into();
        assert_eq!(others.len(), 3);
    }

    #[test]
    fn the_hash_of_a_known_report_never_changes() {
        let (survey, _) = survey_of(&format!("{HEADINGS}\n{}\n", SOUND.replace("2026-02-01", "2022-09-31")));
        assert_eq!(survey.hash, "8d58a3fea7fd29384e24817c4370b3f8741c2365a8a48b9a1eb4afc847346dd3");
    }

    #[test]
    fn a_file_whose_headings_have_an_error_is_refused_and_its_rows_are_checked_all_the_same() {
        let text = format!("{HEADINGS},处罚机关\n{},x\n", SOUND.replace("2026-02-01", "2022-09-31"));
        let (survey, faults) = survey_of(&text);
        assert!(survey.refused);
        assert_eq!((survey.rows, survey.passed, survey.rejected), (1, 0, 1));
        assert_eq!(
            faults.iter().map(|it| it.code).collect::<Vec<_>>(),
            [FaultCode::DuplicateHeading, FaultCode::ImpossibleDate]
        );
    }

    #[test]
    fn columns_that_come_late_are_taken_from_their_row_on() {
        let element = |cells: &[(&str, &str)]| {
            cells.iter().map(|(name, text)| format!("<{name}>{text}</{name}>")).collect::<String>()
        };
        let cells: Vec<(&str, &str)> = HEADINGS.split(',').zip(SOUND.split(',')).collect();
        let short = element(&cells[..8]);
        let whole = element(&cells);
        let (survey, faults) =
            survey_of(&format!("<ROWDATA><ROW>{short}</ROW><ROW>{whole}<TQ>晴</TQ></ROW></ROWDATA>"));
        assert_eq!((survey.rows, survey.passed, survey.refused), (2, 1, false));
        let codes: Vec<(u64, FaultCode)> = faults.iter().map(|it| (it.row, it.code)).collect();
        assert_eq!(codes, [(1, FaultCode::Required), (0, FaultCode::UnknownHeading)]);
    }
}
