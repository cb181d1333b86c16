//! Work that comes back every so often on a thread of its own, until it is told to stop.

use std::{
    sync::{Arc, Condvar, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

/// Threads that run beside the server.
#[derive(Default)]
pub struct Background {
    stop: Arc<Stop>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Stop {
    is_stopping: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    /// Waits so long; `false` when it is time to stop.
    fn pause(&self, pause: Duration) -> bool {
        let guard = self.is_stopping.lock().expect("nobody panics while holding it");
        let (guard, _) =
            self.changed.wait_timeout_while(guard, pause, |it| !*it).expect("nobody panics while holding it");
        !*guard
    }
}

impl Background {
    /// Runs `work` now and every `pause` after it has ended.
    ///
    /// # Panics
    /// When the system starts no thread.
    pub fn every(&mut self, name: &str, pause: Duration, mut work: impl FnMut() + Send + 'static) {
        let stop = Arc::clone(&self.stop);
        let run = move || {
            work();
            while stop.pause(pause) {
                work();
            }
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(run);
        self.threads.push(thread.expect("the system starts a thread"));
    }

    /// Stops: waits for what is being done, and begins nothing more.
    pub fn stop(self) {
        *self.stop.is_stopping.lock().expect("nobody panics while holding it") = true;
        self.stop.changed.notify_all();
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a thread in the background had panicked");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn work_comes_back_until_it_is_stopped() {
        let (sender, done) = mpsc::channel();
        let mut background = Background::default();
        background.every("work", Duration::ZERO, move || sender.send(()).expect("the test listens"));
        for _ in 0..3 {
            done.recv().expect("it runs");
        }
        background.stop();
        while done.try_recv().is_ok() {}
        assert!(done.recv().is_err(), "the thread is gone");
    }
}
