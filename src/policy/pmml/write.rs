//! A scorecard as a PMML 4.4 document.

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, Event},
};
use serde_json::Value;

use super::{ATTRIBUTE, CARD, CHARACTERISTIC, HEAD, NAMESPACE, NONE, PmmlFault, head_value, pruned};
use crate::policy::{
    Head,
    rules::{Attribute, Characteristic, Scorecard},
};

/// The document.
///
/// # Errors
/// [`PmmlFault::NoCharacteristics`].
///
/// # Panics
/// Never: memory takes everything.
pub fn write(head: &Head, card: &Scorecard) -> Result<String, PmmlFault> {
    if !card.is_own() {
        return Err(PmmlFault::NoCharacteristics);
    }
    let mut out = Out(Writer::new_with_indent(Vec::new(), b' ', 1));
    out.put(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    out.open("PMML", &[("xmlns", NAMESPACE), ("version", "4.4")]);
    out.open("Header", &[("copyright", "Credence"), ("description", &head.title)]);
    out.extension(HEAD, head_value(head));
    out.empty("Application", &[("name", "Credence"), ("version", env!("CARGO_PKG_VERSION"))]);
    out.close("Header");
    dictionary(&mut out, card);
    scorecard(&mut out, head, card);
    out.close("PMML");
    Ok(String::from_utf8(out.0.into_inner()).expect("it was written as UTF-8"))
}

/// The field of an attribute whose points stand in the record or follow from an amount.
fn points_field(it: &Attribute) -> Option<String> {
    (it.points_field.is_some() || it.steps.is_some()).then(|| format!("{}.points", it.id))
}

fn fields(card: &Scorecard) -> impl Iterator<Item = String> {
    let points = card.characteristics.iter().flat_map(|it| it.attributes.iter().filter_map(points_field));
    card.characteristics.iter().map(|it| it.code.clone()).chain(points)
}

fn dictionary(out: &mut Out, card: &Scorecard) {
    let n = fields(card).count().to_string();
    out.open("DataDictionary", &[("numberOfFields", &n)]);
    for it in &card.characteristics {
        let own =
            [("name", it.code.as_str()), ("displayName", &it.title), ("optype", "categorical"), ("dataType", "string")];
        out.open("DataField", &own);
        for attribute in &it.attributes {
            out.empty("Value", &[("value", &attribute.id), ("displayValue", &attribute.title)]);
        }
        out.empty("Value", &[("value", NONE)]);
        out.close("DataField");
    }
    for name in card.characteristics.iter().flat_map(|it| it.attributes.iter().filter_map(points_field)) {
        out.empty("DataField", &[("name", &name), ("optype", "continuous"), ("dataType", "integer")]);
    }
    out.close("DataDictionary");
}

fn scorecard(out: &mut Out, head: &Head, card: &Scorecard) {
    out.open(
        "Scorecard",
        &[
            ("modelName", &head.id),
            ("functionName", "regression"),
            ("initialScore", &card.initial_score.to_string()),
            ("useReasonCodes", "true"),
            ("reasonCodeAlgorithm", "pointsBelow"),
            ("baselineMethod", "other"),
        ],
    );
    let mut rest = serde_json::to_value(card).expect("names, numbers and texts are JSON");
    without(&mut rest, &["characteristic", "initial_score"]);
    out.extension(CARD, rest);
    out.open("MiningSchema", &[]);
    for name in fields(card) {
        out.empty("MiningField", &[("name", &name), ("usageType", "active"), ("invalidValueTreatment", "asMissing")]);
    }
    out.close("MiningSchema");
    out.open("Output", &[]);
    let score = [("name", "score"), ("optype", "continuous"), ("dataType", "double"), ("feature", "predictedValue")];
    out.empty("OutputField", &score);
    let reason = [
        ("name", "reason1"),
        ("optype", "categorical"),
        ("dataType", "string"),
        ("feature", "reasonCode"),
        ("rank", "1"),
    ];
    out.empty("OutputField", &reason);
    out.close("Output");
    out.open("Characteristics", &[]);
    for it in &card.characteristics {
        characteristic(out, it);
    }
    out.close("Characteristics");
    out.close("Scorecard");
}

fn characteristic(out: &mut Out, it: &Characteristic) {
    let baseline = it.otherwise.to_string();
    out.open("Characteristic", &[("name", &it.code), ("reasonCode", &it.reason), ("baselineScore", &baseline)]);
    let mut rest = serde_json::to_value(it).expect("names, numbers and texts are JSON");
    without(&mut rest, &["attribute", "code", "reason", "otherwise"]);
    out.extension(CHARACTERISTIC, rest);
    for attribute in &it.attributes {
        one(out, &it.code, attribute);
    }
    out.open("Attribute", &[("partialScore", &baseline)]);
    out.empty("True", &[]);
    out.close("Attribute");
    out.close("Characteristic");
}

fn one(out: &mut Out, field: &str, it: &Attribute) {
    let points = it.points.to_string();
    let complex = points_field(it);
    let mut own: Vec<(&str, &str)> = Vec::new();
    if complex.is_none() {
        own.push(("partialScore", &points));
    }
    own.extend(it.reason.as_deref().map(|it| ("reasonCode", it)));
    out.open("Attribute", &own);
    let mut rest = serde_json::to_value(it).expect("names, numbers and texts are JSON");
    without(&mut rest, &["id", "points", "reason"]);
    out.extension(ATTRIBUTE, rest);
    out.empty("SimplePredicate", &[("field", field), ("operator", "equal"), ("value", &it.id)]);
    if let Some(name) = complex {
        out.open("ComplexPartialScore", &[]);
        out.empty("FieldRef", &[("field", &name)]);
        out.close("ComplexPartialScore");
    }
    out.close("Attribute");
}

/// Takes out what PMML says itself.
fn without(value: &mut Value, keys: &[&str]) {
    if let Value::Object(fields) = value {
        fields.retain(|key, _| !keys.contains(&key.as_str()));
    }
}

struct Out(Writer<Vec<u8>>);

impl Out {
    fn put(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("memory takes everything");
    }

    fn start(name: &str, attributes: &[(&str, &str)]) -> BytesStart<'static> {
        BytesStart::new(name.to_owned()).with_attributes(attributes.iter().copied()).into_owned()
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(Event::Start(Self::start(name, attributes)));
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(Event::Empty(Self::start(name, attributes)));
    }

    fn close(&mut self, name: &str) {
        self.put(Event::End(BytesEnd::new(name)));
    }

    fn extension(&mut self, name: &str, value: Value) {
        let value = pruned(value).to_string();
        self.empty("Extension", &[("extender", "Credence"), ("name", name), ("value", &value)]);
    }
}
