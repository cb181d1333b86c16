//! As much of JSON Schema as the document uses: what a body has that is not described, lacks, or has otherwise.

use serde_json::{Map, Value};

/// The faults of a value against a schema of the document; none when it fits.
pub fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(document, schema, value, "", &mut found);
    found
}

fn check(document: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    let schema = resolved(document, schema);
    for list in ["oneOf", "anyOf"] {
        let Some(choices) = schema[list].as_array() else { continue };
        let tried = choices.iter().map(|it| faults(document, it, value));
        let best = tried.min_by_key(Vec::len).unwrap_or_default();
        found.extend(best.into_iter().map(|it| format!("{place}{it}")));
        return;
    }
    if !is_of_type(&schema["type"], value) {
        found.push(format!("{place}: {value} is no {}", schema["type"]));
        return;
    }
    if let Some(known) = schema["enum"].as_array()
        && !known.contains(value)
    {
        found.push(format!("{place}: {value} is none of {known:?}"));
    }
    match value {
        Value::Object(map) => object(document, schema, map, place, found),
        Value::Array(items) if schema["items"].is_object() => {
            for (at, item) in items.iter().enumerate() {
                check(document, &schema["items"], item, &format!("{place}/{at}"), found);
            }
        }
        _ => {}
    }
}

fn object(document: &Value, schema: &Value, map: &Map<String, Value>, place: &str, found: &mut Vec<String>) {
    let parts = parts(document, schema);
    let property = |name: &str| parts.iter().find_map(|it| it["properties"].get(name));
    let required = parts.iter().filter_map(|it| it["required"].as_array()).flatten().filter_map(Value::as_str);
    found.extend(required.filter(|it| !map.contains_key(*it)).map(|it| format!("{place}: {it} is missing")));
    let others = parts.iter().find_map(|it| it.get("additionalProperties"));
    // An object of which nothing is said may hold anything.
    let is_free = parts.iter().all(|it| it.get("properties").is_none()) && others.is_none();
    for (name, value) in map {
        let place = format!("{place}/{name}");
        match (property(name), others) {
            (Some(known), _) => check(document, known, value, &place, found),
            (None, Some(other @ Value::Object(_))) => check(document, other, value, &place, found),
            (None, Some(Value::Bool(true))) => {}
            (None, _) if is_free => {}
            (None, _) => found.push(format!("{place} is not described")),
        }
    }
}

/// A schema and all it is made of.
fn parts<'d>(document: &'d Value, schema: &'d Value) -> Vec<&'d Value> {
    let schema = resolved(document, schema);
    let more = schema["allOf"].as_array().into_iter().flatten().flat_map(|it| parts(document, it));
    std::iter::once(schema).chain(more).collect()
}

fn resolved<'d>(document: &'d Value, mut schema: &'d Value) -> &'d Value {
    while let Some(reference) = schema["$ref"].as_str() {
        schema = document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference}"));
    }
    schema
}

fn is_of_type(kind: &Value, value: &Value) -> bool {
    match kind {
        Value::String(kind) => match kind.as_str() {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("no type {other}"),
        },
        Value::Array(kinds) => kinds.iter().any(|it| is_of_type(it, value)),
        _ => true,
    }
}

/// The operation a request is sent to, by its method and its address without the query.
pub fn operation<'d>(document: &'d Value, method: &str, path: &str) -> Option<&'d Value> {
    let path = path.split('?').next().unwrap_or(path);
    let fits = |pattern: &str| {
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
        ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(one, it)| *one == it || one.starts_with('{'))
    };
    let known = document["paths"].as_object()?.iter().filter(|(pattern, _)| fits(pattern));
    // An address that is written out stands before one with parts to fill in.
    let (_, item) = known.min_by_key(|(pattern, _)| pattern.matches('{').count())?;
    item.get(method)
}

#[test]
fn a_body_that_is_described_otherwise_is_found() {
    let part = serde_json::json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
    let few = serde_json::json!({"type": ["integer", "null"], "enum": [1, 2, null]});
    let whole = serde_json::json!({"allOf": [{"$ref": "#/part"}, {"properties": {"b": few}}]});
    let document = serde_json::json!({"part": part});
    let told = |value: Value| faults(&document, &whole, &value);
    assert!(told(serde_json::json!({"a": "x", "b": null})).is_empty());
    assert_eq!(told(serde_json::json!({"b": 1})), [": a is missing"]);
    assert_eq!(told(serde_json::json!({"a": 1})), ["/a: 1 is no \"string\""]);
    assert_eq!(told(serde_json::json!({"a": "x", "b": 3})).len(), 1);
    assert_eq!(told(serde_json::json!({"a": "x", "c": 1})), ["/c is not described"]);
}
