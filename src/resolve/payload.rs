//! The payload of a version: canonical JSON, byte-exact for its hash, with personal numbers masked and hashed.

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use crate::{
    catalog::{Exposure, Field, FieldIndex, FieldType, Resource},
    record::{Draft, Value},
    seal::Keys,
    standards::{Money, OPEN_END},
};

/// The payload of a draft, and its personal numbers in clear (a JSON object by field code) for sealing.
pub(super) fn write(resource: &Resource, draft: &Draft<'_>, keys: &Keys) -> (String, Option<String>) {
    let mut out = String::with_capacity(1024);
    let mut secrets: Option<String> = None;
    out.push('{');
    for (field, value) in resource.fields.iter().zip(&draft.values) {
        if *value == Value::Absent {
            continue;
        }
        if out.len() > 1 {
            out.push(',');
        }
        quoted(&mut out, &field.code);
        out.push(':');
        put(&mut out, value, keys);
        if let Value::Person(number) = value {
            let clear = secrets.get_or_insert_with(|| "{".to_owned());
            if clear.len() > 1 {
                clear.push(',');
            }
            quoted(clear, &field.code);
            clear.push(':');
            quoted(clear, number.as_str());
        }
    }
    out.push('}');
    if let Some(clear) = &mut secrets {
        clear.push('}');
    }
    (out, secrets)
}

fn put(out: &mut String, value: &Value<'_>, keys: &Keys) {
    match value {
        Value::Absent => out.push_str("null"),
        Value::Text(text) => quoted(out, text),
        Value::Terms(terms) => {
            out.push('[');
            for (at, term) in terms.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quoted(out, term);
            }
            out.push(']');
        }
        Value::Money(money) => write!(out, "{}", money.fen()).expect("writing to a string"),
        Value::Person(number) => {
            out.push_str("{\"masked\":");
            quoted(out, &number.masked());
            out.push_str(",\"hash\":\"");
            out.push_str(&keys.blind(&format!("{}:{}", number.kind(), number.as_str())));
            out.push_str("\"}");
        }
        Value::Day(_) | Value::Month(_) | Value::Moment(_) | Value::Number(_) | Value::Code(_) => {
            out.push('"');
            out.push_str(&plain(value, keys));
            out.push('"');
        }
    }
}

/// A value as one text, for keys and columns; a personal number as its keyed hash.
pub(super) fn plain(value: &Value<'_>, keys: &Keys) -> String {
    match value {
        Value::Absent => String::new(),
        Value::Text(text) => text.to_string(),
        Value::Terms(terms) => terms.join("；"),
        Value::Day(day) => iso(*day),
        Value::Month(month) => month.to_string(),
        Value::Moment(moment) => {
            format!("{}T{:02}:{:02}:{:02}", iso(moment.date()), moment.hour(), moment.minute(), moment.second())
        }
        Value::Money(money) => money.fen().to_string(),
        Value::Number(number) => number.to_string(),
        Value::Code(code) => code.as_str().to_owned(),
        Value::Person(number) => keys.blind(&format!("{}:{}", number.kind(), number.as_str())),
    }
}

/// `YYYY-MM-DD`, several times faster than the general formatter; days are parsed with four-digit years.
fn iso(day: NaiveDate) -> String {
    let digit = |n: u32| char::from(b'0' + u8::try_from(n % 10).expect("one digit"));
    let (year, month, day) = (day.year().unsigned_abs(), day.month(), day.day());
    let mut out = String::with_capacity(10);
    for it in [year / 1000, year / 100, year / 10, year] {
        out.push(digit(it));
    }
    for (tens, ones) in [(month / 10, month), (day / 10, day)] {
        out.push('-');
        out.push(digit(tens));
        out.push(digit(ones));
    }
    out
}

/// Appends a JSON string; most texts need no escape and are copied whole.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    if text.bytes().any(|it| it < 0x20 || it == b'"' || it == b'\\') {
        for it in text.chars() {
            match it {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                it if it < ' ' => write!(out, "\\u{:04x}", it as u32).expect("writing to a string"),
                it => out.push(it),
            }
        }
    } else {
        out.push_str(text);
    }
    out.push('"');
}

/// What a completed payload says beside its fields: a row of a generation without the columns leaves it as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadFacts {
    /// Who may see the record.
    pub exposure: Exposure,
    /// In force from,
    pub valid_from: Option<NaiveDate>,
    /// until, inclusive; `None` is open.
    pub valid_until: Option<NaiveDate>,
    /// The unit's time stamp, local.
    pub stamp: Option<NaiveDateTime>,
}

/// See [`PayloadFacts`].
///
/// # Errors
/// When it is no JSON object.
pub fn facts(resource: &Resource, payload: &str) -> Result<PayloadFacts, serde_json::Error> {
    let values: Map<String, Json> = serde_json::from_str(payload)?;
    let text = |field: Option<FieldIndex>| values.get(&resource.fields[field?].code)?.as_str();
    let day = |field| text(field).and_then(|it| it.get(..10)).and_then(|it| it.parse::<NaiveDate>().ok());
    let term = resource.usage.as_ref().and_then(|(field, terms)| {
        let said = text(Some(*field))?;
        terms.iter().find(|(it, _)| it == said).map(|(_, exposure)| *exposure)
    });
    let stamp = text(resource.times.stamp)
        .and_then(|it| it.parse::<NaiveDateTime>().ok().or_else(|| it.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)));
    Ok(PayloadFacts {
        exposure: term.map_or(resource.exposure, |it| it.max(resource.exposure)),
        valid_from: day(resource.times.from),
        valid_until: day(resource.times.until).filter(|it| *it != OPEN_END),
        stamp,
    })
}

/// A field of a payload as the text of a cell, in the unit it is delivered in; a personal number stays masked.
#[must_use]
pub fn cell_text(field: &Field, value: &Json) -> String {
    match (value, field.kind) {
        (Json::Null, _) => String::new(),
        (Json::Number(fen), FieldType::MoneyWan) => {
            fen.as_i64().map_or_else(|| fen.to_string(), |it| Money::from_fen(it).to_wan_string())
        }
        (Json::Number(fen), FieldType::MoneyYuan) => {
            fen.as_i64().map_or_else(|| fen.to_string(), |it| Money::from_fen(it).to_yuan_string())
        }
        (Json::String(text), _) => text.clone(),
        (Json::Array(items), _) => items.iter().map(|it| cell_text(field, it)).collect::<Vec<_>>().join("；"),
        (Json::Object(map), _) => map.get("masked").map_or_else(String::new, |it| cell_text(field, it)),
        (Json::Bool(_) | Json::Number(_), _) => value.to_string(),
    }
}

/// The content hash of a payload.
#[must_use]
pub fn content(payload: &str) -> [u8; 32] {
    Sha256::digest(payload).into()
}

/// Completes a payload with what its dialect cannot say and the known version does: a V1 file of a decision that a V2
/// file told in full leaves the fields V1 has no column for as they are. `None` when there is nothing to add.
///
/// # Errors
/// When either is no JSON object: the database was changed from outside.
pub fn complete(
    resource: &Resource,
    dialect: usize,
    new: &str,
    known: &str,
) -> Result<Option<String>, serde_json::Error> {
    let mut mine: Map<String, Json> = serde_json::from_str(new)?;
    let mut theirs: Map<String, Json> = serde_json::from_str(known)?;
    let mut added = false;
    for field in &resource.fields {
        let silent = !field.dialects.is_empty() && !field.dialects.contains(&dialect);
        if silent
            && !mine.contains_key(&field.code)
            && let Some(value) = theirs.remove(&field.code)
        {
            mine.insert(field.code.clone(), value);
            added = true;
        }
    }
    Ok(added.then(|| ordered(resource, mine)))
}

/// The canonical order is the resource's, not the map's.
fn ordered(resource: &Resource, mut map: Map<String, Json>) -> String {
    let mut out = String::from("{");
    for field in &resource.fields {
        if let Some(value) = map.remove(&field.code) {
            if out.len() > 1 {
                out.push(',');
            }
            quoted(&mut out, &field.code);
            out.push(':');
            canonical(&mut out, &value);
        }
    }
    out.push('}');
    out
}

fn canonical(out: &mut String, value: &Json) {
    match value {
        Json::String(text) => quoted(out, text),
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                canonical(out, item);
            }
            out.push(']');
        }
        Json::Object(map) => {
            // Only personal numbers are objects: masked, then hash.
            out.push('{');
            for (at, name) in ["masked", "hash"].iter().filter(|it| map.contains_key(**it)).enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quoted(out, name);
                out.push(':');
                canonical(out, &map[*name]);
            }
            out.push('}');
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => write!(out, "{value}").expect("writing to a string"),
    }
}
