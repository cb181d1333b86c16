//! A PMML 4.4 document as the scorecard it was written from.

use serde_json::{Value, json};

use super::{
    ATTRIBUTE, CARD, CHARACTERISTIC, HEAD, NAMESPACE, PmmlFault,
    tree::{self, Element},
};
use crate::policy::{Head, rules::Scorecard};

/// The head and the scorecard of a document. Their faults beside a catalogue are found when the text of the pack is read.
///
/// # Errors
/// [`PmmlFault`].
pub fn read(text: &str) -> Result<(Head, Scorecard), PmmlFault> {
    let root = tree::parse(text)?;
    if root.name != "PMML" || root.attribute("xmlns") != Some(NAMESPACE) || root.attribute("version") != Some("4.4") {
        return Err(PmmlFault::Form("根元素应为 PMML，版本 4.4".to_owned()));
    }
    let head = extension(child(&root, "Header")?, HEAD)?;
    let model = child(&root, "Scorecard")?;
    let mut card = extension(model, CARD)?;
    card["initial_score"] = whole(model, "initialScore")?.into();
    let characteristics = child(model, "Characteristics")?.all("Characteristic").map(characteristic);
    card["characteristic"] = Value::Array(characteristics.collect::<Result<_, _>>()?);
    let unfit = |it: serde_json::Error| PmmlFault::Extension(it.to_string());
    Ok((serde_json::from_value(head).map_err(unfit)?, serde_json::from_value(card).map_err(unfit)?))
}

fn characteristic(it: &Element) -> Result<Value, PmmlFault> {
    let mut value = extension(it, CHARACTERISTIC)?;
    value["code"] = told(it, "name")?.into();
    value["reason"] = told(it, "reasonCode")?.into();
    let code = told(it, "name")?;
    let mut attributes = Vec::new();
    for element in it.all("Attribute") {
        if element.child("True").is_some() {
            value["otherwise"] = whole(element, "partialScore")?.into();
        } else {
            attributes.push(attribute(element, code)?);
        }
    }
    value["attribute"] = Value::Array(attributes);
    Ok(value)
}

fn attribute(it: &Element, field: &str) -> Result<Value, PmmlFault> {
    let mut value = extension(it, ATTRIBUTE)?;
    let predicate = child(it, "SimplePredicate")?;
    if told(predicate, "field")? != field || told(predicate, "operator")? != "equal" {
        return Err(PmmlFault::Form(format!("{field} 的 SimplePredicate 应为该字段等于要素编号")));
    }
    value["id"] = told(predicate, "value")?.into();
    if it.child("ComplexPartialScore").is_none() {
        value["points"] = whole(it, "partialScore")?.into();
    }
    if let Some(reason) = it.attribute("reasonCode") {
        value["reason"] = reason.into();
    }
    Ok(value)
}

fn child<'e>(it: &'e Element, name: &str) -> Result<&'e Element, PmmlFault> {
    it.child(name).ok_or_else(|| PmmlFault::Form(format!("{} 下缺少 {name}", it.name)))
}

fn told<'e>(it: &'e Element, name: &str) -> Result<&'e str, PmmlFault> {
    it.attribute(name).ok_or_else(|| PmmlFault::Form(format!("{} 缺少属性 {name}", it.name)))
}

/// Points are whole numbers; PMML would allow others.
fn whole(it: &Element, name: &str) -> Result<i64, PmmlFault> {
    let text = told(it, name)?;
    let bare = text.strip_suffix(".0").unwrap_or(text);
    bare.parse().map_err(|_| PmmlFault::Form(format!("{} 的 {name} 应为整数：{text}", it.name)))
}

fn extension(it: &Element, name: &str) -> Result<Value, PmmlFault> {
    let found = it.all("Extension").find(|it| it.attribute("name") == Some(name));
    let text = found.and_then(|it| it.attribute("value"));
    let text = text.ok_or_else(|| PmmlFault::Extension(format!("{} 下缺少 {name}", it.name)))?;
    let value: Value = serde_json::from_str(text).map_err(|it| PmmlFault::Extension(it.to_string()))?;
    if value.is_object() { Ok(value) } else { Err(PmmlFault::Extension(json!({name: value}).to_string())) }
}
