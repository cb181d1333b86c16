//! The desk: what handlers may reach, and the only place that leaves the async world. No handler sees a pool.

use std::sync::Arc;

use actix_web::web;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{clerk::Bell, error::ApiError, metrics::Metrics};
use crate::{ingest::Workshop, store::Conn};

/// What handlers work with. Cloning shares everything.
#[derive(Clone)]
pub struct Desk {
    shop: Workshop,
    bell: Arc<Bell>,
    uploads: Arc<Semaphore>,
    /// Bytes a body may have.
    pub upload_limit: u64,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Whether that is told at an address of its own, and not with the API.
    pub metrics_apart: bool,
}

/// Uploads taken in at the same time: each holds a thread while its bytes arrive.
const UPLOADS: usize = 32;

impl Desk {
    /// A desk over a workshop.
    pub fn new(shop: Workshop, bell: Arc<Bell>, metrics: Arc<Metrics>, upload_limit: u64) -> Self {
        Self { shop, bell, uploads: Arc::new(Semaphore::new(UPLOADS)), upload_limit, metrics, metrics_apart: false }
    }

    /// The workshop, for what needs no thread of its own: the catalogue, the clock, the calendar.
    pub const fn shop(&self) -> &Workshop {
        &self.shop
    }

    /// Runs a query on a thread for blocking work. The connection is taken there, so that waiting for one blocks nobody.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.run(move |shop| shop.database.read(work)).await
    }

    /// Runs work in one transaction that may write, on a thread for blocking work.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.run(move |shop| shop.database.write(work)).await
    }

    /// Runs work of the workshop on a thread for blocking work.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Workshop) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let shop = self.shop.clone();
        web::block(move || work(&shop)).await.map_err(|_| ApiError::Crashed)?
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
