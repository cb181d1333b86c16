//! The leaf of a version (记录叶): a short digest over every column of a version that never changes.

use chrono::{NaiveDate, NaiveDateTime};

use super::{
    Digest,
    digest::{Fields, sha256},
};

/// Half a SHA-256. Whoever wants another version with a given leaf needs 2^128 attempts; and a million versions take
/// 16 MB instead of 32.
pub type Short = [u8; SHORT];

/// Bytes of a [`Short`].
pub const SHORT: usize = 16;

/// A version as the ledger vouches for it. What changes later, the moment until which it was known, is vouched for by
/// the entry that replaced it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf<'v> {
    /// The id of the version.
    pub id: i64,
    /// The subject.
    pub subject: i64,
    /// The record's identity beside its subject.
    pub key: &'v [u8],
    /// The resource.
    pub resource: &'v str,
    /// The unit.
    pub unit: &'v str,
    /// The delivery.
    pub delivery: i64,
    /// The row in it.
    pub row: i64,
    /// The revision.
    pub revision: i32,
    /// The state's name.
    pub state: &'v str,
    /// The exposure's name.
    pub exposure: &'v str,
    /// Day of the fact, in force from and until, day of a withdrawal.
    pub days: [Option<NaiveDate>; 4],
    /// The unit's time stamp.
    pub stamp: Option<NaiveDateTime>,
    /// Known from, UTC.
    pub known_from: NaiveDateTime,
    /// SHA-256 of the payload.
    pub content: &'v [u8],
    /// SHA-256 of the sealed personal numbers.
    pub sealed: Option<Digest>,
    /// SHA-256 of a person's note.
    pub note: Option<Digest>,
}

impl Leaf<'_> {
    /// The short digest; the buffer is used again from version to version.
    #[must_use]
    pub fn short(&self, buffer: &mut Vec<u8>) -> Short {
        let mut fields = Fields::of("credence.version.1", buffer);
        fields.number(self.id).number(self.subject).bytes(self.key).bytes(self.resource.as_bytes());
        fields.bytes(self.unit.as_bytes()).number(self.delivery).number(self.row).number(self.revision.into());
        fields.bytes(self.state.as_bytes()).bytes(self.exposure.as_bytes());
        for day in self.days {
            fields.maybe(day.map(|it| it.to_epoch_days().into()));
        }
        fields.maybe(self.stamp.map(micros)).number(micros(self.known_from)).bytes(self.content);
        fields.maybe_bytes(self.sealed.as_ref().map(Digest::as_slice));
        fields.maybe_bytes(self.note.as_ref().map(Digest::as_slice));
        let hash = fields.hash();
        hash.first_chunk().copied().expect("a digest is longer than half of it")
    }
}

fn micros(moment: NaiveDateTime) -> i64 {
    moment.and_utc().timestamp_micros()
}

/// The digest of something that may be absent.
#[must_use]
pub fn digest_of(bytes: Option<&[u8]>) -> Option<Digest> {
    bytes.map(sha256)
}

/// The leaves of an entry, apart again: the short digests in the order of ids, and the ids that were replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<'b> {
    /// The digests.
    pub leaves: &'b [Short],
    /// The ids.
    pub closed: Vec<i64>,
}

/// Puts both into one row of bytes.
#[must_use]
pub fn pack(leaves: &[Short], closed: impl Iterator<Item = i64>) -> Vec<u8> {
    let mut bytes = leaves.as_flattened().to_vec();
    closed.for_each(|id| bytes.extend_from_slice(&id.to_be_bytes()));
    bytes
}

/// Takes them apart, when there are `n` digests and as many ids as are left.
#[must_use]
pub fn unpack(bytes: &[u8], n: usize) -> Option<Written<'_>> {
    let (leaves, closed) = bytes.split_at_checked(n.checked_mul(SHORT)?)?;
    let (leaves, _) = leaves.as_chunks();
    let (closed, rest) = closed.as_chunks();
    let closed = closed.iter().map(|it| i64::from_be_bytes(*it)).collect();
    rest.is_empty().then_some(Written { leaves, closed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf() -> Leaf<'static> {
        Leaf {
            id: 1,
            subject: 2,
            key: &[3; 16],
            resource: "penalty",
            unit: "SJJ",
            delivery: 4,
            row: 5,
            revision: 6,
            state: "in_force",
            exposure: "public",
            days: [NaiveDate::from_ymd_opt(2026, 3, 1), None, None, None],
            stamp: None,
            known_from: NaiveDateTime::default(),
            content: &[7; 32],
            sealed: None,
            note: None,
        }
    }

    #[test]
    fn every_column_is_in_the_leaf() {
        let (first, next) = (leaf().days[0], leaf().days[0].and_then(|it| it.succ_opt()));
        let changed = [
            leaf(),
            Leaf { id: 2, ..leaf() },
            Leaf { subject: 3, ..leaf() },
            Leaf { key: &[4; 16], ..leaf() },
            Leaf { resource: "penaltz", ..leaf() },
            Leaf { unit: "SJK", ..leaf() },
            Leaf { delivery: 5, ..leaf() },
            Leaf { row: 6, ..leaf() },
            Leaf { revision: 7, ..leaf() },
            Leaf { state: "withdrawn", ..leaf() },
            Leaf { exposure: "shared", ..leaf() },
            Leaf { days: [next, None, None, None], ..leaf() },
            Leaf { days: [None, first, None, None], ..leaf() },
            Leaf { days: [None, None, first, None], ..leaf() },
            Leaf { days: [None, None, None, first], ..leaf() },
            Leaf { stamp: Some(NaiveDateTime::default()), ..leaf() },
            Leaf { known_from: NaiveDateTime::default() + chrono::Duration::microseconds(1), ..leaf() },
            Leaf { content: &[8; 32], ..leaf() },
            Leaf { sealed: digest_of(Some(&[])), ..leaf() },
            Leaf { note: digest_of(Some(&[])), ..leaf() },
        ];
        let mut buffer = Vec::new();
        let mut shorts: Vec<Short> = changed.iter().map(|it| it.short(&mut buffer)).collect();
        shorts.sort_unstable();
        shorts.dedup();
        assert_eq!(shorts.len(), changed.len());
    }

    #[test]
    fn what_is_packed_is_unpacked_and_a_wrong_number_is_seen() {
        let leaves = [[1; SHORT], [2; SHORT]];
        let bytes = pack(&leaves, [7, -1].into_iter());
        let written = unpack(&bytes, 2).unwrap();
        assert_eq!((written.leaves, written.closed), (&leaves[..], vec![7, -1]));
        assert_eq!(unpack(&bytes[1..], 2), None);
        assert_eq!(unpack(&bytes, 4), None);
    }
}
