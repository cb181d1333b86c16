//! A world of its own for each test: a fresh SQLite file, or, with `TEST_DATABASE_URL`, a schema of its own in PostgreSQL.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod insurance;
pub mod penalty;

use std::{
    io::Cursor,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use credence::{
    catalog::Catalog,
    collect::Blobs,
    ingest::{self, Arrival, Clock, Workshop},
    policy::{NamePolicy, Packs},
    record::{Channel, Delivery, Tally},
    sample::{self, Format, Shares, Spec},
    seal::Keys,
    standards::{region::Regions, workday::Calendar},
    store::{self, Database, units},
};
use diesel::{Connection, PgConnection, connection::SimpleConnection};

/// A database, a folder and everything the stages work with. Dropped, it leaves nothing behind.
pub struct World {
    pub shop: Workshop,
    pub dir: tempfile::TempDir,
    /// Set by a test that changes rows by hand.
    pub is_tampered: AtomicBool,
    schema: Option<(String, String)>,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The unit that delivers unless a test says otherwise.
pub const UNIT: &str = "SJJ";

impl World {
    /// A world at noon of 2026-03-20, with one unit.
    pub fn new() -> Self {
        Self::with(Catalog::embedded())
    }

    /// The same in the first second of that day: whatever the program itself does on it, by the machine's time of day,
    /// comes later than what a test put there.
    pub fn early() -> Self {
        let mut world = Self::new();
        world.dawn(2026, 3, 20);
        world
    }

    /// The same with another catalogue.
    pub fn with(catalog: Catalog) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (url, schema) = address(dir.path());
        let database = Database::open(&url, 8).unwrap();
        store::migrate(&mut database.get().unwrap()).unwrap();
        let mut shop = Self::shop(database, dir.path());
        shop.catalog = Arc::new(catalog);
        let world = Self { shop, dir, is_tampered: AtomicBool::new(false), schema };
        world.unit(UNIT, "示例市市场监督管理局");
        world
    }

    /// What the stages work with, for this or another process of the test.
    pub fn shop(database: Database, dir: &Path) -> Workshop {
        let keys = Keys::from_secret(&[9; 32]);
        let packs = Arc::new(Packs::embedded(&Catalog::embedded()));
        Workshop {
            database,
            blobs: Blobs::open(&dir.join("blobs"), keys.clone()).unwrap(),
            keys,
            catalog: Arc::new(Catalog::embedded()),
            regions: Arc::new(Regions::embedded()),
            calendar: Arc::new(Calendar::embedded()),
            names: Arc::new(NamePolicy::embedded()),
            shipped: Arc::clone(&packs),
            packs,
            clock: Clock::Fixed(moment(2026, 3, 20)),
            chunk_rows: 50,
        }
    }

    /// The address of the database, for another process or pool.
    pub fn url(&self) -> String {
        self.shop.database.url().to_owned()
    }

    /// Moves the clock.
    pub fn at(&mut self, year: i32, month: u32, day: u32) -> &mut Self {
        self.shop.clock = Clock::Fixed(moment(year, month, day));
        self
    }

    /// Moves the clock to the first second of a day in China.
    pub fn dawn(&mut self, year: i32, month: u32, day: u32) -> &mut Self {
        self.shop.clock = Clock::Fixed(moment(year, month, day) - TimeDelta::hours(12));
        self
    }

    /// Registers a unit.
    pub fn unit(&self, code: &str, name: &str) {
        let unit = units::Unit {
            code: code.to_owned(),
            name: name.to_owned(),
            region: None,
            active: true,
            made_at: moment(2026, 1, 1),
        };
        self.shop.database.write(|conn| units::put(conn, &unit)).unwrap();
    }

    /// Delivers bytes and brings them to their end.
    #[track_caller]
    pub fn deliver(&self, resource: &str, bytes: impl AsRef<[u8]>) -> Delivery {
        self.deliver_as(UNIT, resource, bytes)
    }

    /// Lets a resource be collected: a few records of others are delivered, synthetic ones.
    #[track_caller]
    pub fn collect(&self, resource: &str) {
        let spec = Spec {
            resource: self.shop.catalog.get(resource).unwrap(),
            dialect: 0,
            rows: 3,
            first: 0,
            subjects: 1,
            seed: 1,
            shares: Shares::default(),
            format: Format::Csv,
            day: self.shop.clock.day(),
        };
        let mut bytes = Vec::new();
        sample::write(&spec, &mut bytes).unwrap();
        assert!(self.deliver(resource, bytes).tally.new > 0, "{resource}");
    }

    /// The subject of the record that came last, as an address names it.
    pub fn last_subject(&self) -> String {
        let all = self.shop.database.read(|conn| store::records::by_id_range(conn, 0, i64::MAX)).unwrap();
        format!("@{}", all.last().unwrap().subject)
    }

    /// Delivers bytes of another unit.
    #[track_caller]
    pub fn deliver_as(&self, unit: &str, resource: &str, bytes: impl AsRef<[u8]>) -> Delivery {
        let id = self.arrive(unit, resource, bytes);
        match ingest::work(&self.shop, "test", Some(id), &|_| {}).unwrap() {
            Some(delivery) => delivery,
            None => self.shop.database.read(|conn| store::deliveries::find(conn, id)).unwrap().unwrap(),
        }
    }

    /// Keeps and claims bytes, and leaves them waiting.
    #[track_caller]
    pub fn arrive(&self, unit: &str, resource: &str, bytes: impl AsRef<[u8]>) -> i64 {
        let stored = self.shop.blobs.keep(&mut Cursor::new(bytes.as_ref()), 1 << 30).unwrap();
        let arrival = Arrival {
            unit: unit.to_owned(),
            resource: resource.to_owned(),
            channel: Channel::Cli,
            file_name: "test".to_owned(),
            stored,
        };
        ingest::deliver(&self.shop, &arrival).unwrap().delivery
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some((url, schema)) = &self.schema
            && let Ok(mut conn) = PgConnection::establish(url)
        {
            let _left_for_the_server_to_be_thrown_away = conn.batch_execute(&format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

/// Where the test's database is, and the schema to drop afterwards.
fn address(dir: &Path) -> (String, Option<(String, String)>) {
    let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
        return (dir.join("credence.db").to_str().unwrap().to_owned(), None);
    };
    let schema = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut conn = PgConnection::establish(&server).unwrap();
    conn.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
    let separator = if server.contains('?') { '&' } else { '?' };
    (format!("{server}{separator}options=-csearch_path%3D{schema}"), Some((server, schema)))
}

/// Noon in China.
pub fn moment(year: i32, month: u32, day: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, month, day).unwrap().and_hms_opt(4, 0, 0).unwrap()
}

/// The parts of a tally that are not zero, for short assertions.
pub fn counts(tally: Tally) -> String {
    assert!(tally.adds_up(), "{tally:?}");
    let parts = [
        ("rows", tally.rows),
        ("new", tally.new),
        ("revised", tally.revised),
        ("repeated", tally.repeated),
        ("outdated", tally.outdated),
        ("withdrawn", tally.withdrawn),
        ("conflicting", tally.conflicting),
        ("rejected", tally.rejected),
        ("unlinked", tally.unlinked),
    ];
    parts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{name} {n}")).collect::<Vec<_>>().join(", ")
}
