//! The desk: what handlers may reach, and the only place that leaves the async world. No handler sees a pool.

use std::{sync::Arc, time::Duration};

use actix_web::web;
use chrono::NaiveDateTime;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    access::Remembered,
    clerk::Bell,
    committer::Committer,
    error::ApiError,
    looks::Looks,
    metrics::Metrics,
    ready::Ready,
    server::Settings,
    together::{Read, Together},
};
use crate::{
    affairs::sheet::{Question, Wish},
    dossier::{self, Named},
    ingest::Workshop,
    quality::Rules,
    store::{Conn, Engine},
};

/// What handlers work with. Cloning shares everything.
#[derive(Clone)]
pub struct Desk {
    shop: Workshop,
    rules: Arc<Rules>,
    bell: Arc<Bell>,
    uploads: Arc<Semaphore>,
    /// Places for work on the database, given in the order of asking.
    places: Arc<Semaphore>,
    together: Arc<Together>,
    /// Commits answers.
    pub committer: Arc<Committer>,
    /// Keys that opened a moment ago.
    pub keys: Arc<Remembered>,
    /// Public summaries that were told a moment ago,
    pub ready: Arc<Ready>,
    /// and who looks whether they still hold.
    pub looks: Arc<Looks>,
    /// Bytes a body may have.
    pub upload_limit: u64,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Whether that is told at an address of its own, and not with the API.
    pub metrics_apart: bool,
}

/// Uploads taken in at the same time: each holds a thread while its bytes arrive.
const UPLOADS: usize = 32;
/// Of four connections of the pool so many are for what is asked; the rest are for work in the background.
const ASKED_OF_FOUR: usize = 3;
/// How long one waits for a place at the most.
const PATIENCE: Duration = Duration::from_secs(10);

impl Desk {
    /// The desk of a server, with the threads that read and record for it.
    pub fn new(settings: &Settings, bell: Arc<Bell>, metrics: Arc<Metrics>) -> Self {
        Self {
            shop: settings.workshop.clone(),
            rules: Arc::clone(&settings.quality),
            bell,
            uploads: Arc::new(Semaphore::new(UPLOADS)),
            places: Arc::new(Semaphore::new(places(settings.workshop.database.size()))),
            together: Arc::new(Together::start(&settings.workshop)),
            committer: Arc::new(Committer::start(settings.workshop.database.clone())),
            keys: Arc::default(),
            ready: Arc::default(),
            looks: Arc::new(Looks::start(settings.workshop.database.clone())),
            upload_limit: settings.upload_limit,
            metrics,
            metrics_apart: settings.metrics_listen.is_some(),
        }
    }

    /// Sends home whoever reads and records for answers, when what they have begun is done.
    pub fn close(&self) {
        self.together.close();
        self.looks.close();
        self.committer.close();
    }

    /// The workshop, for what needs no thread of its own: the catalogue, the clock, the calendar.
    pub const fn shop(&self) -> &Workshop {
        &self.shop
    }

    /// The moment, UTC.
    pub fn now(&self) -> NaiveDateTime {
        self.shop.clock.now()
    }

    /// How the quality of reporting is judged.
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules)
    }

    /// Runs a query on a thread for blocking work. The connection is taken there, so that waiting for one blocks nobody.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.run(move |shop| shop.database.read(work)).await
    }

    /// Looks up a few rows by their keys: on SQLite at once, since it takes microseconds; on PostgreSQL, where the
    /// server is waited for, on a thread for blocking work.
    pub async fn look_up<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        match self.shop.database.engine() {
            Engine::Sqlite => self.shop.database.read(work),
            Engine::Postgres => self.blocking(move |shop| shop.database.read(work)).await,
        }
    }

    /// Runs work in one transaction that may write, on a thread for blocking work.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.run(move |shop| shop.database.write(work)).await
    }

    /// Runs work of the workshop, by the rules in force, on a thread for blocking work.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Workshop) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.blocking(move |shop| work(&dossier::ruled(shop)?)).await
    }

    /// Runs work on a thread for blocking work, when its turn has come: a pool serves whoever happens to be quick, and of
    /// many who ask some would wait for ever.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Workshop) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await;
        let place = place.map_err(|_| ApiError::Busy)?.map_err(|_| ApiError::Closing)?;
        let shop = self.shop.clone();
        // The place is held by the work itself: who asked may go away before it is done.
        let work = move || {
            let _place = place;
            work(&shop)
        };
        web::block(work).await.map_err(|_| ApiError::Crashed)?
    }

    /// What is known of a subject today, by the rules in force: read with whatever others ask at the same time.
    pub async fn ask(&self, named: Named, wish: Wish) -> Result<Read, ApiError> {
        self.together.read(Question { named, wish }).await
    }

    /// A place among the uploads; none is free when too many arrive at once.
    pub fn upload(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        Arc::clone(&self.uploads).try_acquire_owned().map_err(|_| ApiError::Busy)
    }

    /// Tells the workers that something waits.
    pub fn ring(&self) {
        self.bell.ring();
    }
}

/// Places for what is asked, of a pool of so many connections.
fn places(connections: u32) -> usize {
    (usize::try_from(connections).unwrap_or(usize::MAX).saturating_mul(ASKED_OF_FOUR) / 4).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_leaves_connections_to_the_background_and_always_has_one() {
        for (connections, expected) in [(24, 18), (8, 6), (3, 2), (1, 1)] {
            assert_eq!(places(connections), expected, "of {connections}");
        }
    }
}
