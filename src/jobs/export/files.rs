//! The files of a batch: written beside their names, and under them only when the bytes are on the disk.

use std::{
    fs::{self, File, TryLockError},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use super::{JobError, Order, Said, Written, spoiled};
use crate::{
    ingest::Workshop,
    record::{RecordState, Version},
    report::{Layout, Sheet, UpwardFormat},
    store::records,
};

/// The heading of the reason in the list of ended records.
const WHY: &str = "终止原因";

/// Two exports at once into one folder would write the same serial with different rows.
pub(super) fn alone(order: &Order<'_>) -> Result<File, JobError> {
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

/// `001501_20180307_00001`: 报文号, day, serial. A file of the serial that a killed run left is written anew under the
/// name it has, so that a serial never stands under two names.
pub(super) fn name(order: &Order<'_>, serial: u32, day: NaiveDate) -> Result<String, JobError> {
    let (head, tail) = (format!("{}_", order.message), format!("_{serial:05}"));
    for entry in fs::read_dir(&order.folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let stem = name.split('.').next().unwrap_or_default();
        let stem = stem.trim_end_matches("_withdrawn").trim_end_matches("_notices");
        if stem.starts_with(&head) && stem.ends_with(&tail) && order.cursor.is_some() {
            return Ok(stem.to_owned());
        }
    }
    Ok(format!("{head}{}{tail}", day.format("%Y%m%d")))
}

/// Writes the rows of a batch. What a layout can say of a withdrawn record is said in its own file; whatever else has
/// ended is listed beside, with why.
pub(super) fn batch(
    shop: &Workshop,
    order: &Order<'_>,
    layout: &Layout<'_>,
    (name, said): (&str, &[Said]),
) -> Result<Written, JobError> {
    let is_own =
        |it: &&Said| it.ended.is_none() || it.version.state == RecordState::Withdrawn && layout.says_withdrawn();
    let (own, beside): (Vec<&Said>, Vec<&Said>) = said.iter().partition(is_own);
    let ended = order.folder.join(format!("{name}_withdrawn.csv"));
    let ended = rows(shop, order, layout, (UpwardFormat::Csv, &ended, Some(WHY)), &beside)?;
    let path = order.folder.join(format!("{name}.{}", order.format));
    let path = rows(shop, order, layout, (order.format, &path, None), &own)?;
    Ok(Written { path, rows: own.len(), ended: ended.map(|it| (it, beside.len())), notices: None })
}

/// Writes a file of rows, if there are any.
fn rows(
    shop: &Workshop,
    order: &Order<'_>,
    layout: &Layout<'_>,
    (format, path, why): (UpwardFormat, &Path, Option<&str>),
    said: &[&Said],
) -> Result<Option<PathBuf>, JobError> {
    if said.is_empty() {
        return Ok(None);
    }
    let mut names = layout.names();
    names.extend(why);
    let mut sheet = Sheet::begin(format, &names, BufWriter::new(part(order)?))?;
    for it in said {
        let clear = if order.with_persons && layout.has_persons() { clear(shop, &it.version)? } else { None };
        let mut values = layout.values(&it.version, clear.as_ref()).map_err(|err| spoiled(&err))?;
        values.extend(why.and(it.ended).map(str::to_owned));
        sheet.row(&values)?;
    }
    finish(sheet.end()?, path)?;
    Ok(Some(path.to_owned()))
}

/// A file without a name in the order's folder.
pub(super) fn part(order: &Order<'_>) -> Result<NamedTempFile, JobError> {
    Ok(tempfile::Builder::new().prefix(".").suffix(".part").tempfile_in(&order.folder)?)
}

/// Gives a file its name when its bytes are on the disk.
pub(super) fn finish(mut out: BufWriter<NamedTempFile>, path: &Path) -> Result<(), JobError> {
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
