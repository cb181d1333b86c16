//! `credence cases` and `credence warnings`: repair, objection and shield, by the office at its own machine.

mod show;

use std::{fs, path::PathBuf};

use clap::Subcommand;

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop, subject,
};
use crate::{
    affairs::{self, AffairError, Filing, Hand, Handed, Taking},
    ingest::Workshop,
    jobs::letters,
    record::{RecordKey, Urgency},
    report::letters::LetterKind,
    rights::{CaseKind, CaseState, Channel, Ground, Missing, StepKind},
    store::rights::{self as kept, Filter},
};

/// 权益事项：信用修复、异议、重整屏蔽
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence cases repairable 91350100M000100Y43
  credence cases file repair 91350100M000100Y43 --record 0123…（32 位记录编号） --reason 已缴纳罚款 --by 张三
  credence cases paper 7 承诺书.pdf --kind commitment
  credence cases take 7 correction_asked --paper proof --reason 缴款凭证不清晰 --by 张三
  credence cases take 7 corrected --reason 已补交 --by 张三
  credence cases take 7 accepted --reason 材料齐全 --by 张三
  credence cases take 7 granted --reason 已履行 --source 示市监信修〔2026〕1号 --confirm performed --by 张三
  credence cases list --open
  credence cases letter 7 decision -o 决定书.html

由认定机关办理的环节，代录时须以 --source 写明其书面答复。")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

/// 到期预警：权益事项、容缺件、名单认定、更正任务，蓝、黄、红
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence warnings
  credence warnings --level red --org 11430100MB1A2B3CXK")]
pub struct WarningsArgs {
    /// 只看由某单位办理的
    #[arg(long, short, value_name = "代码")]
    org: Option<String>,
    /// 只看某一级：blue、yellow、red
    #[arg(long, value_name = "级别")]
    level: Option<Urgency>,
}

#[derive(Subcommand)]
enum Action {
    /// 列出事项，最新的在前
    List(Listing),
    /// 一个事项的全部环节与材料
    Show {
        /// 事项编号
        #[arg(value_name = "编号")]
        id: i64,
    },
    /// 主体各条记录可否修复，及系统自查发现的异议事由
    Repairable {
        /// 主体：代码或编号
        #[arg(value_name = "主体")]
        subject: String,
    },
    /// 提出申请
    File(Application),
    /// 办理一个环节
    Take(Stepping),
    /// 提交一份材料
    Paper {
        /// 事项编号
        #[arg(value_name = "编号")]
        id: i64,
        /// 文件：PDF、JPEG、PNG、OFD 或 DOCX
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// 材料类别：commitment、proof、application、ruling、evidence、other …
        #[arg(long, value_name = "类别")]
        kind: String,
        /// 经办人
        #[arg(long, default_value = "cli", value_name = "姓名")]
        by: String,
    },
    /// 出具一份文书（HTML，可直接打印）
    Letter {
        /// 事项编号
        #[arg(value_name = "编号")]
        id: i64,
        /// 文书：notice 告知书、acceptance 受理、correction 补正、refusal 不予受理、decision 决定、reversal 撤销、forwarding 转办、
        /// answer 答复、deadline 限期
        #[arg(value_name = "文书")]
        kind: LetterKind,
        /// 写入文件，默认标准输出
        #[arg(long, short, value_name = "文件")]
        output: Option<PathBuf>,
    },
}

#[derive(clap::Args)]
struct Listing {
    /// 只看某主体的：代码或编号
    #[arg(long, value_name = "主体")]
    subject: Option<String>,
    /// 只看由某单位办理的
    #[arg(long, short, value_name = "代码")]
    org: Option<String>,
    /// 类别：repair、objection、shield
    #[arg(long, value_name = "类别")]
    kind: Option<CaseKind>,
    /// 状态，如 filed、accepted、granted
    #[arg(long, value_name = "状态")]
    state: Option<CaseState>,
    /// 只看在办的
    #[arg(long)]
    open: bool,
    /// 只看编号小于此数的（翻页）
    #[arg(long, value_name = "编号")]
    below: Option<i64>,
    /// 最多列出的行数
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: u16,
}

#[derive(clap::Args)]
struct Application {
    /// 类别：repair 信用修复、objection 异议、shield 重整屏蔽
    #[arg(value_name = "类别")]
    kind: CaseKind,
    /// 主体：代码或编号
    #[arg(value_name = "主体")]
    subject: String,
    /// 记录编号（32 位），可重复
    #[arg(long, value_name = "记录")]
    record: Vec<String>,
    /// 异议事由：wrong、missing、duplicate、not_public、over_term、differs、listing、other
    #[arg(long, value_name = "事由")]
    ground: Option<Ground>,
    /// 事由为遗漏时，应当报送的单位
    #[arg(long, value_name = "代码")]
    org: Option<String>,
    /// 遗漏的信息类别（资源编码）
    #[arg(long, value_name = "资源", requires = "document")]
    resource: Option<String>,
    /// 遗漏信息的文书号，没有的写名称
    #[arg(long, value_name = "文书号", requires = "resource")]
    document: Option<String>,
    /// 渠道：credit_site、department、window
    #[arg(long, default_value = "window", value_name = "渠道")]
    channel: Channel,
    /// 申请说明
    #[arg(long, value_name = "说明")]
    reason: String,
    /// 依据：重整屏蔽须写明裁定书文号
    #[arg(long, value_name = "依据")]
    source: Option<String>,
    /// 经办人
    #[arg(long, default_value = "cli", value_name = "姓名")]
    by: String,
}

#[derive(clap::Args)]
struct Stepping {
    /// 事项编号
    #[arg(value_name = "编号")]
    id: i64,
    /// 环节，如 correction_asked、corrected、accepted、refused、granted、denied、forwarded、corrects、withdraws、keeps
    #[arg(value_name = "环节")]
    step: StepKind,
    /// 理由
    #[arg(long, value_name = "理由")]
    reason: String,
    /// 依据：法条、文书、裁定
    #[arg(long, value_name = "依据")]
    source: Option<String>,
    /// 更正批次
    #[arg(long, value_name = "批次")]
    delivery: Option<i64>,
    /// 逐项确认的条件，如 performed，可重复
    #[arg(long, value_name = "条件")]
    confirm: Vec<String>,
    /// 须补正的材料类别，可重复；不给为应交而未交的全部材料
    #[arg(long, value_name = "类别")]
    paper: Vec<String>,
    /// 经办人
    #[arg(long, default_value = "cli", value_name = "姓名")]
    by: String,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, shop::FEW)?;
    match &args.action {
        Action::List(listing) => list(&shop, listing, out)?,
        Action::Show { id } => {
            let stored = find(&shop, *id)?;
            let papers = shop.database.read(|conn| kept::papers(conn, stored.case.opening.subject, *id))?;
            show::case(&stored, &papers, out)?;
        }
        Action::Repairable { subject: text } => {
            let day = shop.clock.day();
            let found = shop.database.read(|conn| {
                let id = subject::id(conn, text)?;
                Ok::<_, CliError>(affairs::repairability(conn, &shop, id, day)?)
            })?;
            show::repairability(&found, out)?;
        }
        Action::File(application) => {
            let stored = file(&shop, application)?;
            writeln!(out, "已登记事项 {}", stored.case.opening.id)?;
            show::standing(&stored, out)?;
        }
        Action::Take(stepping) => {
            let taking = Taking {
                kind: stepping.step,
                reason: stepping.reason.clone(),
                source: stepping.source.clone(),
                delivery: stepping.delivery,
                confirmed: stepping.confirm.clone(),
                papers: stepping.paper.clone(),
            };
            let stored = affairs::take(&shop, stepping.id, &taking, &Hand::office(&stepping.by))?;
            show::standing(&stored, out)?;
        }
        Action::Paper { id, file, kind, by } => {
            let mut bytes = fs::File::open(file).map_err(CliError::file(file))?;
            let stored = affairs::keep_paper(&shop, &mut bytes)?;
            let file_name = file.file_name().map_or_else(String::new, |it| it.to_string_lossy().into_owned());
            let handed = Handed { kind: kind.clone(), file_name, stored };
            let papers = affairs::hand_in(&shop, *id, &handed, &Hand::office(by))?;
            writeln!(out, "事项 {id} 共有材料 {} 份", papers.len())?;
        }
        Action::Letter { id, kind, output } => {
            let stored = find(&shop, *id)?;
            let page = shop.database.read(|conn| letters::letter(conn, &shop, &stored, *kind))?.html();
            match output {
                Some(path) => fs::write(path, page).map_err(CliError::file(path))?,
                None => out.write_all(page.as_bytes())?,
            }
        }
    }
    Ok(Exit::Clean)
}

fn find(shop: &Workshop, id: i64) -> Result<kept::Stored, CliError> {
    Ok(shop.database.read(|conn| kept::find(conn, id))?.ok_or(AffairError::NotFound("事项"))?)
}

fn list(shop: &Workshop, listing: &Listing, out: Out<'_>) -> Result<(), CliError> {
    let found = shop.database.read(|conn| {
        let subjects = match &listing.subject {
            Some(text) => Some(vec![subject::id(conn, text)?]),
            None => None,
        };
        let filter = Filter {
            subjects,
            unit: listing.org.clone(),
            kind: listing.kind,
            state: listing.state,
            open: listing.open.then_some(true),
            ..Filter::default()
        };
        let below = listing.below.unwrap_or(i64::MAX);
        Ok::<_, CliError>(kept::list(conn, &filter, below, i64::from(listing.limit))?)
    })?;
    show::list(&found, out)
}

fn file(shop: &Workshop, application: &Application) -> Result<kept::Stored, CliError> {
    let keys = application.record.iter().map(|it| key(it)).collect::<Result<Vec<_>, _>>()?;
    let subject = shop.database.read(|conn| subject::id(conn, &application.subject))?;
    let missing = application.resource.clone().zip(application.document.clone());
    let missing = missing.map(|(resource, document)| Missing { resource, document: document.trim().to_owned() });
    let filing = Filing {
        kind: application.kind,
        subject,
        keys,
        channel: application.channel,
        ground: application.ground,
        reason: application.reason.clone(),
        source: application.source.clone(),
        unit: application.org.clone(),
        missing,
    };
    Ok(affairs::file(shop, &filing, &Hand::office(&application.by))?)
}

/// The key of a record, 32 hexadecimal digits.
fn key(text: &str) -> Result<RecordKey, CliError> {
    crate::ledger::unhex(text).ok_or_else(|| CliError::Refused(format!("记录编号应为 32 位十六进制数：{text}")))
}

pub fn warnings(settings: &Settings, args: &WarningsArgs, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, 1)?;
    let day = shop.clock.day();
    let mut found = shop.database.read(|conn| affairs::warnings(conn, &shop, args.org.as_deref(), day))?;
    found.retain(|it| args.level.is_none_or(|level| it.level == level));
    show::warnings(&found, out)?;
    Ok(Exit::Clean)
}
