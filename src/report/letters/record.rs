//! A record in a letter: its public fields by their Chinese names, personal numbers masked.

use serde_json::Value;

use crate::{
    catalog::{Exposure, Field, FieldType, Masking, Resource},
    record::Fact,
    standards::{Money, mask},
};

/// Fields shown of a record: the first ones say what it is.
const MOST_FIELDS: usize = 16;

/// A record as it stands in a letter (所涉记录).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordTable {
    /// The resource's name, e.g. 行政处罚.
    pub name: String,
    /// The fields: name and value.
    pub rows: Vec<(String, String)>,
}

impl RecordTable {
    /// The table of a record.
    #[must_use]
    pub fn of(resource: &Resource, fact: &Fact) -> Self {
        let open = |it: &&Field| it.exposure == Exposure::Public && it.masking == Masking::None;
        let row = |field: &Field| Some((name(field), text(field.kind, &fact.fields.get(&field.code)?)?));
        let rows = resource.fields.iter().filter(open).filter_map(row).take(MOST_FIELDS).collect();
        Self { name: resource.name.clone(), rows }
    }
}

/// A field's name; of an amount without the unit it is delivered in, for it is shown in 元.
fn name(field: &Field) -> String {
    match field.kind {
        FieldType::MoneyWan | FieldType::MoneyYuan => {
            field.name.trim_end_matches("(万元)").trim_end_matches("(元)").to_owned()
        }
        _ => field.name.clone(),
    }
}

/// A value in words; `None` for what is no text, such as a sealed number.
fn text(kind: FieldType, value: &Value) -> Option<String> {
    match (kind, value) {
        (FieldType::MoneyWan | FieldType::MoneyYuan, Value::Number(fen)) => {
            Some(format!("{} 元", Money::from_fen(fen.as_i64()?).to_yuan_string()))
        }
        (_, Value::String(text)) => Some(mask::numbers_in_text(text).into_owned()),
        (_, Value::Array(items)) => {
            let terms: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Some(terms.join("、"))
        }
        _ => None,
    }
}
