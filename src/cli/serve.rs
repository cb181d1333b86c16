//! `credence serve`: the API, its workers, and the sources that run beside it.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    Out,
    error::{CliError, Exit},
    pull,
    settings::Settings,
    shop,
};
use crate::{
    affairs,
    collect::{front_end::FrontEnd, inbox::Inbox},
    dossier,
    ingest::{Workshop, privacy},
    jobs::{self, Background, JobError},
    web,
};

/// 启动服务：接口、后台入库，可同时守候收件目录与抽取前置库
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence serve
  credence serve --listen 0.0.0.0:8080 --metrics-listen 127.0.0.1:9090 --inbox /data/inbox
  credence serve --database postgres://credence@db/credence --data /shared/credence --front-end 市监局.toml

接口文档 /api/v1/docs，OpenAPI /api/v1/openapi.json，健康检查 /health 与 /ready，指标 /metrics。
多个进程可共用一个 PostgreSQL 与同一数据目录，自动分担批次，互不重复。TLS 由前面的网关负责。
收到 SIGINT 或 SIGTERM 后答完在途请求再退出；入库到一半的批次由下一个进程从断点继续。")]
pub struct Args {
    /// 监听地址，可多次给出
    #[arg(long, value_name = "地址:端口", default_value = "127.0.0.1:8080")]
    listen: Vec<SocketAddr>,
    /// 指标另行监听的地址
    #[arg(long, value_name = "地址:端口")]
    metrics_listen: Option<SocketAddr>,
    /// 守候的收件目录
    #[arg(long, value_name = "目录")]
    inbox: Option<PathBuf>,
    /// 收件目录中的文件静置多少秒才算传完
    #[arg(long, value_name = "秒", default_value_t = 5)]
    settle: u64,
    /// 前置库抽取配置，可多次给出（格式见 credence pull --help）
    #[arg(long, value_name = "文件")]
    front_end: Vec<PathBuf>,
    /// 后台入库线程数；0 表示交给其他进程
    #[arg(long, default_value_t = 1, value_name = "N")]
    workers: usize,
    /// 单份报送文件的大小上限，MiB
    #[arg(long, value_name = "MiB", default_value_t = 2048)]
    upload_limit: u64,
}

/// Connections of a server.
const CONNECTIONS: u32 = 24;

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, CONNECTIONS)?;
    affairs::packs::begin(&shop)?;
    let mut background = Background::default();
    if let Some(folder) = &args.inbox {
        watch(&shop, folder, Duration::from_secs(args.settle), &mut background)?;
    }
    for path in &args.front_end {
        pull_again(&shop, pull::read(&shop.catalog, path)?, &mut background);
    }
    tend(&shop, &mut background)?;
    let server = web::Settings {
        workshop: shop,
        listen: args.listen.clone(),
        metrics_listen: args.metrics_listen,
        upload_limit: args.upload_limit << 20,
        quality: std::sync::Arc::new(shop::quality_rules(settings)?),
        workers: args.workers,
    };
    let served = web::serve(server, |addresses| {
        for address in addresses {
            let told = writeln!(out, "已启动：http://{0}  接口文档 http://{0}/api/v1/docs", reachable(*address));
            // Whoever started the server may have closed its output; it serves all the same.
            let _told = told.and_then(|()| out.flush());
        }
    });
    background.stop();
    served.map_err(CliError::from)?;
    Ok(Exit::Clean)
}

/// Begins what a server does beside answering: standings and lists are kept, roots made, promises and texts looked after.
///
/// # Errors
/// [`CliError`] when the database cannot be read.
pub fn tend(shop: &Workshop, background: &mut Background) -> Result<(), CliError> {
    dossier::begin(shop)?;
    keep_standings(shop, background);
    keep_lists(shop, background);
    roots(shop, background);
    deferrals(shop, background);
    self_check(shop, background);
    Ok(())
}

/// An address a person can open.
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => std::net::Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// How often a root is made while anything is written.
const ROOT_EVERY: Duration = Duration::from_secs(60);

/// Makes roots of the ledger again and again.
fn roots(shop: &Workshop, background: &mut Background) {
    let (database, clock) = (shop.database.clone(), shop.clock);
    background.every("ledger roots", ROOT_EVERY, move || {
        if let Err(err) = jobs::make_roots(&database, &clock) {
            tracing::error!(error = %err, "no root of the ledger could be made");
        }
    });
}

/// Deals with overdue promises every hour.
fn deferrals(shop: &Workshop, background: &mut Background) {
    const HOUR: Duration = Duration::from_secs(3600);
    let (shop, worker) = (shop.clone(), jobs::worker_name("overdue"));
    background.every("overdue", HOUR, move || match jobs::overdue(&shop, &worker) {
        Ok(done) if done == jobs::Overdue::default() => {}
        Ok(done) => tracing::info!(?done, "overdue deferrals were dealt with"),
        Err(err) => tracing::error!(error = %err, "overdue deferrals could not be dealt with"),
    });
}

/// Looks once a day through what is published for what must not be, the first time an hour after the start. It goes on
/// a few pages at a time, so that a server that stops does not wait for the end.
fn self_check(shop: &Workshop, background: &mut Background) {
    const HOUR: Duration = Duration::from_secs(3600);
    const PAUSE: Duration = Duration::from_secs(5);
    const PAGES: u64 = 10;
    let shop = shop.clone();
    let mut resting_until = Instant::now() + HOUR;
    background.every("privacy", PAUSE, move || {
        if Instant::now() < resting_until {
            return;
        }
        match dossier::ruled(&shop).and_then(|shop| privacy::scan(&shop, Some(PAGES), &|_| {})) {
            Ok(found) => {
                if found.opened > 0 {
                    tracing::warn!(opened = found.opened, "the self-check of what is published opened tasks");
                }
                if found.done {
                    resting_until = Instant::now() + 24 * HOUR;
                }
            }
            Err(err) => {
                tracing::error!(error = %err, "the self-check of what is published failed and is tried in an hour");
                resting_until = Instant::now() + HOUR;
            }
        }
    });
}

/// Looks through an inbox again and again.
fn watch(shop: &Workshop, folder: &Path, settle: Duration, background: &mut Background) -> Result<(), CliError> {
    let mut inbox = Inbox::open(folder, settle).map_err(JobError::from)?;
    let (shop, worker) = (shop.clone(), jobs::worker_name("inbox"));
    background.every("inbox", settle.max(Duration::from_secs(1)), move || {
        let ruled = dossier::ruled(&shop).map_err(JobError::from);
        if let Err(err) = ruled.and_then(|shop| jobs::take_files(&shop, &mut inbox, &worker, Instant::now())) {
            tracing::error!(error = %err, "the inbox cannot be read");
        }
    });
    Ok(())
}

/// Pages of subjects derived before it is asked again whether the server stops.
const PAGES: usize = 50;

/// Derives what is due, again and again: what records have changed, and what days have ended.
fn keep_standings(shop: &Workshop, background: &mut Background) {
    let shop = shop.clone();
    background.every("standings", Duration::from_secs(1), move || {
        // A page at a time, so that a delivery that is being taken does not wait for the database.
        for _ in 0..PAGES {
            match dossier::refresh(&shop, shop.clock.day()) {
                Ok(0) => return,
                Ok(_) => {}
                Err(err) => {
                    tracing::error!(error = %err, "standings could not be derived and are tried again");
                    return;
                }
            }
        }
    });
}

/// Fills the entries of lists, looks for candidates among what is new, and brings on record what designations owe.
fn keep_lists(shop: &Workshop, background: &mut Background) {
    let shop = shop.clone();
    background.every("lists", Duration::from_secs(10), move || {
        if let Err(err) = jobs::keep_lists(&shop) {
            tracing::error!(error = %err, "the lists could not be kept up and are tried again");
        }
    });
}

/// Pulls a front-end database again and again. After a refusal it rests for an hour: the same rows would be refused
/// again, and each refusal is kept.
fn pull_again(shop: &Workshop, source: FrontEnd, background: &mut Background) {
    const REST: Duration = Duration::from_secs(3600);
    let (shop, worker) = (shop.clone(), jobs::worker_name("pull"));
    let mut resting_until: Option<Instant> = None;
    background.every("front-end", Duration::from_secs(source.every_seconds), move || {
        if resting_until.is_some_and(|it| Instant::now() < it) {
            return;
        }
        let ruled = dossier::ruled(&shop).map_err(JobError::from);
        resting_until = match ruled.and_then(|shop| jobs::pull(&shop, &source, &worker, &mut |_| Ok(()))) {
            Ok(()) => None,
            Err(JobError::Refused(reason)) => {
                tracing::error!(source = source.name, reason, "a pull was refused and rests for an hour");
                Some(Instant::now() + REST)
            }
            Err(err) => {
                tracing::error!(source = source.name, error = %err, "a pull failed and is tried again");
                None
            }
        };
    });
}
