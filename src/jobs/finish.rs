//! Bringing one delivery to its end, by this process or by whichever other one has taken it.

use std::{thread, time::Duration};

use super::JobError;
use crate::{
    affairs::objection,
    ingest::{self, IngestError, Progress, Workshop},
    record::{Delivery, DeliveryState},
    store::deliveries,
};

/// How often the end is looked for while another process works.
const LOOK: Duration = Duration::from_millis(200);

/// Works on a delivery until it is at its end or held.
///
/// # Errors
/// [`JobError`]; the delivery then waits for the next worker and goes on where it stopped.
pub fn bring_to_end(shop: &Workshop, worker: &str, id: i64, watch: &dyn Fn(Progress)) -> Result<Delivery, JobError> {
    loop {
        let worked = match ingest::work(shop, worker, Some(id), watch) {
            Err(err) if err.is_lease_lost() => None,
            done => done?,
        };
        let delivery = match worked {
            Some(delivery) => delivery,
            None => shop.database.read(|conn| deliveries::find(conn, id))?.ok_or(IngestError::NotFound("批次"))?,
        };
        match delivery.state {
            DeliveryState::Held | DeliveryState::Refused => return Ok(delivery),
            DeliveryState::Done => {
                objection::settle(shop)?;
                return Ok(delivery);
            }
            DeliveryState::Received | DeliveryState::Working => {
                watch(Progress::Taken { done: delivery.progress, of: delivery.surveyed.unwrap_or(0) });
                thread::sleep(LOOK);
            }
        }
    }
}

/// A name for a worker, unlike every other worker's of every other process: a lease is known by it.
///
/// # Panics
/// Only when the system gives no random bytes.
#[must_use]
pub fn worker_name(what: &str) -> String {
    let mut bytes = [0_u8; 6];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    let tail: String = bytes.iter().map(|it| format!("{it:02x}")).collect();
    format!("{what}-{}-{tail}", std::process::id())
}
