//! Looking at marks together (成组核对): on PostgreSQL one query tells of all who ask at the same time whether what was told
//! before still holds. A thread for each question would cost more than the question.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, mpsc},
    thread::{self, JoinHandle},
};

use chrono::NaiveDate;
use tokio::sync::oneshot;

use super::error::ApiError;
use crate::store::{Conn, Database, Engine, StoreError, standings};

/// Looks of one query at the most.
const MOST: usize = 256;

/// What was kept of a subject under a mark, on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The subject.
    pub subject: i64,
    /// The mark it was told under.
    pub mark: i64,
    /// The day.
    pub day: NaiveDate,
}

/// A look that waits, and whom to tell.
struct Letter {
    look: Look,
    reply: oneshot::Sender<bool>,
}

/// Whoever looks. On SQLite a look is a matter of microseconds, and each looks for itself.
pub struct Looks {
    database: Database,
    letters: Mutex<Option<mpsc::Sender<Letter>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Looks {
    /// Starts the thread that looks, where there is need of one.
    pub fn start(database: Database) -> Self {
        let (mut letters, mut thread) = (None, None);
        if database.engine() == Engine::Postgres {
            let (sender, received) = mpsc::channel();
            let own = database.clone();
            let run = move || run(&own, &received);
            let started = thread::Builder::new().name("looks".to_owned()).spawn(run);
            (letters, thread) = (Some(sender), Some(started.expect("the system starts a thread")));
        }
        Self { database, letters: Mutex::new(letters), thread: Mutex::new(thread) }
    }

    /// Whether it still holds, as the database stands after it was asked. Where the database cannot tell, it does not: then
    /// it is told anew, or why that cannot be.
    pub async fn holds(&self, look: Look) -> Result<bool, ApiError> {
        if self.database.engine() == Engine::Sqlite {
            let Look { subject, mark, day } = look;
            return Ok(self.database.read(|conn| standings::holds_under(conn, subject, mark, day))?);
        }
        let (reply, told) = oneshot::channel();
        self.send(Letter { look, reply })?;
        told.await.map_err(|_| ApiError::Closing)
    }

    fn send(&self, letter: Letter) -> Result<(), ApiError> {
        let letters = self.letters.lock().expect("nothing panics while it holds the sender");
        letters.as_ref().ok_or(ApiError::Closing)?.send(letter).map_err(|_| ApiError::Closing)
    }

    /// Takes no more, tells whoever waits, and ends.
    pub fn close(&self) {
        drop(self.letters.lock().expect("nothing panics while it holds the sender").take());
        let thread = self.thread.lock().expect("nothing panics while it holds the thread").take();
        if thread.is_some_and(|it| it.join().is_err()) {
            tracing::error!("the thread that looks at marks had panicked");
        }
    }
}

fn run(database: &Database, received: &mpsc::Receiver<Letter>) {
    let mut conn = None;
    while let Ok(first) = received.recv() {
        let letters: Vec<Letter> = [first].into_iter().chain(received.try_iter().take(MOST - 1)).collect();
        let looks: Vec<Look> = letters.iter().map(|it| it.look).collect();
        let looked = catch_unwind(AssertUnwindSafe(|| looked(database, &mut conn, &looks)));
        let hold = looked.unwrap_or(Err(StoreError::Panicked)).unwrap_or_else(|err| {
            tracing::warn!(error = %err, looks = looks.len(), "whether what was told holds could not be looked at");
            conn = None;
            vec![false; looks.len()]
        });
        for (letter, holds) in letters.into_iter().zip(hold) {
            // Whoever has gone away need not be told.
            let _gone = letter.reply.send(holds);
        }
    }
}

fn looked(database: &Database, conn: &mut Option<Conn>, looks: &[Look]) -> Result<Vec<bool>, StoreError> {
    let conn = match conn {
        Some(conn) => conn,
        None => conn.insert(database.own()?),
    };
    let subjects: Vec<i64> = looks.iter().map(|it| it.subject).collect();
    let now: HashMap<i64, (i64, NaiveDate)> = standings::marks(conn, &subjects)?;
    let holds = |it: &Look| now.get(&it.subject).is_some_and(|(mark, due)| *mark == it.mark && it.day < *due);
    Ok(looks.iter().map(holds).collect())
}
