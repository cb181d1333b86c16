//! Whose matter a candidate is: a unit that may designate for its list, or the office's to assign.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::{
    policy::{Packs, rules::CandidateRule},
    record::Fact,
    standards::agency::{self, Aliases},
};

/// The units that may designate (可以认定的单位), by list.
#[derive(Debug, Clone, Default)]
pub struct Takers(HashMap<String, Vec<Taker>>);

#[derive(Debug, Clone)]
struct Taker {
    code: String,
    /// The comparison key of its name.
    key: String,
}

impl Takers {
    /// Of these active units, each a code and a name, those that may designate by the rules of a day.
    #[must_use]
    pub fn among(units: &[(String, String)], packs: &Packs, day: NaiveDate) -> Self {
        let lists = packs.lists(day).flat_map(|(_, rules)| &rules.lists);
        let of_list = |list: &crate::policy::rules::ListRule| {
            let may = units.iter().filter(|(_, name)| list.names_designator(name));
            may.map(|(code, name)| Taker { code: code.clone(), key: key(name) }).collect()
        };
        Self(lists.map(|it| (it.code.clone(), of_list(it))).collect())
    }

    /// The unit that takes up what these records led to, the latest first: it decided them, or delivered them, or is the
    /// only one that may. Several that have nothing to do with the records are for a person to choose from.
    #[must_use]
    pub fn of(&self, rule: &CandidateRule, records: &[&Fact]) -> Option<&str> {
        let may = self.0.get(&rule.list)?;
        let decided = |fact: &&Fact| {
            let body = key(fact.fields.text(rule.body.as_deref()?)?);
            may.iter().find(|it| it.key == body)
        };
        let delivered = |fact: &&Fact| may.iter().find(|it| it.code == fact.unit);
        let only = || may.first().filter(|_| may.len() == 1);
        let found = records.iter().find_map(decided).or_else(|| records.iter().find_map(delivered)).or_else(only)?;
        Some(&found.code)
    }
}

fn key(name: &str) -> String {
    agency::key(&Aliases::shipped().canonical(name))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;
    use serde_json::json;

    use super::*;
    use crate::{
        catalog::Catalog,
        record::{RecordState, Version},
    };

    fn penalty(unit: &str, body: &str) -> Fact {
        let version = Version {
            id: 1,
            subject: 1,
            key: [1; 16],
            resource: "penalty".to_owned(),
            unit: unit.to_owned(),
            delivery: 1,
            row: 1,
            revision: 1,
            state: RecordState::InForce,
            exposure: "public".to_owned(),
            fact_on: None,
            valid_from: None,
            valid_until: None,
            ended_on: None,
            stamp: None,
            known_from: NaiveDateTime::default(),
            known_until: None,
            payload: json!({"CF_CFJG": body}).to_string(),
            note: None,
        };
        Fact::of(version).unwrap()
    }

    #[test]
    fn a_candidate_is_the_matter_of_a_unit_that_may_designate_and_of_no_other() {
        let packs = Packs::embedded(&Catalog::embedded());
        let day = NaiveDate::from_ymd_opt(2026, 3, 20).unwrap();
        let rules = packs.lists(day).flat_map(|it| &it.1.candidates).collect::<Vec<_>>();
        let rule = rules.into_iter().find(|it| it.code == "heavier_penalty").unwrap();
        let takes = |units: &[(&str, &str)], records: &[&Fact]| {
            let units: Vec<(String, String)> =
                units.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect();
            Takers::among(&units, &packs, day).of(rule, records).map(str::to_owned)
        };
        let (city, east) = (("SJJ", "示例市市场监督管理局"), ("DJJ", "示例市东城区市监局"));
        let safety = ("YJJ", "示例市应急管理局");
        let by_city = penalty("YJJ", "示例市市监局");
        let by_east = penalty("YJJ", "示例市东城区市场监督管理局");
        let by_stranger = penalty("YJJ", "某县市场监督管理局");
        assert_eq!(takes(&[east, city, safety], &[&by_city]).as_deref(), Some("SJJ"), "who decided, by an alias");
        assert_eq!(takes(&[east, city, safety], &[&by_east]).as_deref(), Some("DJJ"));
        assert_eq!(takes(&[east, city, safety], &[&penalty("DJJ", "")]).as_deref(), Some("DJJ"), "who delivered");
        assert_eq!(takes(&[city, safety], &[&by_stranger]).as_deref(), Some("SJJ"), "the only one that may");
        assert_eq!(takes(&[east, city, safety], &[&by_stranger]), None, "one of two is for a person to choose");
        assert_eq!(takes(&[safety], &[&by_city]), None, "who delivers and may not designate takes nothing up");
    }
}
