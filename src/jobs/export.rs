//! Sending records upward (上报): numbered files of what is new since the cursor, each complete or not there at all.

use std::{
    fs::{self, File, TryLockError},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::JobError;
use crate::{
    catalog::{Exposure, Resource},
    ingest::{IngestError, Workshop},
    record::{RecordState, Version},
    report::{Layout, Sheet, UpwardFormat},
    store::{batches, marks, records},
};

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
    /// The name its position is remembered by; without one, everything is sent each time.
    pub cursor: Option<String>,
    /// Records of these exposures only.
    pub exposures: Vec<Exposure>,
    /// Whether personal numbers are opened.
    pub with_persons: bool,
    /// Rows of a file.
    pub file_rows: usize,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file; `None` when all records were withdrawn ones its layout cannot say.
    pub path: Option<PathBuf>,
    /// Rows in it.
    pub rows: usize,
    /// The list of withdrawn records, when the layout has no place for them, and how many they are.
    pub withdrawn: Option<(PathBuf, usize)>,
}

/// How far an export has come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Position {
    /// Versions up to this id were sent.
    after: i64,
    /// Files written so far.
    serial: u32,
}

/// Ids looked through at a time: their records are in memory together.
const STEP: i64 = 10_000;

/// Writes what is new, telling `each` file when it stands under its name and the position has moved past it.
///
/// # Errors
/// [`JobError`]; the files told are complete, and the next run goes on behind them.
pub fn export(
    shop: &Workshop,
    order: &Order<'_>,
    each: &mut dyn FnMut(&Written) -> Result<(), JobError>,
) -> Result<(), JobError> {
    fs::create_dir_all(&order.folder)?;
    let _held_until_the_end = alone(order)?;
    let mut position = position(shop, order)?;
    let settled = shop.database.read(batches::settled)?;
    let layout = Layout::new(order.resource);
    let (mut batch, mut above) = (Vec::new(), position.after);
    while above < settled {
        let upto = settled.min(above + STEP);
        let mut found = shop.database.read(|conn| records::by_id_range(conn, above, upto))?;
        found.retain(|it| is_wanted(order, it));
        for version in found {
            batch.push(version);
            if batch.len() >= order.file_rows {
                let after = batch.last().map_or(upto, |it| it.id);
                send(shop, order, &layout, (&mut batch, &mut position, after), each)?;
            }
        }
        above = upto;
    }
    if batch.is_empty() {
        position.after = settled.max(position.after);
        return keep(shop, order, &position);
    }
    send(shop, order, &layout, (&mut batch, &mut position, settled), each)
}

/// Two exports at once into one folder would write the same serial with different rows.
fn alone(order: &Order<'_>) -> Result<File, JobError> {
    let lock = File::create(order.folder.join(".export.lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::Error(err)) => Err(err.into()),
        Err(TryLockError::WouldBlock) => {
            let folder = order.folder.display();
            Err(JobError::Refused(format!("另一个导出正在写目录 {folder}，请待其结束")))
        }
    }
}

fn is_wanted(order: &Order<'_>, version: &Version) -> bool {
    version.resource == order.resource.code && order.exposures.iter().any(|it| it.as_str() == version.exposure)
}

/// Writes a batch to the next file and moves the position past it.
fn send(
    shop: &Workshop,
    order: &Order<'_>,
    layout: &Layout<'_>,
    (batch, position, after): (&mut Vec<Version>, &mut Position, i64),
    each: &mut dyn FnMut(&Written) -> Result<(), JobError>,
) -> Result<(), JobError> {
    let serial = position.serial + 1;
    let name = name(order, serial, shop.clock.day())?;
    let is_unsaid = |it: &Version| it.state == RecordState::Withdrawn && !layout.says_withdrawn();
    let (unsaid, said): (Vec<Version>, Vec<Version>) = std::mem::take(batch).into_iter().partition(is_unsaid);
    let write = |format, name: String, versions: &[Version]| -> Result<Option<PathBuf>, JobError> {
        if versions.is_empty() {
            return Ok(None);
        }
        let path = order.folder.join(name);
        write(shop, order, layout, (format, &path), versions)?;
        Ok(Some(path))
    };
    let withdrawn = write(UpwardFormat::Csv, format!("{name}_withdrawn.csv"), &unsaid)?;
    let path = write(order.format, format!("{name}.{}", order.format), &said)?;
    *position = Position { after, serial };
    keep(shop, order, position)?;
    each(&Written { path, rows: said.len(), withdrawn: withdrawn.map(|it| (it, unsaid.len())) })
}

/// `001501_20180307_00001`: 报文号, day, serial. A file of the serial that a killed run left is written anew under the
/// name it has, so that a serial never stands under two names.
fn name(order: &Order<'_>, serial: u32, day: NaiveDate) -> Result<String, JobError> {
    let (head, tail) = (format!("{}_", order.message), format!("_{serial:05}"));
    for entry in fs::read_dir(&order.folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let stem = name.split('.').next().unwrap_or_default().trim_end_matches("_withdrawn");
        if stem.starts_with(&head) && stem.ends_with(&tail) && order.cursor.is_some() {
            return Ok(stem.to_owned());
        }
    }
    Ok(format!("{head}{}{tail}", day.format("%Y%m%d")))
}

/// Writes beside the name, and gives the name only when the bytes are on the disk.
fn write(
    shop: &Workshop,
    order: &Order<'_>,
    layout: &Layout<'_>,
    (format, path): (UpwardFormat, &Path),
    versions: &[Version],
) -> Result<(), JobError> {
    let part = tempfile::Builder::new().prefix(".").suffix(".part").tempfile_in(&order.folder)?;
    let mut sheet = Sheet::begin(format, &layout.names(), BufWriter::new(part))?;
    for version in versions {
        let clear = if order.with_persons && layout.has_persons() { clear(shop, version)? } else { None };
        let values = layout.values(version, clear.as_ref()).map_err(|err| spoiled(&err))?;
        sheet.row(&values)?;
    }
    let mut out = sheet.end()?;
    out.flush()?;
    let part = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    readable(part.as_file())?;
    part.as_file().sync_all()?;
    part.persist(path).map_err(|err| err.error)?;
    Ok(())
}

/// Temporary files are their owner's alone; these are for whoever sends them on, as other files of the folder are.
fn readable(file: &File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o640))?;
    }
    #[cfg(not(unix))]
    let _as_it_is = file;
    Ok(())
}

/// The personal numbers of a version, by field code.
fn clear(shop: &Workshop, version: &Version) -> Result<Option<Map<String, Value>>, JobError> {
    let sealed = shop.database.read(|conn| records::sealed(conn, version.subject, &version.key))?;
    let Some(sealed) = sealed else { return Ok(None) };
    let opened = shop.keys.open(&sealed, &version.key).map_err(|err| spoiled(&err))?;
    serde_json::from_slice(&opened).map(Some).map_err(|err| spoiled(&err))
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

fn keep(shop: &Workshop, order: &Order<'_>, position: &Position) -> Result<(), JobError> {
    let Some(cursor) = &order.cursor else { return Ok(()) };
    let text = serde_json::to_string(position).expect("numbers are JSON");
    let now = shop.clock.now();
    Ok(shop.database.write_again(|conn| marks::put(conn, &mark(cursor), &text, now))?)
}
