//! The people and firms of the sample city. Subject number k of a seed is the same in every resource.

use chrono::{Days, NaiveDate};

use crate::catalog::SubjectKind;

use super::code;
use super::random::{Random, mix};
use super::words::{CITY, DISTRICTS, FAMILIES, FIRST, FORMS, GIVEN, SECOND, SHOPS, TRADES};

/// Every so many subjects one is a natural person; the others have a credit code.
const PERSON_EVERY: u64 = 20;
/// Among those with a code every so many one is an individual business.
const SHOP_EVERY: u64 = 5;
/// Organisation codes have six free characters of 31.
const SERIALS: u64 = 31_u64.pow(6);
/// Prime, and far from a divisor of any table's length: walking by it visits every name before one comes again.
const STRIDE: u64 = 1_000_003;

/// A subject with all that identifies it.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) kind: SubjectKind,
    pub(super) name: String,
    /// 统一社会信用代码; not of a person.
    pub(super) credit_code: [u8; 18],
    pub(super) registration_number: [u8; 15],
    /// Of the person, or of the firm's representative.
    pub(super) citizen_id: [u8; 18],
    /// The legal representative or operator; of a person its own name.
    pub(super) representative: String,
    pub(super) region: &'static str,
    pub(super) district: &'static str,
    pub(super) industry: &'static str,
    /// 成立日期
    pub(super) founded: NaiveDate,
    /// A number no other subject of the seed has.
    pub(super) serial: u64,
}

impl Subject {
    /// Subject number `index` of a seed.
    pub(super) fn of(seed: u64, index: u64) -> Self {
        let mut random = Random::of(seed ^ 0x5355_424A, index);
        let kind = kind(index);
        let (region, district) = random.pick(DISTRICTS);
        let serial = (index * STRIDE + mix(seed) % SERIALS) % SERIALS;
        let authority = if kind == SubjectKind::IndividualBusiness { *b"92" } else { *b"91" };
        let birth = day(1950, 1, 1) + Days::new(random.below(50 * 365));
        let representative = format!("{}{}", random.pick(FAMILIES), random.pick(GIVEN));
        let (name, industry) = name(kind, index, district, &representative);
        Self {
            kind,
            name,
            credit_code: code::credit_code(authority, region, code::organisation_code(serial)),
            registration_number: code::registration_number(region, index),
            citizen_id: code::citizen_id(CITY, birth, index),
            representative,
            region,
            district,
            industry,
            founded: day(2000, 1, 1) + Days::new(random.below(20 * 365)),
            serial,
        }
    }

    /// The number of the `n`th subject that has a credit code: those the register holds.
    pub(super) const fn nth_registered(n: u64) -> u64 {
        n + n / (PERSON_EVERY - 1)
    }

    pub(super) fn is_person(&self) -> bool {
        self.kind == SubjectKind::Person
    }

    /// 组织机构代码: characters 9 to 17 of the credit code.
    pub(super) fn organisation_code(&self) -> &str {
        code::text(&self.credit_code[8..17])
    }
}

fn kind(index: u64) -> SubjectKind {
    match index % PERSON_EVERY {
        last if last == PERSON_EVERY - 1 => SubjectKind::Person,
        other if other % SHOP_EVERY == SHOP_EVERY - 1 => SubjectKind::IndividualBusiness,
        _ => SubjectKind::Organisation,
    }
}

/// A name no other subject of the kind has, until the tables are exhausted; then a number tells them apart.
fn name(kind: SubjectKind, index: u64, district: &str, person: &str) -> (String, &'static str) {
    let names = (FIRST.len() * SECOND.len() * TRADES.len()) as u64;
    let mut rest = (index * STRIDE) % names;
    let mut take = |length: usize| {
        let place = usize::try_from(rest % length as u64).expect("below the length");
        rest /= length as u64;
        place
    };
    let (first, second, (trade, industry)) =
        (FIRST[take(FIRST.len())], SECOND[take(SECOND.len())], TRADES[take(TRADES.len())]);
    let again = match index / names {
        0 => String::new(),
        times => format!("第{times}"),
    };
    let place = usize::try_from(index % 997).expect("below 997");
    let name = match kind {
        SubjectKind::Organisation => {
            format!("示例市{first}{second}{again}{trade}{}", FORMS[place % FORMS.len()])
        }
        SubjectKind::IndividualBusiness => {
            format!("{district}示例{first}{second}{again}{}", SHOPS[place % SHOPS.len()])
        }
        SubjectKind::Person => person.to_owned(),
    };
    (name, industry)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_subjects_share_a_code_or_a_firms_name() {
        let subjects: Vec<Subject> = (0..20_000).map(|index| Subject::of(7, index)).collect();
        let codes: HashSet<[u8; 18]> = subjects.iter().map(|subject| subject.credit_code).collect();
        assert_eq!(codes.len(), subjects.len());
        let firms: Vec<&Subject> = subjects.iter().filter(|it| it.kind == SubjectKind::Organisation).collect();
        let names: HashSet<&str> = firms.iter().map(|subject| subject.name.as_str()).collect();
        assert_eq!(names.len(), firms.len());
    }

    #[test]
    fn the_register_skips_persons() {
        let registered: Vec<u64> = (0..1000).map(Subject::nth_registered).collect();
        assert!(registered.windows(2).all(|pair| pair[0] < pair[1]), "each once, in order");
        assert!(registered.iter().all(|index| kind(*index) != SubjectKind::Person));
    }
}
