//! A root (存证根): one hash over every entry since the root before it. Published, it pins all that came before.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::{
    Digest,
    digest::{Fields, hex, sha256},
    tree,
};

/// The entries of one chain a root covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The chain.
    pub chain: String,
    /// The first entry.
    pub first: i64,
    /// The last entry.
    pub last: i64,
    /// The hash of the last one, hexadecimal.
    pub hash: String,
}

/// A root as it is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Its number, from 1.
    pub no: i64,
    /// When it was made, UTC.
    pub made_at: NaiveDateTime,
    /// How many entries it covers.
    pub entries: i64,
    /// SHA-256 of the JSON text of its [`Span`]s.
    pub spans: Digest,
    /// The Merkle root over the hashes of the entries, by chain and place.
    pub tree: Digest,
    /// The hash of the root before it.
    pub prev: Digest,
}

impl Root {
    /// The hash that is published.
    #[must_use]
    pub fn hash(&self) -> Digest {
        let mut buffer = Vec::new();
        let mut fields = Fields::of("credence.ledger.root.1", &mut buffer);
        fields.number(self.no).number(self.made_at.and_utc().timestamp_micros()).number(self.entries);
        fields.bytes(&self.spans).bytes(&self.tree).bytes(&self.prev).hash()
    }
}

/// The spans as they are kept, and their digest.
///
/// # Panics
/// Never: texts and numbers are JSON.
#[must_use]
pub fn spans_text(spans: &[Span]) -> String {
    serde_json::to_string(spans).expect("texts and numbers are JSON")
}

/// The digest of that text.
#[must_use]
pub fn spans_digest(text: &str) -> Digest {
    sha256(text.as_bytes())
}

/// The tree over the hashes of entries.
#[must_use]
pub fn over(hashes: &[Digest]) -> Digest {
    tree::root(hashes.iter().map(Digest::as_slice))
}

impl Span {
    /// The span from `first` to `last`, whose hash is given.
    #[must_use]
    pub fn new(chain: &str, (first, last): (i64, i64), hash: &[u8]) -> Self {
        Self { chain: chain.to_owned(), first, last, hash: hex(hash) }
    }
}
