//! A record as rules look at it: what is known of the version, and the fields of its payload.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::Version;
use crate::standards::{Decimal, Money};

/// A record with its fields (事实): what publicity, lists and scores are derived from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The version; its payload is parsed into `fields`.
    pub version: Version,
    /// The fields.
    pub fields: Fields,
}

impl std::ops::Deref for Fact {
    type Target = Version;

    fn deref(&self) -> &Version {
        &self.version
    }
}

impl Fact {
    /// The fact of a version.
    ///
    /// # Errors
    /// When the payload is no JSON object: the database was changed from outside.
    pub fn of(version: Version) -> Result<Self, serde_json::Error> {
        let fields = Fields(serde_json::from_str(&version.payload)?);
        Ok(Self { version, fields })
    }
}

/// The fields of a payload, by field code. Amounts are 分, days ISO 8601, a person's number is masked and hashed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// The value as it stands in the payload; `None` when the field is empty.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Value> {
        self.0.get(code)
    }

    /// A text, a term, a day or a number in its text form.
    #[must_use]
    pub fn text(&self, code: &str) -> Option<&str> {
        self.0.get(code)?.as_str()
    }

    /// The terms of a field, one or several.
    pub fn terms<'f>(&'f self, code: &str) -> impl Iterator<Item = &'f str> + use<'f> {
        let (one, many) = match self.0.get(code) {
            Some(Value::String(term)) => (Some(term.as_str()), None),
            Some(Value::Array(terms)) => (None, Some(terms.iter().filter_map(Value::as_str))),
            _ => (None, None),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// An amount.
    #[must_use]
    pub fn money(&self, code: &str) -> Option<Money> {
        self.0.get(code)?.as_i64().map(Money::from_fen)
    }

    /// A day; the first ten characters of a moment.
    #[must_use]
    pub fn day(&self, code: &str) -> Option<NaiveDate> {
        self.text(code)?.get(..10)?.parse().ok()
    }

    /// A number.
    #[must_use]
    pub fn number(&self, code: &str) -> Option<Decimal> {
        Decimal::parse(self.text(code)?).ok()
    }

    /// All fields, by code.
    #[must_use]
    pub const fn map(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl From<Map<String, Value>> for Fields {
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_by_its_type_and_an_empty_one_is_none() {
        let text = r#"{"a":"罚款","b":["警告","罚款"],"c":200000,"d":"2026-03-01T10:00:00","e":"1.5"}"#;
        let fields = Fields(serde_json::from_str(text).unwrap());
        assert_eq!(fields.terms("a").collect::<Vec<_>>(), ["罚款"]);
        assert_eq!(fields.terms("b").collect::<Vec<_>>(), ["警告", "罚款"]);
        assert_eq!(fields.money("c"), Some(Money::from_fen(200_000)));
        assert_eq!(fields.day("d"), NaiveDate::from_ymd_opt(2026, 3, 1));
        assert_eq!(fields.number("e"), Decimal::parse("1.5").ok());
        assert_eq!((fields.text("x"), fields.terms("x").count(), fields.money("a")), (None, 0, None));
    }
}
