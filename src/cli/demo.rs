//! `credence demo`: a fresh embedded database, sample deliveries of every format, messy ones too, and the server.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
};

use chrono::NaiveDate;

use super::{
    Out,
    error::{CliError, Exit},
    ingest::print,
    org,
    serve::reachable,
    settings::{KeySource, Settings},
    shop,
};
use crate::{
    ingest::{self, Arrival, Workshop},
    jobs,
    ledger::deeds,
    record::Channel,
    sample::{self, Format, Shares, Spec},
    store::{StoreError, ledger, units},
    web::{self, Role, issue_key},
};

/// 演示：新建嵌入式数据库，装入各种格式（含有问题）的示例报送，再启动服务并提示如何使用
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence demo
  credence demo --dir 演示 --port 8090

不给 --dir 则用临时目录，退出即删除。数据全部为合成，不含任何真实主体。")]
pub struct Args {
    /// 放数据库与示例文件的目录，须为空或不存在
    #[arg(long, value_name = "目录")]
    dir: Option<PathBuf>,
    /// 端口；不给则用 8080，被占用时任选空闲端口
    #[arg(long, value_name = "端口")]
    port: Option<u16>,
    /// 装入数据后即退出，不启动服务
    #[arg(long)]
    no_serve: bool,
}

/// A unit of the demonstration city.
struct Unit {
    code: &'static str,
    name: &'static str,
    role: Role,
}

const UNITS: [Unit; 4] = [
    Unit { code: "XYB", name: "示例市信用办", role: Role::Office },
    Unit { code: "SJJ", name: "示例市市场监督管理局", role: Role::Unit },
    Unit { code: "YJJ", name: "示例市应急管理局", role: Role::Unit },
    Unit { code: "SWJ", name: "示例市税务局", role: Role::Unit },
];

/// A delivery of the demonstration.
struct Sample {
    unit: &'static str,
    resource: &'static str,
    file: &'static str,
    format: Format,
    rows: u64,
    first: u64,
    shares: Shares,
    /// The position of the generation in the resource's dialects.
    dialect: usize,
}

const CLEAN: Shares = Shares { dirty: 0, repeated: 0, revised: 0 };
const MESSY: Shares = Shares { dirty: 30, repeated: 100, revised: 50 };

/// A sample of the current standard.
const fn sample(unit: &'static str, resource: &'static str, file: &'static str, format: Format) -> Sample {
    Sample { unit, resource, file, format, rows: 120, first: 0, shares: CLEAN, dialect: 0 }
}

/// In the order of events: the register first, so that names are known.
const SAMPLES: [Sample; 8] = [
    Sample { rows: 150, ..sample("SJJ", "register", "主体登记.xml", Format::Xml) },
    sample("SJJ", "licence", "行政许可.csv", Format::CsvGb18030),
    // A sample repeats and revises rows of earlier thousands.
    Sample { rows: 1000, ..sample("YJJ", "penalty", "行政处罚-第一周.xlsx", Format::Xlsx) },
    Sample {
        rows: 1000,
        first: 1000,
        shares: MESSY,
        ..sample("YJJ", "penalty", "行政处罚-第二周-有问题.csv", Format::CsvBom)
    },
    Sample { dialect: 1, ..sample("YJJ", "penalty", "行政处罚-旧版重报.csv", Format::Csv) },
    Sample { rows: 60, ..sample("SJJ", "honour", "荣誉表彰.json", Format::Json) },
    Sample { rows: 200, shares: MESSY, ..sample("SJJ", "commitment", "信用承诺.jsonl", Format::JsonLines) },
    Sample { rows: 60, ..sample("SWJ", "tax_rating", "纳税信用等级.xlsx", Format::Xlsx) },
];

/// Subjects of the demonstration city.
const SUBJECTS: u64 = 60;
const SEED: u64 = 2026;

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    // Kept until the end: dropped, it takes the temporary folder with it.
    let temporary = if args.dir.is_none() { Some(tempfile::tempdir()?) } else { None };
    let dir = match (&args.dir, &temporary) {
        (Some(dir), _) => empty(dir)?,
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => return Err(CliError::Refused("没有可用的目录".to_owned())),
    };
    let listen: SocketAddr = ([127, 0, 0, 1], args.port.unwrap_or_else(free_port)).into();
    let shop = shop::open(&inside(settings, &dir), 8)?;
    let keys = people(&shop)?;
    let day = shop.clock.day();
    writeln!(out, "演示目录 {}\n\n装入示例数据：", dir.display())?;
    for it in SAMPLES.iter().filter(|it| shop.catalog.get(it.resource).is_some()) {
        deliver(&shop, &dir, it, day, out)?;
    }
    if args.no_serve {
        return Ok(Exit::Clean);
    }
    let subject = known_subject(&shop)?;
    let server = web::Settings {
        workshop: shop,
        listen: vec![listen],
        metrics_listen: None,
        upload_limit: 256 << 20,
        quality: std::sync::Arc::new(shop::quality_rules(settings)?),
        workers: 1,
    };
    web::serve(server, |addresses| {
        let told = addresses.iter().try_for_each(|it| guide(*it, &keys, &subject, &dir, out));
        // The guide is for a person; without one the server serves all the same.
        let _told = told.and_then(|()| out.flush());
    })?;
    Ok(Exit::Clean)
}

/// The usual port, unless somebody has it: a first look should not end there.
fn free_port() -> u16 {
    const USUAL: u16 = 8080;
    std::net::TcpListener::bind(("127.0.0.1", USUAL)).map_or(0, |_| USUAL)
}

fn empty(dir: &Path) -> Result<PathBuf, CliError> {
    fs::create_dir_all(dir).map_err(CliError::file(dir))?;
    let is_empty = fs::read_dir(dir).map_err(CliError::file(dir))?.next().is_none();
    if !is_empty {
        return Err(CliError::Refused(format!("目录 {} 不为空；请换一个目录，或先清空", dir.display())));
    }
    Ok(dir.to_owned())
}

/// Everything of the demonstration stands in its folder, whatever the environment says.
fn inside(settings: &Settings, dir: &Path) -> Settings {
    let database = dir.join("credence.db").to_string_lossy().into_owned();
    let key = KeySource::File(dir.join("credence.db.key"));
    Settings { database, blobs: dir.join("credence.db.blobs"), key, ..settings.clone() }
}

/// Registers the units and gives each a key; the first is the credit office's.
fn people(shop: &Workshop) -> Result<Vec<(&'static Unit, String)>, CliError> {
    let now = shop.clock.now();
    let mut keys = Vec::new();
    for unit in &UNITS {
        let new = units::Unit {
            code: unit.code.to_owned(),
            name: unit.name.to_owned(),
            region: None,
            active: true,
            made_at: now,
        };
        let issued = shop.database.write::<_, StoreError>(|conn| {
            org::put(conn, &new, now)?;
            let issued = issue_key(conn, unit.code, unit.role, "演示", now)?;
            ledger::append(conn, &[deeds::key(&issued.id, "issued", now, "cli").and("unit", unit.code)])?;
            Ok(issued)
        })?;
        keys.push((unit, issued.text));
    }
    Ok(keys)
}

fn deliver(shop: &Workshop, dir: &Path, it: &Sample, day: NaiveDate, out: Out<'_>) -> Result<(), CliError> {
    let resource = shop::resource(&shop.catalog, it.resource)?;
    let spec = Spec {
        resource,
        dialect: it.dialect.min(resource.dialects.len() - 1),
        rows: it.rows,
        first: it.first,
        subjects: SUBJECTS,
        seed: SEED,
        shares: it.shares,
        format: it.format,
        day,
    };
    let path = dir.join(it.file);
    let mut file = BufWriter::new(File::create(&path).map_err(CliError::file(&path))?);
    sample::write(&spec, &mut file)?;
    file.flush().map_err(CliError::file(&path))?;
    let stored = shop.blobs.keep(&mut File::open(&path).map_err(CliError::file(&path))?, u64::MAX)?;
    let arrival = Arrival {
        unit: it.unit.to_owned(),
        resource: it.resource.to_owned(),
        channel: Channel::Cli,
        file_name: it.file.to_owned(),
        stored,
    };
    let receipt = ingest::deliver(shop, &arrival)?;
    let delivery = jobs::bring_to_end(shop, &jobs::worker_name("demo"), receipt.delivery, &|_| {})?;
    print(&delivery, receipt.fresh, out)?;
    Ok(out.flush()?)
}

/// The code of a subject that has records.
fn known_subject(shop: &Workshop) -> Result<String, CliError> {
    let found = shop.database.read(|conn| {
        let versions = crate::store::records::by_id_range(conn, 0, 2_000)?;
        let penalty = versions.iter().find(|it| it.resource == "penalty").or_else(|| versions.first());
        match penalty {
            None => Ok::<_, StoreError>(None),
            Some(it) => crate::store::subjects::find(conn, it.subject),
        }
    })?;
    Ok(found.and_then(|it| it.credit_code).unwrap_or_default())
}

fn guide(
    address: SocketAddr,
    keys: &[(&'static Unit, String)],
    subject: &str,
    dir: &Path,
    out: Out<'_>,
) -> std::io::Result<()> {
    let base = format!("http://{}", reachable(address));
    writeln!(out, "\n已启动 {base}\n  接口文档   {base}/api/v1/docs\n\n演示密钥：")?;
    for (unit, key) in keys {
        writeln!(out, "  {}（{}）\n    {key}", unit.name, unit.role.name())?;
    }
    let key = keys.first().map_or("", |it| it.1.as_str());
    let file = dir.join("行政处罚-第二周-有问题.csv");
    writeln!(out, "\n试一试（KEY 取上面的信用办密钥）：\n  KEY={key}")?;
    for line in [
        format!("curl {base}/api/v1/public/subjects/{subject}                                # 公众查询，无需密钥"),
        format!("curl -H \"Authorization: Bearer $KEY\" {base}/api/v1/subjects/{subject}/records   # 全部记录"),
        format!("curl -H \"Authorization: Bearer $KEY\" \"{base}/api/v1/subjects?q=示例\"             # 按名称查询"),
        format!("curl -H \"Authorization: Bearer $KEY\" {base}/api/v1/deliveries                   # 报送批次"),
        format!("curl -H \"Authorization: Bearer $KEY\" {base}/api/v1/doubts                       # 疑问数据"),
    ] {
        writeln!(out, "  {line}")?;
    }
    writeln!(out, "\n命令行：\n  credence check {} --resource penalty", file.display())?;
    writeln!(out, "  credence quality --database {}\n\n按 Ctrl-C 结束。", dir.join("credence.db").display())
}
