//! Rows an entry vouches for (存证行): a digest over every column, and what an entry says became of a row.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    Digest, Event,
    digest::{Fields, hex, sha256, unhex},
};

named! {
    /// A table whose rows the ledger vouches for one by one. The name stands in entries for ever: add, never rename.
    pub enum Table {
        /// 权益事项: cases of repair, objection and shield.
        Case = "rights_case",
        /// 权益事项环节
        CaseStep = "case_step",
        /// 权益事项材料
        CasePaper = "case_paper",
        /// 名单认定
        Designation = "designation",
        /// 名单认定环节
        DesignationStep = "designation_step",
        /// 授权
        Consent = "consent",
        /// 授权书
        ConsentPaper = "consent_paper",
        /// 规则包
        Pack = "pack",
        /// 规则包模拟
        PackSimulation = "pack_simulation",
        /// 主体合并
        Merging = "merging",
        /// 零报告
        ZeroReport = "zero_report",
        /// 容缺件
        Deferral = "deferral_case",
        /// 容缺件环节
        DeferralStep = "deferral_step",
        /// 分类确认
        ClassConfirmation = "class_confirmation",
        /// 上报事项
        UpwardNotice = "upward_notice",
    }
}

impl Table {
    /// What a row of it is called in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Case => "权益事项",
            Self::CaseStep => "权益事项环节",
            Self::CasePaper => "权益事项材料",
            Self::Designation => "名单认定",
            Self::DesignationStep => "名单认定环节",
            Self::Consent => "授权",
            Self::ConsentPaper => "授权书",
            Self::Pack => "规则包",
            Self::PackSimulation => "规则包模拟",
            Self::Merging => "主体合并",
            Self::ZeroReport => "零报告",
            Self::Deferral => "容缺件",
            Self::DeferralStep => "容缺件环节",
            Self::ClassConfirmation => "分类确认",
            Self::UpwardNotice => "上报事项",
        }
    }
}

impl Table {
    /// Whether the table was there before the ledger, so that rows of it may have come without an entry.
    #[must_use]
    pub const fn predates(self) -> bool {
        matches!(self, Self::Merging | Self::ZeroReport)
    }
}

impl serde::Serialize for Table {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

/// A value of a column, as it is hashed.
pub trait Cell {
    /// Adds it to the cells before it.
    fn put(&self, cells: &mut Cells);
}

impl Cell for i64 {
    fn put(&self, cells: &mut Cells) {
        Fields::on(&mut cells.0).number(*self);
    }
}

impl Cell for i32 {
    fn put(&self, cells: &mut Cells) {
        i64::from(*self).put(cells);
    }
}

impl Cell for bool {
    fn put(&self, cells: &mut Cells) {
        i64::from(*self).put(cells);
    }
}

impl Cell for Vec<u8> {
    fn put(&self, cells: &mut Cells) {
        Fields::on(&mut cells.0).bytes(self);
    }
}

impl Cell for String {
    fn put(&self, cells: &mut Cells) {
        Fields::on(&mut cells.0).bytes(self.as_bytes());
    }
}

impl Cell for NaiveDate {
    fn put(&self, cells: &mut Cells) {
        i64::from(self.to_epoch_days()).put(cells);
    }
}

impl Cell for NaiveDateTime {
    fn put(&self, cells: &mut Cells) {
        self.and_utc().timestamp_micros().put(cells);
    }
}

impl<C: Cell> Cell for Option<C> {
    fn put(&self, cells: &mut Cells) {
        cells.0.push(u8::from(self.is_some()));
        if let Some(it) = self {
            it.put(cells);
        }
    }
}

/// The columns of a row, one behind the other, so that no two different rows of a table give the same bytes.
#[derive(Debug)]
pub struct Cells(Vec<u8>);

impl Cells {
    /// A row of a table, without columns yet.
    #[must_use]
    pub fn of(table: Table) -> Self {
        let mut bytes = Vec::with_capacity(256);
        Fields::of("credence.row.1", &mut bytes).bytes(table.as_str().as_bytes());
        Self(bytes)
    }

    /// Adds a column.
    pub fn add(&mut self, cell: &impl Cell) {
        cell.put(self);
    }

    /// SHA-256 of all of it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        sha256(&self.0)
    }
}

/// What became of a row. No row that is vouched for is ever deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a change that is not told to the ledger is found as tampering"]
pub struct Change {
    /// The table.
    pub table: Table,
    /// Which row: ids, numbers and digests only.
    pub id: String,
    /// What it was, if it was there.
    pub was: Option<Digest>,
    /// What it is now.
    pub is: Digest,
}

impl Change {
    /// Lays what the row was and became upon a sum of these, by exclusive or. What it was before each change takes out what
    /// it had become by the one before, so that of all changes the last remains, in whatever order they are laid. A change
    /// by hand stays in the sum for ever: the next step says it found what no step had left.
    pub fn lay_upon(&self, sum: &mut Digest) {
        for digest in self.was.iter().chain([&self.is]) {
            sum.iter_mut().zip(digest).for_each(|(byte, other)| *byte ^= other);
        }
    }
}

/// What the one entry that seals an adoption says it is.
pub const ADOPTED: &str = "adopted";

impl Event {
    /// Says what became of rows.
    #[must_use]
    pub fn changing(self, changes: impl IntoIterator<Item = Change>) -> Self {
        let told: Vec<Value> = changes
            .into_iter()
            .filter(|it| it.was != Some(it.is))
            .map(|it| json!([it.table.as_str(), it.id, it.was.map(|it| hex(&it)), hex(&it.is)]))
            .collect();
        if told.is_empty() { self } else { self.and(CHANGED, told) }
    }
}

/// Where an entry's body says what became of rows.
const CHANGED: &str = "changed";

/// What an entry's body says became of rows. What does not parse is no change: the entry was altered, which its own hash
/// tells.
pub fn changes(body: &Value) -> impl Iterator<Item = Change> {
    body[CHANGED].as_array().into_iter().flatten().filter_map(|it| {
        let was = match &it[2] {
            Value::Null => None,
            it => Some(unhex(it.as_str()?)?),
        };
        let (table, id) = (it[0].as_str()?.parse().ok()?, it[1].as_str()?.to_owned());
        Some(Change { table, id, was, is: unhex(it[3].as_str()?)? })
    })
}

/// The subjects an answer was about, taken in rising order, as one digest.
#[derive(Debug, Clone, Default)]
pub struct Among(Sha256);

impl Among {
    /// Takes the next.
    pub fn add(&mut self, subject: i64) {
        self.0.update(subject.to_be_bytes());
    }

    /// The digest of all that were taken.
    #[must_use]
    pub fn digest(self) -> Digest {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{EventKind, Lane};

    fn digest(cells: &[&dyn Fn(&mut Cells)]) -> Digest {
        let mut all = Cells::of(Table::Case);
        cells.iter().for_each(|it| it(&mut all));
        all.digest()
    }

    #[test]
    fn rows_that_differ_in_one_column_have_other_digests() {
        let text = |it: &'static str| move |cells: &mut Cells| cells.add(&it.to_owned());
        let maybe = |it: Option<i64>| move |cells: &mut Cells| cells.add(&it);
        let rows = [
            digest(&[&text("a"), &text("b")]),
            digest(&[&text("ab"), &text("")]),
            digest(&[&text("a"), &text("b"), &maybe(None)]),
            digest(&[&text("a"), &text("b"), &maybe(Some(0))]),
            digest(&[&text("a"), &text("c"), &maybe(Some(0))]),
            Cells::of(Table::CaseStep).digest(),
            Cells::of(Table::Case).digest(),
        ];
        for (at, row) in rows.iter().enumerate() {
            assert!(!rows[..at].contains(row), "{at}");
        }
    }

    #[test]
    fn what_an_entry_says_of_rows_is_read_back_and_what_did_not_change_is_not_said() {
        let change = |was, is| Change { table: Table::Consent, id: "7".to_owned(), was, is };
        let all = [change(None, [1; 32]), change(Some([1; 32]), [2; 32]), change(Some([2; 32]), [2; 32])];
        let event = Event::new(Lane::Acts, EventKind::Consent, NaiveDateTime::default(), "x");
        assert_eq!(changes(&event.clone().changing(all.clone()).body).collect::<Vec<_>>(), all[..2]);
        assert_eq!(event.clone().changing(all[2..].to_vec()), event);
        let spoiled = json!({"changed": [["nothing", "7", null, "00"], ["consent", 7, null, "00"], 5]});
        assert_eq!(changes(&spoiled).count() + changes(&json!({"changed": 5})).count(), 0);
    }

    #[test]
    fn every_table_has_a_name_of_its_own() {
        for (at, table) in Table::ALL.iter().enumerate() {
            assert!(Table::ALL[..at].iter().all(|it| it.name() != table.name()), "{table}");
        }
    }
}
