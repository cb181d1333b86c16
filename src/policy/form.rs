//! The form of a pack: a table read as a type, or every place in it that does not read, not only the first.
//!
//! The reader of TOML stops at its first fault and does not say where. So parts are tried by themselves: a table without
//! its lists, and of every list each item alone.

use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// Places that are told at the most.
const MOST: usize = 100;

/// What is wrong with a whole in which a part stands as it is given; `None` when it reads.
type Whole<'w> = &'w dyn Fn(&Table) -> Option<String>;

/// Reads a table.
///
/// # Errors
/// Every place that does not read: its key, and what is wrong in Chinese.
pub(super) fn read<T: DeserializeOwned>(table: Table) -> Result<T, Vec<(String, String)>> {
    if let Ok(rules) = table.clone().try_into() {
        return Ok(rules);
    }
    let whole = |it: &Table| it.clone().try_into::<T>().err().map(|it| it.to_string());
    let mut found = Vec::new();
    look(&table, "", &whole, &mut found);
    if found.is_empty() {
        // Each part reads, and together they do not.
        found.extend(whole(&table).map(|it| (String::new(), told(&it))));
    }
    Err(found)
}

/// Looks at a table of a whole: first at its plain keys, then at each item of its lists of tables.
fn look(table: &Table, key: &str, whole: Whole<'_>, found: &mut Vec<(String, String)>) {
    let mut plain = table.clone();
    for (_, value) in plain.iter_mut().filter(|(_, it)| items(it).is_some()) {
        *value = Value::Array(Vec::new());
    }
    if !mended(&mut plain, key, whole, found) {
        return;
    }
    for (name, list) in table.iter().filter_map(|(name, it)| Some((name, items(it)?))) {
        for (at, item) in list.into_iter().enumerate() {
            if found.len() >= MOST {
                return;
            }
            let alone = |it: &Table| {
                let mut with = plain.clone();
                with.insert(name.clone(), Value::Array(vec![Value::Table(it.clone())]));
                whole(&with)
            };
            let called = ["id", "code"].into_iter().find_map(|it| item.get(it)?.as_str()).map(str::to_owned);
            let place = format!("{name}.{}", called.unwrap_or_else(|| (at + 1).to_string()));
            look(item, &joined(key, &place), &alone, found);
        }
    }
}

/// Takes the plain keys that do not read out of a table, one after the other, and tells of each; whether it reads then.
fn mended(plain: &mut Table, key: &str, whole: Whole<'_>, found: &mut Vec<(String, String)>) -> bool {
    while let Some(wrong) = whole(plain) {
        if found.len() >= MOST {
            return false;
        }
        let without = |name: &String| {
            let mut less = plain.clone();
            less.remove(name);
            whole(&less)
        };
        let names: Vec<String> = plain.keys().cloned().collect();
        let culprit =
            names.into_iter().map(|name| (without(&name), name)).find(|(left, _)| left.as_ref() != Some(&wrong));
        let Some((left, name)) = culprit else {
            found.push((key.to_owned(), told(&wrong)));
            return false;
        };
        found.push((joined(key, &name), told(&wrong)));
        if left.is_some_and(|it| it.starts_with("missing field")) {
            return false;
        }
        plain.remove(&name);
    }
    true
}

/// The items of a list of tables.
fn items(value: &Value) -> Option<Vec<&Table>> {
    let list = value.as_array().filter(|it| !it.is_empty())?;
    list.iter().map(Value::as_table).collect()
}

fn joined(key: &str, name: &str) -> String {
    if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") }
}

/// What the reader said, in Chinese.
fn told(said: &str) -> String {
    let said = said.trim();
    let kinds = [
        ("unknown field", "没有这一项"),
        ("unknown variant", "取值不在可用之列"),
        ("missing field", "缺少必填项"),
        ("invalid type", "类型不对"),
        ("invalid value", "取值不对"),
    ];
    let chinese = kinds.into_iter().find(|(it, _)| said.starts_with(it)).map_or("无法读取", |it| it.1);
    format!("{chinese}（{}）", said.replace('\n', " "))
}
