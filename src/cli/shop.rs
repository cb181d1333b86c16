//! What commands work with: the catalogue, the standards' data, the database with its schema up to date, the keys.

use std::{fs, path::Path, sync::Arc};

use super::{
    error::CliError,
    settings::{KeySource, Settings},
};
use crate::{
    catalog::{Catalog, Resource},
    collect::Blobs,
    dossier,
    ingest::{Clock, Workshop},
    policy::{NamePolicy, Packs},
    quality::Rules,
    seal::Keys,
    standards::{region::Regions, workday::Calendar},
    store::{self, Database},
};

/// Connections of a command that does one thing.
pub const FEW: u32 = 4;

/// The catalogue: built in and of this deployment.
pub fn catalog(settings: &Settings) -> Result<Catalog, CliError> {
    Catalog::load(&settings.catalog).map_err(CliError::Catalog)
}

/// The rule packs: built in and of this deployment.
pub fn packs(settings: &Settings, catalog: &Catalog) -> Result<Packs, CliError> {
    Packs::load(&settings.policy, catalog).map_err(CliError::Packs)
}

/// The resource of a code or of a Chinese name.
pub fn resource<'c>(catalog: &'c Catalog, name: &str) -> Result<&'c Arc<Resource>, CliError> {
    catalog.get(name).or_else(|| catalog.by_name(name)).ok_or_else(|| {
        let known: Vec<String> = catalog.iter().map(|it| format!("  {:<28} {}", it.code, it.name)).collect();
        CliError::Refused(format!("没有资源“{name}”，可用的资源：\n{}", known.join("\n")))
    })
}

/// The day: the settings', else today in China.
pub fn day(settings: &Settings) -> chrono::NaiveDate {
    clock(settings).day()
}

/// The clock: on the settings' day the hours still run, since leases lapse by them.
pub fn clock(settings: &Settings) -> Clock {
    settings.today.map_or(Clock::System, Clock::On)
}

/// The calendar.
pub fn calendar(settings: &Settings) -> Result<Calendar, CliError> {
    match &settings.workdays {
        None => Ok(Calendar::embedded()),
        Some(path) => Calendar::parse(&text(path)?).map_err(|err| CliError::Refused(err.to_string())),
    }
}

/// The rules of quality.
pub fn quality_rules(settings: &Settings) -> Result<Rules, CliError> {
    match &settings.quality_rules {
        None => Ok(Rules::embedded()),
        Some(path) => Rules::parse(&text(path)?).map_err(|err| CliError::Refused(err.to_string())),
    }
}

/// A small text file.
pub fn text(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(CliError::file(path))
}

/// The database with its schema up to date, and how many migrations that took.
pub fn database(settings: &Settings, connections: u32) -> Result<(Database, usize), CliError> {
    let database = Database::open(&settings.database, connections)?;
    let n_run = store::migrate(&mut *database.get()?)?;
    Ok((database, n_run))
}

/// All that the stages need.
pub fn open(settings: &Settings, connections: u32) -> Result<Workshop, CliError> {
    let catalog = Arc::new(catalog(settings)?);
    let packs = Arc::new(packs(settings, &catalog)?);
    let (database, _) = database(settings, connections)?;
    let keys = keys(settings)?;
    let shop = Workshop {
        database,
        blobs: Blobs::open(&settings.blobs, keys.clone())?,
        keys,
        catalog,
        regions: Arc::new(Regions::embedded()),
        calendar: Arc::new(calendar(settings)?),
        names: Arc::new(NamePolicy::embedded()),
        shipped: Arc::clone(&packs),
        packs,
        clock: clock(settings),
        chunk_rows: crate::ingest::CHUNK_ROWS,
    };
    Ok(dossier::ruled(&shop)?)
}

fn keys(settings: &Settings) -> Result<Keys, CliError> {
    match &settings.key {
        KeySource::Hex(text) => Ok(Keys::from_hex(text)?),
        KeySource::File(path) => {
            if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
                fs::create_dir_all(folder).map_err(CliError::file(folder))?;
            }
            let is_new = !path.exists();
            let keys = Keys::from_file(path)?;
            if is_new {
                eprintln!("已生成密钥文件 {}，请与数据库一同备份：没有它，加密数据无法恢复", path.display());
            }
            Ok(keys)
        }
    }
}
