//! Group commit (成组提交): answers wait for their entry in the ledger together, in one transaction on one disk write.
//!
//! A write to the disk takes milliseconds and blocks the next; shared by all that wait, it bounds nobody.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use super::error::ApiError;
use crate::store::{
    self, ATTEMPTS, Conn, Database, StoreError,
    answers::{self, Given, Recorded},
};

/// Answers of one transaction at the most.
const MOST: usize = 512;
/// While many ask, a group is complete when nobody has come for so long: a commit costs nearly the same for one answer as
/// for twenty, and who was read together comes one shortly after the other. Who asks alone does not wait.
const QUIET: Duration = Duration::from_micros(200);
/// And it waits for no more than this.
const LONGEST: Duration = Duration::from_millis(2);

/// An answer that waits, and whom to tell.
struct Letter {
    given: Given,
    reply: oneshot::Sender<Result<Recorded, Arc<StoreError>>>,
}

/// The thread that commits answers. An answer is told to its caller after its commit and never before.
pub struct Committer {
    letters: Mutex<Option<mpsc::Sender<Letter>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Committer {
    /// Starts it.
    pub fn start(database: Database) -> Self {
        let (sender, letters) = mpsc::channel();
        let run = move || run(&database, &letters);
        let thread = thread::Builder::new().name("committer".to_owned()).spawn(run);
        let thread = thread.expect("the system starts a thread");
        Self { letters: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)) }
    }

    /// Waits until an answer stands in the ledger, on the disk.
    pub async fn record(&self, given: Given) -> Result<Recorded, ApiError> {
        let (reply, told) = oneshot::channel();
        self.send(Letter { given, reply })?;
        told.await.map_err(|_| ApiError::Closing)?.map_err(ApiError::NotRecorded)
    }

    fn send(&self, letter: Letter) -> Result<(), ApiError> {
        let letters = self.letters.lock().expect("nothing panics while it holds the sender");
        let sender = letters.as_ref().ok_or(ApiError::Closing)?;
        sender.send(letter).map_err(|_| ApiError::Closing)
    }

    /// Takes no more, commits what waits, and ends.
    pub fn close(&self) {
        drop(self.letters.lock().expect("nothing panics while it holds the sender").take());
        let thread = self.thread.lock().expect("nothing panics while it holds the thread").take();
        if thread.is_some_and(|it| it.join().is_err()) {
            tracing::error!("the thread that commits answers had panicked");
        }
    }
}

fn run(database: &Database, letters: &mpsc::Receiver<Letter>) {
    let (mut conn, mut busy) = (None, false);
    while let Ok(first) = letters.recv() {
        let letters = gathered(first, letters, busy);
        busy = letters.len() > 1;
        let given: Vec<&Given> = letters.iter().map(|it| &it.given).collect();
        match guarded(database, &mut conn, &given) {
            // What is wrong with one of them must not fail the others.
            Err(err) if letters.len() > 1 && may_be_of_one(&err) => {
                for letter in letters {
                    let done = guarded(database, &mut conn, &[&letter.given]);
                    tell(vec![letter], done);
                }
            }
            done => tell(letters, done),
        }
    }
}

/// The answers of one transaction: those that wait, and while many ask those that come a moment later.
fn gathered(first: Letter, letters: &mpsc::Receiver<Letter>, busy: bool) -> Vec<Letter> {
    let mut gathered = vec![first];
    let until = Instant::now() + if busy { LONGEST } else { Duration::ZERO };
    while gathered.len() < MOST {
        match letters.recv_timeout(QUIET.min(until.saturating_duration_since(Instant::now()))) {
            Ok(letter) => gathered.push(letter),
            Err(_) => break,
        }
    }
    gathered
}

/// Whether a failure may come from a single answer: not when the database cannot be had.
const fn may_be_of_one(err: &StoreError) -> bool {
    !matches!(err, StoreError::Contended(_) | StoreError::Connection(_))
}

/// Commits; whatever was wrong with the connection after a failure or a panic, the next answers begin with a new one.
fn guarded(database: &Database, conn: &mut Option<Conn>, given: &[&Given]) -> Result<Vec<Recorded>, StoreError> {
    let done = catch_unwind(AssertUnwindSafe(|| commit(database, conn, given))).unwrap_or(Err(StoreError::Panicked));
    if let Err(err) = &done {
        tracing::error!(error = %err, answers = given.len(), "answers could not be recorded");
        *conn = None;
    }
    done
}

fn tell(letters: Vec<Letter>, done: Result<Vec<Recorded>, StoreError>) {
    match done {
        // A caller that has gone away misses an answer that was recorded: asking again is harmless.
        Ok(recorded) => letters.into_iter().zip(recorded).for_each(|(it, recorded)| drop(it.reply.send(Ok(recorded)))),
        Err(err) => {
            let err = Arc::new(err);
            letters.into_iter().for_each(|it| drop(it.reply.send(Err(Arc::clone(&err)))));
        }
    }
}

fn commit(database: &Database, conn: &mut Option<Conn>, given: &[&Given]) -> Result<Vec<Recorded>, StoreError> {
    let conn = match conn {
        Some(conn) => conn,
        None => conn.insert(database.durable()?),
    };
    let mut attempt = 1;
    loop {
        match store::write(conn, |conn| answers::record(conn, given)) {
            Err(StoreError::Contended(_)) if attempt < ATTEMPTS => attempt += 1,
            done => return done,
        }
    }
}
