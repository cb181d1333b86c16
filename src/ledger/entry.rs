//! An entry (账本条目): an event in its place, and the hash that binds it to the entry before.

use chrono::NaiveDateTime;

use super::{
    Digest, Event,
    digest::{Fields, sha256},
};

/// An entry as it is hashed; texts are those that stand in the database, byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'e> {
    /// The chain.
    pub chain: &'e str,
    /// The place in it, from 1.
    pub seq: i64,
    /// The name of an [`super::EventKind`].
    pub kind: &'e str,
    /// When, UTC.
    pub moment: NaiveDateTime,
    /// Who.
    pub actor: &'e str,
    /// Whom it is about.
    pub subject: Option<i64>,
    /// JSON.
    pub body: &'e str,
    /// The first version id and SHA-256 of the leaves.
    pub leaves: Option<(i64, Digest)>,
}

impl Entry<'_> {
    /// The hash of the entry behind one whose hash is `prev`.
    #[must_use]
    pub fn hash(&self, prev: &Digest, buffer: &mut Vec<u8>) -> Digest {
        let mut fields = Fields::of("credence.ledger.entry.1", buffer);
        fields.bytes(prev).bytes(self.chain.as_bytes()).number(self.seq).bytes(self.kind.as_bytes());
        fields.number(self.moment.and_utc().timestamp_micros()).bytes(self.actor.as_bytes()).maybe(self.subject);
        fields.bytes(self.body.as_bytes()).maybe(self.leaves.map(|it| it.0));
        fields.maybe_bytes(self.leaves.as_ref().map(|it| it.1.as_slice())).hash()
    }
}

/// A chain's end, to which events are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// The chain.
    pub chain: String,
    /// The place of the last entry; 0 before the first.
    pub seq: i64,
    /// Its hash.
    pub hash: Digest,
}

impl Links {
    /// Adds an event whose body has this text, and returns the hash of the entry before it.
    pub fn add(&mut self, event: &Event, body: &str, buffer: &mut Vec<u8>) -> Digest {
        let prev = self.hash;
        self.seq += 1;
        let leaves = event.leaves.as_ref().map(|it| (it.first, sha256(&it.bytes)));
        let entry = Entry {
            chain: &self.chain,
            seq: self.seq,
            kind: event.kind.as_str(),
            moment: event.moment,
            actor: &event.actor,
            subject: event.subject,
            body,
            leaves,
        };
        self.hash = entry.hash(&prev, buffer);
        prev
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ledger::{EventKind, Lane, Leaves, UNWRITTEN};

    fn event() -> Event {
        let moment = chrono::DateTime::from_timestamp_micros(1_774_000_000_000_001).unwrap().naive_utc();
        Event::new(Lane::Acts, EventKind::Case, moment, "XYB/1").about(-5).saying(json!({"case": 1}))
    }

    fn hash(event: &Event, before: &Links) -> Digest {
        let mut links = before.clone();
        links.add(event, &event.body.to_string(), &mut Vec::new());
        links.hash
    }

    #[test]
    fn everything_an_entry_says_is_in_its_hash() {
        let before = Links { chain: "acts-3".into(), seq: 6, hash: UNWRITTEN };
        let first = hash(&event(), &before);
        assert_eq!(first, hash(&event(), &before));
        let changed = [
            Event { kind: EventKind::Pack, ..event() },
            Event { moment: event().moment + chrono::Duration::microseconds(1), ..event() },
            Event { actor: "XYB/2".into(), ..event() },
            Event { subject: None, ..event() },
            Event { subject: Some(-4), ..event() },
            event().saying(json!({"case": 2})),
            event().with_leaves(Leaves { first: 1, bytes: vec![] }),
            event().with_leaves(Leaves { first: 2, bytes: vec![] }),
            event().with_leaves(Leaves { first: 1, bytes: vec![0] }),
        ];
        let mut hashes: Vec<Digest> = changed.iter().map(|it| hash(it, &before)).collect();
        hashes.push(hash(&event(), &Links { chain: "acts-2".into(), ..before.clone() }));
        hashes.push(hash(&event(), &Links { seq: 7, ..before.clone() }));
        hashes.push(hash(&event(), &Links { hash: [1; 32], ..before }));
        hashes.push(first);
        let all = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), all);
    }
}
