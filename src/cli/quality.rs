//! `credence quality`: the report of a month, its ranking and warnings, and the rows behind its figures.

use chrono::NaiveDate;

use super::{
    Out,
    error::{CliError, Exit},
    ingest,
    settings::Settings,
    shop,
    table::{Table, cut},
};
use crate::{
    catalog::Catalog,
    ingest::in_time_from,
    quality::{self, Figure, Figures, Line, Measure, Outcome, Report},
    standards::Month,
    store::{self, Conn, quality::Behind},
};

/// 数据质量：按单位、资源、月份的报送、入库、合规率、迟报率、漏报，排名与预警
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence quality --month 2026-11                          全市
  credence quality --month 2026-11 --org 11430100MB1A2B3CXK 某单位，按资源
  credence quality --ranking                                 单位排名
  credence quality --warnings                                到期与逾期预警
  credence quality --rows late --org 11430100MB1A2B3CXK      迟报率背后的每一行
  credence quality --csv > 质量.csv

口径：合规率＝（上报−疑问−冲突）÷上报；入库率＝（入库＋更新＋重复＋旧版＋撤销）÷上报；
迟报率＝超过规定工作日才报送的新增记录÷有时限的新增记录，及时率＝1−迟报率；按报送日归月，疑问数为当前未处理数。
漏报＝到期未报送也未零报告的报送期；自单位首次报送该资源起计。排名依次比较漏报、合规率、及时率。")]
pub struct Args {
    /// 月份，默认本月
    #[arg(long, value_name = "YYYY-MM")]
    month: Option<Month>,
    /// 只看某归集单位
    #[arg(long, short, alias = "unit", value_name = "代码")]
    org: Option<String>,
    /// 只看某资源
    #[arg(long, short, value_name = "资源")]
    resource: Option<String>,
    /// 单位排名
    #[arg(long, conflicts_with_all = ["warnings", "rows"])]
    ranking: bool,
    /// 预警：红为已逾期，黄、蓝为即将到期
    #[arg(long, conflicts_with = "rows")]
    warnings: bool,
    /// 列出指标背后的数据：delivered 批次，doubtful 未入库的行，timed 计时的行，late 迟报的行，owed 应报期次
    #[arg(long, value_name = "指标")]
    rows: Option<Figure>,
    /// 输出 CSV，便于制表
    #[arg(long, conflicts_with_all = ["rows", "ranking", "warnings"])]
    csv: bool,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let (catalog, calendar) = (shop::catalog(settings)?, shop::calendar(settings)?);
    let rules = shop::quality_rules(settings)?;
    let today = shop::day(settings);
    let measure = Measure { rules: &rules, calendar: &calendar, today };
    let month = args.month.unwrap_or_else(|| Month::of(today));
    let resource = args.resource.as_deref().map(|it| shop::resource(&catalog, it)).transpose()?;
    let code = resource.map(|it| it.code.clone());
    let (database, _) = shop::database(settings, 1)?;
    let mut known = database.read(|conn| store::quality::known(conn, month, args.org.as_deref()))?;
    if let Some(code) = &code {
        known.activities.retain(|it| it.resource == *code);
        known.reporting.retain(|(_, resource), _| resource == code);
        known.doubts.retain(|it| it.resource == *code);
    }
    let report = quality::report(&known, &catalog, month, measure);
    if args.ranking {
        ranking(&report, out)?;
    } else if args.warnings {
        warnings(&report, &catalog, out)?;
    } else if let Some(figure) = args.rows {
        let behind = Behind { month, unit: args.org.clone(), resource: code };
        let desk = Desk { catalog: &catalog, measure, report: &report, behind: &behind };
        database.read(|conn| desk.rows(conn, figure, out))?;
    } else if args.csv {
        csv(&report, &catalog, out)?;
    } else {
        table(&report, &catalog, args.org.is_some(), out)?;
    }
    Ok(Exit::Clean)
}

const HEADINGS: [&str; 14] = [
    "单位",
    "资源",
    ">批次",
    ">上报",
    ">入库",
    ">疑问",
    ">冲突",
    ">未关联",
    ">合规率",
    ">入库率",
    ">迟报",
    ">迟报率",
    ">漏报",
    ">待处理疑问",
];

fn cells(name: &str, resource: &str, it: &Figures) -> [String; 14] {
    [
        name.to_owned(),
        resource.to_owned(),
        it.deliveries.to_string(),
        it.delivered().to_string(),
        it.stored().to_string(),
        it.tally.rejected.to_string(),
        it.tally.conflicting.to_string(),
        it.tally.unlinked.to_string(),
        it.compliance().to_string(),
        it.intake().to_string(),
        format!("{}/{}", it.late, it.timed),
        it.lateness().to_string(),
        format!("{}/{}", it.missed, it.owed),
        it.open_doubts.to_string(),
    ]
}

fn resource_name(catalog: &Catalog, line: &Line) -> String {
    match &line.resource {
        None => "全部".to_owned(),
        Some(code) => catalog.get(code).map_or_else(|| code.clone(), |it| it.name.clone()),
    }
}

fn table(report: &Report, catalog: &Catalog, by_resource: bool, out: Out<'_>) -> Result<(), CliError> {
    let mut table = Table::new(&HEADINGS);
    let lines = if by_resource { &report.lines } else { &report.units };
    for it in lines {
        table.row(cells(&it.unit_name, &resource_name(catalog, it), &it.figures));
    }
    if !by_resource {
        table.row(cells("合计", "全部", &report.total));
    }
    writeln!(out, "{} 数据质量（截至 {}）", report.month, report.today)?;
    Ok(table.print(out)?)
}

fn csv(report: &Report, catalog: &Catalog, out: Out<'_>) -> Result<(), CliError> {
    // Excel takes UTF-8 for what it is only with a byte order mark.
    out.write_all("\u{feff}".as_bytes())?;
    let mut sheet = csv::Writer::from_writer(out);
    let written = (|| {
        sheet.write_record(
            ["月份", "单位代码"].into_iter().chain(HEADINGS.iter().map(|it| it.trim_start_matches('>'))),
        )?;
        for it in &report.lines {
            let line = cells(&it.unit_name, &resource_name(catalog, it), &it.figures);
            sheet.write_record([report.month.to_string(), it.unit.clone()].into_iter().chain(line))?;
        }
        sheet.flush()?;
        Ok(())
    })();
    written.map_err(|err: csv::Error| CliError::Out(err.into()))
}

fn ranking(report: &Report, out: Out<'_>) -> Result<(), CliError> {
    let mut table = Table::new(&[">名次", "单位", ">上报", ">漏报", ">合规率", ">及时率"]);
    for it in &report.ranking {
        let figures = &it.line.figures;
        table.row([
            it.place.to_string(),
            it.line.unit_name.clone(),
            figures.delivered().to_string(),
            format!("{}/{}", figures.missed, figures.owed),
            figures.compliance().to_string(),
            figures.timeliness().to_string(),
        ]);
    }
    writeln!(
        out,
        "{} 报送质量排名（截至 {}；依次比较漏报、合规率、及时率，数值相同的并列）",
        report.month, report.today
    )?;
    Ok(table.print(out)?)
}

fn warnings(report: &Report, catalog: &Catalog, out: Out<'_>) -> Result<(), CliError> {
    if report.warnings.is_empty() {
        return Ok(writeln!(out, "没有预警")?);
    }
    let mut table = Table::new(&["级别", "单位", "资源", "事项"]);
    for it in &report.warnings {
        let resource =
            it.resource.as_deref().map_or("全部", |code| catalog.get(code).map_or(code, |it| it.name.as_str()));
        table.row([it.level.name().to_owned(), it.unit_name.clone(), resource.to_owned(), it.message.clone()]);
    }
    Ok(table.print(out)?)
}

/// What the rows behind a figure are found with.
struct Desk<'d> {
    catalog: &'d Catalog,
    measure: Measure<'d>,
    report: &'d Report,
    behind: &'d Behind,
}

/// Deliveries read at a time.
const STEP: i64 = 200;

impl Desk<'_> {
    fn rows(&self, conn: &mut Conn, figure: Figure, out: Out<'_>) -> Result<(), CliError> {
        if figure == Figure::Owed {
            return self.owed(out);
        }
        let mut table = match figure {
            Figure::Delivered => {
                Table::new(&[">批次", "报送日", "单位", "资源", "文件", "状态", ">上报", ">入库", ">疑问", ">迟报"])
            }
            Figure::Doubtful => Table::new(&[">批次", ">行", "疑问编号", "种类", "状态", "问题"]),
            Figure::Timed | Figure::Late | Figure::Owed => {
                Table::new(&[">批次", ">行", "单位", "资源", "事实发生日", "截止日", "报送日", "迟报"])
            }
        };
        let mut after = 0;
        loop {
            let found = store::quality::deliveries(conn, self.behind, after, STEP)?;
            let Some(last) = found.last() else { break };
            after = last.id;
            for delivery in &found {
                match figure {
                    Figure::Delivered => delivered(conn, delivery, &mut table)?,
                    Figure::Doubtful => doubtful(conn, delivery.id, &mut table)?,
                    Figure::Timed | Figure::Late | Figure::Owed => {
                        self.timed(conn, delivery, figure == Figure::Late, &mut table)?;
                    }
                }
            }
        }
        Ok(table.print(out)?)
    }

    fn timed(
        &self,
        conn: &mut Conn,
        delivery: &crate::record::Delivery,
        only_late: bool,
        table: &mut Table,
    ) -> Result<(), CliError> {
        let Some(resource) = self.catalog.get(&delivery.resource) else { return Ok(()) };
        let Some(from) = in_time_from(resource, self.measure.calendar, delivery.day) else { return Ok(()) };
        let limit = u16::from(resource.duty.working_days.unwrap_or(0));
        for it in store::quality::timed(conn, delivery.id)? {
            let Some(fact) = it.fact_on.filter(|fact| !only_late || *fact < from) else { continue };
            let due: NaiveDate = self.measure.calendar.add_workdays(fact, limit).day;
            let late = if fact < from { "迟报" } else { "" };
            let (unit, name) = (delivery.unit.clone(), resource.name.clone());
            let days = [fact, due, delivery.day].map(|it| it.to_string());
            table.row(
                [it.delivery.to_string(), it.row.to_string(), unit, name].into_iter().chain(days).chain([late.into()]),
            );
        }
        Ok(())
    }

    fn owed(&self, out: Out<'_>) -> Result<(), CliError> {
        let mut table = Table::new(&["单位", "资源", "期", "截止日", "情况", "日期"]);
        for it in &self.report.owed {
            if Month::of(it.span.last) != self.report.month {
                continue;
            }
            let outcome = match it.outcome {
                Outcome::Delivered => "已报送",
                Outcome::ZeroReported => "零报告",
                Outcome::Pending => "未到期",
                Outcome::Missed => "漏报",
                Outcome::Silent => "未报送（不计漏报）",
            };
            let day = it.day.map(|it| it.to_string()).unwrap_or_default();
            let (unit, resource, span) = (it.unit.clone(), it.resource.clone(), it.span.to_string());
            table.row([unit, resource, span, it.due.to_string(), outcome.to_owned(), day]);
        }
        Ok(table.print(out)?)
    }
}

fn delivered(conn: &mut Conn, it: &crate::record::Delivery, table: &mut Table) -> Result<(), CliError> {
    let counted = store::tallies::find(conn, it.id)?;
    let tally = &counted.tally;
    let taken = tally.rows - tally.rejected - tally.conflicting - tally.unlinked;
    table.row([
        it.id.to_string(),
        it.day.to_string(),
        it.unit.clone(),
        it.resource.clone(),
        cut(&it.file_name, 40),
        ingest::state(it.state).to_owned(),
        tally.rows.to_string(),
        taken.to_string(),
        tally.rejected.to_string(),
        format!("{}/{}", counted.late, counted.timed),
    ]);
    Ok(())
}

fn doubtful(conn: &mut Conn, delivery: i64, table: &mut Table) -> Result<(), CliError> {
    let mut after = Default::default();
    loop {
        let found = store::doubts::of_delivery(conn, delivery, after, STEP)?;
        let Some((last, _)) = found.last() else { return Ok(()) };
        after = (last.row as _, last.id);
        for (it, _) in &found {
            let (id, kind, state) = (it.id.to_string(), it.kind.to_string(), it.state.to_string());
            table.row([delivery.to_string(), it.row.to_string(), id, kind, state, cut(&it.faults, 120)]);
        }
    }
}
