//! Papers handed in with a case: their bytes are kept sealed, and only their digest is told to the ledger.

use std::io::Read;

use serde_json::json;

use super::{
    AffairError, Hand,
    scene::{again, rules_of},
};
use crate::{
    collect::Stored,
    ingest::Workshop,
    ledger::{Event, EventKind, Lane, hex},
    rights::{self, Case},
    store::{ledger, rights as kept, rights::Paper},
};

/// Bytes of one paper: a scan of some pages.
pub const PAPER_BYTES: u64 = 20 << 20;
/// Papers of one case.
pub const MOST_PAPERS: usize = 40;
/// Characters of a file's name.
const NAME_LENGTH: usize = 120;
/// A kind every case knows.
pub(super) const OTHER: &str = "other";

/// What a paper may begin with: PDF, JPEG, PNG, OFD and DOCX (ZIP). Nothing of it is ever opened or shown here.
const BEGINNINGS: [&[u8]; 4] = [b"%PDF-", b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1A\n", b"PK\x03\x04"];

/// A paper on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// What it is, by the rules of the case.
    pub kind: String,
    /// The file's name as given.
    pub file_name: String,
    /// The bytes, which are kept.
    pub stored: Stored,
}

/// Keeps the bytes of a paper, when they look like one.
///
/// # Errors
/// [`AffairError::Incomplete`] when they do not; [`crate::collect::BlobError`] when they are too many.
pub fn keep_paper(shop: &Workshop, bytes: &mut dyn Read) -> Result<Stored, AffairError> {
    let mut beginning = Vec::with_capacity(8);
    bytes.take(8).read_to_end(&mut beginning).map_err(crate::collect::BlobError::from)?;
    if !BEGINNINGS.iter().any(|it| beginning.starts_with(it)) {
        return Err(AffairError::Incomplete("材料应为 PDF、JPEG、PNG、OFD 或 DOCX 文件".to_owned()));
    }
    Ok(shop.blobs.keep(&mut beginning.as_slice().chain(bytes), PAPER_BYTES)?)
}

/// Adds a paper to a case that is open; the same bytes again change nothing. Gives all papers of the case.
///
/// # Errors
/// [`AffairError`].
pub fn hand_in(shop: &Workshop, id: i64, handed: &Handed, hand: &Hand) -> Result<Vec<Paper>, AffairError> {
    let now = shop.clock.now();
    again(shop, |conn| {
        let case = kept::find(conn, id)?.map(|it| it.case).filter(|it| hand.concerns(it));
        let case = case.ok_or(AffairError::NotFound("事项"))?;
        check(shop, &case, handed)?;
        if kept::papers(conn, case.opening.subject, id)?.len() >= MOST_PAPERS {
            return Err(AffairError::WrongState(format!("一个事项的材料不超过 {MOST_PAPERS} 份")));
        }
        let paper = Paper {
            subject: case.opening.subject,
            case: id,
            kind: handed.kind.clone(),
            file_name: plain(&handed.file_name),
            digest: handed.stored.digest,
            size: handed.stored.size,
            actor: hand.actor.clone(),
            made_at: now,
        };
        if let Some(change) = kept::add_paper(conn, &paper)? {
            let event = Event::new(Lane::Acts, EventKind::Case, now, &hand.actor).about(paper.subject).along(id);
            let digest = hex(&paper.digest);
            let said = json!({"case": id, "step": "paper", "paper": paper.kind, "size": paper.size, "digest": digest});
            ledger::append(conn, &[event.saying(said).changing([change])])?;
        }
        Ok(kept::papers(conn, paper.subject, id)?)
    })
}

fn check(shop: &Workshop, case: &Case, handed: &Handed) -> Result<(), AffairError> {
    if !case.state().is_open() {
        return Err(AffairError::WrongState(format!("事项处于“{}”，不再收取材料", case.state().name())));
    }
    let (_, rules) = rules_of(shop, &case.opening.rules)?;
    let known = rights::papers_of(rules, case.opening.kind);
    if handed.kind == OTHER || known.iter().any(|it| it.code == handed.kind) {
        return Ok(());
    }
    let codes: Vec<String> = known.iter().map(|it| format!("{}（{}）", it.code, it.name)).collect();
    Err(AffairError::Incomplete(format!("没有“{}”这一材料，应为 {} 或 other（其他）", handed.kind, codes.join("、"))))
}

/// A file's name without its folders and without what no name has.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|it| !it.is_control()).take(NAME_LENGTH).collect();
    if kept.trim().is_empty() { "未命名".to_owned() } else { kept.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_file_s_name_has_no_folder_and_no_control_character() {
        for (given, kept) in [
            ("承诺书.pdf", "承诺书.pdf"),
            ("../../etc/承诺书.pdf", "承诺书.pdf"),
            ("C:\\证明\\证明.png", "证明.png"),
            ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
            ("../", "未命名"),
            ("", "未命名"),
        ] {
            assert_eq!(plain(given), kept, "{given:?}");
        }
        assert_eq!(plain(&"长".repeat(500)).chars().count(), 120);
    }
}
