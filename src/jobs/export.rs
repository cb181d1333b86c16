//! Sending records upward (上报): numbered files of what is new or has ended since the cursor, each complete or not there
//! at all. A record that may no longer be shared is never sent as one that may, and who has it is told that it ended.

mod files;
mod notices;

use std::{fs, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::JobError;
use crate::{
    catalog::{Exposure, Resource},
    dossier::{self, Use},
    ingest::{IngestError, Workshop},
    ledger::deeds,
    record::{RecordState, Version},
    report::{Layout, UpwardFormat},
    store::{batches, ledger, marks, records, rights, upward, upward::Told},
};

/// How what an export does by itself is signed.
const EXPORT: &str = "export";

/// What is to be sent.
#[derive(Debug, Clone)]
pub struct Order<'r> {
    /// The resource.
    pub resource: &'r Resource,
    /// The format.
    pub format: UpwardFormat,
    /// The folder the files are put in.
    pub folder: PathBuf,
    /// 报文号: six characters every file name begins with.
    pub message: String,
    /// The name its position is remembered by, and what its receiver was told; without one, everything is sent each time.
    pub cursor: Option<String>,
    /// Records of these exposures only.
    pub exposures: Vec<Exposure>,
    /// Whether personal numbers are opened.
    pub with_persons: bool,
    /// Whether notices that wait (上报队列) go with it, when there is a cursor.
    pub with_notices: bool,
    /// Rows of a file.
    pub file_rows: usize,
}

impl Order<'_> {
    /// Whether records of this exposure are sent.
    fn shows(&self, version: &Version) -> bool {
        self.exposures.iter().any(|it| it.as_str() == version.exposure)
    }

    /// The name under which it is kept what the receiver was told.
    fn receiver(&self) -> Option<String> {
        self.cursor.as_ref().map(|it| format!("{it}/{}", self.resource.code))
    }
}

/// A batch that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file; `None` when there was nothing its layout can say.
    pub path: Option<PathBuf>,
    /// Rows in it.
    pub rows: usize,
    /// The list of ended records, when the layout has no place for them, and how many they are.
    pub ended: Option<(PathBuf, usize)>,
    /// The notices that waited, and how many they are.
    pub notices: Option<(PathBuf, usize)>,
}

/// How far an export has come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Position {
    /// Versions up to this id were sent.
    after: i64,
    /// Files written so far.
    serial: u32,
}

/// A record the receiver is told of.
struct Said {
    version: Version,
    /// Why it has ended, if it has.
    ended: Option<&'static str>,
}

/// Ids looked through at a time.
const STEP: i64 = 10_000;
/// Subjects derived at a time: their records are in memory together.
const PAGE: i64 = 500;
/// What was told is kept at the latest when so many wait for it.
const KEPT: usize = 20_000;

/// Writes what is new or has ended, telling `each` batch when it stands under its name and the position has moved past it.
///
/// # Errors
/// [`JobError`]; the batches told are complete, and the next run goes on behind them.
pub fn export(
    shop: &Workshop,
    order: &Order<'_>,
    each: &mut dyn FnMut(&Written) -> Result<(), JobError>,
) -> Result<(), JobError> {
    fs::create_dir_all(&order.folder)?;
    let _held_until_the_end = files::alone(order)?;
    // Read before any record is looked at: what a notice tells of is in this batch or in an earlier one.
    let waiting = notices::waiting(shop, order)?;
    let (layout, position) = (Layout::new(order.resource), position(shop, order)?);
    let mut run = Run { shop, order, layout, position, said: Vec::new(), told: Vec::new(), each };
    run.turned()?;
    // What is told by then is kept before a version of the same record has its turn.
    run.send(run.position.after, &[])?;
    let after = run.fresh()?;
    run.send(after, &waiting)
}

/// An export on its way.
struct Run<'a> {
    shop: &'a Workshop,
    order: &'a Order<'a>,
    layout: Layout<'a>,
    position: Position,
    /// What goes into the next file.
    said: Vec<Said>,
    /// What the receiver then was told.
    told: Vec<Told>,
    each: &'a mut dyn FnMut(&Written) -> Result<(), JobError>,
}

impl Run<'_> {
    /// Looks again at records the receiver knows, whose standing has changed or whose term is over.
    fn turned(&mut self) -> Result<(), JobError> {
        let Some(receiver) = self.order.receiver() else { return Ok(()) };
        let (shop, day, mut above) = (self.shop, self.shop.clock.day(), i64::MIN);
        loop {
            let page = |conn: &mut _| upward::turned(conn, &receiver, (day, above), PAGE);
            let subjects = shop.database.read(page)?;
            let Some(last) = subjects.last() else { return Ok(()) };
            above = *last;
            let (told, mut uses) = shop.database.snapshot(|conn| {
                Ok::<_, JobError>((upward::of(conn, &receiver, &subjects)?, dossier::uses(conn, shop, &subjects, day)?))
            })?;
            for (at, was_live) in told {
                let Some(found) = uses.remove(&at) else { continue };
                // A version that is still to be sent is told in its turn; that a record has ended is told at once.
                if found.version.id <= self.position.after || !self.is_live(&found) {
                    self.tell(found, Some(was_live), false);
                    self.send_full(self.position.after)?;
                }
            }
        }
    }

    /// Looks through the versions behind the position; gives the last id that was settled.
    fn fresh(&mut self) -> Result<i64, JobError> {
        let (shop, day, receiver) = (self.shop, self.shop.clock.day(), self.order.receiver());
        let settled = shop.database.read(batches::settled)?;
        let mut above = self.position.after;
        while above < settled {
            let upto = settled.min(above + STEP);
            let mut found = shop.database.read(|conn| records::by_id_range(conn, above, upto))?;
            // What is no longer shown may have been shown before.
            let looks =
                |it: &Version| it.resource == self.order.resource.code && (receiver.is_some() || self.order.shows(it));
            found.retain(looks);
            let ids: Vec<_> = found.into_iter().map(|it| (it.id, (it.subject, it.key))).collect();
            for part in ids.chunks(usize::try_from(PAGE).expect("small")) {
                let mut subjects: Vec<i64> = part.iter().map(|(_, (subject, _))| *subject).collect();
                subjects.sort_unstable();
                subjects.dedup();
                let (told, mut uses) = shop.database.snapshot(|conn| {
                    let told = receiver.as_ref().map(|it| upward::of(conn, it, &subjects)).transpose()?;
                    Ok::<_, JobError>((told.unwrap_or_default(), dossier::uses(conn, shop, &subjects, day)?))
                })?;
                for (id, at) in part {
                    // A version that came in the meantime is behind what is settled, and told later.
                    if let Some(found) = uses.remove(at).filter(|it| it.version.id == *id) {
                        self.tell(found, told.get(at).copied(), true);
                        self.send_full(*id)?;
                    }
                }
            }
            above = upto;
        }
        Ok(settled.max(self.position.after))
    }

    fn is_live(&self, found: &Use) -> bool {
        self.order.shows(&found.version) && found.version.state == RecordState::InForce && found.usable
    }

    /// Takes up what the receiver has to be told of a record: of one it does not know only what may be shared, or that
    /// its unit withdrew it.
    fn tell(&mut self, found: Use, was_live: Option<bool>, is_new: bool) {
        let (is_live, shown) = (self.is_live(&found), self.order.shows(&found.version));
        let is_withdrawn = found.version.state == RecordState::Withdrawn;
        if was_live.is_none() && !shown {
            return;
        }
        let told = Told {
            subject: found.version.subject,
            key: found.version.key,
            owner: found.owner,
            mark: found.mark,
            turns_on: found.turns_on,
            is_live,
        };
        self.told.push(told);
        let ended = match (is_live, was_live) {
            (true, Some(true)) if !is_new => return,
            (true, _) => None,
            (false, Some(true)) if is_withdrawn => Some("已撤销"),
            (false, Some(true)) if !shown => Some("不再共享"),
            (false, Some(true)) => Some(found.state.name()),
            (false, None) if is_withdrawn => Some("已撤销"),
            (false, None | Some(false)) => return,
        };
        self.said.push(Said { version: found.version, ended });
    }

    /// Sends what fills a file.
    fn send_full(&mut self, after: i64) -> Result<(), JobError> {
        if self.said.len() >= self.order.file_rows || self.told.len() >= KEPT {
            self.send(after, &[])?;
        }
        Ok(())
    }

    /// Writes a batch to the next file, and in one transaction moves the position past it, keeps what was told and says
    /// that the notices are sent.
    fn send(&mut self, after: i64, waiting: &[rights::Notice]) -> Result<(), JobError> {
        let (said, told) = (std::mem::take(&mut self.said), std::mem::take(&mut self.told));
        let mut next = Position { after, ..self.position.clone() };
        let mut written = None;
        if !said.is_empty() || !waiting.is_empty() {
            next.serial += 1;
            let name = files::name(self.order, next.serial, self.shop.clock.day())?;
            let mut batch = files::batch(self.shop, self.order, &self.layout, (&name, &said))?;
            batch.notices = notices::write(self.shop, self.order, (&name, waiting))?;
            written = Some(batch);
        }
        self.keep(&next, &told, waiting)?;
        self.position = next;
        written.map_or(Ok(()), |it| (self.each)(&it))
    }

    fn keep(&self, next: &Position, told: &[Told], waiting: &[rights::Notice]) -> Result<(), JobError> {
        let (Some(cursor), Some(receiver)) = (&self.order.cursor, self.order.receiver()) else { return Ok(()) };
        let text = serde_json::to_string(next).expect("numbers are JSON");
        let (now, ids) = (self.shop.clock.now(), waiting.iter().map(|it| it.id).collect::<Vec<_>>());
        Ok(self.shop.database.write_again(|conn| {
            upward::put(conn, &receiver, told)?;
            let changes = rights::sent(conn, &ids, now)?;
            marks::put(conn, &mark(cursor), &text, now)?;
            if !changes.is_empty() {
                ledger::append(conn, &[deeds::notices_sent(changes, now, EXPORT)])?;
            }
            Ok(())
        })?)
    }
}

fn spoiled(err: &dyn std::fmt::Display) -> JobError {
    IngestError::Spoiled(err.to_string()).into()
}

fn mark(cursor: &str) -> String {
    format!("export/{cursor}")
}

fn position(shop: &Workshop, order: &Order<'_>) -> Result<Position, JobError> {
    let Some(cursor) = &order.cursor else { return Ok(Position::default()) };
    match shop.database.read(|conn| marks::position(conn, &mark(cursor)))? {
        None => Ok(Position::default()),
        Some(text) => serde_json::from_str(&text).map_err(|err| spoiled(&err)),
    }
}
