//! The layering of the house: who may know whom, where SQL and HTTP live, and the bounds of files and functions.
//!
//! The table below is the architecture; a new room or arrow is a decision, and is made here.

#[path = "layering/source.rs"]
mod source;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use source::Source;

/// Every room with the rooms it may know, in the order of a record's way: a room knows only rooms above it, so there is no ring.
const ROOMS: &[(&str, &[&str])] = &[
    ("standards", &[]),
    ("record", &["standards"]),
    ("catalog", &["standards", "record"]),
    ("policy", &["standards", "record", "catalog"]),
    ("seal", &[]),
    ("ledger", &[]),
    ("collect", &["record", "seal"]),
    ("read", &["record"]),
    ("check", &["standards", "record", "catalog", "read"]),
    ("resolve", &["standards", "record", "catalog", "seal"]),
    ("quality", &["standards", "record", "catalog"]),
    ("standing", &["standards", "record", "catalog", "policy"]),
    ("answer", &["record", "policy"]),
    ("rights", &["standards", "record", "catalog", "policy", "standing"]),
    ("lending", &["standards", "record", "catalog", "policy", "standing", "answer", "rights"]),
    ("deferral", &["standards", "record", "catalog", "policy", "standing", "answer"]),
    (
        "store",
        &[
            "standards",
            "record",
            "catalog",
            "policy",
            "seal",
            "ledger",
            "resolve",
            "quality",
            "standing",
            "rights",
            "lending",
            "deferral",
        ],
    ),
    (
        "ingest",
        &[
            "standards",
            "record",
            "catalog",
            "policy",
            "seal",
            "ledger",
            "collect",
            "read",
            "check",
            "resolve",
            "quality",
            "store",
        ],
    ),
    ("dossier", &["standards", "record", "catalog", "policy", "standing", "rights", "store", "ingest"]),
    (
        "affairs",
        &[
            "standards",
            "record",
            "catalog",
            "policy",
            "seal",
            "ledger",
            "collect",
            "resolve",
            "quality",
            "standing",
            "answer",
            "rights",
            "lending",
            "deferral",
            "store",
            "ingest",
            "dossier",
        ],
    ),
    ("report", &["standards", "record", "catalog", "policy", "standing", "rights", "lending", "deferral"]),
    (
        "jobs",
        &[
            "standards",
            "record",
            "catalog",
            "policy",
            "seal",
            "ledger",
            "collect",
            "read",
            "check",
            "resolve",
            "quality",
            "standing",
            "rights",
            "lending",
            "deferral",
            "store",
            "ingest",
            "dossier",
            "affairs",
            "report",
        ],
    ),
    ("sample", &["standards", "record", "catalog"]),
    (
        "web",
        &[
            "standards",
            "record",
            "catalog",
            "policy",
            "seal",
            "ledger",
            "collect",
            "resolve",
            "quality",
            "standing",
            "rights",
            "lending",
            "deferral",
            "store",
            "ingest",
            "answer",
            "dossier",
            "affairs",
            "report",
            "jobs",
        ],
    ),
    (
        "cli",
        &[
            "standards",
            "record",
            "catalog",
            "policy",
            "seal",
            "ledger",
            "collect",
            "read",
            "check",
            "resolve",
            "quality",
            "standing",
            "rights",
            "lending",
            "deferral",
            "store",
            "ingest",
            "answer",
            "dossier",
            "affairs",
            "report",
            "jobs",
            "sample",
            "web",
        ],
    ),
];

/// Crates that only one room may know.
const CONFINED: &[(&str, &[&str])] = &[
    ("store", &["diesel", "diesel_migrations", "libsqlite3_sys", "pq_sys"]),
    ("web", &["actix_web", "actix_multipart", "utoipa_actix_web"]),
];

/// No file is longer.
const FILE_LINES: usize = 400;
/// No function is longer.
const FUNCTION_LINES: usize = 60;

/// A source file of the crate, its room and its text without tests, comments and literals.
struct File {
    path: PathBuf,
    /// The folder under `src`, or the file's own name there (`names`); `None` for `lib.rs` and `main.rs`.
    room: Option<String>,
    text: String,
    code: Source,
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the entry is readable").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

fn read_all(folder: &str) -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut paths);
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a source file is readable");
        (path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("it is below the root").to_owned(), text)
    };
    paths.into_iter().map(read).collect()
}

/// The files that make up the program; files that belong to tests are left out.
fn program() -> Vec<File> {
    let parse = |(path, text): (PathBuf, String)| {
        let code = Source::parse(&text);
        File { room: room_of(&path), path, text, code }
    };
    let files: Vec<File> = read_all("src").into_iter().map(parse).collect();
    let tests: Vec<PathBuf> = files.iter().flat_map(test_modules).collect();
    let is_test = |file: &File| tests.iter().any(|test| file.path.with_extension("").starts_with(test));
    files.into_iter().filter(|file| !is_test(file)).collect()
}

/// The paths, without extension, of the modules a file declares under `#[cfg(test)]`.
fn test_modules(file: &File) -> Vec<PathBuf> {
    let stem = file.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let home = match stem {
        "mod" | "lib" | "main" => file.path.parent().expect("a file is in a folder").to_owned(),
        _ => file.path.with_extension(""),
    };
    file.code.test_modules.iter().map(|name| home.join(name)).collect()
}

fn room_of(path: &Path) -> Option<String> {
    let below_src = path.strip_prefix("src").ok()?;
    let first = below_src.components().next()?.as_os_str().to_str()?.trim_end_matches(".rs").to_owned();
    (first != "lib" && first != "main").then_some(first)
}

/// How deep in the tree of modules a file's module is: `src/read/mod.rs` 1, `src/read/xml.rs` 2.
fn depth(path: &Path) -> usize {
    let components = path.components().count() - 1;
    if path.ends_with("mod.rs") { components - 1 } else { components }
}

fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_room_knows_only_the_rooms_the_table_allows() {
    let names: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    let mut faults = Vec::new();
    for file in program() {
        let Some(room) = file.room.as_deref().filter(|room| *room != "names") else { continue };
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!("{}: the room {room} is not in the table", file.path.display()));
            continue;
        };
        for (line, known) in file.code.rooms_named(depth(&file.path)) {
            if names.contains(known.as_str()) && known != room && !allowed.contains(&known.as_str()) {
                faults.push(format!("{}:{line}: {room} may not know {known}", file.path.display()));
            }
        }
    }
    none(faults);
}

#[test]
fn the_table_has_no_ring() {
    for (position, (room, allowed)) in ROOMS.iter().enumerate() {
        for known in *allowed {
            assert!(
                ROOMS[..position].iter().any(|(above, _)| above == known),
                "{room} knows {known}, which is not above it"
            );
        }
    }
}

#[test]
fn only_the_store_knows_sql_and_only_the_web_knows_http() {
    let mut faults = Vec::new();
    for file in program() {
        for (home, crates) in CONFINED {
            if file.room.as_deref() == Some(home) {
                continue;
            }
            for name in *crates {
                for line in file.code.lines_with_word(name) {
                    faults.push(format!("{}:{line}: only {home} may know {name}", file.path.display()));
                }
            }
        }
    }
    none(faults);
}

#[test]
fn every_file_says_what_it_is_and_keeps_its_bounds() {
    let mut faults = Vec::new();
    for (path, text) in read_all("src").into_iter().chain(read_all("tests")) {
        let path = path.display();
        if !text.starts_with("//! ") {
            faults.push(format!("{path}: has no head that says what it is"));
        }
        let lines = text.lines().count();
        if lines > FILE_LINES {
            faults.push(format!("{path}: has {lines} lines, more than {FILE_LINES}"));
        }
        for (line, name, length) in Source::parse(&text).functions() {
            if length > FUNCTION_LINES {
                faults.push(format!("{path}:{line}: {name} has {length} lines, more than {FUNCTION_LINES}"));
            }
        }
    }
    none(faults);
}

#[test]
fn no_failure_becomes_a_panic_or_an_absence() {
    let mut faults = Vec::new();
    for file in program() {
        let path = file.path.display();
        for line in file.code.lines_with(".unwrap()") {
            faults.push(format!("{path}:{line}: unwrap() outside tests"));
        }
        let must_not_hide = matches!(file.room.as_deref(), Some("store" | "web"));
        for line in file.code.lines_with(".ok()").into_iter().filter(|_| must_not_hide) {
            faults.push(format!("{path}:{line}: .ok() turns a failure into an absence"));
        }
    }
    none(faults);
}

#[test]
fn every_file_of_the_program_is_seen() {
    let files = program();
    assert!(files.iter().any(|file| file.path.ends_with("src/lib.rs")), "the crate's root is among the files");
    assert!(files.iter().all(|file| !file.text.is_empty()), "no file is empty");
}
