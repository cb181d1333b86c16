//! An entry: a draft made ready to be compared and kept.

use std::{collections::HashMap, sync::Arc};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::{identity, key, key::Hints, payload};
use crate::{
    catalog::{Exposure, Resource},
    record::{Draft, Identities, RecordKey, Value},
    seal::Keys,
    standards::OPEN_END,
};

/// A draft made ready to be compared with what is known (待入库).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The row in its delivery.
    pub row: u64,
    /// The record's identity beside its subject.
    pub key: RecordKey,
    /// What the row says of its subject.
    pub subject: Identities,
    /// What a row of the register says beyond that.
    pub register: Option<RegisterFacts>,
    /// SHA-256 of the payload.
    pub content: [u8; 32],
    /// Canonical JSON; personal numbers stand in it masked and hashed.
    pub payload: String,
    /// The personal numbers, sealed to the key.
    pub sealed: Option<Vec<u8>>,
    /// The dialect, for completing what it cannot say.
    pub dialect: usize,
    /// Who may see it.
    pub exposure: Exposure,
    /// The day of the fact.
    pub fact_on: Option<NaiveDate>,
    /// In force from,
    pub valid_from: Option<NaiveDate>,
    /// until, inclusive; `None` is open.
    pub valid_until: Option<NaiveDate>,
    /// Whether the row says that the record is ended,
    pub ended: bool,
    /// and when.
    pub ended_on: Option<NaiveDate>,
    /// The unit's time stamp, local.
    pub stamp: Option<NaiveDateTime>,
    /// Whether it came after the limit in working days; `None` when there is no limit or no day.
    pub late: Option<bool>,
    /// How it is recognised as the correction of a doubtful row.
    pub hints: Hints,
}

/// What a row of the register (主体登记) says of its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterFacts {
    /// 法定代表人
    pub representative: Option<String>,
    /// 行政区划
    pub region: Option<String>,
    /// 行业
    pub industry: Option<String>,
    /// 登记状态
    pub status: Option<String>,
    /// 曾用名
    pub former_names: Option<String>,
}

/// Makes entries of one delivery's drafts.
pub struct Maker {
    pub(super) resource: Arc<Resource>,
    pub(super) keys: Keys,
    /// The earliest day of a fact that is reported in time on the day of delivery.
    in_time_from: Option<NaiveDate>,
    /// Whether earlier rows are doubtful, so that this delivery's may be their corrections.
    hints: bool,
    /// Comparison keys of agency names, which repeat.
    pub(super) agencies: HashMap<String, String>,
}

impl Maker {
    /// For a resource; `in_time_from` is the earliest day of a fact that is not late, if there is a limit. Without
    /// `hints` entries carry none.
    #[must_use]
    pub fn new(resource: Arc<Resource>, keys: Keys, in_time_from: Option<NaiveDate>, hints: bool) -> Self {
        Self { resource, keys, in_time_from, hints, agencies: HashMap::new() }
    }

    /// The resource.
    #[must_use]
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// The entry of a draft.
    pub fn entry(&mut self, draft: &Draft<'_>) -> Entry {
        let key = key::of(self, draft);
        let resource = Arc::clone(&self.resource);
        let (payload, secrets) = payload::write(&resource, draft, &self.keys);
        let times = &resource.times;
        let fact_on = day(draft, times.fact);
        let (ended, ended_on) = ended(&resource, draft);
        let subject = identity::of(&resource, draft, &self.keys);
        let hints = if self.hints { key::hints(&resource, draft, &subject) } else { Hints::default() };
        Entry {
            row: draft.row,
            key,
            register: identity::register_facts(&resource, draft),
            subject,
            content: payload::content(&payload),
            payload,
            sealed: secrets.map(|it| self.keys.seal(it.as_bytes(), &key)),
            dialect: draft.dialect,
            exposure: exposure(&resource, draft),
            fact_on,
            valid_from: day(draft, times.from).or(fact_on),
            valid_until: day(draft, times.until).filter(|it| *it != OPEN_END),
            ended,
            ended_on,
            stamp: moment(draft, times.stamp),
            late: self.in_time_from.zip(fact_on).map(|(from, fact)| fact < from),
            hints,
        }
    }
}

fn day(draft: &Draft<'_>, field: Option<usize>) -> Option<NaiveDate> {
    match draft.values.get(field?)? {
        Value::Day(day) => Some(*day),
        Value::Moment(moment) => Some(moment.date()),
        Value::Month(month) => Some(month.last_day()),
        _ => None,
    }
}

fn moment(draft: &Draft<'_>, field: Option<usize>) -> Option<NaiveDateTime> {
    match draft.values.get(field?)? {
        Value::Moment(moment) => Some(*moment),
        Value::Day(day) => Some(day.and_time(NaiveTime::MIN)),
        _ => None,
    }
}

fn ended(resource: &Resource, draft: &Draft<'_>) -> (bool, Option<NaiveDate>) {
    let Some(withdrawal) = &resource.withdrawal else { return (false, None) };
    let ended = match draft.values.get(withdrawal.field) {
        Some(Value::Text(term)) => withdrawal.terms.iter().any(|it| it == term),
        _ => false,
    };
    (ended, if ended { day(draft, withdrawal.ended_on) } else { None })
}

fn exposure(resource: &Resource, draft: &Draft<'_>) -> Exposure {
    let by_row = resource.usage.as_ref().and_then(|(field, terms)| match draft.values.get(*field) {
        Some(Value::Text(term)) => terms.iter().find(|(it, _)| it == term).map(|(_, exposure)| *exposure),
        _ => None,
    });
    // A row may say that fewer may see it than the resource allows, never more. The variants rise in strictness.
    by_row.map_or(resource.exposure, |it| it.max(resource.exposure))
}
