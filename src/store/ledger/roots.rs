//! Roots: made over all entries since the last one, and kept for ever.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::chains::{hashes, heads};
use crate::{
    ledger::{Digest, Root, Span, UNWRITTEN, over, spans_digest, spans_text},
    store::{
        Conn, StoreError,
        schema::{ledger_head, ledger_root, ledger_span},
    },
};

/// A root as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = ledger_root, treat_none_as_default_value = false)]
pub struct RootRow {
    /// Its number, from 1.
    pub no: i64,
    /// When it was made, UTC.
    pub made_at: NaiveDateTime,
    /// How many entries it covers.
    pub entries: i64,
    /// JSON of its [`Span`]s.
    pub spans: String,
    /// The Merkle root over their hashes.
    pub tree: Vec<u8>,
    /// The hash of the root before.
    pub prev: Vec<u8>,
    /// Its hash.
    pub hash: Vec<u8>,
}

impl RootRow {
    /// The root as it is hashed.
    ///
    /// # Errors
    /// [`StoreError::Spoiled`] when a digest has another length.
    pub fn root(&self) -> Result<Root, StoreError> {
        let digest = |bytes: &[u8]| bytes.try_into().map_err(|_| self.spoiled());
        Ok(Root {
            no: self.no,
            made_at: self.made_at,
            entries: self.entries,
            spans: spans_digest(&self.spans),
            tree: digest(&self.tree)?,
            prev: digest(&self.prev)?,
        })
    }

    /// What it covers.
    ///
    /// # Errors
    /// [`StoreError::Spoiled`] when it is not what was written.
    pub fn spans(&self) -> Result<Vec<Span>, StoreError> {
        serde_json::from_str(&self.spans).map_err(|_| self.spoiled())
    }

    fn spoiled(&self) -> StoreError {
        StoreError::Spoiled { place: "ledger_root", value: self.no.to_string() }
    }
}

/// As many entries of a chain as one root covers at most: what a proof has to read.
const MOST: i64 = 1 << 17;

/// Makes a root over the entries since the last one; `None` when there are none.
///
/// # Errors
/// [`StoreError::Contended`] when another process made one at the same moment.
pub fn make_root(conn: &mut Conn, at: NaiveDateTime) -> Result<Option<RootRow>, StoreError> {
    let last = latest_root(conn)?;
    let (mut spans, mut all) = (Vec::new(), Vec::new());
    for head in heads(conn)? {
        if head.seq > head.rooted {
            let range = (head.rooted + 1, head.seq.min(head.rooted + MOST));
            let found = hashes(conn, &head.chain, range)?;
            spans.push(Span::new(&head.chain, range, found.last().map_or(&[], Digest::as_slice)));
            all.extend(found);
        }
    }
    if all.is_empty() {
        return Ok(None);
    }
    let (no, prev) = last.map_or((1, UNWRITTEN.to_vec()), |it| (it.no + 1, it.hash));
    let (entries, tree) = (i64::try_from(all.len()).expect("a root covers few"), over(&all).to_vec());
    let mut row = RootRow { no, made_at: at, entries, spans: spans_text(&spans), tree, prev, hash: Vec::new() };
    row.hash = row.root()?.hash().to_vec();
    diesel::insert_into(ledger_root::table).values(&row).execute(conn)?;
    for span in &spans {
        let head = ledger_head::table.find(&span.chain);
        diesel::update(head).set(ledger_head::rooted.eq(span.last)).execute(conn)?;
        let index = (ledger_span::chain.eq(&span.chain), ledger_span::last_seq.eq(span.last), ledger_span::root.eq(no));
        diesel::insert_into(ledger_span::table).values(index).execute(conn)?;
    }
    Ok(Some(row))
}

/// The last root.
///
/// # Errors
/// [`StoreError`].
pub fn latest_root(conn: &mut Conn) -> Result<Option<RootRow>, StoreError> {
    Ok(ledger_root::table.order(ledger_root::no.desc()).first(conn).optional()?)
}

/// The root that covers an entry; `None` when none does yet.
///
/// # Errors
/// [`StoreError`].
pub fn root_over(conn: &mut Conn, chain: &str, seq: i64) -> Result<Option<RootRow>, StoreError> {
    let no: Option<i64> = ledger_span::table
        .filter(ledger_span::chain.eq(chain))
        .filter(ledger_span::last_seq.ge(seq))
        .order(ledger_span::last_seq)
        .select(ledger_span::root)
        .first(conn)
        .optional()?;
    no.map_or(Ok(None), |no| Ok(ledger_root::table.find(no).first(conn).optional()?))
}

/// Roots below a number, at most `limit`, the latest first.
///
/// # Errors
/// [`StoreError`].
pub fn roots(conn: &mut Conn, below: i64, limit: i64) -> Result<Vec<RootRow>, StoreError> {
    Ok(ledger_root::table.filter(ledger_root::no.lt(below)).order(ledger_root::no.desc()).limit(limit).load(conn)?)
}

/// Roots above a number, at most `limit`, the earliest first.
///
/// # Errors
/// [`StoreError`].
pub fn roots_after(conn: &mut Conn, above: i64, limit: i64) -> Result<Vec<RootRow>, StoreError> {
    Ok(ledger_root::table.filter(ledger_root::no.gt(above)).order(ledger_root::no).limit(limit).load(conn)?)
}
