//! What all questions of a bank share: the subject by its code, what is known of it, its consents, and what was looked at.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::subjects;
use crate::{
    affairs::{
        borrowing::{self, Loaded},
        sheet::{Sheet, Wish, is_told_of, told_of},
    },
    answer::{Answer, LookedAt, Why},
    dossier::Named,
    ingest::Workshop,
    lending::{Collected, Found, Seen, View},
    policy::{Pack, PackRef, Packs},
    record::{Reason, Subject},
    rights::Purpose,
    store::Conn,
    web::{access::Caller, desk::Desk, error::ApiError, moment, recorded, together::Read},
};

/// A question about one subject.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// 统一社会信用代码，或其他已知代码
    pub code: String,
    /// 用途：before_loan 贷前、during_loan 贷中、after_loan 贷后
    pub purpose: String,
}

impl About {
    pub(super) fn purpose(&self) -> Result<Purpose, ApiError> {
        moment::parse_name("purpose", &self.purpose)
    }
}

/// The subject a bank or a window names, if it is told of it.
pub(super) fn found(conn: &mut Conn, code: &str) -> Result<Option<Subject>, ApiError> {
    match subjects::found(conn, code) {
        Ok(subject) if !is_told_of(subject.kind) => Ok(None),
        Ok(subject) => Ok(Some(subject)),
        Err(ApiError::UnknownSubject) => Ok(None),
        Err(err) => Err(err),
    }
}

/// Whom a bank or a window names; a text that can be no code is told as such, and is not taken for somebody unknown.
pub(super) fn named(code: &str) -> Result<Named, ApiError> {
    subjects::named(code)
        .map_err(ApiError::in_body)?
        .well_formed()
        .map_err(|it| ApiError::BadRequest(format!("code {it}")))
}

/// The rules in force, and what is known of the subject a bank or a window names; of natural persons nothing is.
pub(super) async fn sheet(desk: &Desk, named: Named, wish: Wish) -> Result<(Workshop, Option<Arc<Sheet>>), ApiError> {
    let Read { shop, sheet } = desk.ask(named, wish).await?;
    Ok((shop, told_of(sheet)))
}

/// What an answer to a bank is made from; none when the subject is not known.
pub(super) async fn load(desk: &Desk, caller: &Caller, about: &About) -> Result<(Workshop, Option<Loaded>), ApiError> {
    let purpose = about.purpose()?;
    let (shop, sheet) = sheet(desk, named(&about.code)?, Wish::Bank).await?;
    let loaded = sheet.map(|it| Loaded::new(it, &shop, (&caller.unit, purpose)));
    Ok((shop, loaded))
}

/// How a question is recorded: codes and ids only.
pub(super) fn asked(
    (shop, kind): (&Workshop, &'static str),
    about: &About,
    loaded: Option<&Loaded>,
    views: impl Iterator<Item = View>,
) -> Result<recorded::Asked, ApiError> {
    let mut used: Vec<i64> =
        views.filter_map(|it| if let View::Consented(id) = it { Some(id) } else { None }).collect();
    used.sort_unstable();
    used.dedup();
    let subjects = loaded.map(|it| vec![it.subject().id]).unwrap_or_default();
    let mut question = borrowing::said(shop, &named(&about.code)?, &[]);
    question["consents"] = json!(used);
    Ok(recorded::Asked {
        purpose: Some(about.purpose()?.to_string()),
        consent: used.first().copied(),
        ..recorded::Asked::of(shop.clock.now(), kind, subjects, question)
    })
}

/// The answer about a subject that is not known.
pub(super) fn unknown<T>(body: T) -> Answer<T> {
    let mut answer = Answer::new("unknown_subject", body);
    answer.lacks("subject", Why::UnknownSubject);
    answer
}

/// Says what was looked at for a block, and why anything of it is missing.
pub(super) fn looked<T>(
    answer: &mut Answer<T>,
    code: &str,
    found: &Found<'_>,
    resources: &[String],
    known: &Collected,
) {
    // What could not be looked at is not said to have been.
    let sources: Vec<_> =
        resources.iter().filter(|it| !found.not_permitted.contains(it)).filter_map(|it| known.get(it)).collect();
    let mut units: Vec<String> = sources.iter().flat_map(|(units, _)| units.iter().cloned()).collect();
    units.sort();
    units.dedup();
    if !sources.is_empty() {
        answer.looked_at.push(LookedAt {
            block: code.to_owned(),
            as_of: sources.iter().map(|(_, at)| *at).max().map(moment::utc),
            units,
            records: found.records.len() as u64,
        });
    }
    if let Some(why) = found.why() {
        answer.lacks(code, why);
    }
    let part = |it: &String| format!("{code}.{it}");
    if found.why() != Some(Why::NeedsConsent) {
        found.not_permitted.iter().for_each(|it| answer.lacks(part(it), Why::NeedsConsent));
    }
    found.partly.iter().for_each(|it| answer.lacks(part(it), Why::PartNeedsConsent));
    if found.why() != Some(Why::NotCollected) {
        found.not_available.iter().for_each(|it| answer.lacks(part(it), Why::NotCollected));
    }
}

/// The packs an answer rests on: these, and those of its reasons.
pub(super) fn packs(all: &Packs, day: NaiveDate, own: &Pack, reasons: &[Reason]) -> Vec<PackRef> {
    let named = |it: &Pack| reasons.iter().any(|reason| reason.rule.pack == it.head.id);
    let mut found: Vec<PackRef> =
        all.on(day).filter(|it| it.head.id == own.head.id || named(it)).map(|it| it.reference()).collect();
    found.sort();
    found
}

/// The versions of records.
pub(super) fn versions(records: &[Seen<'_>]) -> Vec<i64> {
    records.iter().map(|it| it.fact.id).collect()
}
