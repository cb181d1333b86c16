//! The inbox tied to the stages: each file becomes a delivery, is brought to its end, and is put away beside its report.

use std::{fs, io::BufWriter, time::Instant};

use super::{JobError, bring_to_end, paper};
use crate::{
    collect::{
        BlobError,
        inbox::{self, Claimed, Fate, Inbox},
    },
    ingest::{self, Arrival, IngestError, Workshop},
    record::{Channel, Delivery, DeliveryState},
};

/// Bytes a file of the inbox may have.
pub const FILE_LIMIT: u64 = 16 << 30;

/// Takes every file that is whole, and says how many were put away. What fails for our own reasons stays where it is,
/// and is taken again at the next look.
///
/// # Errors
/// When the inbox itself cannot be read.
pub fn take_files(shop: &Workshop, inbox: &mut Inbox, worker: &str, now: Instant) -> Result<usize, JobError> {
    let mut n_settled = 0;
    for candidate in inbox.look(now)? {
        match inbox::claim(&candidate).map_err(JobError::from) {
            Ok(None) => {}
            Ok(Some(claimed)) => {
                let name = claimed.name();
                match settle(shop, claimed, worker) {
                    Ok(()) => n_settled += 1,
                    Err(err) => tracing::error!(name, error = %err, "a file of the inbox waits for the next look"),
                }
            }
            Err(err) => tracing::error!(error = %err, "a file of the inbox cannot be claimed"),
        }
    }
    Ok(n_settled)
}

fn settle(shop: &Workshop, mut claimed: Claimed, worker: &str) -> Result<(), JobError> {
    match deliver(shop, &mut claimed, worker)? {
        Ok(delivery) => report(shop, claimed, &delivery),
        Err(reason) => refuse(claimed, &reason),
    }
}

/// The delivery a file became, or why it can be none, in Chinese.
fn deliver(shop: &Workshop, claimed: &mut Claimed, worker: &str) -> Result<Result<Delivery, String>, JobError> {
    let (Some(unit), Some(resource)) = (&claimed.unit, &claimed.resource) else {
        return Ok(Err("文件须放在“归集单位代码/资源代码/”目录下".to_owned()));
    };
    let Some(known) = shop.catalog.get(resource).or_else(|| shop.catalog.by_name(resource)) else {
        return Ok(Err(format!("目录“{resource}”不是资源代码，也不是资源名称")));
    };
    let stored = match shop.blobs.keep(&mut claimed.file, FILE_LIMIT) {
        Err(BlobError::TooLarge { limit }) => return Ok(Err(format!("文件超过 {limit} 字节"))),
        stored => stored?,
    };
    let (unit, resource) = (unit.clone(), known.code.clone());
    let arrival = Arrival { unit, resource, channel: Channel::Inbox, file_name: claimed.name(), stored };
    let receipt = match ingest::deliver(shop, &arrival) {
        Err(err @ (IngestError::UnknownUnit(_) | IngestError::UnknownResource(_))) => return Ok(Err(err.to_string())),
        receipt => receipt?,
    };
    bring_to_end(shop, worker, receipt.delivery, &|_| {}).map(Ok)
}

fn report(shop: &Workshop, claimed: Claimed, delivery: &Delivery) -> Result<(), JobError> {
    let fate = if delivery.state == DeliveryState::Refused { Fate::Failed } else { Fate::Done };
    let shelf = claimed.shelf(fate)?;
    paper::json(shop, delivery, BufWriter::new(fs::File::create(&shelf.json)?))?;
    if delivery.tally.rejected + delivery.tally.conflicting + delivery.tally.unlinked > 0 {
        paper::xlsx(shop, delivery, BufWriter::new(fs::File::create(&shelf.xlsx)?))?;
    }
    tracing::info!(delivery = delivery.id, state = %delivery.state, name = claimed.name(), "a file of the inbox was put away");
    Ok(claimed.put_away(&shelf)?)
}

fn refuse(claimed: Claimed, reason: &str) -> Result<(), JobError> {
    let shelf = claimed.shelf(Fate::Failed)?;
    let report = serde_json::json!({ "state": "refused", "file_name": claimed.name(), "message": reason });
    fs::write(&shelf.json, format!("{report:#}\n"))?;
    tracing::warn!(name = claimed.name(), reason, "a file of the inbox is no delivery");
    Ok(claimed.put_away(&shelf)?)
}
