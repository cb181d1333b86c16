//! The rules in force by what was decided up to a moment: what answers of today and replays of a past day go by.

use std::sync::Arc;

use chrono::NaiveDateTime;

use crate::{
    ingest::Workshop,
    policy::{Pack, Packs},
    store::{
        Conn, StoreError,
        packs::{self, Shelf, StoredPack},
    },
};

/// The packs that were active at a moment of knowledge (UTC), or are now. While no pack was ever decided on, the
/// program's own and the deployment's.
///
/// One look at a counter tells whether what is remembered still holds.
///
/// # Errors
/// [`StoreError`]; a kept pack that this program cannot read is [`StoreError::Spoiled`], never passed over.
pub fn rulebook(conn: &mut Conn, shop: &Workshop, known_at: Option<NaiveDateTime>) -> Result<Arc<Packs>, StoreError> {
    let edition = packs::edition(conn)?;
    if edition == 0 {
        return Ok(Arc::clone(&shop.shipped));
    }
    let remembered = shop.database.remembered_packs();
    let shelf = match remembered.get(edition) {
        Some(shelf) => shelf,
        None => {
            let shelf = Arc::new(read(conn, shop, edition)?);
            remembered.put(&shelf);
            shelf
        }
    };
    let same = |(stored, _): &(StoredPack, Arc<Pack>)| stored.was_active(known_at) == stored.was_active(None);
    if shelf.ever.iter().all(same) {
        return Ok(Arc::clone(&shelf.current));
    }
    Ok(Arc::new(active(&shelf.ever, known_at)))
}

/// The workshop with the rules that are in force now, for work that goes by them.
///
/// # Errors
/// [`StoreError`].
pub fn ruled(shop: &Workshop) -> Result<Workshop, StoreError> {
    shop.database.read(|conn| ruled_by(conn, shop))
}

/// The same over a connection one has.
///
/// # Errors
/// [`StoreError`].
pub fn ruled_by(conn: &mut Conn, shop: &Workshop) -> Result<Workshop, StoreError> {
    Ok(Workshop { packs: rulebook(conn, shop, None)?, ..shop.clone() })
}

fn active(ever: &[(StoredPack, Arc<Pack>)], known_at: Option<NaiveDateTime>) -> Packs {
    let held = ever.iter().filter(|(stored, _)| stored.was_active(known_at));
    let all = ever.iter().map(|(_, pack)| Arc::clone(pack)).collect();
    Packs::of(held.map(|(_, pack)| Arc::clone(pack)).collect()).among(all)
}

fn read(conn: &mut Conn, shop: &Workshop, edition: i64) -> Result<Shelf, StoreError> {
    let mut ever = Vec::new();
    for stored in packs::all(conn)? {
        if stored.activated.is_some() {
            let pack = Arc::new(parsed(shop, &stored)?);
            ever.push((stored, pack));
        }
    }
    Ok(Shelf { edition, current: Arc::new(active(&ever, None)), ever })
}

/// A kept pack, read.
///
/// # Errors
/// [`StoreError::Spoiled`] when it has faults by this program and catalogue, or is not the text that was decided on.
pub fn parsed(shop: &Workshop, stored: &StoredPack) -> Result<Pack, StoreError> {
    let name = format!("{}@{}", stored.id, stored.version);
    // The same text is in the program, most often.
    if let Some(own) = shop.shipped.get(&stored.id, stored.version).filter(|it| it.hash.as_slice() == stored.hash) {
        return Ok(own.as_ref().clone());
    }
    let spoiled = |value: String| StoreError::Spoiled { place: "pack.body", value };
    let pack = Pack::parse(&name, &stored.body, &shop.catalog)
        .map_err(|faults| spoiled(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
    if pack.hash.as_slice() == stored.hash { Ok(pack) } else { Err(spoiled(name)) }
}
