//! The inbox (收件目录): a file under `<unit>/<resource>/` is taken when it is whole, and put away beside its report.
//!
//! A file is claimed by renaming it and locking it, so that two processes never take one; what a killed process left
//! behind is no longer locked, and is taken again. Knows no catalogue and no database.

use std::{
    collections::HashMap,
    ffi::{OsStr, OsString},
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

/// Folders of the inbox itself; no unit or resource has such a code.
const WORKING: &str = "working";
const OWN: [&str; 3] = [WORKING, "done", "failed"];
/// Says that the file of the same name before it is whole.
const MARKER: &str = "done";
/// What senders call files that are on their way.
const UNFINISHED: [&str; 5] = ["part", "tmp", "filepart", "crdownload", "swp"];

named! {
    /// Where a file is put away (处理结果).
    pub enum Fate {
        /// 已受理
        Done = "done",
        /// 未受理
        Failed = "failed",
    }
}

/// An inbox that is looked through again and again.
#[derive(Debug)]
pub struct Inbox {
    folder: PathBuf,
    settle: Duration,
    seen: HashMap<PathBuf, Seen>,
}

/// A file as it was when it last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    size: u64,
    modified: SystemTime,
    since: Instant,
}

/// A file that may be claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    path: PathBuf,
    /// The folder it was sent to.
    home: PathBuf,
    /// As it was sent.
    name: OsString,
    unit: Option<String>,
    resource: Option<String>,
    is_left_over: bool,
}

/// A file that nobody else takes while this value lives.
#[derive(Debug)]
pub struct Claimed {
    /// The unit's folder; `None` when the file lies too high.
    pub unit: Option<String>,
    /// The resource's folder; `None` when the file lies too high.
    pub resource: Option<String>,
    /// The bytes.
    pub file: File,
    name: OsString,
    home: PathBuf,
    path: PathBuf,
}

/// Where a claimed file and its reports go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    /// The file.
    pub file: PathBuf,
    /// Its report for machines.
    pub json: PathBuf,
    /// The workbook of its bad rows.
    pub xlsx: PathBuf,
}

impl Inbox {
    /// Opens an inbox, making its folder; a file is whole when it did not change for `settle`.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(folder: &Path, settle: Duration) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), settle, seen: HashMap::new() })
    }

    /// Looks for files to claim: those that are whole, and those a killed process left behind. A folder that cannot be
    /// read does not hold up the others.
    ///
    /// # Errors
    /// When the inbox itself cannot be read.
    pub fn look(&mut self, now: Instant) -> io::Result<Vec<Candidate>> {
        let (mut found, mut present) = (Vec::new(), HashMap::new());
        let top = Home { path: self.folder.clone(), unit: None, resource: None };
        self.look_into(&top, now, &mut found, &mut present)?;
        for (unit, path) in folders(&self.folder)? {
            let home = Home { path, unit: Some(unit.clone()), resource: None };
            for home in std::iter::once(Ok(home.clone())).chain(below(&home)) {
                let looked = home.and_then(|it| self.look_into(&it, now, &mut found, &mut present));
                if let Err(err) = looked {
                    tracing::warn!(unit, error = %err, "a folder of the inbox cannot be read");
                }
            }
        }
        self.seen = present;
        found.sort_by(|one, other| (!one.is_left_over, &one.path).cmp(&(!other.is_left_over, &other.path)));
        Ok(found)
    }

    fn look_into(
        &self,
        home: &Home,
        now: Instant,
        found: &mut Vec<Candidate>,
        present: &mut HashMap<PathBuf, Seen>,
    ) -> io::Result<()> {
        let names = files(&home.path)?;
        for name in &names {
            let path = home.path.join(name);
            if is_marker(name) || is_unfinished(name) {
                continue;
            }
            let Some(seen) = self.seen(&path, now)? else { continue };
            let marked = names.contains(&marker(name));
            if marked || now.duration_since(seen.since) >= self.settle && self.seen.contains_key(&path) {
                found.push(home.candidate(path, name.clone(), false));
            } else {
                present.insert(path, seen);
            }
        }
        let working = home.path.join(WORKING);
        if working.is_dir() {
            for name in files(&working)? {
                found.push(home.candidate(working.join(&name), original(&name), true));
            }
        }
        Ok(())
    }

    /// The file as it is now; its time runs on while it does not change.
    fn seen(&self, path: &Path, now: Instant) -> io::Result<Option<Seen>> {
        let meta = match fs::symlink_metadata(path) {
            Ok(meta) => meta,
            // Another process has claimed it in the meantime.
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(err) => return Err(err),
        };
        let (size, modified) = (meta.len(), meta.modified()?);
        let before = self.seen.get(path).filter(|it| (it.size, it.modified) == (size, modified));
        Ok(Some(before.copied().unwrap_or(Seen { size, modified, since: now })))
    }
}

/// A folder files are sent to.
#[derive(Debug, Clone)]
struct Home {
    path: PathBuf,
    unit: Option<String>,
    resource: Option<String>,
}

impl Home {
    fn candidate(&self, path: PathBuf, name: OsString, is_left_over: bool) -> Candidate {
        let (unit, resource) = (self.unit.clone(), self.resource.clone());
        Candidate { path, home: self.path.clone(), name, unit, resource, is_left_over }
    }
}

/// The resources' folders of a unit.
fn below(unit: &Home) -> Box<dyn Iterator<Item = io::Result<Home>>> {
    match folders(&unit.path) {
        Err(err) => Box::new(std::iter::once(Err(err))),
        Ok(found) => {
            let unit = unit.unit.clone();
            Box::new(
                found
                    .into_iter()
                    .map(move |(resource, path)| Ok(Home { path, unit: unit.clone(), resource: Some(resource) })),
            )
        }
    }
}

/// Claims a file; `None` when another process has it.
///
/// # Errors
/// What the system says.
pub fn claim(candidate: &Candidate) -> io::Result<Option<Claimed>> {
    let path = if candidate.is_left_over {
        candidate.path.clone()
    } else {
        let folder = candidate.home.join(WORKING);
        fs::create_dir_all(&folder)?;
        let path = folder.join(working_name(&candidate.name));
        if !there(fs::rename(&candidate.path, &path))? {
            return Ok(None);
        }
        there(fs::remove_file(candidate.home.join(marker(&candidate.name))))?;
        path
    };
    let Some(file) = lock(&path)? else { return Ok(None) };
    let (unit, resource) = (candidate.unit.clone(), candidate.resource.clone());
    Ok(Some(Claimed { unit, resource, file, name: candidate.name.clone(), home: candidate.home.clone(), path }))
}

/// Locks a file; `None` when somebody else holds it, or has put it away before the lock was had.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(err) => return Err(err),
    };
    match file.try_lock() {
        Ok(()) if path.exists() => Ok(Some(file)),
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(err)) => Err(err),
    }
}

/// Whether what was to be moved or removed was there.
fn there(done: io::Result<()>) -> io::Result<bool> {
    match done {
        Ok(()) => Ok(true),
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(err) => Err(err),
    }
}

impl Claimed {
    /// The name as it was sent, for people.
    #[must_use]
    pub fn name(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }

    /// A free place for the file and its reports. The name of the report is taken at once, so that nothing put away
    /// earlier, or by another process, is overwritten.
    ///
    /// # Errors
    /// What the system says.
    pub fn shelf(&self, fate: Fate) -> io::Result<Shelf> {
        let folder = self.home.join(fate.as_str());
        fs::create_dir_all(&folder)?;
        for number in 1_u32.. {
            let name = numbered(&self.name, number);
            let beside = |tail: &str| folder.join(with(&name, tail));
            let shelf = Shelf { file: folder.join(&name), json: beside(".report.json"), xlsx: beside(".report.xlsx") };
            if shelf.file.exists() {
                continue;
            }
            match OpenOptions::new().write(true).create_new(true).open(&shelf.json) {
                Ok(_) => return Ok(shelf),
                Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {}
                Err(err) => return Err(err),
            }
        }
        Err(io::Error::other("no free name"))
    }

    /// Puts the file away; its reports are written already.
    ///
    /// # Errors
    /// What the system says.
    pub fn put_away(self, shelf: &Shelf) -> io::Result<()> {
        fs::rename(&self.path, &shelf.file)
    }
}

/// Folders that are no links, not hidden, and not the inbox's own, by name.
fn folders(path: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() && !name.starts_with('.') && !OWN.contains(&name.as_str()) {
            found.push((name, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// Names of files that are no links and not hidden.
fn files(path: &Path) -> io::Result<Vec<OsString>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_file() && !name.as_encoded_bytes().starts_with(b".") {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

fn with(name: &OsStr, tail: &str) -> OsString {
    let mut out = name.to_owned();
    out.push(tail);
    out
}

fn marker(name: &OsStr) -> OsString {
    with(name, ".done")
}

/// Whether a name is the marker of a file: a marker without a file waits for it, or is rubbish, and is no delivery.
fn is_marker(name: &OsStr) -> bool {
    Path::new(name).extension().is_some_and(|it| it == MARKER)
}

fn is_unfinished(name: &OsStr) -> bool {
    let ends = Path::new(name).extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    // Excel leaves `~$name.xlsx` beside an open workbook.
    name.as_encoded_bytes().starts_with(b"~$") || ends.is_some_and(|it| UNFINISHED.contains(&it.as_str()))
}

/// Unlike the name of any other file that is being worked on, two of the same name included.
fn working_name(name: &OsStr) -> OsString {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    let mut out: OsString = bytes.iter().map(|it| format!("{it:02x}")).collect::<String>().into();
    out.push("~");
    out.push(name);
    out
}

fn original(name: &OsStr) -> OsString {
    let text = name.to_string_lossy();
    // Names that are no UTF-8 keep their mark: they are only put away under a longer name.
    match (name.to_str(), text.split_once('~')) {
        (Some(_), Some((mark, rest))) if mark.len() == 16 => rest.into(),
        _ => name.to_owned(),
    }
}

/// `name.csv`, `name-2.csv`, `name-3.csv` …
fn numbered(name: &OsStr, number: u32) -> OsString {
    if number == 1 {
        return name.to_owned();
    }
    let path = Path::new(name);
    let mut out = with(path.file_stem().unwrap_or(name), &format!("-{number}"));
    if let Some(extension) = path.extension() {
        out.push(".");
        out.push(extension);
    }
    out
}

#[cfg(test)]
mod tests;
