//! Which rules of a scorecard look at which resource, worked out once, so that a record meets its own rules only.

use std::{collections::HashMap, sync::OnceLock};

use super::Scorecard;
use crate::policy::Condition;

/// A rule that looks at records, by its place in the scorecard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// An attribute: the characteristic's place and its own in there.
    Attribute(usize, usize),
    /// A rule that gives a level directly.
    Direct(usize),
    /// A result of others.
    Imported(usize),
    /// A rule that leaves the subject out.
    Exclude(usize),
}

/// The rules by resource, in the order of the scorecard. It follows from the scorecard, so two are always equal.
#[derive(Debug, Default)]
pub struct Index(OnceLock<HashMap<String, Vec<Slot>>>);

impl Clone for Index {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Index {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Index {}

impl Scorecard {
    /// The rules that look at a resource, in the order of the scorecard.
    #[must_use]
    pub fn slots(&self, resource: &str) -> &[Slot] {
        let by_resource = self.index.0.get_or_init(|| index(self));
        by_resource.get(resource).map_or(&[], Vec::as_slice)
    }
}

fn index(card: &Scorecard) -> HashMap<String, Vec<Slot>> {
    let mut found: HashMap<String, Vec<Slot>> = HashMap::new();
    let mut put = |given: &Condition, slot: Slot| {
        for resource in &given.resources {
            found.entry(resource.clone()).or_default().push(slot);
        }
    };
    for (at, it) in card.excludes.iter().enumerate() {
        put(&it.given, Slot::Exclude(at));
    }
    for (at, it) in card.imports.iter().enumerate() {
        put(&it.given, Slot::Imported(at));
    }
    for (at, it) in card.directs.iter().enumerate() {
        put(&it.given, Slot::Direct(at));
    }
    for (at, characteristic) in card.characteristics.iter().enumerate() {
        for (inner, it) in characteristic.attributes.iter().enumerate() {
            put(&it.given, Slot::Attribute(at, inner));
        }
    }
    found
}
