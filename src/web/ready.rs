//! Public summaries as they were told a moment ago: the same bytes are sent again while nothing has marked their subject.
//!
//! Whatever changes an answer marks its subject in the same transaction (see `store::standings`), so one look at the mark
//! tells whether the bytes still hold; nothing is answered by the memory alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use actix_web::web::Bytes;
use chrono::NaiveDate;

/// Answers remembered: at two kilobytes each some 64 MB.
const MOST: usize = 32_768;

/// An answer that is ready to be sent again.
pub struct Told {
    /// The subject.
    pub subject: i64,
    /// Its mark when the answer was made.
    pub mark: i64,
    /// The day it is of.
    pub day: NaiveDate,
    /// The JSON.
    pub body: Bytes,
    /// Its `ETag`.
    pub tag: String,
}

/// The answers of this process, by the code that was asked.
#[derive(Default)]
pub struct Ready(Mutex<HashMap<String, Arc<Told>>>);

impl Ready {
    /// What was told of a code on a day. Whether it still holds the database must say.
    pub fn find(&self, code: &str, day: NaiveDate) -> Option<Arc<Told>> {
        self.answers().get(code).filter(|it| it.day == day).map(Arc::clone)
    }

    /// Remembers an answer.
    pub fn put(&self, code: String, told: Arc<Told>) {
        let mut answers = self.answers();
        if answers.len() >= MOST {
            answers.clear();
        }
        answers.insert(code, told);
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<String, Arc<Told>>> {
        self.0.lock().expect("nothing panics while it holds the answers")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_found_by_its_code_and_on_its_day_only() {
        let day: NaiveDate = "2026-06-12".parse().unwrap();
        let ready = Ready::default();
        let told = Told { subject: 1, mark: 1, day, body: Bytes::new(), tag: String::new() };
        ready.put("a".to_owned(), Arc::new(told));
        assert!(ready.find("a", day).is_some());
        assert!(ready.find("a", day.succ_opt().unwrap()).is_none() && ready.find("b", day).is_none());
    }
}
