//! How a delivery's work ends, for now or for good.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    record::{DeliveryState, Refusal},
    store::{Conn, StoreError, schema::delivery, sources},
};

/// How a delivery's work ends for now.
#[derive(Debug, Clone)]
pub enum End {
    /// Every row was dealt with.
    Done,
    /// A person has to look; the message says why, in Chinese.
    Held(String),
    /// The file cannot be taken; its claim is given up, so that the same bytes may be tried again.
    Refused(Refusal, String),
}

impl End {
    /// The state the delivery is in then.
    #[must_use]
    pub const fn state(&self) -> DeliveryState {
        match self {
            Self::Done => DeliveryState::Done,
            Self::Held(_) => DeliveryState::Held,
            Self::Refused(..) => DeliveryState::Refused,
        }
    }
}

/// Ends the work on a delivery, if the lease is still this worker's.
///
/// # Errors
/// [`StoreError::LeaseLost`].
pub fn end(conn: &mut Conn, id: i64, worker: &str, end: &End, now: NaiveDateTime) -> Result<(), StoreError> {
    let (refusal, message) = match end {
        End::Done => (None, None),
        End::Held(message) => (None, Some(message)),
        End::Refused(refusal, message) => (Some(refusal.as_str()), Some(message)),
    };
    let n = diesel::update(delivery::table.find(id))
        .filter(delivery::lease_by.eq(worker))
        .set((
            delivery::state.eq(end.state().as_str()),
            delivery::refusal.eq(refusal),
            delivery::message.eq(message),
            delivery::ended_at.eq(now),
            delivery::lease_by.eq(None::<String>),
            delivery::lease_until.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    if n != 1 {
        return Err(StoreError::LeaseLost(id));
    }
    match end {
        End::Done => sources::put(conn, id, now),
        End::Held(_) => Ok(()),
        End::Refused(..) => {
            diesel::update(delivery::table.find(id)).set(delivery::claim.eq(None::<String>)).execute(conn)?;
            Ok(())
        }
    }
}

/// Lets a held delivery go on; says whether there was one to let go.
///
/// # Errors
/// [`StoreError`].
pub fn release(conn: &mut Conn, id: i64) -> Result<bool, StoreError> {
    let n = diesel::update(delivery::table.find(id))
        .filter(delivery::state.eq(DeliveryState::Held.as_str()))
        .set((
            delivery::state.eq(DeliveryState::Received.as_str()),
            delivery::released.eq(true),
            delivery::message.eq(None::<String>),
            delivery::ended_at.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    Ok(n == 1)
}

/// Refuses a held delivery for a person's reason; says whether there was one.
///
/// # Errors
/// [`StoreError`].
pub fn discard(conn: &mut Conn, id: i64, reason: &str, now: NaiveDateTime) -> Result<bool, StoreError> {
    let n = diesel::update(delivery::table.find(id))
        .filter(delivery::state.eq(DeliveryState::Held.as_str()))
        .set((
            delivery::state.eq(DeliveryState::Refused.as_str()),
            delivery::message.eq(reason),
            delivery::ended_at.eq(now),
            delivery::claim.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(n == 1)
}
