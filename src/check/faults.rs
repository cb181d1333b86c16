//! The one place where faults of a row are made: what was found, in which column, said how.

use crate::record::{Fault, FaultCode, Grade, Place};

use super::mask;

/// What was found wrong with a value, before it is known where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) code: FaultCode,
    /// The particulars; empty when the code's meaning says all.
    pub(super) message: String,
    /// Empty when the code's remedy says all.
    pub(super) remedy: String,
    /// The whole value is a person's number, whatever column it is in.
    pub(super) personal: bool,
    /// Only a warning here, whatever the code's grade.
    soft: bool,
}

impl Finding {
    pub(super) const fn new(code: FaultCode) -> Self {
        Self { code, message: String::new(), remedy: String::new(), personal: false, soft: false }
    }

    pub(super) fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    pub(super) fn advising(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    pub(super) const fn of_a_person(mut self) -> Self {
        self.personal = true;
        self
    }

    pub(super) const fn softened(mut self) -> Self {
        self.soft = true;
        self
    }

    /// The grade in a field. A catalogue may make an error of a field's format a warning; it never makes a warning refuse a row.
    fn grade(&self, spot: &Spot) -> Grade {
        match spot.grade {
            Some(Grade::Warning) => Grade::Warning,
            _ if self.soft => Grade::Warning,
            Some(Grade::Error) | None => self.code.grade(),
        }
    }
}

/// Where a fault stands: a field, and the column it is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// The heading in the file, or the field's name when no column gives it.
    pub(super) heading: String,
    /// The field's code.
    pub(super) field: String,
    /// The column; faults of a row are told in this order.
    pub(super) order: usize,
    /// The catalogue's grade for faults of the field's format.
    pub(super) grade: Option<Grade>,
    /// The field holds a person's number.
    pub(super) personal: bool,
}

impl Spot {
    pub(super) fn place(&self) -> Place {
        Place { heading: mask::quoted(&self.heading), field: self.field.clone() }
    }
}

/// The faults of one row, told in the order of the columns.
#[derive(Debug, Default)]
pub(super) struct Faults {
    row: u64,
    found: Vec<(usize, Fault)>,
}

impl Faults {
    /// Begins a row.
    pub(super) fn start(&mut self, row: u64) {
        self.row = row;
        self.found.clear();
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// A fault of a value's own format.
    pub(super) fn add(&mut self, spot: &Spot, value: &str, finding: Finding) {
        let grade = finding.grade(spot);
        self.push(spot, value, finding, grade);
    }

    /// A fault of a rule, graded by the rule.
    pub(super) fn add_graded(&mut self, spot: &Spot, value: &str, finding: Finding, grade: Grade) {
        self.push(spot, value, finding, grade);
    }

    /// A fault of the whole row.
    pub(super) fn add_to_row(&mut self, value: &str, finding: Finding) {
        let grade = finding.code.grade();
        let fault = fault(self.row, None, mask::quoted(value), finding, grade);
        self.found.push((usize::MAX, fault));
    }

    fn push(&mut self, spot: &Spot, value: &str, finding: Finding, grade: Grade) {
        let value = if spot.personal || finding.personal { mask::personal(value) } else { mask::quoted(value) };
        let fault = fault(self.row, Some(spot.place()), value, finding, grade);
        self.found.push((spot.order, fault));
    }

    /// Whether the field of this spot has a fault with one of these codes already.
    pub(super) fn has(&self, spot: &Spot, codes: &[FaultCode]) -> bool {
        self.found
            .iter()
            .any(|(_, it)| codes.contains(&it.code) && it.place.as_ref().is_some_and(|place| place.field == spot.field))
    }

    /// Lets the doctor add to what the faults advise, all faults before it.
    pub(super) fn each(&mut self) -> impl Iterator<Item = &mut Fault> {
        self.found.iter_mut().map(|(_, fault)| fault)
    }

    /// All faults in the order of the columns, and whether one is an error.
    pub(super) fn take(&mut self) -> (Vec<Fault>, bool) {
        self.found.sort_by_key(|(order, _)| *order);
        let faults: Vec<Fault> = self.found.drain(..).map(|(_, fault)| fault).collect();
        let refused = faults.iter().any(|it| it.grade == Grade::Error);
        (faults, refused)
    }
}

/// Makes a fault of a finding: the code's own words where the finding has none.
pub(super) fn fault(row: u64, place: Option<Place>, value: String, finding: Finding, grade: Grade) -> Fault {
    let code = finding.code;
    let or = |own: String, usual: &str| if own.is_empty() { usual.to_owned() } else { own };
    Fault {
        row,
        place,
        value,
        code,
        grade,
        message: or(finding.message, code.meaning()),
        remedy: or(finding.remedy, code.remedy()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(order: usize, grade: Option<Grade>) -> Spot {
        Spot { heading: format!("列{order}"), field: format!("F{order}"), order, grade, personal: false }
    }

    #[test]
    fn faults_are_told_in_the_order_of_the_columns() {
        let mut faults = Faults::default();
        faults.start(7);
        faults.add_to_row("", Finding::new(FaultCode::CellCount));
        faults.add(&spot(2, None), "", Finding::new(FaultCode::Required));
        faults.add(&spot(1, None), "x", Finding::new(FaultCode::Date));
        let (faults, refused) = faults.take();
        let codes: Vec<FaultCode> = faults.iter().map(|it| it.code).collect();
        assert_eq!(codes, [FaultCode::Date, FaultCode::Required, FaultCode::CellCount]);
        assert!(refused && faults.iter().all(|it| it.row == 7));
        assert_eq!(faults[0].message, FaultCode::Date.meaning());
    }

    #[test]
    fn a_catalogue_may_soften_a_fault_and_never_harden_a_warning() {
        let lenient = spot(0, Some(Grade::Warning));
        let strict = spot(0, Some(Grade::Error));
        assert_eq!(Finding::new(FaultCode::Date).grade(&lenient), Grade::Warning);
        assert_eq!(Finding::new(FaultCode::Date).grade(&strict), Grade::Error);
        assert_eq!(Finding::new(FaultCode::CodeRegion).grade(&strict), Grade::Warning);
        assert_eq!(Finding::new(FaultCode::MaskedName).softened().grade(&strict), Grade::Warning);
    }
}
