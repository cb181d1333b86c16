//! `credence schema`: what is generated from the catalogue, for departments' systems.

use std::{fs, path::PathBuf};

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
    table::Table,
};
use crate::catalog::{Catalog, Resource, describe, generated, json_schema, xsd};

/// 输出某资源的 XSD、JSON Schema 或字段表；不给资源时列出全部资源
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence schema                              列出全部资源
  credence schema penalty --fields             字段表
  credence schema penalty --xsd > penalty.xsd
  credence schema penalty --json > penalty.schema.json
  credence schema --all schemas/generated      写出全部资源的全部文件")]
pub struct Args {
    /// 资源代码或中文名称
    #[arg(value_name = "资源", conflicts_with = "all")]
    resource: Option<String>,
    /// 输出 XSD（信封为 <ROWDATA><ROW>）
    #[arg(long, requires = "resource", conflicts_with_all = ["json", "fields"])]
    xsd: bool,
    /// 输出 JSON Schema
    #[arg(long, requires = "resource", conflicts_with = "fields")]
    json: bool,
    /// 输出字段表（默认）
    #[arg(long, requires = "resource")]
    fields: bool,
    /// 把全部资源的 XSD、JSON Schema 与说明写入一个目录
    #[arg(long, value_name = "目录")]
    all: Option<PathBuf>,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let catalog = shop::catalog(settings)?;
    match (&args.resource, &args.all) {
        (_, Some(folder)) => all(&catalog, folder, out)?,
        (None, None) => list(&catalog, out)?,
        (Some(name), None) => {
            let resource = shop::resource(&catalog, name)?;
            let mut text = Vec::new();
            if args.xsd {
                xsd::write(resource, &mut text)?;
            } else if args.json {
                json_schema::write(resource, &mut text)?;
            } else {
                fields(resource, &mut text)?;
            }
            out.write_all(&text)?;
        }
    }
    Ok(Exit::Clean)
}

fn all(catalog: &Catalog, folder: &PathBuf, out: Out<'_>) -> Result<(), CliError> {
    fs::create_dir_all(folder).map_err(CliError::file(folder))?;
    let files = generated::files(catalog);
    for (name, text) in &files {
        let path = folder.join(name);
        fs::write(&path, text).map_err(CliError::file(&path))?;
    }
    Ok(writeln!(out, "已写出 {} 个文件到 {}", files.len(), folder.display())?)
}

fn list(catalog: &Catalog, out: Out<'_>) -> Result<(), CliError> {
    let mut table = Table::new(&["资源", "代码", "类别", ">版本", "公开属性", ">字段", "标准版本"]);
    for it in catalog.iter() {
        let dialects: Vec<&str> = it.dialects.iter().map(|it| it.name.as_str()).collect();
        table.row([
            it.name.clone(),
            it.code.clone(),
            it.class.to_string(),
            it.version.to_string(),
            it.exposure.to_string(),
            it.fields.len().to_string(),
            dialects.join(" "),
        ]);
    }
    Ok(table.print(out)?)
}

fn fields(resource: &Resource, out: Out<'_>) -> Result<(), CliError> {
    let (name, code, version) = (&resource.name, &resource.code, resource.version);
    writeln!(out, "{name}（{code}）第 {version} 版\n{}\n", resource.description)?;
    let mut table = Table::new(&["字段", "代码", "要求", "类型", "长度、范围", "取值", "版本"]);
    for it in describe::fields(resource) {
        let need = if it.in_template { it.need.as_str() } else { "—" }.to_owned();
        let kind = describe::type_name(it.kind).to_owned();
        table.row([it.name, it.code, need, kind, it.bounds, it.values, it.dialects.join(" ")]);
    }
    Ok(table.print(out)?)
}
