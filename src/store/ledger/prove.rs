//! Proofs, gathered from the rows: checked by whoever has them, without us.

use serde_json::Value;

use super::{
    chains::{Row, entry, hashes, leaves, of_block},
    roots::{RootRow, root_over},
    rows::row_of,
};
use crate::{
    ledger::{
        Digest, EntryText, FORMAT, Proof, RootText, Short, VersionText, Way, hex, sha256, spans_digest, tree, unpack,
    },
    store::{Conn, StoreError, batches},
};

/// Whether there is a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provable {
    /// Here it is.
    Proof(Box<Proof>),
    /// No root covers the entry yet.
    NotYet,
    /// There is no such entry or version.
    Unknown,
    /// What stands in the database is not what the ledger tells: a verification says more.
    Contradicted,
}

/// Proves an entry.
///
/// # Errors
/// [`StoreError::Spoiled`] when ledger and root cannot even be laid side by side.
pub fn prove_entry(conn: &mut Conn, chain: &str, seq: i64) -> Result<Provable, StoreError> {
    let Some(row) = entry(conn, chain, seq)? else { return Ok(Provable::Unknown) };
    prove(conn, row, None)
}

/// Proves a version, known or former, as it stands in the database now.
///
/// # Errors
/// [`StoreError::Spoiled`] when version, ledger and root cannot even be laid side by side.
pub fn prove_version(conn: &mut Conn, id: i64) -> Result<Provable, StoreError> {
    let Some(version) = row_of(conn, id)? else { return Ok(Provable::Unknown) };
    let Some(block) = batches::containing(conn, id)? else { return Ok(Provable::Unknown) };
    let Some(row) = of_block(conn, block.first)? else { return Ok(Provable::Unknown) };
    let spoiled = || StoreError::Spoiled { place: "ledger_entry.leaves", value: format!("{}/{}", row.chain, row.seq) };
    let body: Value = serde_json::from_str(&row.body).map_err(|_| spoiled())?;
    let n = usize::try_from(body["n"].as_u64().ok_or_else(spoiled)?).map_err(|_| spoiled())?;
    let index = usize::try_from(id - block.first).map_err(|_| spoiled())?;
    let bytes = leaves(conn, &row.chain, row.seq)?.ok_or_else(spoiled)?;
    let written = unpack(&bytes, n).ok_or_else(spoiled)?;
    let path = tree::path(written.leaves.iter().map(Short::as_slice), index).ok_or_else(spoiled)?;
    let proved = (VersionText::of(&version.leaf()), Way::new(index, n, &path));
    prove(conn, row, Some(proved))
}

fn prove(conn: &mut Conn, row: Row, version: Option<(VersionText, Way)>) -> Result<Provable, StoreError> {
    let Some(root) = root_over(conn, &row.chain, row.seq)? else { return Ok(Provable::NotYet) };
    let way = way(conn, &row, &root)?;
    let leaves = if row.has_leaves { leaves(conn, &row.chain, row.seq)?.map(|it| hex(&sha256(&it))) } else { None };
    let entry = EntryText {
        chain: row.chain,
        seq: row.seq,
        kind: row.kind,
        moment: row.moment,
        actor: row.actor,
        subject: row.subject,
        body: row.body,
        first_id: row.first_id,
        leaves,
        prev: hex(&row.prev),
    };
    let spoiled = || StoreError::Spoiled { place: "ledger_root.hash", value: root.no.to_string() };
    let hash: Digest = root.hash.as_slice().try_into().map_err(|_| spoiled())?;
    let root = RootText {
        no: root.no,
        made_at: root.made_at,
        entries: root.entries,
        spans: hex(&spans_digest(&root.spans)),
        prev: hex(&root.prev),
    };
    let proof = Proof { format: FORMAT.to_owned(), version, entry, way, root };
    let holds = proof.check(&hash).is_ok();
    Ok(if holds { Provable::Proof(Box::new(proof)) } else { Provable::Contradicted })
}

/// The way from an entry to the tree of its root.
fn way(conn: &mut Conn, row: &Row, root: &RootRow) -> Result<Way, StoreError> {
    let spoiled = || StoreError::Spoiled { place: "ledger_root.spans", value: root.no.to_string() };
    let (mut all, mut at): (Vec<Digest>, Option<usize>) = (Vec::new(), None);
    for span in root.spans()? {
        if span.chain == row.chain && (span.first..=span.last).contains(&row.seq) {
            at = Some(all.len() + usize::try_from(row.seq - span.first).map_err(|_| spoiled())?);
        }
        all.extend(hashes(conn, &span.chain, (span.first, span.last))?);
    }
    let path = at.and_then(|it| tree::path(all.iter().map(Digest::as_slice), it));
    Ok(Way::new(at.unwrap_or(0), all.len(), &path.ok_or_else(spoiled)?))
}
