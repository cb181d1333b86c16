//! Batch screening (批量筛查): many codes at once, by what is kept of their standings, derived anew where it does not hold.

use std::{
    collections::{HashMap, HashSet},
    thread,
};

use chrono::NaiveDateTime;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{AffairError, sheet::is_told_of};
use crate::{
    dossier,
    ingest::Workshop,
    lending::{self, Basis, Head, Line, LineState, Row, Summary},
    policy::rules::Screening,
    standards::UnifiedSocialCreditCode,
    standing::Brief,
    store::{StoreError, screening as kept, sources},
};

/// An answer, ready to be sent.
pub struct Screened {
    /// Codes that were asked.
    pub lines: usize,
    /// SHA-256 of what was asked.
    pub digest: [u8; 32],
    /// The subjects that were found.
    pub subjects: Vec<i64>,
    /// A line of JSON with what was looked at, and one for each code.
    pub body: Vec<u8>,
}

/// A code that was asked.
struct Asked {
    /// As it was written, up to a length.
    text: String,
    /// What it is read as; none when it is malformed.
    code: Option<UnifiedSocialCreditCode>,
}

impl Asked {
    fn of(text: &str) -> Self {
        Self { text: text.chars().take(MOST).collect(), code: text.parse().ok() }
    }

    /// By what it is known: the code, else what was written.
    fn key(&self) -> &str {
        self.code.as_ref().map_or(self.text.as_str(), UnifiedSocialCreditCode::as_str)
    }
}

/// Characters of a line that are given back.
const MOST: usize = 64;

/// Screens the codes of a text, a line each: a code, a JSON string, or a JSON object with a `code`; asked at a moment
/// (UTC) before anything was looked at, and by the rules of the workshop.
///
/// # Errors
/// [`AffairError::Incomplete`] without a code or with too many.
pub fn screen(shop: &Workshop, at: NaiveDateTime, text: &str) -> Result<Screened, AffairError> {
    let day = shop.clock.day();
    let collected = shop.database.read(sources::all)?;
    let (pack, rules) = super::borrowing::rules(&shop.packs, day)?;
    let codes: Vec<Asked> = text.lines().map(str::trim).filter(|it| !it.is_empty()).map(parse).collect();
    if codes.is_empty() {
        return Err(AffairError::Incomplete("没有要筛查的代码".to_owned()));
    }
    if codes.len() > rules.screening.most {
        return Err(AffairError::Incomplete(format!("一次至多 {} 个代码", rules.screening.most)));
    }
    let basis = Basis::of(&rules.screening, (&shop.packs, day), &collected);
    let known = known(shop, &codes, (&rules.screening, &basis))?;
    let mut subjects: Vec<i64> = known.values().map(|it| it.0).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let used = shop.packs.of_standings(day).map(|it| it.reference()).chain([pack.reference()]).collect();
    let body = lines(basis.head(at, codes.len(), used), &codes, &known);
    Ok(Screened { lines: codes.len(), digest: Sha256::digest(text).into(), subjects, body })
}

fn parse(line: &str) -> Asked {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Json {
        Code(String),
        Object { code: String },
    }
    match line.as_bytes().first() {
        Some(b'"' | b'{') => match serde_json::from_str(line) {
            Ok(Json::Code(code) | Json::Object { code }) => Asked::of(&code),
            Err(_) => Asked { text: line.chars().take(MOST).collect(), code: None },
        },
        _ => Asked::of(line),
    }
}

/// Subjects of one look at the database; each is done on a thread of its own.
const SHARE: usize = 25_000;

type Known = HashMap<String, (i64, Summary)>;
/// By what a subject is screened.
type By<'r> = (&'r Screening, &'r Basis);

fn known(shop: &Workshop, codes: &[Asked], by: By<'_>) -> Result<Known, AffairError> {
    let mut seen = HashSet::with_capacity(codes.len());
    let mut wanted: Vec<String> =
        codes.iter().filter_map(|it| it.code).filter(|it| seen.insert(*it)).map(|it| it.as_str().to_owned()).collect();
    // Neighbours in the index are looked up together.
    wanted.sort_unstable();
    let shares = thread::scope(|scope| {
        let look = |share: &'_ [String]| look_up(shop, share, by);
        let looking: Vec<_> = wanted.chunks(SHARE).map(|share| scope.spawn(move || look(share))).collect();
        looking
            .into_iter()
            .map(|it| it.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect::<Result<Vec<Known>, _>>()
    })?;
    Ok(shares.into_iter().flatten().collect())
}

fn look_up(shop: &Workshop, codes: &[String], by: By<'_>) -> Result<Known, AffairError> {
    let day = shop.clock.day();
    let found = shop.database.read(|conn| kept::by_codes(conn, codes, day))?;
    let (kept, stale): (Vec<_>, Vec<_>) =
        found.into_iter().filter(|(_, it)| is_told_of(it.kind)).partition(|(_, it)| it.brief.is_some());
    let mut known = Known::with_capacity(kept.len() + stale.len());
    for (code, it) in kept {
        let brief: Brief = serde_json::from_str(it.brief.as_deref().unwrap_or("{}")).map_err(|_| spoiled(&code))?;
        known.insert(code, (it.subject, lending::summary(by.0, by.1, it.status.as_deref(), &brief.public())));
    }
    derive(shop, &stale, by, &mut known)?;
    Ok(known)
}

fn spoiled(code: &str) -> StoreError {
    StoreError::Spoiled { place: "standing.brief", value: code.to_owned() }
}

/// Subjects derived at once: what is kept of them does not hold today.
const DERIVED: usize = 500;

fn derive(
    shop: &Workshop,
    stale: &[(String, kept::Screened)],
    by: By<'_>,
    known: &mut Known,
) -> Result<(), AffairError> {
    let day = shop.clock.day();
    for part in stale.chunks(DERIVED) {
        let ids: Vec<i64> = part.iter().map(|(_, it)| it.subject).collect();
        let asked = shop.database.snapshot(|conn| dossier::ask_many(conn, shop, &ids, day, None))?;
        let briefs: HashMap<i64, Brief> =
            asked.iter().map(|it| (it.dossier.subject.id, it.standing.brief(&it.dossier).public())).collect();
        for (code, it) in part {
            let Some(brief) = briefs.get(&it.subject) else { continue };
            known.insert(code.clone(), (it.subject, lending::summary(by.0, by.1, it.status.as_deref(), brief)));
        }
    }
    Ok(())
}

fn lines(head: Head, codes: &[Asked], known: &Known) -> Vec<u8> {
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(codes.len());
    let mut out = Vec::with_capacity(4096 + codes.len() * 160);
    let mut write = |row: &Row| {
        serde_json::to_writer(&mut out, row).expect("texts and numbers are JSON");
        out.push(b'\n');
    };
    write(&Row::Head(head));
    for (n, asked) in (1..).zip(codes) {
        let key = asked.key();
        let before = *first.entry(key).or_insert(n);
        let summary = known.get(key).map(|it| it.1.clone());
        let state = match asked.code {
            None => LineState::MalformedCode,
            Some(_) if before < n => LineState::Duplicate,
            Some(_) if summary.is_some() => LineState::Found,
            Some(_) => LineState::UnknownCode,
        };
        let (code, credit_code) = (asked.text.clone(), (key != asked.text).then(|| key.to_owned()));
        let same_as = (state == LineState::Duplicate).then_some(before);
        write(&Row::Line(Line { n, code, credit_code, state: state.as_str(), same_as, summary }));
    }
    out
}
