//! Whether a deferral is open to an applicant: decided by what is known today, or made again by what was known then.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Value, json};

use super::{told, wrong};
use crate::{
    affairs::{
        AffairError, borrowing,
        sheet::{Question, Sheet, Wish, sheets, told_of},
    },
    deferral::{self, Applicant, Application, Case, Decision},
    dossier::{self, Asked, Named},
    ingest::Workshop,
    lending::REGISTER,
    policy::{Pack, rules::DeferralRules},
    store::{Conn, StoreError, answers::Logged, deferral as kept, merges, sources},
};

/// What is asked for at a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The item's code.
    pub item: String,
    /// Codes of the missing materials.
    pub missing: Vec<String>,
    /// The day they are promised for.
    pub promised: NaiveDate,
}

/// A decision with what it was made from.
pub struct Decided {
    /// The applicant, if it is known, and how it stands.
    pub asked: Option<Asked>,
    /// The decision.
    pub decision: Decision,
}

/// The rules in force on a day.
///
/// # Errors
/// [`AffairError::WrongState`] when there are none.
pub fn rules(shop: &Workshop, day: NaiveDate) -> Result<(&Pack, &DeferralRules), AffairError> {
    shop.packs.deferral(day).next().ok_or_else(|| wrong("当日没有适用的容缺受理规则"))
}

/// Decides whether a deferral is open to a subject, or to one that is not known.
///
/// # Errors
/// [`AffairError`].
pub fn decide(
    conn: &mut Conn,
    shop: &Workshop,
    subject: Option<i64>,
    wanted: &Wanted,
) -> Result<(Option<Arc<Sheet>>, Decision), AffairError> {
    let sheet = match subject {
        Some(id) => sheets(conn, shop, &[&Question { named: Named::Id(id), wish: Wish::Window }])?.pop().flatten(),
        None => None,
    };
    let sheet = told_of(sheet);
    let decision = decide_by(shop, sheet.as_deref(), wanted)?;
    Ok((sheet, decision))
}

/// The same today by what was read of the subject.
///
/// # Errors
/// [`AffairError::WrongState`] when no rules are in force.
pub fn decide_by(shop: &Workshop, sheet: Option<&Sheet>, wanted: &Wanted) -> Result<Decision, AffairError> {
    let day = shop.clock.day();
    let is_collected = |it: &str| sheet.is_some_and(|sheet| sheet.collected.contains_key(it));
    let unavailable = rules(shop, day)?.1.unavailable((&shop.packs, day), is_collected);
    decision(shop, day, sheet.map(|it| (&it.asked, it.cases.as_slice())), wanted, &unavailable)
}

/// The resources a decision looks at on a day: the register, and what the stops rest on.
///
/// # Errors
/// [`AffairError::WrongState`] when no rules are in force.
pub fn resources(shop: &Workshop, day: NaiveDate) -> Result<BTreeSet<&str>, AffairError> {
    let (_, rules) = rules(shop, day)?;
    Ok(rules.stops.iter().flat_map(|it| it.resources(&shop.packs, day)).chain([REGISTER]).collect())
}

/// The same on a day as it was for an answer, by what was known at its moment (UTC).
pub(super) fn decide_at(
    conn: &mut Conn,
    shop: &Workshop,
    (subject, wanted): (Option<i64>, &Wanted),
    (day, (answer, known_at)): (NaiveDate, (i64, NaiveDateTime)),
) -> Result<Decided, AffairError> {
    let mut asked = match subject {
        Some(id) => dossier::ask(conn, shop, id, day, Some(known_at))?,
        None => None,
    };
    asked.iter_mut().for_each(|it| told::registered(shop, &mut it.dossier));
    let cases = match &asked {
        Some(asked) => {
            let group = merges::group(conn, asked.dossier.subject.id)?;
            kept::weighed_at(conn, &group, (answer, known_at))?
        }
        None => Vec::new(),
    };
    let delivered = sources::known_at(conn, &resources(shop, day)?, known_at)?;
    let unavailable = rules(shop, day)?.1.unavailable((&shop.packs, day), |it| delivered.contains(it));
    let decision = decision(shop, day, asked.as_ref().map(|it| (it, cases.as_slice())), wanted, &unavailable)?;
    Ok(Decided { asked, decision })
}

fn decision(
    shop: &Workshop,
    day: NaiveDate,
    known: Option<(&Asked, &[Case])>,
    wanted: &Wanted,
    unavailable: &BTreeSet<String>,
) -> Result<Decision, AffairError> {
    let (pack, rules) = rules(shop, day)?;
    let application = Application {
        pack,
        rules,
        code: &wanted.item,
        item: rules.item(&wanted.item),
        missing: &wanted.missing,
        promised: wanted.promised,
        day,
        calendar: &shop.calendar,
        unavailable,
    };
    let applicant = known.map(|(it, cases)| Applicant { dossier: &it.dossier, standing: &it.standing, cases });
    Ok(deferral::decide(&application, applicant))
}

/// What a decision was asked, as its answer keeps it.
#[must_use]
pub fn question(shop: &Workshop, named: &Named, wanted: &Wanted) -> Value {
    let mut question = borrowing::said(shop, named, &[]);
    question["item"] = json!(wanted.item);
    question["missing"] = json!(wanted.missing);
    question["promised"] = json!(wanted.promised);
    question
}

pub(super) fn asked_again(logged: &Logged) -> Result<Wanted, StoreError> {
    let spoiled = || StoreError::Spoiled { place: "answer.question", value: logged.id.to_string() };
    let read = |text: &str| {
        let question: Value = serde_json::from_str(text).ok()?;
        let missing = question["missing"].as_array()?.iter().map(|it| it.as_str().map(str::to_owned));
        Some(Wanted {
            item: question["item"].as_str()?.to_owned(),
            missing: missing.collect::<Option<_>>()?,
            promised: question["promised"].as_str()?.parse().ok()?,
        })
    };
    read(&logged.question).ok_or_else(spoiled)
}
