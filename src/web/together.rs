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
    ingest::{Clock, Workshop},
    store::StoreError,
};

/// Questions read together at the most: more would keep the first waiting for the last.
const MOST: usize = 64;
/// How often a group lets others come first while many ask; who asks alone does not wait.
const ROUNDS: usize = 16;

/// What was read for a question.
pub struct Read {
    /// The workshop with the rules in force, its clock standing at the moment of reading.
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
        let n = thread::available_parallelism().map_or(1, usize::from);
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

    /// The first that wait. Who has gone away is not read for.
    fn take(&self) -> Vec<Letter> {
        let mut waiting = self.waiting();
        waiting.retain(|it| !it.reply.is_closed());
        let n = waiting.len().min(MOST);
        self.busy.store(n > 1, Relaxed);
        waiting.drain(..n).collect()
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Letter>> {
        self.waiting.lock().expect("nothing panics while it holds the questions")
    }
}

fn answer(shop: &Workshop, mut letters: Vec<Letter>) {
    let questions: Vec<&Question> = letters.iter().map(|it| &it.question).collect();
    match read(shop, &questions) {
        Ok(found) => letters.into_iter().zip(found).for_each(|(letter, it)| letter.tell(Ok(it))),
        // Without a connection each would wait for one as long again.
        Err(StoreError::Connection(what)) => {
            letters.into_iter().for_each(|letter| letter.tell(Err(StoreError::Connection(what.clone()))));
        }
        // What is wrong with one of them must not fail the others.
        Err(err) if letters.len() > 1 => {
            tracing::warn!(error = %err, questions = letters.len(), "a group is read again in halves");
            let others = letters.split_off(letters.len() / 2);
            answer(shop, letters);
            answer(shop, others);
        }
        Err(err) => {
            if let Some(letter) = letters.pop() {
                letter.tell(Err(err));
            }
        }
    }
}

/// Reads the subjects of these questions in one snapshot. The clock of what is given stands at the moment before, so that
/// rules, consents and standings are of one day, and asking again what was known then gives the same.
fn read(shop: &Workshop, questions: &[&Question]) -> Result<Vec<Read>, StoreError> {
    let shop = Workshop { clock: Clock::Fixed(shop.clock.now()), ..shop.clone() };
    let read = || {
        shop.database.snapshot(|conn| {
            let shop = dossier::ruled_by(conn, &shop)?;
            let found = sheets(conn, &shop, questions)?;
            Ok(found.into_iter().map(|sheet| Read { shop: shop.clone(), sheet }).collect())
        })
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(StoreError::Panicked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{affairs::sheet::Wish, dossier::Named};

    #[test]
    fn who_has_gone_away_hides_nobody_who_waits() {
        let together = Together::default();
        let mut there = Vec::new();
        for n in 0..=2 * MOST as i64 {
            let (reply, told) = oneshot::channel();
            let question = Question { named: Named::Id(n), wish: Wish::Standing };
            together.waiting().push_back(Letter { question, reply });
            if n == 2 * MOST as i64 {
                there.push(told);
            }
        }
        let taken: Vec<Named> = together.take().into_iter().map(|it| it.question.named).collect();
        assert_eq!(taken, [Named::Id(2 * MOST as i64)]);
        assert!(together.take().is_empty());
    }
}
