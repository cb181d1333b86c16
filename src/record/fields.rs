//! The fields of a payload, without a copy of each: places in its text.
//!
//! A rebuild reads every record there is, and most rules ask for two or three of its fields.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::standards::{Decimal, Money};

/// The fields of a payload, by field code. Amounts are 分, days ISO 8601, a person's number is masked and hashed.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    json: Box<str>,
    /// In the order of the payload.
    filled: Vec<(Word, Filled)>,
}

/// A word: where it stands in the payload, or itself where the payload writes it with escapes.
#[derive(Debug, Clone)]
enum Word {
    At(usize, usize),
    Own(Box<str>),
}

/// A field's value.
#[derive(Debug, Clone)]
enum Filled {
    Word(Word),
    Words(Vec<Word>),
    Whole(i64),
    Other(Value),
}

impl Word {
    fn of(found: Cow<'_, str>, json: &str) -> Self {
        match found {
            // Borrowed from the text that is parsed, so it lies within it.
            Cow::Borrowed(part) => {
                let from = part.as_ptr() as usize - json.as_ptr() as usize;
                Self::At(from, from + part.len())
            }
            Cow::Owned(text) => Self::Own(text.into()),
        }
    }

    fn text<'f>(&'f self, json: &'f str) -> &'f str {
        match self {
            Self::At(from, to) => &json[*from..*to],
            Self::Own(text) => text,
        }
    }
}

impl Fields {
    /// The fields of a payload.
    ///
    /// # Errors
    /// When it is no JSON object.
    pub fn parse(payload: &str) -> Result<Self, serde_json::Error> {
        let Object(found) = serde_json::from_str(payload)?;
        let placed = |(code, value): (Cow<'_, str>, Raw<'_>)| (Word::of(code, payload), value.placed(payload));
        Ok(Self { json: payload.into(), filled: found.into_iter().map(placed).collect() })
    }

    /// Of a code that stands twice the last counts, as in any map.
    fn find(&self, code: &str) -> Option<&Filled> {
        self.filled.iter().rev().find(|(it, _)| it.text(&self.json) == code).map(|(_, value)| value)
    }

    /// Whether a field is filled.
    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.find(code).is_some()
    }

    /// The value as it stands in the payload; `None` when the field is empty.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<Value> {
        self.find(code).map(|it| it.value(&self.json))
    }

    /// A text, a term, a day or a number in its text form.
    #[must_use]
    pub fn text(&self, code: &str) -> Option<&str> {
        match self.find(code)? {
            Filled::Word(word) => Some(word.text(&self.json)),
            Filled::Words(_) | Filled::Whole(_) | Filled::Other(_) => None,
        }
    }

    /// The terms of a field, one or several.
    pub fn terms<'f>(&'f self, code: &str) -> impl Iterator<Item = &'f str> + use<'f> {
        let words = match self.find(code) {
            Some(Filled::Word(word)) => std::slice::from_ref(word),
            Some(Filled::Words(words)) => words.as_slice(),
            Some(Filled::Whole(_) | Filled::Other(_)) | None => &[],
        };
        words.iter().map(|it| it.text(&self.json))
    }

    /// An amount.
    #[must_use]
    pub fn money(&self, code: &str) -> Option<Money> {
        match self.find(code)? {
            Filled::Whole(fen) => Some(Money::from_fen(*fen)),
            Filled::Word(_) | Filled::Words(_) | Filled::Other(_) => None,
        }
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
    pub fn map(&self) -> Map<String, Value> {
        let of = |(code, it): &(Word, Filled)| (code.text(&self.json).to_owned(), it.value(&self.json));
        self.filled.iter().map(of).collect()
    }
}

impl Filled {
    fn value(&self, json: &str) -> Value {
        match self {
            Self::Word(word) => word.text(json).into(),
            Self::Words(words) => words.iter().map(|it| it.text(json)).collect(),
            Self::Whole(n) => (*n).into(),
            Self::Other(value) => value.clone(),
        }
    }
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.map() == other.map()
    }
}

impl Eq for Fields {}

impl From<Map<String, Value>> for Fields {
    fn from(map: Map<String, Value>) -> Self {
        Self::parse(&Value::Object(map).to_string()).expect("a map is a JSON object")
    }
}

/// What a payload holds, as it is parsed: texts are parts of it wherever it has no escapes.
struct Object<'p>(Vec<(Cow<'p, str>, Raw<'p>)>);

enum Raw<'p> {
    Word(Cow<'p, str>),
    Words(Vec<Cow<'p, str>>),
    Whole(i64),
    Other(Value),
}

/// A text, borrowed where that is possible.
struct Text<'p>(Cow<'p, str>);

impl Raw<'_> {
    fn placed(self, json: &str) -> Filled {
        match self {
            Self::Word(text) => Filled::Word(Word::of(text, json)),
            Self::Words(texts) => Filled::Words(texts.into_iter().map(|it| Word::of(it, json)).collect()),
            Self::Whole(n) => Filled::Whole(n),
            Self::Other(value) => Filled::Other(value),
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::Word(text) => text.into(),
            Self::Words(texts) => texts.into_iter().collect(),
            Self::Whole(n) => n.into(),
            Self::Other(value) => value,
        }
    }
}

impl<'p> Deserialize<'p> for Object<'p> {
    fn deserialize<D: Deserializer<'p>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Reader)
    }
}

impl<'p> Deserialize<'p> for Text<'p> {
    fn deserialize<D: Deserializer<'p>>(from: D) -> Result<Self, D::Error> {
        match Raw::deserialize(from)? {
            Raw::Word(text) => Ok(Self(text)),
            Raw::Words(_) | Raw::Whole(_) | Raw::Other(_) => Err(serde::de::Error::custom("a code is a text")),
        }
    }
}

impl<'p> Deserialize<'p> for Raw<'p> {
    fn deserialize<D: Deserializer<'p>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ValueReader)
    }
}

struct Reader;

impl<'p> Visitor<'p> for Reader {
    type Value = Object<'p>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'p>>(self, mut map: A) -> Result<Object<'p>, A::Error> {
        let mut found = Vec::with_capacity(16);
        while let Some((Text(code), value)) = map.next_entry()? {
            found.push((code, value));
        }
        Ok(Object(found))
    }
}

struct ValueReader;

impl<'p> Visitor<'p> for ValueReader {
    type Value = Raw<'p>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'p str) -> Result<Raw<'p>, E> {
        Ok(Raw::Word(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw<'p>, E> {
        Ok(Raw::Word(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Raw<'p>, E> {
        Ok(Raw::Whole(n))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Raw<'p>, E> {
        Ok(i64::try_from(n).map_or_else(|_| Raw::Other(n.into()), Raw::Whole))
    }

    fn visit_f64<E>(self, n: f64) -> Result<Raw<'p>, E> {
        Ok(Raw::Other(n.into()))
    }

    fn visit_bool<E>(self, it: bool) -> Result<Raw<'p>, E> {
        Ok(Raw::Other(it.into()))
    }

    fn visit_unit<E>(self) -> Result<Raw<'p>, E> {
        Ok(Raw::Other(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'p>>(self, mut items: A) -> Result<Raw<'p>, A::Error> {
        let mut found = Vec::new();
        while let Some(it) = items.next_element::<Raw<'p>>()? {
            found.push(it);
        }
        if found.iter().any(|it| !matches!(it, Raw::Word(_))) {
            return Ok(Raw::Other(found.into_iter().map(Raw::into_value).collect()));
        }
        let word = |it| if let Raw::Word(text) = it { Some(text) } else { None };
        Ok(Raw::Words(found.into_iter().filter_map(word).collect()))
    }

    fn visit_map<A: MapAccess<'p>>(self, map: A) -> Result<Raw<'p>, A::Error> {
        let Object(found) = Reader.visit_map(map)?;
        let found = found.into_iter().map(|(code, it)| (code.into_owned(), it.into_value()));
        Ok(Raw::Other(found.collect::<Map<_, _>>().into()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_field_is_read_by_its_type_and_an_empty_one_is_none() {
        let text = r#"{"a":"罚款","b":["警告","罚款"],"c":200000,"d":"2026-03-01T10:00:00","e":"1.5"}"#;
        let fields = Fields::parse(text).unwrap();
        assert_eq!(fields.terms("a").collect::<Vec<_>>(), ["罚款"]);
        assert_eq!(fields.terms("b").collect::<Vec<_>>(), ["警告", "罚款"]);
        assert_eq!(fields.money("c"), Some(Money::from_fen(200_000)));
        assert_eq!(fields.day("d"), NaiveDate::from_ymd_opt(2026, 3, 1));
        assert_eq!(fields.number("e"), Decimal::parse("1.5").ok());
        assert_eq!((fields.text("x"), fields.terms("x").count(), fields.money("a")), (None, 0, None));
        assert!(fields.has("a") && !fields.has("x"));
    }

    #[test]
    fn only_an_object_has_fields() {
        for text in ["", "[]", "1", "\"a\"", "{", "{\"a\":1} x", "{\"a\"}"] {
            assert!(Fields::parse(text).is_err(), "{text}");
        }
        assert_eq!(Fields::parse("{}").unwrap(), Fields::default());
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<String>().prop_map(Value::from),
            "[a\\\\\"\n罚款]{0,6}".prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1e9..1e9_f64).prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            Just(Value::Null),
        ];
        leaf.prop_recursive(2, 8, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a\"罚]{0,2}", inner, 0..4)
                    .prop_map(|it| Value::Object(it.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_object_is_read_as_any_json_reader_reads_it(
            entries in prop::collection::vec(("[ab\\\\\"罚]{0,3}", value()), 0..8),
        ) {
            let text: Vec<String> =
                entries.iter().map(|(code, it)| format!("{}:{it}", Value::from(code.as_str()))).collect();
            let text = format!("{{{}}}", text.join(","));
            let map: Map<String, Value> = serde_json::from_str(&text).unwrap();
            let fields = Fields::parse(&text).unwrap();
            prop_assert_eq!(&fields.map(), &map);
            for (code, it) in &map {
                prop_assert_eq!(fields.text(code), it.as_str());
                prop_assert_eq!(fields.money(code).map(Money::fen), it.as_i64());
                prop_assert_eq!(fields.get(code), Some(it.clone()));
            }
        }
    }
}
