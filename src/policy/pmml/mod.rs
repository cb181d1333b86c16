//! Scorecards as PMML 4.4 documents and back.
//!
//! PMML scores one row of fields and knows no records, terms or repeats. So each characteristic is one field whose value
//! is the attribute that was met, and what PMML cannot say stands beside it in `Extension` elements, as JSON. A reader
//! that knows PMML alone scores one record a characteristic as this program does; importing gives the equal scorecard.

mod read;
mod tree;
mod write;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub use read::read;
pub use write::write;

use super::{Head, rules::Scorecard};

/// The namespace of PMML 4.4.
pub const NAMESPACE: &str = "http://www.dmg.org/PMML-4_4";
/// The names of the extensions.
const HEAD: &str = "credence.pack";
const CARD: &str = "credence.scorecard";
const CHARACTERISTIC: &str = "credence.characteristic";
const ATTRIBUTE: &str = "credence.attribute";
/// The value of a characteristic's field when no record meets an attribute.
const NONE: &str = "none";

/// A document that is no scorecard of this program. The display is the Chinese message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PmmlFault {
    /// A scorecard that only imports results of others has no form in PMML.
    #[error("只导入评价结果的评分卡没有 PMML 形式")]
    NoCharacteristics,
    /// Not well-formed XML, or too large or too deep.
    #[error("不是可以读取的 XML：{0}")]
    Xml(String),
    /// An element or attribute is missing or stands where it must not.
    #[error("不是 PMML 4.4 评分卡：{0}")]
    Form(String),
    /// What the extensions say does not fit.
    #[error("缺少或不能识别本系统的扩展（Extension）：{0}")]
    Extension(String),
}

/// The text of a pack file with this head and scorecard.
///
/// # Panics
/// Never: what is written was read before, and TOML has a form for all of it.
#[must_use]
pub fn text(head: &Head, card: &Scorecard) -> String {
    let mut whole = pruned(serde_json::to_value(card).expect("names, numbers and texts are JSON"));
    whole["pack"] = head_value(head);
    let table = toml::Table::try_from(whole).expect("no value is without a form in TOML");
    toml::to_string(&table).expect("no value is without a form in TOML")
}

/// A head as it stands in a file.
fn head_value(head: &Head) -> Value {
    let mut value = serde_json::json!({
        "id": head.id,
        "version": head.version,
        "kind": head.kind.as_str(),
        "title": head.title,
        "from": head.from,
        "sources": head.sources,
        "certainty": head.certainty,
    });
    if let Some(until) = head.until {
        value["until"] = until.to_string().into();
    }
    value
}

/// What a test of a field says even where it says `false` or nothing: `filled = false` asks for an empty field.
const TESTS: [&str; 6] = ["filled", "is", "is_not", "only", "contains", "lacks"];

/// Without what is missing or as usual: nulls, `false`, empty lists.
fn pruned(value: Value) -> Value {
    let is_usual = |it: &Value| match it {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::String(_) => false,
    };
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(key, it)| (key, pruned(it)));
            let is_said = |key: &str, it: &Value| TESTS.contains(&key) && !it.is_null();
            Value::Object(fields.filter(|(key, it)| is_said(key, it) || !is_usual(it)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(pruned).collect()),
        plain => plain,
    }
}
