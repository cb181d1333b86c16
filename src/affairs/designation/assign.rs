//! The office gives a proposal to a unit that may designate: a candidate nobody of whose units could, or the wrong one has.

use super::{Actor, event, refused, rules, scene, standing_subject, unit};
use crate::{
    affairs::AffairError,
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
    shop.database.write_again(|conn| {
        let Some(mut stored) = designations::find(conn, id)? else {
            return Ok(Err(AffairError::NotFound("名单认定")));
        };
        let subject = match standing_subject(conn, stored.designation.opening.subject) {
            Ok(found) => found,
            Err(AffairError::Store(err)) => return Err(err),
            Err(err) => return Ok(Err(err)),
        };
        let rule = match rules(shop, &stored.designation.opening.list, day) {
            Ok(rule) => rule,
            Err(err) => return Ok(Err(err)),
        };
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
        if let Err(err) = stored.designation.assign(&unit.code, step, &scene) {
            return Ok(Err(refused(err)));
        }
        let changes = designations::add_step(conn, &stored)?;
        ledger::append(conn, &[event(&stored.designation).changing(changes)])?;
        Ok(Ok(stored))
    })?
}
