//! Keys that opened a moment ago, so that a busy caller is not looked up anew for each of its questions.
//!
//! A key revoked through another process still opens here for [`HOLDS`]; one revoked through this one does not.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant},
};

use super::{Caller, key};
use crate::store::units::ApiKey;

/// How long a key is not looked up again.
const HOLDS: Duration = Duration::from_secs(2);
/// Keys remembered; a city has some hundred.
const MOST: usize = 10_000;

/// The keys of this process's callers.
#[derive(Default)]
pub struct Remembered(Mutex<HashMap<String, Entry>>);

struct Entry {
    at: Instant,
    key: ApiKey,
    caller: Caller,
}

impl Remembered {
    /// The holder of a key that opened a moment ago with the same secret.
    pub fn find(&self, id: &str, secret: &str) -> Option<Caller> {
        let known = self.entries();
        let entry = known.get(id).filter(|it| it.at.elapsed() < HOLDS)?;
        key::opens(&entry.key, secret).then(|| entry.caller.clone())
    }

    /// Remembers a key that opened.
    pub fn put(&self, key: ApiKey, caller: &Caller) {
        let mut known = self.entries();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key.id.clone(), Entry { at: Instant::now(), key, caller: caller.clone() });
    }

    /// Forgets all: a key or a unit has changed.
    pub fn forget(&self) {
        self.entries().clear();
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.0.lock().expect("nothing panics while it holds the keys")
    }
}
