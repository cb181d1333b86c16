//! Reading together (成组读取): whoever asks while others are being read is read with the next, by the same few queries.
//!
//! A query costs nearly the same for one subject as for twenty, and so does the beginning of a snapshot. It is to reading
//! what the committer is to writing.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard,
        mpsc::{self, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::sync::oneshot;

use super::error::ApiError;
use crate::{
    affairs::sheet::{Question, Sheet, sheets},
    dossier,
    ingest::{Clock, Workshop},
    store::{KeptSnapshots, StoreError},
};

/// Questions read together at the most: more would keep the first waiting for the last.
const MOST: usize = 64;
/// While many ask, a group lets so much time for others to come; who asks alone does not wait.
const GATHER: Duration = Duration::from_micros(200);
/// A snapshot is let go when nobody has asked for so long.
const IDLE: Duration = Duration::from_millis(20);

/// So often the database's log is folded while somebody asks: see [`KeptSnapshots`].
const FOLDED: Duration = Duration::from_secs(4);

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

/// The threads that read. A question is answered by what stood in the database after it was asked.
pub struct Together {
    queue: Arc<Queue>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// While it is there, the log is folded.
    folding: Mutex<Option<mpsc::Sender<()>>>,
}

/// The questions that wait.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    came: Condvar,
}

#[derive(Default)]
struct Waiting {
    letters: VecDeque<Letter>,
    is_closed: bool,
}

impl Together {
    /// Starts one a core.
    pub fn start(shop: &Workshop) -> Self {
        let queue = Arc::new(Queue::default());
        let n_cores = thread::available_parallelism().map_or(1, usize::from);
        let kept = Arc::new(KeptSnapshots::new(shop.database.clone(), n_cores));
        let start = |name: String, work: Box<dyn FnOnce() + Send>| {
            thread::Builder::new().name(name).spawn(work).expect("the system starts a thread")
        };
        let mut threads = Vec::with_capacity(n_cores + 1);
        for n in 0..n_cores {
            let (queue, reader) = (Arc::clone(&queue), Reader { n, kept: Arc::clone(&kept), shop: shop.clone() });
            threads.push(start(format!("reader-{n}"), Box::new(move || run(&queue, &reader))));
        }
        let (folding, stop) = mpsc::channel();
        threads.push(start("folder".to_owned(), Box::new(move || fold(&kept, &stop))));
        Self { queue, threads: Mutex::new(threads), folding: Mutex::new(Some(folding)) }
    }

    /// What is known today of the subject of a question.
    pub async fn read(&self, question: Question) -> Result<Read, ApiError> {
        let (reply, told) = oneshot::channel();
        self.queue.put(Letter { question, reply })?;
        Ok(told.await.map_err(|_| ApiError::Crashed)??)
    }

    /// Takes no more, answers what waits, and ends.
    pub fn close(&self) {
        self.queue.waiting().is_closed = true;
        self.queue.came.notify_all();
        drop(self.folding.lock().expect("nothing panics while it holds the sender").take());
        for thread in self.threads.lock().expect("nothing panics while it holds the threads").drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread that reads for answers had panicked");
            }
        }
    }
}

impl Queue {
    fn put(&self, letter: Letter) -> Result<(), ApiError> {
        let mut waiting = self.waiting();
        if waiting.is_closed {
            return Err(ApiError::Closing);
        }
        waiting.letters.push_back(letter);
        self.came.notify_one();
        Ok(())
    }

    /// The next that wait, or none when nobody has asked for a while; `None` when it is time to go home.
    fn next(&self, patience: Option<Duration>) -> Option<Vec<Letter>> {
        let nobody = |it: &mut Waiting| it.letters.is_empty() && !it.is_closed;
        let poisoned = "nothing panics while it holds the questions";
        let mut waiting = match patience {
            Some(patience) => self.came.wait_timeout_while(self.waiting(), patience, nobody).expect(poisoned).0,
            None => self.came.wait_while(self.waiting(), nobody).expect(poisoned),
        };
        // Who has gone away is not read for.
        waiting.letters.retain(|it| !it.reply.is_closed());
        if waiting.letters.is_empty() && waiting.is_closed {
            return None;
        }
        let n = waiting.letters.len().min(MOST);
        Some(waiting.letters.drain(..n).collect())
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().expect("nothing panics while it holds the questions")
    }
}

fn run(queue: &Queue, reader: &Reader) {
    let mut busy = false;
    loop {
        if busy {
            thread::sleep(GATHER);
        }
        let is_kept = reader.kept.is_kept(reader.n);
        let Some(letters) = queue.next(is_kept.then_some(IDLE)) else { return };
        busy = letters.len() > 1;
        if letters.is_empty() && is_kept {
            reader.kept.let_go(reader.n);
        } else if !letters.is_empty() {
            reader.answer(letters);
        }
    }
}

/// Folds the log again and again, until nobody wants it any more.
fn fold(kept: &KeptSnapshots, wanted: &mpsc::Receiver<()>) {
    while wanted.recv_timeout(FOLDED) == Err(RecvTimeoutError::Timeout) {
        if let Err(err) = kept.fold() {
            tracing::warn!(error = %err, "the log of the database could not be written to its file and grows");
        }
    }
}

/// A thread that reads.
struct Reader {
    n: usize,
    kept: Arc<KeptSnapshots>,
    shop: Workshop,
}

impl Reader {
    fn answer(&self, mut letters: Vec<Letter>) {
        let questions: Vec<&Question> = letters.iter().map(|it| &it.question).collect();
        match self.read(&questions) {
            Ok(found) => letters.into_iter().zip(found).for_each(|(letter, it)| letter.tell(Ok(it))),
            // Without a connection each would wait for one as long again.
            Err(StoreError::Connection(what)) => {
                letters.into_iter().for_each(|letter| letter.tell(Err(StoreError::Connection(what.clone()))));
            }
            // What is wrong with one of them must not fail the others.
            Err(err) if letters.len() > 1 => {
                tracing::warn!(error = %err, questions = letters.len(), "a group is read again in halves");
                let others = letters.split_off(letters.len() / 2);
                self.answer(letters);
                self.answer(others);
            }
            Err(err) => {
                if let Some(letter) = letters.pop() {
                    letter.tell(Err(err));
                }
            }
        }
    }

    /// Reads the subjects of these questions in one snapshot. The clock of what is given stands at the moment before, so
    /// that rules, consents and standings are of one day, and asking again what was known then gives the same.
    fn read(&self, questions: &[&Question]) -> Result<Vec<Read>, StoreError> {
        let shop = Workshop { clock: Clock::Fixed(self.shop.clock.now()), ..self.shop.clone() };
        let read = || {
            self.kept.read(self.n, |conn| {
                let shop = dossier::ruled_by(conn, &shop)?;
                let found = sheets(conn, &shop, questions)?;
                Ok(found.into_iter().map(|sheet| Read { shop: shop.clone(), sheet }).collect())
            })
        };
        catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(StoreError::Panicked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{affairs::sheet::Wish, dossier::Named};

    fn letter(id: i64) -> (Letter, oneshot::Receiver<Result<Read, StoreError>>) {
        let (reply, told) = oneshot::channel();
        (Letter { question: Question { named: Named::Id(id), wish: Wish::Standing }, reply }, told)
    }

    #[test]
    fn who_has_gone_away_hides_nobody_who_waits() {
        let queue = Queue::default();
        for n in 0..100 {
            queue.put(letter(n).0).unwrap();
        }
        let (own, _waits) = letter(100);
        queue.put(own).unwrap();
        let taken: Vec<Named> = queue.next(None).unwrap().into_iter().map(|it| it.question.named).collect();
        assert_eq!(taken, [Named::Id(100)]);
        assert_eq!(queue.next(Some(Duration::ZERO)).map(|it| it.len()), Some(0));
    }

    #[test]
    fn what_waits_is_read_before_the_readers_go_home() {
        let queue = Queue::default();
        let (own, _waits) = letter(1);
        queue.put(own).unwrap();
        queue.waiting().is_closed = true;
        assert!(matches!(queue.put(letter(2).0), Err(ApiError::Closing)));
        assert_eq!(queue.next(None).map(|it| it.len()), Some(1));
        assert!(queue.next(None).is_none());
    }
}
