//! A delivery arrives: its bytes are kept already, and the claim on their digest makes a repeat harmless.

use super::{IngestError, Workshop, local_day};
use crate::{
    collect::Stored,
    ledger::{Event, deeds, hex},
    record::{Channel, DeliveryState},
    standards::mask,
    store::{
        counters::{self, Counter},
        deliveries::{self, NewDelivery},
        ledger, units,
    },
};

/// Bytes that were kept, and what is said of them.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The unit that sends them.
    pub unit: String,
    /// The resource they are a delivery of.
    pub resource: String,
    /// How they came.
    pub channel: Channel,
    /// The name of the file, for people.
    pub file_name: String,
    /// The bytes.
    pub stored: Stored,
}

/// Which delivery it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The delivery.
    pub delivery: i64,
    /// Whether it is new; the same bytes of the same unit and resource are the delivery they were before.
    pub fresh: bool,
}

/// Characters kept of a file's name.
const FILE_NAME: usize = 200;

/// Claims the bytes as a delivery.
///
/// # Errors
/// [`IngestError::UnknownResource`], [`IngestError::UnknownUnit`], or what the store says.
pub fn deliver(shop: &Workshop, arrival: &Arrival) -> Result<Receipt, IngestError> {
    let resource =
        shop.catalog.get(&arrival.resource).ok_or_else(|| IngestError::UnknownResource(arrival.resource.clone()))?;
    let known = shop.database.read(|conn| units::find(conn, &arrival.unit))?;
    // What the platform itself has to write of a unit's case is written also after the unit was set out of use.
    let may_deliver = known.is_some_and(|it| it.active || arrival.channel == Channel::Case);
    if !may_deliver {
        return Err(IngestError::UnknownUnit(arrival.unit.clone()));
    }
    let now = shop.clock.now();
    let (delivery, fresh) = shop.database.write_again(|conn| {
        let id = counters::take(conn, Counter::Delivery, 1)?;
        let new = NewDelivery {
            id,
            unit: arrival.unit.clone(),
            resource: arrival.resource.clone(),
            resource_version: i32::try_from(resource.version).unwrap_or(i32::MAX),
            digest: arrival.stored.digest.to_vec(),
            claim: Some(claim(arrival)),
            source: arrival.channel.as_str().to_owned(),
            file_name: mask::numbers_in_text(&arrival.file_name)
                .chars()
                .filter(|it| !it.is_control())
                .take(FILE_NAME)
                .collect(),
            size: i64::try_from(arrival.stored.size).unwrap_or(i64::MAX),
            state: DeliveryState::Received.as_str().to_owned(),
            released: false,
            day: local_day(now),
            received_at: now,
            progress: 0,
        };
        let (id, fresh) = deliveries::claim(conn, &new)?;
        if fresh {
            ledger::append(conn, &[received(&new)])?;
        }
        Ok((id, fresh))
    })?;
    Ok(Receipt { delivery, fresh })
}

fn claim(arrival: &Arrival) -> String {
    format!("{}/{}/{}", arrival.unit, arrival.resource, hex(&arrival.stored.digest))
}

fn received(new: &NewDelivery) -> Event {
    deeds::delivery(new.id, "received", new.received_at, &new.unit)
        .and("unit", new.unit.as_str())
        .and("resource", new.resource.as_str())
        .and("digest", hex(&new.digest))
        .and("size", new.size)
}
