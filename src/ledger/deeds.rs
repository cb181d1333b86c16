//! What collecting and accounts tell the ledger: one function an occasion, so that every way in says it alike.

use chrono::NaiveDateTime;
use serde_json::json;

use super::{Change, Event, EventKind, Lane, digest::sha256, hex};

/// A delivery took a step: it was `received`, `released` or `discarded` by a person, or ended in the state named.
#[must_use]
pub fn delivery(id: i64, step: &str, at: NaiveDateTime, actor: &str) -> Event {
    let event = Event::new(Lane::Collect, EventKind::Delivery, at, actor).along(id);
    event.saying(json!({"delivery": id, "step": step}))
}

/// A unit said that a period brought nothing to report.
#[must_use]
pub fn zero_report(
    change: Change,
    (unit, resource, period): (&str, &str, &str),
    at: NaiveDateTime,
    actor: &str,
) -> Event {
    let event = Event::new(Lane::Collect, EventKind::ZeroReport, at, actor);
    event.saying(json!({"unit": unit, "resource": resource, "period": period})).changing([change])
}

/// A doubtful row was decided on: it is `ignored` or `linked`.
#[must_use]
pub fn doubt(id: i64, step: &str, at: NaiveDateTime, actor: &str) -> Event {
    Event::new(Lane::Acts, EventKind::Doubt, at, actor).along(id).saying(json!({"doubt": id, "step": step}))
}

/// Notices of cases were sent to the platform above.
#[must_use]
pub fn notices_sent(changes: Vec<Change>, at: NaiveDateTime, actor: &str) -> Event {
    let event = Event::new(Lane::Acts, EventKind::Case, at, actor);
    event.saying(json!({"step": "sent_upward", "n": changes.len()})).changing(changes)
}

/// Two subjects were found to be one.
#[must_use]
pub fn merged((id, change): (i64, Change), (loser, winner): (i64, i64), at: NaiveDateTime, actor: &str) -> Event {
    let event = Event::new(Lane::Acts, EventKind::Merge, at, actor).about(winner).along(id);
    event.saying(json!({"merging": id, "step": "merged", "loser": loser, "winner": winner})).changing([change])
}

/// That was undone.
#[must_use]
pub fn unmerged((id, change): (i64, Change), at: NaiveDateTime, actor: &str) -> Event {
    let event = Event::new(Lane::Acts, EventKind::Merge, at, actor).along(id);
    event.saying(json!({"merging": id, "step": "undone"})).changing([change])
}

/// A unit was made or changed; what it is called is in the digest.
#[must_use]
pub fn unit(code: &str, said: (&str, Option<&str>, bool), at: NaiveDateTime, actor: &str) -> Event {
    let (name, region, active) = said;
    let digest = hex(&sha256(json!([code, name, region, active]).to_string().as_bytes()));
    let event = Event::new(Lane::Acts, EventKind::Account, at, actor);
    event.saying(json!({"unit": code, "active": active, "digest": digest}))
}

/// A key was `issued` or `revoked`.
#[must_use]
pub fn key(id: &str, step: &str, at: NaiveDateTime, actor: &str) -> Event {
    Event::new(Lane::Acts, EventKind::Account, at, actor).saying(json!({"key": id, "step": step}))
}
