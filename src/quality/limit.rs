//! The limit in working days from the day of a fact to its report (报送时限): 迟报 is what comes after it.

use chrono::NaiveDate;

use crate::standards::workday::{Calendar, Deadline};

/// The last day a fact is reported in time; the day of the fact is day 0.
#[must_use]
pub fn last_day(calendar: &Calendar, working_days: u8, fact: NaiveDate) -> Deadline {
    calendar.add_workdays(fact, u16::from(working_days))
}

/// The earliest day of a fact that is reported in time on the day of a delivery: every later fact is in time too.
#[must_use]
pub fn earliest_fact(calendar: &Calendar, working_days: u8, delivered: NaiveDate) -> NaiveDate {
    let in_time = |fact: NaiveDate| last_day(calendar, working_days, fact).day >= delivered;
    let mut earliest = delivered;
    while let Some(before) = earliest.pred_opt().filter(|it| in_time(*it)) {
        earliest = before;
    }
    earliest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_week_of_the_national_day_gives_more_time() {
        let calendar = Calendar::embedded();
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        assert_eq!(last_day(&calendar, 7, day("2025-09-26")).day, day("2025-10-13"));
        assert_eq!(earliest_fact(&calendar, 7, day("2025-10-13")), day("2025-09-26"));
        assert_eq!(earliest_fact(&calendar, 0, day("2025-10-13")), day("2025-10-13"));
    }

    proptest! {
        #[test]
        fn a_fact_is_in_time_exactly_from_the_earliest_on(offset in 0_u64..3_000, back in 0_u64..40, limit in 0_u8..12) {
            let calendar = Calendar::embedded();
            let delivered = NaiveDate::from_ymd_opt(2018, 3, 1).expect("a day") + chrono::Days::new(offset);
            let fact = delivered - chrono::Days::new(back);
            let in_time = last_day(&calendar, limit, fact).day >= delivered;
            prop_assert_eq!(in_time, fact >= earliest_fact(&calendar, limit, delivered));
        }
    }
}
