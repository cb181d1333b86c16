//! Everything that is generated from the catalogue and kept in `schemas/generated`.

use std::fmt::Write as _;

use crate::record::FaultCode;

use super::{Catalog, Resource, describe, json_schema, xsd};

/// The generated files, each with its name in `schemas/generated`, in the order of the names.
#[must_use]
pub fn files(catalog: &Catalog) -> Vec<(String, Vec<u8>)> {
    let mut files =
        vec![("faults.md".to_owned(), faults().into_bytes()), ("fields.md".to_owned(), fields(catalog).into_bytes())];
    for resource in catalog.iter() {
        let (mut xsd_text, mut json_text) = (Vec::new(), Vec::new());
        xsd::write(resource, &mut xsd_text).expect("writing to memory does not fail");
        json_schema::write(resource, &mut json_text).expect("writing to memory does not fail");
        files.push((format!("{}.xsd", resource.code), xsd_text));
        files.push((format!("{}.schema.json", resource.code), json_text));
    }
    files.sort();
    files
}

/// A line of the text; a `String` takes everything.
macro_rules! line {
    ($out:expr, $($arg:tt)*) => { writeln!($out, $($arg)*).expect("a String takes every text") };
}

/// The table of the fault codes (问题代码表), in Markdown.
#[must_use]
pub fn faults() -> String {
    let mut out = String::from(
        "# 问题代码\n\n<!-- Generated from src/record/fault.rs. -->\n\n\
         代码稳定不变，供部门系统识别。级别为“错误”的行不入库，“警告”的行照常入库；目录可对个别字段和规则另定级别。\n\n\
         | 代码 | 级别 | 含义 | 处理办法 |\n|---|---|---|---|\n",
    );
    for code in FaultCode::ALL {
        let grade = match code.grade() {
            crate::record::Grade::Error => "错误",
            crate::record::Grade::Warning => "警告",
        };
        line!(out, "| `{code}` | {grade} | {} | {} |", code.meaning(), code.remedy());
    }
    out
}

/// The fields of all resources, in Markdown.
fn fields(catalog: &Catalog) -> String {
    let mut out = String::from("# 信用信息资源目录\n\n<!-- Generated from schemas/catalog. -->\n\n");
    line!(
        out,
        "共 {} 个资源。\n\n| 资源 | 代码 | 类别 | 版本 | 公开属性 | 字段 |\n|---|---|---|---|---|---|",
        catalog.len()
    );
    for it in catalog.iter() {
        let n_fields = it.fields.len();
        line!(out, "| {} | `{}` | {} | {} | {} | {n_fields} |", it.name, it.code, it.class, it.version, it.exposure);
    }
    catalog.iter().for_each(|resource| chapter(resource, &mut out));
    out
}

fn chapter(resource: &Resource, out: &mut String) {
    line!(out, "\n## {} `{}`\n\n{}\n", resource.name, resource.code, cell(&resource.description));
    let dialects: Vec<&str> = resource.dialects.iter().map(|it| it.name.as_str()).collect();
    line!(out, "依据：{}  ", resource.sources.iter().map(|it| cell(it)).collect::<Vec<_>>().join("；"));
    line!(out, "标准版本：{}（第一个为现行版本）\n", dialects.join("、"));
    line!(out, "| 字段 | 代码 | 类型 | 要求 | 长度、范围 | 取值 | 版本 | 可见 |\n|---|---|---|---|---|---|---|---|");
    for it in describe::fields(resource) {
        let (kind, versions) = (describe::type_name(it.kind), it.dialects.join(" "));
        let (name, bounds, values) = (cell(&it.name), cell(&it.bounds), cell(&it.values));
        let need = if it.in_template { it.need.as_str() } else { "—" };
        line!(out, "| {name} | `{}` | {kind} | {need} | {bounds} | {values} | {versions} | {} |", it.code, it.exposure);
    }
    if !resource.rules.is_empty() {
        line!(out, "\n规则：\n");
    }
    for rule in &resource.rules {
        line!(out, "- `{}`（{}）{}", rule.id, rule.grade, cell(&describe::rule(resource, rule)));
    }
}

/// A text that breaks no table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
