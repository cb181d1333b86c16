//! The JSON Schema (2020-12) of a resource: an array of rows, or one row a line in JSON Lines.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::Resource;
use super::form::{self, Column, Form, OTHER};

/// Writes the schema of the current standard's layout.
///
/// # Errors
/// Only those of the writer.
pub fn write(resource: &Resource, out: &mut impl Write) -> io::Result<()> {
    let columns = form::columns(resource);
    let properties: Map<String, Value> = columns.iter().map(|it| (it.field.code.clone(), property(it))).collect();
    let required: Vec<&str> = columns.iter().filter(|it| it.required).map(|it| it.field.code.as_str()).collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:credence:{}:{}", resource.code, resource.version),
        "title": resource.name,
        "description": resource.description,
        "type": "array",
        "items": { "$ref": "#/$defs/row" },
        "$defs": { "row": { "type": "object", "properties": properties, "required": required, "additionalProperties": false } },
    });
    serde_json::to_writer_pretty(&mut *out, &schema)?;
    writeln!(out)
}

/// An optional field may also be empty or null.
fn property(column: &Column<'_>) -> Value {
    let value = value(&column.form);
    let mut property =
        if column.required { value } else { json!({ "anyOf": [{ "type": "null" }, { "const": "" }, value] }) };
    property["title"] = column.field.name.clone().into();
    if !column.field.note.is_empty() {
        property["description"] = column.field.note.clone().into();
    }
    property
}

fn value(form: &Form<'_>) -> Value {
    match form {
        Form::Text { least, most, pattern: None } => json!({ "type": "string", "minLength": least, "maxLength": most }),
        Form::Text { least, most, pattern: Some(pattern) } => {
            json!({ "type": "string", "minLength": least, "maxLength": most, "pattern": anchored(pattern) })
        }
        Form::Patterned(patterns) => json!({ "type": "string", "pattern": anchored(&patterns.join("|")) }),
        Form::Number { pattern, min, max, .. } => number(pattern, *min, *max),
        Form::Choice { wordings, other: false, .. } => json!({ "enum": wordings }),
        Form::Choice { wordings, other: true, most } => {
            let explained = json!({ "type": "string", "pattern": anchored(OTHER), "maxLength": most });
            json!({ "anyOf": [{ "enum": wordings }, explained] })
        }
        Form::Choices { wordings, other, most } => {
            let pattern = anchored(&form::several(wordings, *other));
            json!({ "type": "string", "pattern": pattern, "maxLength": most })
        }
    }
}

/// A number may be written as a number or, exactly, as text; the bounds bind only the former.
fn number(pattern: &str, min: Option<&str>, max: Option<&str>) -> Value {
    let mut number = json!({ "type": "number" });
    for (key, bound) in [("minimum", min), ("maximum", max)] {
        if let Some(bound) = bound.and_then(|it| it.parse::<serde_json::Number>().ok()) {
            number[key] = Value::Number(bound);
        }
    }
    json!({ "anyOf": [number, { "type": "string", "pattern": anchored(pattern) }] })
}

/// JSON Schema searches where XSD matches the whole, and outside a class it does not know an escaped hyphen.
fn anchored(pattern: &str) -> String {
    let (mut out, mut in_class) = (String::from("^(?:"), false);
    let mut rest = pattern.chars();
    while let Some(it) = rest.next() {
        match it {
            '\\' => match rest.next() {
                Some('-') if !in_class => out.push('-'),
                Some(escaped) => out.extend(['\\', escaped]),
                None => out.push('\\'),
            },
            '[' | ']' => {
                in_class = it == '[';
                out.push(it);
            }
            other => out.push(other),
        }
    }
    out + ")$"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn an_escaped_hyphen_stays_escaped_only_in_a_class() {
        assert_eq!(anchored(r"[A\-C]\-\."), r"^(?:[A\-C]-\.)$");
    }

    #[test]
    fn every_schema_is_an_object_with_a_property_a_column() {
        for resource in Catalog::embedded().iter() {
            let mut text = Vec::new();
            write(resource, &mut text).expect("memory takes it");
            let schema: Value = serde_json::from_slice(&text).expect("it is JSON");
            let properties = schema["$defs"]["row"]["properties"].as_object().expect("an object");
            assert_eq!(properties.len(), form::columns(resource).len(), "{}", resource.code);
        }
    }
}
