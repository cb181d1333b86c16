//! The command line's contract, on SQLite and on PostgreSQL: exit codes, reports, the inbox, pulls, exports, figures.

#[path = "../world/mod.rs"]
mod world;

mod bank;
mod consents;
mod exporting;
mod inbox;
mod ledger;
mod lists;
mod offline;
mod pulling;
mod quality;
mod rights;
mod scoring;
mod sending;
mod serving;
mod warnings;
mod window;

use std::{
    path::PathBuf,
    process::{Command, Output},
};

use world::World;

/// The world's key, as a setting.
const KEY: &str = "0909090909090909090909090909090909090909090909090909090909090909";

/// What a command said and how it ended.
pub struct Said {
    /// The exit code.
    pub code: i32,
    /// The standard output.
    pub out: String,
    /// The standard error.
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the commands speak UTF-8");
        Self {
            code: output.status.code().expect("it ended by itself"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// The command in a world, ready for arguments: its folder, its database, its keys, its day (2026-03-20).
pub fn command(world: &World) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_credence"));
    command
        .current_dir(world.dir.path())
        .env("CREDENCE_DATABASE_URL", world.url())
        .env("CREDENCE_DATA", world.dir.path())
        .env("CREDENCE_KEY", KEY)
        .env("CREDENCE_DAY", "2026-03-20");
    command
}

/// Runs the command to its end.
pub fn credence(world: &World, arguments: &[&str]) -> Said {
    command(world).args(arguments).output().expect("the program runs").into()
}

/// Runs the command, which does what is asked; gives what it prints.
#[track_caller]
pub fn done(world: &World, arguments: &[&str]) -> String {
    let said = credence(world, arguments);
    assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
    said.out
}

/// Runs the command, which is refused by an exit code and a Chinese sentence, and prints nothing beside.
#[track_caller]
pub fn refused(world: &World, arguments: &[&str], (code, text): (i32, &str)) {
    let said = credence(world, arguments);
    assert_eq!(said.code, code, "{arguments:?}: {}{}", said.out, said.err);
    assert!(said.err.contains(text), "{arguments:?}: {}", said.err);
    assert!(said.out.is_empty(), "{arguments:?}: {}", said.out);
    for word in ["error", "Usage", "panicked", "invalid"] {
        assert!(!said.err.contains(word), "{arguments:?}: {}", said.err);
    }
}

/// Writes a file in the world's folder.
pub fn write(world: &World, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = world.dir.path().join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(&path, text).expect("written");
    path
}

/// Reads a JSON file of the world's folder.
pub fn json(world: &World, path: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(world.dir.path().join(path)).expect("it is there");
    serde_json::from_str(&text).expect("it is JSON")
}

/// What time does when a process was killed: its leases lapse.
pub fn lapse(world: &World) {
    let past = world::moment(2026, 3, 1);
    world.shop.database.write(|conn| credence::store::deliveries::lapse_all(conn, past)).expect("lapsed");
}
