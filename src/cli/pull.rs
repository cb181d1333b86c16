//! `credence pull`: takes what is new in departments' front-end databases.

use std::path::{Path, PathBuf};

use super::{
    Out,
    error::{CliError, Exit},
    ingest,
    settings::Settings,
    shop,
};
use crate::{
    catalog::Catalog,
    collect::front_end::FrontEnd,
    jobs::{self, JobError},
};

/// 前置库抽取：从部门的 PostgreSQL 或 SQLite 表、视图增量取数报送
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence pull 市监局处罚.toml
  credence pull 市监局处罚.toml --reset      从头抽取（已入库的计为重复）

配置文件：
  name = \"市监局处罚\"                              名称，断点按它记录
  url = \"postgres://reader:${XYJ_PASSWORD}@db/front\"  ${…} 取环境变量；SQLite 写文件路径
  table = \"public.t_xzcf\"                         表或视图；列名按与文件相同的列名表对应
  org = \"11430100MB1A2B3CXK\"
  resource = \"penalty\"
  cursor = \"update_time\"                          随新增、变更递增的列
  page_rows = 10000                              每页行数，一页为一个批次（可省）
  every_seconds = 60                             serve 时的抽取间隔（可省）")]
pub struct Args {
    /// 配置文件
    #[arg(value_name = "文件", required = true)]
    files: Vec<PathBuf>,
    /// 忘记断点，从头抽取
    #[arg(long)]
    reset: bool,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, shop::FEW)?;
    let sources = args.files.iter().map(|it| read(&shop.catalog, it)).collect::<Result<Vec<_>, _>>()?;
    let worker = jobs::worker_name("pull");
    let (mut worst, mut n_deliveries) = (Exit::Clean, 0);
    for source in &sources {
        if args.reset {
            jobs::reset(&shop, source)?;
        }
        jobs::pull(&shop, source, &worker, &mut |delivery| {
            n_deliveries += 1;
            worst = ingest::worse(worst, ingest::exit(delivery));
            ingest::print(delivery, true, out).map_err(|err| JobError::Refused(err.to_string()))
        })?;
    }
    if n_deliveries == 0 {
        writeln!(out, "没有新数据")?;
    }
    Ok(worst)
}

/// Reads a configuration; its resource may be given by its Chinese name.
pub fn read(catalog: &Catalog, path: &Path) -> Result<FrontEnd, CliError> {
    let source = FrontEnd::parse(&shop::text(path)?, &|name| std::env::var(name).ok())
        .map_err(|err| CliError::Refused(format!("{}：{err}", path.display())))?;
    let resource = shop::resource(catalog, &source.resource)?.code.clone();
    Ok(FrontEnd { resource, ..source })
}
