//! What departments confirmed of a record, and whether what was decided is performed: what is not goes on after its term.

use chrono::NaiveDate;

use super::{Eye, Ruled};
use crate::record::{ConfirmedClass, Fact};

/// What departments last confirmed of a record, each thing by itself.
#[derive(Clone, Copy)]
pub(super) struct Confirmed<'d> {
    pub class: Option<&'d str>,
    performed: Option<bool>,
    /// Since when they say so without a break, and what they said before.
    since: Option<NaiveDate>,
    before: Option<bool>,
}

/// Whether what was decided is performed, as is known on the day.
#[derive(Clone, Copy)]
pub(super) struct Performance {
    pub performed: bool,
    /// The last day it was not, if it was not before.
    lacked_until: Option<NaiveDate>,
}

impl<'d> Eye<'d> {
    /// The last class and the last performance departments confirmed of the record by the day.
    pub(super) fn confirmed(&mut self, fact: &Fact) -> Confirmed<'d> {
        let mut said: Vec<&'d ConfirmedClass> = Vec::new();
        for it in self.dossier.classes.iter().filter(|it| it.key == fact.key) {
            self.note(it.from);
            if it.from <= self.day {
                said.push(it);
            }
        }
        // Stable: of one day what was said last counts.
        said.sort_by_key(|it| it.from);
        let mut all = Confirmed { class: None, performed: None, since: None, before: None };
        for it in said {
            all.class = it.class.as_deref().or(all.class);
            if it.performed.is_some() && it.performed != all.performed {
                (all.before, all.performed, all.since) = (all.performed, it.performed, Some(it.from));
            }
        }
        all
    }
}

impl Confirmed<'_> {
    /// Where no department says it, the record may; where it does not either, its class does.
    pub(super) fn performance(self, fact: &Fact, ruled: Ruled<'_>) -> Performance {
        let told = |said: Option<bool>| {
            said.or_else(|| ruled.rules.performed(fact)).unwrap_or(!ruled.class.assume_unperformed)
        };
        let performed = told(self.performed);
        let since = self.since.filter(|_| performed && !told(self.before));
        Performance { performed, lacked_until: since.and_then(|it| it.pred_opt()) }
    }
}

impl Performance {
    /// The last day of what goes on after its term until it is performed; `None` while it is not.
    pub(super) fn last(self, term: Option<NaiveDate>) -> Option<NaiveDate> {
        term.filter(|_| self.performed).map(|it| self.lacked_until.map_or(it, |lacked| it.max(lacked)))
    }
}
