//! What becomes of the rows of a chunk, each counted once. Pure: what is known comes in, what is to be written goes out.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::{
    FaultView,
    prepare::{Doubtful, Item},
};
use crate::{
    catalog::{FieldIndex, Resource},
    policy::{NamePolicy, Reaction},
    record::{DoubtKind, FaultCode, Grade, RecordKey, RecordState, Verdict},
    resolve::{
        Directory, Entry, Hints, Naming, PayloadFacts, Resolution, Standing, hints_of_row, resolve, take_register,
        verdict,
    },
    standards::mask,
    store::{bulk::Known, doubts, tallies::Counted},
};

/// A record's identity.
pub(super) type Pair = (i64, RecordKey);

/// An entry whose subject is known.
pub(super) struct Located {
    /// Its place in the chunk.
    pub item: usize,
    /// The subject its record stands under.
    pub subject: i64,
}

/// A version to be kept.
pub(super) struct Keep {
    pub item: usize,
    pub subject: i64,
    pub revision: i32,
    pub state: RecordState,
    /// Payload and seal, when the known version completed them.
    pub completed: Option<Completed>,
}

/// What a payload becomes when the known version says what its dialect cannot.
#[derive(Clone)]
pub(super) struct Completed {
    pub payload: String,
    pub facts: PayloadFacts,
    pub content: [u8; 32],
    pub sealed: Option<Vec<u8>>,
}

/// A doubtful row to be kept.
pub(super) struct NewDoubt {
    pub kind: DoubtKind,
    pub row: u64,
    pub faults: Vec<FaultView>,
    pub cells: String,
    pub hints: Hints,
    pub candidates: Option<Vec<i64>>,
}

/// What is to be written for a chunk.
#[derive(Default)]
pub(super) struct Outcome {
    /// Versions that become what is known, by subject and key.
    pub keep: Vec<Keep>,
    /// What they replace.
    pub replaced: Vec<Known>,
    /// Versions that are former from the start.
    pub old: Vec<Keep>,
    pub doubts: Vec<NewDoubt>,
    pub remarks: Vec<(u64, FaultView)>,
    /// Open doubts these rows bring right.
    pub corrected: Vec<i64>,
    pub counted: Counted,
}

/// What is known, for judging.
#[derive(Default)]
pub(super) struct Knowledge {
    /// The versions in force.
    pub known: HashMap<Pair, (Known, Standing)>,
    /// What entries become beside them, by place in the chunk.
    pub completed: HashMap<usize, Completed>,
    /// Contents of former versions.
    pub former: HashMap<Pair, Vec<[u8; 32]>>,
}

/// Finds the subjects of a chunk's rows; rows without one, and those whose name is refused, become doubts.
pub(super) fn locate(
    directory: &mut Directory,
    items: &[Item],
    (resource, names, day): (&Resource, &NamePolicy, NaiveDate),
    outcome: &mut Outcome,
) -> Vec<Located> {
    let mut located = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let (entry, cells) = match item {
            Item::Taken { entry, remarks, cells, .. } => {
                outcome.remarks.extend(remarks.iter().map(|it| (entry.row, it.clone())));
                (entry, cells)
            }
            Item::Rejected(row) => {
                outcome.counted.tally.reject();
                outcome.doubts.push(rejected(row));
                continue;
            }
        };
        match resolve(directory, entry) {
            Resolution::Subject(subject, Naming::Agrees) => located.push(Located { item: at, subject }),
            Resolution::Subject(subject, Naming::Differs { delivered, registered, formerly }) => {
                let accepted = formerly && names.former_names(day);
                match names.reaction(resource.class.as_str(), day) {
                    Reaction::Refuse if !accepted => {
                        outcome.counted.tally.reject();
                        outcome.doubts.push(misnamed(resource, entry, &delivered, &registered));
                        continue;
                    }
                    Reaction::Flag if !accepted => {
                        let fault = naming(entry.row, FaultCode::NameMismatch, &delivered, &registered);
                        outcome.remarks.push((entry.row, fault));
                    }
                    Reaction::Accept | Reaction::Flag | Reaction::Refuse => {}
                }
                located.push(Located { item: at, subject });
            }
            Resolution::Held(held) => {
                outcome.counted.tally.hold();
                outcome.doubts.push(unlinked(resource, entry, cells.as_deref(), held.candidates));
            }
        }
    }
    located
}

/// Judges located rows; they come sorted by subject, key and row.
pub(super) fn judge(
    directory: &mut Directory,
    items: &[Item],
    located: &[Located],
    knowledge: &Knowledge,
    (scene, outcome): (&Scene<'_>, &mut Outcome),
) {
    let mut group: Option<(Pair, Current)> = None;
    for place in located {
        let Item::Taken { entry, .. } = &items[place.item] else { continue };
        let pair = (place.subject, entry.key);
        let mut current = match group.take() {
            Some((known, current)) if known == pair => current,
            _ => Current::new(knowledge.known.get(&pair)),
        };
        let completed = knowledge.completed.get(&place.item).cloned();
        let standing = Standing {
            content: completed.as_ref().map_or(entry.content, |it| it.content),
            delivery: scene.delivery,
            // Only a stamp the row itself has says which version is later.
            stamp: entry.stamp,
            state: if entry.ended { RecordState::Withdrawn } else { RecordState::InForce },
            unit: scene.unit.to_owned(),
            by_request: false,
        };
        let mut found = verdict(&standing, current.standing.as_ref());
        if found == Verdict::Outdated && knowledge.former.get(&pair).is_some_and(|it| it.contains(&standing.content)) {
            found = Verdict::Repeated;
        }
        let keep = Keep {
            item: place.item,
            subject: place.subject,
            revision: current.revision + 1,
            state: standing.state,
            completed,
        };
        enter(found, keep, standing, &mut current, outcome);
        if found == Verdict::Conflicting {
            outcome.doubts.push(conflicting(scene, entry, current.standing.as_ref()));
        } else {
            corrected(scene.hints, entry, outcome);
        }
        if matches!(found, Verdict::New | Verdict::Revised | Verdict::Withdrawn) {
            take_register(directory, place.subject, entry);
        }
        count(found, entry, outcome);
        group = Some((pair, current));
    }
}

/// What judging looks at beside the rows.
pub(super) struct Scene<'s> {
    pub delivery: i64,
    pub unit: &'s str,
    pub resource: &'s Resource,
    pub hints: &'s doubts::Hints,
}

/// What is known of one record while the rows with its key are judged.
struct Current {
    standing: Option<Standing>,
    revision: i32,
    stored: Option<Known>,
    /// The place in `Outcome::keep` of the version this chunk itself keeps.
    mine: Option<usize>,
}

impl Current {
    fn new(known: Option<&(Known, Standing)>) -> Self {
        Self {
            standing: known.map(|(_, standing)| standing.clone()),
            revision: known.map_or(0, |(known, _)| known.revision),
            stored: known.map(|(known, _)| known.clone()),
            mine: None,
        }
    }
}

fn enter(found: Verdict, keep: Keep, standing: Standing, current: &mut Current, outcome: &mut Outcome) {
    match found {
        Verdict::New | Verdict::Revised | Verdict::Withdrawn => {
            current.revision = keep.revision;
            current.standing = Some(standing);
            outcome.replaced.extend(current.stored.take());
            match current.mine {
                // A version that the same chunk replaces is former at once.
                Some(at) => outcome.old.push(std::mem::replace(&mut outcome.keep[at], keep)),
                None => {
                    current.mine = Some(outcome.keep.len());
                    outcome.keep.push(keep);
                }
            }
        }
        Verdict::Outdated => outcome.old.push(Keep { revision: current.revision, ..keep }),
        Verdict::Repeated | Verdict::Conflicting => {}
    }
}

fn count(found: Verdict, entry: &Entry, outcome: &mut Outcome) {
    outcome.counted.tally.count(found);
    if let (Verdict::New, Some(late)) = (found, entry.late) {
        outcome.counted.timed += 1;
        outcome.counted.late += u64::from(late);
    }
}

fn corrected(hints: &doubts::Hints, entry: &Entry, outcome: &mut Outcome) {
    let known = [
        entry.hints.by_name.and_then(|it| hints.by_name.get(it.as_slice())),
        entry.hints.by_code.and_then(|it| hints.by_code.get(it.as_slice())),
    ];
    outcome.corrected.extend(known.into_iter().flatten().flatten());
}

fn rejected(row: &Doubtful) -> NewDoubt {
    NewDoubt {
        kind: DoubtKind::Fault,
        row: row.row,
        faults: row.faults.clone(),
        cells: row.cells.clone(),
        hints: row.hints.clone(),
        candidates: None,
    }
}

fn of_entry(resource: &Resource, entry: &Entry, kind: DoubtKind, fault: FaultView) -> NewDoubt {
    NewDoubt {
        kind,
        row: entry.row,
        faults: vec![fault],
        cells: cells(resource, &entry.payload),
        hints: hints(resource, &entry.payload),
        candidates: None,
    }
}

fn conflicting(scene: &Scene<'_>, entry: &Entry, known: Option<&Standing>) -> NewDoubt {
    let code = match known {
        Some(known) if known.unit != scene.unit => FaultCode::OtherUnit,
        Some(known) if known.by_request => FaultCode::WithdrawnByRequest,
        Some(_) | None => FaultCode::Conflict,
    };
    let fault = FaultView::of_row(entry.row, code, Grade::Error, code.meaning().to_owned());
    of_entry(scene.resource, entry, DoubtKind::Conflict, fault)
}

fn misnamed(resource: &Resource, entry: &Entry, delivered: &str, registered: &str) -> NewDoubt {
    let fault = naming(entry.row, FaultCode::NameMismatchRefused, delivered, registered);
    of_entry(resource, entry, DoubtKind::Fault, fault)
}

fn unlinked(resource: &Resource, entry: &Entry, raw: Option<&str>, candidates: Vec<i64>) -> NewDoubt {
    let code = FaultCode::SubjectUncertain;
    let message = if candidates.is_empty() {
        code.meaning().to_owned()
    } else {
        format!("{}；按名称找到 {} 个可能的主体", code.meaning(), candidates.len())
    };
    let fault = FaultView::of_row(entry.row, code, code.grade(), message);
    let doubt = of_entry(resource, entry, DoubtKind::Unlinked, fault);
    NewDoubt { cells: raw.map_or(doubt.cells, str::to_owned), candidates: Some(candidates), ..doubt }
}

fn naming(row: u64, code: FaultCode, delivered: &str, registered: &str) -> FaultView {
    let (delivered, registered) = (mask::numbers_in_text(delivered), mask::numbers_in_text(registered));
    let message = format!("报送名称“{delivered}”与该代码的登记名称“{registered}”不一致");
    FaultView { value: delivered.into_owned(), ..FaultView::of_row(row, code, code.grade(), message) }
}

/// How the correction of an entry that is doubtful all the same is recognised.
fn hints(resource: &Resource, payload: &str) -> Hints {
    let values = values(payload);
    let text = |field: FieldIndex| match values.get(&resource.fields[field].code) {
        Some(serde_json::Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    hints_of_row(resource, &text)
}

fn values(payload: &str) -> serde_json::Map<String, serde_json::Value> {
    serde_json::from_str(payload).expect("a payload is the JSON object we wrote")
}

/// The cells of an entry again, by the template's headings, for a row that passed the check and is doubtful all the same.
fn cells(resource: &Resource, payload: &str) -> String {
    let values = values(payload);
    let pairs: Vec<(&str, String)> = resource
        .fields
        .iter()
        .map(|field| {
            let text = values.get(&field.code).map_or_else(String::new, |it| crate::resolve::cell_text(field, it));
            (field.name.as_str(), text)
        })
        .collect();
    serde_json::to_string(&pairs).expect("texts are JSON")
}

/// When and by what the versions of a chunk are kept.
#[derive(Clone, Copy)]
pub(super) struct Stamp {
    pub day: NaiveDate,
    pub now: NaiveDateTime,
}
