//! Records in the layout that is sent upward (上报): `<ROWDATA><ROW>` or CSV, days as YYYY/MM/DD, amounts in their unit.
//!
//! Knows the catalogue's layout and a payload; which records are sent, and when, is decided elsewhere.

use std::io::{self, Write};

use chrono::{NaiveDate, NaiveDateTime};
use quick_xml::escape::escape;
use serde_json::{Map, Value};

use crate::{
    catalog::{CodeList, Field, FieldIndex, FieldType, Resource},
    record::{RecordState, Version},
    standards::{LONG_TERM, Money, OPEN_END, mask},
};

named! {
    /// The format of a file that is sent upward (上报格式).
    pub enum UpwardFormat {
        /// `<ROWDATA><ROW>`, an element a field.
        Xml = "xml",
        /// CSV with a row of element names.
        Csv = "csv",
    }
}

/// The layout of a resource: the catalogue's, or all its fields when it has none.
pub struct Layout<'r> {
    resource: &'r Resource,
    elements: Vec<(String, FieldIndex)>,
    date_format: String,
}

/// A payload that is no JSON object, or a value that is not of its field's type: the database was changed from outside.
#[derive(Debug, thiserror::Error)]
#[error("the payload of version {version} is spoiled")]
pub struct SpoiledPayload {
    /// The version.
    pub version: i64,
}

impl<'r> Layout<'r> {
    /// The layout of a resource.
    #[must_use]
    pub fn new(resource: &'r Resource) -> Self {
        let all = || resource.fields.iter().enumerate().map(|(at, it)| (it.code.clone(), at)).collect();
        let (elements, date_format) = match &resource.upward {
            Some(upward) => (upward.elements.clone(), upward.date_format.clone()),
            None => (all(), "%Y/%m/%d".to_owned()),
        };
        Self { resource, elements, date_format }
    }

    /// The names of the elements, in order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.elements.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Whether the layout can say that a record is withdrawn.
    #[must_use]
    pub fn says_withdrawn(&self) -> bool {
        let field = self.resource.withdrawal.as_ref().map(|it| it.field);
        self.elements.iter().any(|(_, index)| Some(*index) == field)
    }

    /// Whether a value of the layout is a person's number.
    #[must_use]
    pub fn has_persons(&self) -> bool {
        self.elements.iter().any(|(_, index)| self.resource.fields[*index].kind == FieldType::PersonNumber)
    }

    /// A version's values, in the order of the elements. Personal numbers are masked, unless `clear` (the opened seal, by
    /// field code) has them.
    ///
    /// # Errors
    /// [`SpoiledPayload`].
    pub fn values(&self, version: &Version, clear: Option<&Map<String, Value>>) -> Result<Vec<String>, SpoiledPayload> {
        let spoiled = || SpoiledPayload { version: version.id };
        let payload: Map<String, Value> = serde_json::from_str(&version.payload).map_err(|_| spoiled())?;
        let is_withdrawn = version.state == RecordState::Withdrawn;
        let value = |index: &FieldIndex| {
            let field = &self.resource.fields[*index];
            if let Some(text) = self.status(*index, payload.get(&field.code), is_withdrawn) {
                return Some(text);
            }
            match (clear.and_then(|it| it.get(&field.code)), payload.get(&field.code)) {
                (_, None | Some(Value::Null)) => Some(String::new()),
                (Some(Value::String(number)), Some(_)) if field.kind == FieldType::PersonNumber => Some(number.clone()),
                (Some(_), Some(value)) => self.text(field, value),
                (None, Some(value)) => self.text(field, value).map(|it| mask::citizens_in_text(&it).into_owned()),
            }
        };
        self.elements.iter().map(|(_, index)| value(index).ok_or_else(spoiled)).collect()
    }

    /// The status is sent as its digit. A withdrawn record is sent as ended, whatever its last row said.
    fn status(&self, index: FieldIndex, value: Option<&Value>, is_withdrawn: bool) -> Option<String> {
        let withdrawal = self.resource.withdrawal.as_ref().filter(|it| it.field == index)?;
        let list = self.resource.fields[index].list.as_ref()?;
        let said = value.and_then(Value::as_str).unwrap_or_default();
        let is_ended = is_withdrawn || withdrawal.terms.iter().any(|it| it == said);
        let ends = || withdrawal.terms.iter().find_map(|it| digit(list, it));
        match (digit(list, said), is_ended) {
            (Some(own), false) => Some(own),
            (own, true) if !is_withdrawn || own.is_none() => own.or_else(ends).or_else(|| Some(said.to_owned())),
            (_, true) => ends().or_else(|| withdrawal.terms.first().cloned()),
            (None, false) => list.terms.first().and_then(|it| digit(list, &it.text)),
        }
    }

    fn text(&self, field: &Field, value: &Value) -> Option<String> {
        match (field.kind, value) {
            (FieldType::PersonNumber, Value::Object(parts)) => Some(parts.get("masked")?.as_str()?.to_owned()),
            (FieldType::MoneyWan, Value::Number(fen)) => Some(Money::from_fen(fen.as_i64()?).to_wan_string()),
            (FieldType::MoneyYuan, Value::Number(fen)) => Some(Money::from_fen(fen.as_i64()?).to_yuan_string()),
            (FieldType::Day, Value::String(day)) => {
                let day: NaiveDate = day.parse().ok()?;
                let day = if day == OPEN_END { LONG_TERM } else { day };
                Some(day.format(&self.date_format).to_string())
            }
            (FieldType::Moment, Value::String(moment)) => {
                let moment = NaiveDateTime::parse_from_str(moment, "%Y-%m-%dT%H:%M:%S").ok()?;
                Some(moment.format(&format!("{} %H:%M:%S", self.date_format)).to_string())
            }
            (_, Value::Array(terms)) => Some(terms.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join("；")),
            (_, Value::String(text)) => Some(text.clone()),
            _ => None,
        }
    }
}

/// The digit a term is sent as, if it has one.
fn digit(list: &CodeList, term: &str) -> Option<String> {
    let is_digit = |it: &&String| it.len() == 1 && it.bytes().all(|byte| byte.is_ascii_digit());
    list.terms.iter().find(|it| it.text == term)?.also.iter().find(is_digit).cloned()
}

/// A file that is being written, row by row.
pub enum Sheet<W: Write> {
    /// XML.
    Xml(W, Vec<String>),
    /// CSV.
    Csv(Box<csv::Writer<W>>),
}

impl<W: Write> Sheet<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn begin(format: UpwardFormat, names: &[&str], mut out: W) -> io::Result<Self> {
        match format {
            UpwardFormat::Xml => {
                writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ROWDATA>")?;
                Ok(Self::Xml(out, names.iter().map(|it| (*it).to_owned()).collect()))
            }
            UpwardFormat::Csv => {
                let mut sheet = csv::Writer::from_writer(out);
                sheet.write_record(names).map_err(io::Error::from)?;
                Ok(Self::Csv(Box::new(sheet)))
            }
        }
    }

    /// Adds a row of as many values as there are names. Empty elements are left out of XML.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn row(&mut self, values: &[String]) -> io::Result<()> {
        match self {
            Self::Csv(sheet) => sheet.write_record(values).map_err(io::Error::from),
            Self::Xml(out, names) => {
                write!(out, "<ROW>")?;
                for (name, value) in names.iter().zip(values).filter(|(_, value)| !value.is_empty()) {
                    let value: String = value.chars().filter(|it| is_xml(*it)).collect();
                    write!(out, "<{name}>{}</{name}>", escape(&value))?;
                }
                writeln!(out, "</ROW>")
            }
        }
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn end(self) -> io::Result<W> {
        match self {
            Self::Csv(sheet) => sheet.into_inner().map_err(|err| io::Error::other(err.to_string())),
            Self::Xml(mut out, _) => {
                writeln!(out, "</ROWDATA>")?;
                Ok(out)
            }
        }
    }
}

/// XML 1.0 has no place for control characters, not even escaped.
const fn is_xml(it: char) -> bool {
    it >= ' ' && it != '\u{FFFE}' && it != '\u{FFFF}' || matches!(it, '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::catalog::Catalog;

    fn version(resource: &str, state: RecordState, payload: &str) -> Version {
        Version {
            id: 7,
            subject: 1,
            key: [0; 16],
            resource: resource.to_owned(),
            unit: "U".into(),
            delivery: 1,
            row: 2,
            revision: 1,
            state,
            exposure: "public".into(),
            fact_on: None,
            valid_from: None,
            valid_until: None,
            ended_on: None,
            stamp: None,
            known_from: NaiveDate::MIN.into(),
            known_until: None,
            payload: payload.to_owned(),
            note: None,
        }
    }

    fn sent(resource: &str, state: RecordState, payload: &str, clear: Option<&str>) -> Vec<(String, String)> {
        let catalog = Catalog::embedded();
        let layout = Layout::new(catalog.get(resource).expect("built in"));
        let clear = clear.map(|it| serde_json::from_str(it).expect("an object"));
        let values = layout.values(&version(resource, state, payload), clear.as_ref()).expect("sound");
        let names = layout.names().into_iter().map(str::to_owned);
        names.zip(values).filter(|(_, value)| !value.is_empty()).collect()
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn days_amounts_and_terms_are_written_as_the_national_layout_does() {
        let payload = r#"{"CF_WSH":"示例罚〔2026〕1号","CF_CFLB":["警告","罚款"],"CF_NR_FK":200000,
            "CF_JDRQ":"2026-03-01","CF_GSJZQ":"9999-12-31"}"#;
        let expected = [
            ("CF_WSH", "示例罚〔2026〕1号"),
            ("CF_CFLB", "警告；罚款"),
            ("CF_NR_FK", "0.2"),
            ("CF_JDRQ", "2026/03/01"),
            ("CF_GSJZQ", "2099/12/31"),
        ];
        assert_eq!(sent("penalty", RecordState::InForce, payload, None), pairs(&expected));
    }

    #[test]
    fn a_personal_number_is_masked_unless_it_was_opened() {
        let payload = r#"{"CF_XDR_ZJHM":{"masked":"110105********002X","hash":"00"}}"#;
        let masked = sent("penalty", RecordState::InForce, payload, None);
        assert_eq!(masked, pairs(&[("CF_XDR_ZJHM", "110105********002X")]));
        let clear = sent("penalty", RecordState::InForce, payload, Some(r#"{"CF_XDR_ZJHM":"11010519491231002X"}"#));
        assert_eq!(clear, pairs(&[("CF_XDR_ZJHM", "11010519491231002X")]));
    }

    #[test]
    fn a_status_is_sent_as_its_digit_and_a_withdrawn_record_as_ended() {
        for (said, state, digit) in [
            ("有效", RecordState::InForce, "1"),
            ("无效", RecordState::Withdrawn, "2"),
            ("撤销", RecordState::Withdrawn, "2"),
            ("有效", RecordState::Withdrawn, "2"),
            ("异议", RecordState::InForce, "1"),
        ] {
            let payload = format!("{{\"XK_ZT\":\"{said}\"}}");
            assert_eq!(sent("licence", state, &payload, None), pairs(&[("XK_ZT", digit)]), "{said}");
        }
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out_and_the_rest_escaped() {
        let mut sheet = Sheet::begin(UpwardFormat::Xml, &["A", "B"], Vec::new()).expect("memory");
        sheet.row(&["a<b&\u{1}c".into(), String::new()]).expect("memory");
        let text = String::from_utf8(sheet.end().expect("memory")).expect("text");
        assert!(text.ends_with("<ROWDATA>\n<ROW><A>a&lt;b&amp;c</A></ROW>\n</ROWDATA>\n"), "{text}");
    }

    #[test]
    fn a_spoiled_payload_is_said_and_not_sent() {
        let catalog = Catalog::embedded();
        let layout = Layout::new(catalog.get("penalty").expect("built in"));
        for payload in ["[]", "{\"CF_JDRQ\":\"x\"}", "{\"CF_NR_FK\":\"1\"}"] {
            let version = version("penalty", RecordState::InForce, payload);
            let is_spoiled = layout.values(&version, None).is_err();
            assert!(is_spoiled || payload.contains("CF_NR_FK"), "{payload}");
        }
    }
}
