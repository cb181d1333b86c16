//! The office gives a proposal to a unit that may designate: a candidate nobody of whose units could, or the wrong one has.

use super::{Actor, event, refused, rules, scene, standing_subject, unit};
use crate::{
    affairs::{AffairError, scene::again},
    ingest::Workshop,
    rights::designation::{Step, StepKind},
    store::{
        designations::{self, Stored},
        ledger,
    },
};

/// Assigns a designation that nobody has begun with to a unit.
///
/// # Errors
/// [`AffairError`]: the unit is not named for the list or out of use, or the designation has begun; then nothing changed.
pub fn assign(shop: &Workshop, id: i64, to: &str, reason: &str, actor: &Actor) -> Result<Stored, AffairError> {
    let (now, day) = (shop.clock.now(), shop.clock.day());
    let unit = unit(shop, to)?;
    if reason.trim().is_empty() {
        return Err(AffairError::Incomplete("交办须写明理由".to_owned()));
    }
    again(shop, |conn| {
        let mut stored = designations::find(conn, id)?.ok_or(AffairError::NotFound("名单认定"))?;
        let subject = standing_subject(conn, stored.designation.opening.subject)?;
        let rule = rules(shop, &stored.designation.opening.list, day)?;
        let step = Step {
            kind: StepKind::Assigned,
            at: now.max(stored.designation.last().at),
            day,
            actor: actor.name.clone(),
            reason: format!("交由{}（{}）办理：{}", unit.name, unit.code, reason.trim()),
            document: None,
            until: None,
            removal: None,
        };
        let scene = scene(shop, &rule, &unit, (subject.kind, None));
        stored.designation.assign(&unit.code, step, &scene).map_err(refused)?;
        let changes = designations::add_step(conn, &stored)?;
        ledger::append(conn, &[event(&stored.designation).changing(changes)])?;
        Ok(stored)
    })
}
