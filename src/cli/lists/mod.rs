//! `credence lists`: the lists, their entries and figures on any day, claims held against them, and designations.

mod designations;
mod notices;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use clap::Subcommand;
use serde::Deserialize;

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
    table::{Table, cut},
};
use crate::{
    dossier,
    ingest::Workshop,
    policy::Body,
    record::SubjectKind,
    standing::{self, Cell, Claim, Contradiction, Sums},
    store::list_entries::Asked,
};

/// 名单：红名单、严重失信主体名单等的依据、条目、统计，以及认定的各环节
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence lists show
  credence lists entries serious.market --as-of 2026-03-01
  credence lists stats --year 2026
  credence lists check 通报数字.toml
  credence lists candidates
  credence lists propose serious.market 91350100M000100Y43 --org SJJ --reason 性质恶劣、情节严重
  credence lists step 7 notified --org SJJ --reason 拟列入 --document 示市监告〔2026〕1号 --file 告知书.pdf

规则只提出候选；列入由名单写明的认定机关按环节办理。通报数字.toml 的写法：
  as_of = \"2026-12-31\"
  [[claim]]
  text = \"诚信红黑名单\"
  count = 1167
  [[claim.part]]
  text = \"法人红名单\"
  count = 526
  scope = { kind = \"red\", subject = \"organisation\" }")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// 名单及其设立依据、期限、措施
    Show {
        /// 所问之日，默认今日
        #[arg(long, value_name = "YYYY-MM-DD")]
        as_of: Option<NaiveDate>,
    },
    /// 一个名单的在列条目
    Entries {
        /// 名单编码；没有依据的名单为 unconfirmed
        #[arg(value_name = "名单")]
        list: String,
        #[command(flatten)]
        question: Question,
        /// 最多列出的行数
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u16,
    },
    /// 红名单认定前公示中的提出，以及可以提出异议至哪一日；与公开查询所载相同
    Proposals(Told),
    /// 近日移出的条目（退出公告）；与公开查询所载相同
    Exits(Told),
    /// 按名单、主体类别、单位、年份统计
    Stats(Question),
    /// 核对外来的名单数字；有矛盾时退出码为 1
    Check {
        /// 写有所称数字的 TOML 文件
        #[arg(value_name = "文件")]
        file: std::path::PathBuf,
        /// 只核对各数之间，不与逐条记录核对
        #[arg(long)]
        no_rows: bool,
    },
    #[command(flatten)]
    Designations(designations::Action),
}

#[derive(clap::Args)]
struct Told {
    /// 名单编码
    #[arg(value_name = "名单")]
    list: String,
    /// 最多列出的行数
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: u16,
}

#[derive(clap::Args)]
struct Question {
    /// 所问之日，默认今日
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<NaiveDate>,
    /// 按这一时刻所知回答，如 2026-03-02T00:00:00+08:00
    #[arg(long, value_name = "时间", value_parser = moment)]
    known_at: Option<NaiveDateTime>,
    /// 只看某报送单位
    #[arg(long, value_name = "代码")]
    unit: Option<String>,
    /// 只看某类主体：organisation、individual_business、person
    #[arg(long, value_name = "类别")]
    kind: Option<SubjectKind>,
    /// 只看某年列入的
    #[arg(long, value_name = "年")]
    year: Option<i32>,
}

fn moment(text: &str) -> Result<NaiveDateTime, String> {
    let told = DateTime::parse_from_rfc3339(text).map(|it| it.naive_utc());
    told.map_err(|_| "应为带时区的时间，如 2026-11-21T08:00:00+08:00".to_owned())
}

impl Question {
    fn asked(&self, shop: &Workshop, list: Option<String>) -> Asked {
        Asked {
            day: self.as_of.unwrap_or_else(|| shop.clock.day()),
            known_at: self.known_at.unwrap_or_else(|| shop.clock.now()),
            list,
            unit: self.unit.clone(),
            kind: self.kind,
            year: self.year,
            public: false,
        }
    }
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, shop::FEW)?;
    match &args.action {
        Action::Show { as_of } => show(&shop, as_of.unwrap_or_else(|| shop.clock.day()), out),
        Action::Entries { list, question, limit } => entries(&shop, list, question, usize::from(*limit), out),
        Action::Proposals(Told { list, limit }) => notices::proposals(&shop, list, usize::from(*limit), out),
        Action::Exits(Told { list, limit }) => notices::exits(&shop, list, usize::from(*limit), out),
        Action::Stats(question) => stats(&shop, question, out),
        Action::Check { file, no_rows } => check(&shop, &shop::text(file)?, !no_rows, out),
        Action::Designations(action) => designations::run(&shop, action, out),
    }
}

fn show(shop: &Workshop, day: NaiveDate, out: Out<'_>) -> Result<Exit, CliError> {
    let mut table = Table::new(&["名单", "名称", "类别", "层级", ">期限(月)", ">措施", "依据"]);
    let mut lists: Vec<_> = shop.packs.lists(day).flat_map(|(_, rules)| &rules.lists).collect();
    lists.sort_by(|one, other| one.code.cmp(&other.code));
    for list in lists {
        table.row([
            list.code.clone(),
            list.name.clone(),
            list.kind.name().to_owned(),
            list.level.to_string(),
            list.term_months.map_or_else(|| "—".to_owned(), |it| it.to_string()),
            standing::measures(&list.code, &shop.packs, day).len().to_string(),
            cut(&list.basis_text(), 60),
        ]);
    }
    table.print(out)?;
    Ok(Exit::Clean)
}

fn entries(shop: &Workshop, list: &str, question: &Question, limit: usize, out: Out<'_>) -> Result<Exit, CliError> {
    let rules = shop.packs.iter().filter_map(|it| if let Body::Lists(rules) = &it.body { Some(rules) } else { None });
    if list != standing::UNKNOWN_LIST && !rules.flat_map(|it| &it.lists).any(|it| it.code == list) {
        return Err(CliError::Refused(format!("没有名单 {list}；名单编码见 credence lists show")));
    }
    dossier::fill_lists(shop)?;
    let asked = question.asked(shop, Some(list.to_owned()));
    let found = shop
        .database
        .read(|conn| dossier::list_page(conn, shop, (&asked, question.known_at), (i64::MIN, 0), (limit, false)))?;
    let mut table = Table::new(&["主体", "代码", "名单", "效力", "认定机关", "列入", "期限至", ">记录"]);
    let day = |it: Option<NaiveDate>| it.map_or_else(|| "—".to_owned(), |it| it.to_string());
    for it in &found {
        table.row([
            it.subject.name.clone().unwrap_or_default(),
            it.subject.credit_code.clone().unwrap_or_else(|| format!("@{}", it.subject.id)),
            it.listed.name.clone(),
            it.listed.effect.to_string(),
            it.listed.body.clone().unwrap_or_default(),
            day(it.listed.entered_on),
            day(it.listed.until),
            it.row.record.to_string(),
        ]);
    }
    table.print(out)?;
    writeln!(out, "{} 条（{}）", found.len(), asked.day)?;
    behind(shop, out)?;
    Ok(Exit::Clean)
}

/// Says up to when the entries go, while a chunk that is being taken in holds back what came after it.
fn behind(shop: &Workshop, out: Out<'_>) -> Result<(), CliError> {
    let current_to = shop.database.read(|conn| dossier::lists_current_to(conn, shop))?;
    if let Some(it) = current_to.map(|it| it.and_utc().to_rfc3339()) {
        writeln!(out, "另有批次正在入库，名单所载截至 {it}")?;
    }
    Ok(())
}

fn cells(shop: &Workshop, asked: &Asked, known_at: Option<NaiveDateTime>) -> Result<Vec<Cell>, CliError> {
    dossier::fill_lists(shop)?;
    Ok(shop.database.read(|conn| dossier::list_cells(conn, shop, asked, known_at))?)
}

fn stats(shop: &Workshop, question: &Question, out: Out<'_>) -> Result<Exit, CliError> {
    let asked = question.asked(shop, None);
    let cells = cells(shop, &asked, question.known_at)?;
    let mut table = Table::new(&["名单", "类别", "主体类别", "单位", ">年份", ">条数"]);
    for it in &cells {
        table.row([
            it.list.clone(),
            it.kind.name().to_owned(),
            it.subject.to_string(),
            it.unit.clone(),
            it.year.map_or_else(|| "—".to_owned(), |it| it.to_string()),
            it.n.to_string(),
        ]);
    }
    table.print(out)?;
    writeln!(out, "合计 {} 条（{}）", Sums::of(&cells).total, asked.day)?;
    behind(shop, out)?;
    Ok(Exit::Clean)
}

/// A file of figures that somebody tells.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    as_of: Option<String>,
    #[serde(rename = "claim")]
    claims: Vec<Claim>,
}

fn check(shop: &Workshop, text: &str, with_rows: bool, out: Out<'_>) -> Result<Exit, CliError> {
    let told: Claims = toml::from_str(text).map_err(|err| CliError::Refused(format!("文件无法读取：{err}")))?;
    let as_of = match told.as_of.as_deref().map(str::parse).transpose() {
        Ok(day) => day,
        Err(_) => return Err(CliError::Refused("as_of 应为日期，如 2026-12-31".to_owned())),
    };
    let question = Question { as_of, known_at: None, unit: None, kind: None, year: None };
    let rows = if with_rows { Some(cells(shop, &question.asked(shop, None), None)?) } else { None };
    let findings = standing::check(&told.claims, rows.as_deref());
    for it in &findings {
        writeln!(out, "{}", it.text)?;
    }
    let undecided = findings.iter().filter(|it| it.kind == Contradiction::Undecided.as_str()).count();
    writeln!(out, "{} 项说法，{} 处矛盾，{undecided} 处无法核对", told.claims.len(), findings.len() - undecided)?;
    Ok(if standing::agree(&findings) == Some(true) { Exit::Clean } else { Exit::Refused })
}
