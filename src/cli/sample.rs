//! `credence sample`: synthetic deliveries, the same bytes for the same order.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
};
use crate::{
    catalog::Resource,
    sample::{self, Format, Shares, Spec},
    standards::Decimal,
};

/// 生成示例（合成）报送文件：用于演示、联调与压力测试，不含任何真实主体
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence sample --resource penalty --rows 1000 --dirty 3 -o 行政处罚.xlsx
  credence sample --resource register --rows 300 --format xml -o 主体.xml
  credence sample --resource penalty --rows 1000000 --subjects 300000 --repeated 10 --revised 5 --dirty 3 -o 大.csv

相同的参数产生逐字节相同的文件。--first 接着上一份的行号继续，--seed 换一座城市。
重复与更正只针对更早的整千行：首个一千行全部为新增。")]
pub struct Args {
    /// 资源代码或中文名称
    #[arg(long, short, value_name = "资源")]
    resource: String,
    /// 行数
    #[arg(long, default_value_t = 100, value_name = "N")]
    rows: u64,
    /// 涉及的主体数，默认为行数的三分之一
    #[arg(long, value_name = "N")]
    subjects: Option<u64>,
    /// 随机种子
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// 首行是第几条记录（从 0 起）
    #[arg(long, default_value_t = 0, value_name = "N")]
    first: u64,
    /// 有错误的行所占百分比，最多一位小数
    #[arg(long, value_name = "%", default_value = "0", value_parser = share)]
    dirty: u16,
    /// 与前面重复的行所占百分比
    #[arg(long, value_name = "%", default_value = "0", value_parser = share)]
    repeated: u16,
    /// 更正前面内容的行所占百分比
    #[arg(long, value_name = "%", default_value = "0", value_parser = share)]
    revised: u16,
    /// 格式：csv、csv-bom、csv-gb18030、xml、json、jsonl、xlsx；不给则看扩展名
    #[arg(long, value_name = "格式")]
    format: Option<Format>,
    /// 标准版本（V2、V1、XY……），默认现行版本
    #[arg(long, value_name = "版本")]
    dialect: Option<String>,
    /// 报送日，默认今天
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<chrono::NaiveDate>,
    /// 写到哪里，默认标准输出
    #[arg(long, short, value_name = "文件")]
    output: Option<PathBuf>,
}

/// A percentage with at most one decimal, in thousandths.
fn share(text: &str) -> Result<u16, String> {
    let wrong = || "须为 0 至 100 的百分数，最多一位小数".to_owned();
    let (whole, tenths) = text.split_once('.').unwrap_or((text, "0"));
    if tenths.len() != 1 || text.parse::<Decimal>().is_err() {
        return Err(wrong());
    }
    let (whole, tenths): (u16, u16) = (whole.parse().map_err(|_| wrong())?, tenths.parse().map_err(|_| wrong())?);
    whole.checked_mul(10).map(|it| it + tenths).filter(|it| *it <= 1000).ok_or_else(wrong)
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let catalog = shop::catalog(settings)?;
    let resource = shop::resource(&catalog, &args.resource)?;
    let shares = Shares { dirty: args.dirty, repeated: args.repeated, revised: args.revised };
    if shares.dirty + shares.repeated + shares.revised > 1000 {
        return Err(CliError::Refused("错误、重复、更正三项百分比之和不能超过 100".to_owned()));
    }
    let spec = Spec {
        resource,
        dialect: dialect(resource, args.dialect.as_deref())?,
        rows: args.rows,
        first: args.first,
        subjects: args.subjects.unwrap_or(args.rows / 3).max(1),
        seed: args.seed,
        shares,
        format: format(args),
        day: args.day.unwrap_or_else(|| shop::day(settings)),
    };
    let counts = match &args.output {
        None => sample::write(&spec, &mut *out)?,
        Some(path) => {
            let mut file = BufWriter::new(File::create(path).map_err(CliError::file(path))?);
            let counts = sample::write(&spec, &mut file)?;
            file.flush().map_err(CliError::file(path))?;
            counts
        }
    };
    let sample::Counts { rows, new, repeated, revised, dirty } = counts;
    eprintln!("共 {rows} 行：新增 {new}  重复 {repeated}  更正 {revised}  有错误 {dirty}");
    Ok(Exit::Clean)
}

fn dialect(resource: &Resource, name: Option<&str>) -> Result<usize, CliError> {
    let Some(name) = name else { return Ok(0) };
    resource.dialects.iter().position(|it| it.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let known: Vec<&str> = resource.dialects.iter().map(|it| it.name.as_str()).collect();
        CliError::Refused(format!("资源 {} 没有标准版本“{name}”，可用：{}", resource.code, known.join("、")))
    })
}

fn format(args: &Args) -> Format {
    let extension = args.output.as_ref().and_then(|it| it.extension()).and_then(|it| it.to_str());
    args.format.or_else(|| extension.and_then(|it| it.to_ascii_lowercase().parse().ok())).unwrap_or(Format::Csv)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_percentage_with_at_most_one_decimal() {
        for (text, thousandths) in [("0", 0), ("3", 30), ("0.5", 5), ("100", 1000)] {
            assert_eq!(share(text), Ok(thousandths), "{text}");
        }
        for text in ["", "101", "0.55", "-1", "3%", "1.", "a"] {
            assert!(share(text).is_err(), "{text}");
        }
    }
}
