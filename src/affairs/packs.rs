//! Rule packs as cases: proposed by one person, simulated, put in force by another, put out of force again.

use chrono::{DateTime, NaiveDateTime};
use serde_json::{Value, json};

use super::AffairError;
use crate::{
    dossier,
    ingest::Workshop,
    ledger::{Event, EventKind, Lane, hex},
    policy::{Pack, PackFault, Packs},
    standing::{Simulation, scorecard_of},
    store::{
        ATTEMPTS, Conn, StoreError, ledger,
        packs::{self, PackState, StoredPack, StoredSimulation},
        standings,
    },
};

/// Who the program's own packs are proposed by.
pub const PROGRAM: &str = "program";

/// A pack's text, read with all its faults.
///
/// # Errors
/// All faults.
pub fn validate(shop: &Workshop, name: &str, text: &str) -> Result<Pack, Vec<PackFault>> {
    Pack::parse(name, text, &shop.catalog)
}

/// Does [`install`] in a transaction of its own, if there is anything to write down.
///
/// # Errors
/// [`AffairError::Store`].
pub fn begin(shop: &Workshop) -> Result<usize, AffairError> {
    let mut attempt = 1;
    while shop.database.read(|conn| is_missing(conn, shop))? {
        match shop.database.write(|conn| install(conn, shop)) {
            // Another process writes the same down in this moment; the next look finds it done.
            Err(AffairError::Store(StoreError::Contended(_))) if attempt < ATTEMPTS => attempt += 1,
            done => return done,
        }
    }
    Ok(0)
}

fn is_missing(conn: &mut Conn, shop: &Workshop) -> Result<bool, StoreError> {
    let known = packs::versions(conn)?;
    Ok(shop
        .shipped
        .iter()
        .any(|it| !known.iter().any(|(id, version)| (id, *version) == (&it.head.id, it.head.version))))
}

/// Writes the program's and the deployment's packs down. The first time they are active since ever, so that every past
/// day can be answered; later a version that is new waits, as any other, for a simulation and a person. Says how many
/// were written; to be called at the start of a service and before any other step here.
///
/// # Errors
/// [`AffairError::Store`].
pub fn install(conn: &mut Conn, shop: &Workshop) -> Result<usize, AffairError> {
    let is_first = packs::edition(conn)? == 0;
    let mut defaults: Vec<&Pack> = Vec::new();
    let known = packs::all(conn)?;
    let mut events = Vec::new();
    for pack in shop.shipped.iter() {
        match known.iter().find(|it| (&it.id, it.version) == (&pack.head.id, pack.head.version)) {
            Some(it) if it.hash == pack.hash => {}
            Some(it) => {
                tracing::warn!(
                    pack = it.id,
                    version = it.version,
                    "a file differs from the pack that was written down"
                );
            }
            None => {
                // A second default scorecard waits for a person who says which it shall be.
                let is_second = is_default(pack) && defaults.iter().any(|it| overlap(it, pack));
                if is_default(pack) && !is_second {
                    defaults.push(pack);
                }
                events.push(written(conn, shop, pack, is_first && !is_proof(pack) && !is_second)?);
            }
        }
    }
    if !events.is_empty() {
        packs::raise_edition(conn)?;
        ledger::append(conn, &events)?;
    }
    Ok(events.len())
}

fn is_default(pack: &Pack) -> bool {
    scorecard_of(pack).is_some_and(|it| it.default)
}

/// Whether there is a day on which both are in force.
fn overlap(one: &Pack, other: &Pack) -> bool {
    let ends = |pack: &Pack| pack.head.until.unwrap_or(chrono::NaiveDate::MAX);
    other.head.from <= ends(one) && one.head.from <= ends(other)
}

fn is_proof(pack: &Pack) -> bool {
    scorecard_of(pack).is_some_and(|it| it.proof_only)
}

/// Writes one of the program's packs down.
fn written(conn: &mut Conn, shop: &Workshop, pack: &Pack, active: bool) -> Result<Event, AffairError> {
    let now = shop.clock.now();
    let mut new = stored(pack, PROGRAM, now);
    if active {
        new.state = PackState::Active;
        new.activated = Some((PROGRAM.to_owned(), DateTime::UNIX_EPOCH.naive_utc()));
    }
    let change = packs::put(conn, &new)?;
    Ok(event(&new, "installed", PROGRAM, now, json!({"active": active})).changing(change))
}

fn stored(pack: &Pack, actor: &str, now: NaiveDateTime) -> StoredPack {
    StoredPack {
        id: pack.head.id.clone(),
        version: pack.head.version,
        kind: pack.head.kind.to_string(),
        title: pack.head.title.clone(),
        hash: pack.hash.to_vec(),
        body: pack.text.clone(),
        state: PackState::Proposed,
        proposed: (actor.to_owned(), now),
        activated: None,
        retiring: None,
        retired: None,
    }
}

fn event(it: &StoredPack, step: &str, actor: &str, at: NaiveDateTime, more: Value) -> Event {
    let mut body = json!({"pack": it.id, "version": it.version, "hash": hex(&it.hash), "step": step});
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    Event::new(Lane::Acts, EventKind::Pack, at, actor).saying(body)
}

/// Proposes a version (提出). One that is only proposed may be proposed again with another text; one that was ever in
/// force may not.
///
/// # Errors
/// [`AffairError::WrongState`] when the version was in force; [`AffairError::Incomplete`] when the program would not
/// read it again.
pub fn propose(conn: &mut Conn, shop: &Workshop, pack: &Pack, actor: &str) -> Result<StoredPack, AffairError> {
    install(conn, shop)?;
    let (id, version) = (&pack.head.id, pack.head.version);
    if i32::try_from(version).is_err() {
        return Err(AffairError::Incomplete("版本号过大".to_owned()));
    }
    if packs::find(conn, id, version)?.is_some_and(|it| it.state != PackState::Proposed) {
        return Err(AffairError::WrongState(format!("{id} 版本 {version} 已启用过，须提高版本号")));
    }
    let new = stored(pack, actor, shop.clock.now());
    let change = packs::put(conn, &new)?;
    ledger::append(conn, &[event(&new, "proposed", actor, new.proposed.1, json!({})).changing(change)])?;
    Ok(new)
}

/// Keeps what a proposed version would change (模拟).
///
/// # Errors
/// [`AffairError::NotFound`]; [`AffairError::WrongState`] when what was simulated is not the text that is kept.
pub fn keep_simulation(
    conn: &mut Conn,
    shop: &Workshop,
    simulation: &Simulation,
    actor: &str,
) -> Result<(), AffairError> {
    let it = found(conn, &simulation.pack.id, simulation.pack.version)?;
    if hex(&it.hash) != simulation.pack.hash {
        return Err(AffairError::WrongState("所模拟的文本与登记的不同，请重新提出".to_owned()));
    }
    let made_at = shop.clock.now();
    let kept = StoredSimulation {
        id: it.id.clone(),
        version: i32::try_from(it.version).unwrap_or(i32::MAX),
        hash: it.hash.clone(),
        day: simulation.day,
        actor: actor.to_owned(),
        made_at,
        result: serde_json::to_string(simulation).expect("numbers and texts are JSON"),
    };
    let change = packs::put_simulation(conn, &kept)?;
    let sums = json!({"day": simulation.day, "subjects": simulation.subjects, "levels": simulation.levels_changed});
    ledger::append(conn, &[event(&it, "simulated", actor, made_at, sums).changing(change)])?;
    Ok(())
}

fn found(conn: &mut Conn, id: &str, version: u32) -> Result<StoredPack, AffairError> {
    packs::find(conn, id, version)?.ok_or(AffairError::NotFound("规则包"))
}

/// Puts a version in force (启用), by another person than the one who proposed it, and only after a simulation of exactly
/// this text, which the person names by its SHA-256: a text that was changed meanwhile is not what was looked at. Every
/// standing is due then.
///
/// # Errors
/// [`AffairError::NotFound`], [`AffairError::SamePerson`], [`AffairError::WrongState`] with what is missing.
pub fn activate(
    conn: &mut Conn,
    shop: &Workshop,
    (id, version): (&str, u32),
    text: &[u8; 32],
    actor: &str,
) -> Result<StoredPack, AffairError> {
    install(conn, shop)?;
    let mut it = found(conn, id, version)?;
    if it.state != PackState::Proposed {
        return Err(AffairError::WrongState(format!("{id} 版本 {version} 不是待启用状态")));
    }
    if it.hash != text {
        let kept = hex(&it.hash);
        return Err(AffairError::WrongState(format!(
            "{id} 版本 {version} 登记的是另一文本（SHA-256 {kept}），请核对后重新模拟"
        )));
    }
    if it.proposed.0 == actor {
        return Err(AffairError::SamePerson("启用须由提出人以外的另一人进行"));
    }
    let Some(simulated) = packs::simulation(conn, &it)? else {
        return Err(AffairError::WrongState("启用前须先对这一文本进行模拟".to_owned()));
    };
    // Whoever can put a file into a folder is not the second person: what nobody proposed takes two to put in force.
    if it.proposed.0 == PROGRAM && simulated.actor == actor {
        return Err(AffairError::SamePerson("随程序或文件夹带入的规则包，启用须由模拟人以外的另一人进行"));
    }
    let new = dossier::parsed(shop, &it)?;
    let current = dossier::rulebook(conn, shop, None)?;
    one_default(&current, &new)?;
    not_outdated(&current, &new)?;
    let now = shop.clock.now();
    it.state = PackState::Active;
    it.activated = Some((actor.to_owned(), now));
    put_and_mark(conn, &it, event(&it, "activated", actor, now, json!({})))?;
    Ok(it)
}

/// There is one default scorecard.
fn one_default(current: &Packs, new: &Pack) -> Result<(), AffairError> {
    if !is_default(new) {
        return Ok(());
    }
    let mut others = current.iter().filter(|it| it.head.id != new.head.id && overlap(it, new));
    match others.find(|it| is_default(it)) {
        None => Ok(()),
        Some(other) => Err(AffairError::WrongState(format!(
            "{} 已是默认评分卡，须先停用，或令新包 default = false",
            other.head.id
        ))),
    }
}

/// Of two versions in force the later decides: an earlier one would be put in force and change nothing.
fn not_outdated(current: &Packs, new: &Pack) -> Result<(), AffairError> {
    let later = |it: &&std::sync::Arc<Pack>| {
        it.head.id == new.head.id && it.head.version > new.head.version && overlap(it, new)
    };
    match current.iter().find(later) {
        None => Ok(()),
        Some(other) => Err(AffairError::WrongState(format!(
            "{} 版本 {} 已启用且期间重叠，以较高版本为准；请提高版本号后重新提出",
            other.head.id, other.head.version
        ))),
    }
}

fn in_force(conn: &mut Conn, shop: &Workshop, (id, version): (&str, u32)) -> Result<StoredPack, AffairError> {
    install(conn, shop)?;
    let it = found(conn, id, version)?;
    if it.state != PackState::Active {
        return Err(AffairError::WrongState(format!("{id} 版本 {version} 没有启用")));
    }
    Ok(it)
}

/// Proposes to put a version out of force (提出停用), or takes that back; until another person confirms it, it stays.
///
/// # Errors
/// [`AffairError::NotFound`], [`AffairError::WrongState`] when it is not in force, was proposed already, or never.
pub fn propose_retiring(
    conn: &mut Conn,
    shop: &Workshop,
    key: (&str, u32),
    actor: &str,
    wanted: bool,
) -> Result<StoredPack, AffairError> {
    let mut it = in_force(conn, shop, key)?;
    let now = shop.clock.now();
    let step = match (wanted, it.retiring.is_some()) {
        (true, false) => "retiring_proposed",
        (false, true) => "retiring_dropped",
        (true, true) => return Err(AffairError::WrongState("已经提出停用，待另一人确认".to_owned())),
        (false, false) => return Err(AffairError::WrongState("没有待确认的停用".to_owned())),
    };
    it.retiring = wanted.then(|| (actor.to_owned(), now));
    let change = packs::put(conn, &it)?;
    ledger::append(conn, &[event(&it, step, actor, now, json!({})).changing(change)])?;
    Ok(it)
}

/// Puts a version out of force (停用), by another person than the one who proposed that; days that were answered by it
/// stay answered by it.
///
/// # Errors
/// [`AffairError::NotFound`]; [`AffairError::WrongState`] when it is not in force, or nobody proposed to retire it;
/// [`AffairError::SamePerson`].
pub fn retire(conn: &mut Conn, shop: &Workshop, key: (&str, u32), actor: &str) -> Result<StoredPack, AffairError> {
    let mut it = in_force(conn, shop, key)?;
    match &it.retiring {
        None => return Err(AffairError::WrongState("停用须先由一人提出，再由另一人确认".to_owned())),
        Some((who, _)) if who == actor => {
            return Err(AffairError::SamePerson("停用须由提出停用者以外的另一人确认"));
        }
        Some(_) => {}
    }
    let now = shop.clock.now();
    it.state = PackState::Retired;
    it.retired = Some((actor.to_owned(), now));
    put_and_mark(conn, &it, event(&it, "retired", actor, now, json!({})))?;
    Ok(it)
}

/// What is in force has changed: nothing that was derived holds any more.
fn put_and_mark(conn: &mut Conn, it: &StoredPack, event: Event) -> Result<(), StoreError> {
    let change = packs::put(conn, it)?;
    packs::raise_edition(conn)?;
    standings::mark_all(conn)?;
    ledger::append(conn, &[event.changing(change)])?;
    Ok(())
}
