//! Reading together (成组读取): whoever asks while others are being read is read with the next, by the same few queries.
//!
//! A query costs nearly the same for one subject as for twenty, and so does the beginning of a snapshot. It is to reading
//! what the committer is to writing.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
};

use actix_web::web;
use futures_util::future::{Either, select};
use tokio::{
    sync::{Semaphore, oneshot},
    task::yield_now,
};

use super::error::ApiError;
use crate::{
    affairs::sheet::{Question, Sheet, sheets},
    dossier,
    ingest::Workshop,
    store::StoreError,
};

/// Questions read together at the most: more would keep the first waiting for the last.
const MOST: usize = 64;
/// How often a group lets others come first while many ask; who asks alone does not wait.
const ROUNDS: usize = 16;

/// What was read for a question.
pub struct Read {
    /// The workshop with the rules in force.
    pub shop: Workshop,
    /// What is known of the subject; `None` when it is not known.
    pub sheet: Option<Arc<Sheet>>,
}

/// A question that waits, and whom to tell.
struct Letter {
    question: Question,
    reply: oneshot::Sender<Result<Read, StoreError>>,
}

impl Letter {
    /// Tells the one who asked, if it is still there.
    fn tell(self, it: Result<Read, StoreError>) {
        drop(self.reply.send(it));
    }
}

/// The questions that wait.
pub struct Together {
    waiting: Mutex<VecDeque<Letter>>,
    /// Groups that may be read at the same time: one a core.
    turns: Arc<Semaphore>,
    /// Whether the last group was of several.
    busy: AtomicBool,
}

impl Default for Together {
    fn default() -> Self {
        let n = thread::available_parallelism().map_or(2, usize::from);
        Self { waiting: Mutex::default(), turns: Arc::new(Semaphore::new(n)), busy: AtomicBool::new(false) }
    }
}

impl Together {
    /// What is known today of the subject of a question, by what stood in the database after it was asked.
    pub async fn read(&self, shop: &Workshop, question: Question) -> Result<Read, ApiError> {
        let (reply, mut told) = oneshot::channel();
        self.waiting().push_back(Letter { question, reply });
        loop {
            // Whoever gets a turn reads for all that wait then, most often also for others.
            let turn = match select(&mut told, pin!(Arc::clone(&self.turns).acquire_owned())).await {
                Either::Left((told, _)) => return Ok(told.map_err(|_| ApiError::Crashed)??),
                Either::Right((turn, _)) => turn.map_err(|_| ApiError::Closing)?,
            };
            if self.busy.load(Relaxed) {
                self.gather().await;
            }
            let letters = self.take();
            if letters.is_empty() {
                // Its own is being read at this moment.
                drop(turn);
                return Ok(told.await.map_err(|_| ApiError::Crashed)??);
            }
            let shop = shop.clone();
            // The turn ends with the work, also when the one who took it goes away.
            let work = move || {
                answer(&shop, letters);
                drop(turn);
            };
            web::block(work).await.map_err(|_| ApiError::Crashed)?;
        }
    }

    /// Lets requests that have arrived be read, until no question is added by it.
    async fn gather(&self) {
        let mut n = self.waiting().len();
        for _ in 0..ROUNDS {
            yield_now().await;
            let before = std::mem::replace(&mut n, self.waiting().len());
            if n == before {
                return;
            }
        }
    }

    /// The first that wait. A letter whose sender has gone away is read with the others; nobody is told.
    fn take(&self) -> Vec<Letter> {
        let mut waiting = self.waiting();
        let n = waiting.len().min(MOST);
        self.busy.store(n > 1, Relaxed);
        waiting.drain(..n).filter(|it| !it.reply.is_closed()).collect()
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Letter>> {
        self.waiting.lock().expect("nothing panics while it holds the questions")
    }
}

fn answer(shop: &Workshop, letters: Vec<Letter>) {
    let questions: Vec<&Question> = letters.iter().map(|it| &it.question).collect();
    let found = read(shop, &questions);
    match found {
        Ok(found) => letters.into_iter().zip(found).for_each(|(letter, it)| letter.tell(Ok(it))),
        // Without a connection each would wait for one as long again.
        Err(StoreError::Connection(what)) => {
            letters.into_iter().for_each(|letter| letter.tell(Err(StoreError::Connection(what.clone()))));
        }
        // What is wrong with one of them must not fail the others.
        Err(_) => letters.into_iter().for_each(|letter| {
            let alone = read(shop, &[&letter.question]).map(|mut found| found.remove(0));
            letter.tell(alone);
        }),
    }
}

/// Reads the subjects of these questions in one snapshot.
fn read(shop: &Workshop, questions: &[&Question]) -> Result<Vec<Read>, StoreError> {
    let read = || {
        shop.database.snapshot(|conn| {
            let shop = dossier::ruled_by(conn, shop)?;
            let found = sheets(conn, &shop, questions)?;
            Ok(found.into_iter().map(|sheet| Read { shop: shop.clone(), sheet }).collect())
        })
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(StoreError::Panicked))
}
