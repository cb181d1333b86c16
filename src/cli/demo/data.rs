//! What the demonstration brings: units with keys, and deliveries of every format, messy ones too.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use chrono::NaiveDate;

use crate::{
    cli::{Out, error::CliError, ingest::print, org, shop},
    dossier,
    ingest::{self, Arrival, Workshop},
    jobs,
    ledger::deeds,
    record::Channel,
    sample::{self, Format, Shares, Spec},
    store::{StoreError, ledger, units},
    web::{Role, issue_key},
};

/// A unit of the demonstration city.
#[derive(Debug)]
pub struct Unit {
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What its key may do.
    pub role: Role,
}

/// The units; the first is the credit office.
const UNITS: [Unit; 6] = [
    Unit { code: "XYB", name: "示例市信用办", role: Role::Office },
    Unit { code: "SJJ", name: "示例市市场监督管理局", role: Role::Unit },
    Unit { code: "YJJ", name: "示例市应急管理局", role: Role::Unit },
    Unit { code: "SWJ", name: "示例市税务局", role: Role::Unit },
    Unit { code: "SLYH", name: "示例银行", role: Role::Bank },
    Unit { code: "ZWZX", name: "示例市政务服务中心", role: Role::Window },
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
const SAMPLES: [Sample; 10] = [
    Sample { rows: SUBJECTS, ..sample("SJJ", "register", "主体登记.xml", Format::Xml) },
    Sample { rows: 500, first: SUBJECTS - 500, ..sample("SJJ", "licence", "行政许可.csv", Format::CsvGb18030) },
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
    // Without the lists a window leaves every decision to a person; those of the courts are passed on.
    Sample { rows: 30, ..sample("XYB", "listing", "名单认定.csv", Format::Csv) },
    Sample { rows: 30, ..sample("XYB", "dishonest_executed", "失信被执行人.csv", Format::Csv) },
];

/// Subjects of the demonstration city. Penalties are of the first two thousand.
const SUBJECTS: u64 = 2400;
const SEED: u64 = 2026;

/// Brings everything into a fresh database: units with their keys, deliveries taken to their end, standings derived.
/// Files are written into `dir`, and what happens is told.
///
/// # Errors
/// [`CliError`].
pub fn fill(shop: &Workshop, dir: &Path, out: Out<'_>) -> Result<Vec<(&'static Unit, String)>, CliError> {
    let keys = people(shop)?;
    let day = shop.clock.day();
    writeln!(out, "演示目录 {}\n\n装入示例数据：", dir.display())?;
    for it in SAMPLES.iter().filter(|it| shop.catalog.get(it.resource).is_some()) {
        deliver(shop, dir, it, day, out)?;
    }
    let done = dossier::rebuild(shop, day, 1, false)?;
    writeln!(out, "已推导 {} 个主体的信用状况", done.subjects)?;
    Ok(keys)
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
