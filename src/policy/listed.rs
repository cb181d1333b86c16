//! Which resources tell of lists: where nobody has delivered them, nothing is known of who is on a list.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::Packs;

impl Packs {
    /// The resources of the entries of lists of these kinds (by their names), by the rules in force on a day.
    #[must_use]
    pub fn resources_of_lists(&self, kinds: &[String], day: NaiveDate) -> BTreeSet<&str> {
        let lists = self.lists(day).flat_map(|(_, rules)| &rules.lists);
        let meant = lists.filter(|it| kinds.iter().any(|kind| kind == it.kind.as_str()));
        meant.flat_map(|it| &it.entry).flat_map(|it| &it.resources).map(String::as_str).collect()
    }
}
