//! `credence demo`: a fresh embedded database, sample deliveries of every format, messy ones too, and the server.

mod data;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

pub use data::{Unit, fill};

use super::{
    Out,
    error::{CliError, Exit},
    serve::{self, reachable},
    settings::{KeySource, Settings},
    shop,
};
use crate::{
    affairs,
    ingest::Workshop,
    jobs::{self, Background},
    store::StoreError,
    web,
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
    affairs::packs::begin(&shop)?;
    let keys = data::fill(&shop, &dir, out)?;
    jobs::make_roots(&shop.database, &shop.clock)?;
    if args.no_serve {
        return Ok(Exit::Clean);
    }
    let subject = known_subject(&shop)?;
    let mut background = Background::default();
    serve::tend(&shop, &mut background)?;
    let server = web::Settings {
        workshop: shop,
        listen: vec![listen],
        metrics_listen: None,
        upload_limit: 256 << 20,
        quality: std::sync::Arc::new(shop::quality_rules(settings)?),
        workers: 1,
    };
    let served = web::serve(server, |addresses| {
        let told = addresses.iter().try_for_each(|it| guide(*it, &keys, &subject, &dir, out));
        // The guide is for a person; without one the server serves all the same.
        let _told = told.and_then(|()| out.flush());
    });
    background.stop();
    served?;
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
