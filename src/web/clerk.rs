//! Background workers: they take waiting deliveries, woken by the bell or by a look once a second.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};

use super::metrics::Metrics;
use crate::{
    affairs::objection,
    dossier,
    ingest::{self, IngestError, Workshop},
    record::Delivery,
};

/// How often a worker looks by itself: another process may have taken a delivery in, or gone silent over one.
const LOOK: Duration = Duration::from_secs(1);
/// How long a worker rests after a failure of the database.
const REST: Duration = Duration::from_secs(3);
/// How long a shutdown waits for workers. What they had not committed another worker does again.
const PATIENCE: Duration = Duration::from_secs(20);

/// Wakes the workers and sends them home.
#[derive(Default)]
pub struct Bell {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Rings so far.
    rings: u64,
    closing: bool,
    at_work: usize,
}

impl Bell {
    /// Something waits.
    pub fn ring(&self) {
        self.state().rings += 1;
        self.changed.notify_all();
    }

    /// Sends the workers home and waits for them, up to a bound.
    pub fn close(&self) {
        let until = Instant::now() + PATIENCE;
        let mut state = self.state();
        state.closing = true;
        self.changed.notify_all();
        while state.at_work > 0 {
            let Some(left) = until.checked_duration_since(Instant::now()) else {
                tracing::warn!("a worker is still busy; its delivery will be taken up again");
                return;
            };
            state = self.changed.wait_timeout(state, left).expect("no worker panics while it holds the bell").0;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no worker panics while it holds the bell")
    }

    /// Waits for a ring after the `heard` one, at most so long; `None` when it is time to go home.
    fn wait(&self, heard: u64, most: Duration) -> Option<u64> {
        let state = self.state();
        let (state, _) = self
            .changed
            .wait_timeout_while(state, most, |it| it.rings == heard && !it.closing)
            .expect("no worker panics while it holds the bell");
        (!state.closing).then_some(state.rings)
    }

    fn come(&self) {
        self.state().at_work += 1;
    }

    fn leave(&self) {
        self.state().at_work -= 1;
        self.changed.notify_all();
    }
}

/// Starts workers that go on until the bell is closed.
pub fn start(shop: &Workshop, bell: &Arc<Bell>, metrics: &Arc<Metrics>, n_workers: usize) {
    for number in 0..n_workers {
        let (shop, bell, metrics) = (shop.clone(), Arc::clone(bell), Arc::clone(metrics));
        bell.come();
        let worker = format!("{}-{number}", worker_name());
        thread::Builder::new()
            .name(format!("clerk-{number}"))
            .spawn(move || {
                run(&shop, &bell, &metrics, &worker);
                bell.leave();
            })
            .expect("the system starts a thread");
    }
}

/// Unlike every other worker's of every other process: a lease is known by it.
fn worker_name() -> String {
    let mut bytes = [0_u8; 6];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    format!("serve-{}-{}", std::process::id(), bytes.iter().map(|it| format!("{it:02x}")).collect::<String>())
}

fn run(shop: &Workshop, bell: &Bell, metrics: &Metrics, worker: &str) {
    let mut heard = 0;
    let mut pause = Duration::ZERO;
    while let Some(rings) = bell.wait(heard, pause) {
        heard = rings;
        pause = match work(shop, worker) {
            Ok(Some(delivery)) => {
                tracing::info!(delivery = delivery.id, state = %delivery.state, "worked on a delivery");
                metrics.worked(&delivery);
                settle(shop);
                Duration::ZERO
            }
            Ok(None) => LOOK,
            Err(err) if err.is_lease_lost() => {
                tracing::info!(error = %err, "another worker went on with a delivery");
                Duration::ZERO
            }
            Err(err) => {
                tracing::error!(error = %err, "work on a delivery failed; it will be taken up again");
                REST
            }
        };
    }
}

/// Works on a delivery that waits, by the rules in force now.
fn work(shop: &Workshop, worker: &str) -> Result<Option<Delivery>, IngestError> {
    ingest::work(&dossier::ruled(shop)?, worker, None, &|_| {})
}

/// Closes the objections that waited for what a delivery brought.
fn settle(shop: &Workshop) {
    match objection::settle(shop) {
        Ok(0) => {}
        Ok(closed) => tracing::info!(closed, "objections were closed by their corrections"),
        Err(err) => {
            tracing::error!(error = %err, "objections could not be closed; they will be after the next delivery")
        }
    }
}
