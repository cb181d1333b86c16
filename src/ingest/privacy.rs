//! The privacy self-check (隐私自查) of what is to be published: on the way in, and over what is published already.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{
    apply::{Job, entry},
    judge::Outcome,
    prepare::Item,
    workshop::Workshop,
};
use crate::{
    catalog::{Catalog, Exposure, FieldIndex, Resource},
    ledger::{Event, EventKind, Lane},
    policy::{Packs, rules::PrivacyRules},
    record::{Draft, RecordKey, RecordState, SubjectKind, Value as Cell, Version},
    seal::Keys,
    standards::privacy::{Hit, Leak},
    store::{
        Conn, StoreError,
        batches::{self, Block},
        corrections::{self, Finding, Found},
        ledger, marks, records, subjects,
    },
};

/// Looks at the free texts of one resource's records.
#[derive(Clone)]
pub struct Looker {
    rules: Arc<PrivacyRules>,
    keys: Keys,
    /// The free texts, by index and code.
    fields: Vec<(FieldIndex, String)>,
}

impl Looker {
    /// For a resource, by the rules of a day; `None` when no pack is in force, so that nothing is looked for.
    #[must_use]
    pub fn new(packs: &Packs, keys: &Keys, resource: &Resource, day: chrono::NaiveDate) -> Option<Self> {
        let (_, rules) = packs.privacy(day).next()?;
        let free = resource.fields.iter().enumerate().filter(|(_, it)| rules.looks_at(it));
        let fields = free.map(|(at, it)| (at, it.code.clone())).collect();
        Some(Self { rules: Arc::new(rules.clone()), keys: keys.clone(), fields })
    }

    /// The codes of the free texts.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(_, code)| code.as_str())
    }

    /// What must not be shown of a text; `own` is the subject's name.
    #[must_use]
    pub fn hits(&self, text: &str, own: Option<&str>) -> Vec<Hit> {
        self.rules.lexicon.hits(text, own.as_slice())
    }

    /// The keyed digest of a text: what was kept is kept for this text only.
    #[must_use]
    pub fn print(&self, text: &str) -> String {
        self.keys.blind(text)
    }

    pub(super) fn of_draft(&self, draft: &Draft<'_>, own: Option<&str>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (at, code) in &self.fields {
            if let Some(Cell::Text(text)) = draft.values.get(*at) {
                self.look(code, text, own, &mut found);
            }
        }
        found
    }

    fn of_payload(&self, payload: &Map<String, Value>, own: Option<&str>) -> Vec<Finding> {
        let mut found = Vec::new();
        for code in self.fields() {
            if let Some(Value::String(text)) = payload.get(code) {
                self.look(code, text, own, &mut found);
            }
        }
        found
    }

    fn look(&self, code: &str, text: &str, own: Option<&str>, found: &mut Vec<Finding>) {
        let hits = self.hits(text, own);
        if hits.is_empty() {
            return;
        }
        let mut counts: BTreeMap<Leak, i32> = BTreeMap::new();
        hits.iter().for_each(|it| *counts.entry(it.kind).or_default() += 1);
        let print = self.print(text);
        found.extend(counts.into_iter().map(|(kind, hits)| Finding {
            field: code.to_owned(),
            kind,
            hits,
            print: print.clone(),
        }));
    }
}

fn spoiled(id: i64) -> StoreError {
    StoreError::Spoiled { place: "record.payload", value: id.to_string() }
}

/// Opens a task for what the new versions of a chunk show, and closes those that were corrected. Says what the ledger is
/// to be told, if anything.
pub(super) fn note(
    conn: &mut Conn,
    (shop, job): (&Workshop, &Job<'_>),
    (items, outcome): (&[Item], &Outcome),
    block: Block,
) -> Result<Option<Event>, StoreError> {
    let (mut found, mut again) = (Vec::new(), BTreeSet::new());
    for (keep, id) in outcome.keep.iter().zip(block.first..) {
        let (entry, leaks) = (entry(items, keep.item), leaks(items, keep.item));
        if keep.revision > 1 {
            again.insert((keep.subject, entry.key));
        }
        let exposure = keep.completed.as_ref().map_or(entry.exposure, |it| it.facts.exposure);
        if keep.state == RecordState::Withdrawn || exposure != Exposure::Public {
            continue;
        }
        let findings = match &keep.completed {
            None => leaks.to_vec(),
            // The known version says more than the row did.
            Some(it) => completed(shop, job, &it.payload, entry.subject.name.as_deref()).ok_or_else(|| spoiled(id))?,
        };
        if !findings.is_empty() && entry.subject.kind != SubjectKind::Person {
            let (resource, unit) = (job.resource.code.as_str(), job.unit);
            found.push(Found { subject: keep.subject, key: entry.key, record: id, resource, unit, findings });
        }
    }
    if found.is_empty() && again.is_empty() {
        return Ok(None);
    }
    let now = job.stamp.now;
    let closed = corrections::correct(conn, &again, &found, (now, job.worker))?;
    let opened = corrections::open(conn, &found, now)?;
    let event = Event::new(Lane::Collect, EventKind::Correction, now, job.worker).along(job.id);
    let told = (!opened.is_empty() || !closed.is_empty()).then(|| event.and("delivery", job.id));
    Ok(told.map(|it| it.and("opened", opened).and("corrected", closed)))
}

fn leaks(items: &[Item], at: usize) -> &[Finding] {
    match &items[at] {
        Item::Taken { leaks, .. } => leaks,
        Item::Rejected(_) => &[],
    }
}

fn completed(shop: &Workshop, job: &Job<'_>, payload: &str, own: Option<&str>) -> Option<Vec<Finding>> {
    let looker = Looker::new(&shop.packs, &shop.keys, job.resource, job.stamp.day);
    let payload: Map<String, Value> = serde_json::from_str(payload).ok()?;
    Some(looker.map_or_else(Vec::new, |it| it.of_payload(&payload, own)))
}

/// How far a scan has come (自查进度).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scanned {
    /// Records looked at this time.
    pub records: u64,
    /// Tasks opened this time.
    pub opened: u64,
    /// Whether everything that is published now has been looked at.
    pub done: bool,
    /// Open tasks by unit and kind.
    pub open: Vec<(String, Leak, i64)>,
}

/// The mark a scan goes on from.
const MARK: &str = "privacy.scan";
/// Ids of one page, and so of one transaction.
const PAGE: i64 = 2_000;

/// Looks at what is published already, from where the last scan stopped; at most so many pages of records. A scan that
/// has come to its end begins anew the next time.
///
/// # Errors
/// [`StoreError`].
pub fn scan(shop: &Workshop, pages: Option<u64>, watch: &dyn Fn(&Scanned)) -> Result<Scanned, StoreError> {
    let mut scanned = Scanned::default();
    let (start, top) = shop.database.read(|conn| Ok::<_, StoreError>((marks::position(conn, MARK)?, top(conn)?)))?;
    let mut above = start.and_then(|it| it.parse().ok()).unwrap_or(0_i64);
    let mut left = pages.unwrap_or(u64::MAX);
    while above < top && left > 0 {
        let upto = (above + PAGE).min(top);
        let (records, opened) = page(shop, above, upto)?;
        scanned.records += records;
        scanned.opened += opened;
        (above, left) = (upto, left - 1);
        watch(&scanned);
    }
    scanned.done = above >= top;
    scanned.open = shop.database.write_again(|conn| {
        if scanned.done {
            marks::put(conn, MARK, "0", shop.clock.now())?;
        }
        corrections::counts(conn)
    })?;
    Ok(scanned)
}

/// The last version's id that is complete.
fn top(conn: &mut Conn) -> Result<i64, StoreError> {
    batches::settled(conn)
}

fn page(shop: &Workshop, above: i64, upto: i64) -> Result<(u64, u64), StoreError> {
    let versions = shop.database.read(|conn| records::by_id_range(conn, above, upto))?;
    let open: Vec<&Version> = versions
        .iter()
        .filter(|it| it.exposure == Exposure::Public.as_str() && it.state == RecordState::InForce)
        .collect();
    let ids: Vec<i64> = open.iter().map(|it| it.subject).collect::<BTreeSet<_>>().into_iter().collect();
    let known = shop.database.read(|conn| subjects::by_ids(conn, &ids))?;
    let mut lookers = Lookers { shop, catalog: &shop.catalog, known: BTreeMap::new() };
    let mut found = Vec::new();
    for version in &open {
        let subject = known.get(&version.subject).filter(|it| it.kind != SubjectKind::Person);
        let (Some(subject), Some(looker)) = (subject, lookers.of(&version.resource)) else { continue };
        let payload: Map<String, Value> = serde_json::from_str(&version.payload).map_err(|_| spoiled(version.id))?;
        let findings = looker.of_payload(&payload, subject.name.as_deref());
        if !findings.is_empty() {
            found.push(of_version(version, findings));
        }
    }
    let opened = shop.database.write_again(|conn| {
        let now = shop.clock.now();
        let opened = corrections::open(conn, &found, now)?;
        marks::put(conn, MARK, &upto.to_string(), now)?;
        if !opened.is_empty() {
            let event = Event::new(Lane::Acts, EventKind::Correction, now, "privacy.scan");
            ledger::append(conn, &[event.and("opened", opened.clone())])?;
        }
        Ok::<_, StoreError>(opened.len())
    })?;
    Ok((open.len() as u64, opened as u64))
}

fn of_version(version: &Version, findings: Vec<Finding>) -> Found<'_> {
    let key: RecordKey = version.key;
    let (resource, unit) = (version.resource.as_str(), version.unit.as_str());
    Found { subject: version.subject, key, record: version.id, resource, unit, findings }
}

/// One looker a resource.
struct Lookers<'l> {
    shop: &'l Workshop,
    catalog: &'l Catalog,
    known: BTreeMap<String, Option<Looker>>,
}

impl Lookers<'_> {
    fn of(&mut self, resource: &str) -> Option<&Looker> {
        let (shop, catalog) = (self.shop, self.catalog);
        let make = || {
            let resource = catalog.get(resource)?;
            Looker::new(&shop.packs, &shop.keys, resource, shop.clock.day())
        };
        self.known.entry(resource.to_owned()).or_insert_with(make).as_ref()
    }
}
