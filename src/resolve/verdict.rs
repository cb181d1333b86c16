//! What becomes of an entry beside the record that has its key.

use chrono::NaiveDateTime;

use crate::record::{RecordState, Verdict};

/// What a verdict looks at, of the entry and of what is known alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The hash of the content.
    pub content: [u8; 32],
    /// The delivery that brought it.
    pub delivery: i64,
    /// The unit's time stamp.
    pub stamp: Option<NaiveDateTime>,
    /// In force or withdrawn.
    pub state: RecordState,
    /// The unit that delivered it.
    pub unit: String,
    /// Whether a person withdrew it by request; then only a person brings it back.
    pub by_request: bool,
}

/// What becomes of `new` beside `known`, the version in force under its key.
///
/// The unit's own time stamps decide which is later, if both have one. Within one delivery nothing else can: two rows
/// with one key, other content and no order contradict each other. What another unit delivered, or a person withdrew,
/// no row changes: that is a conflict, and a person looks at it.
#[must_use]
pub fn verdict(new: &Standing, known: Option<&Standing>) -> Verdict {
    let Some(known) = known else {
        return if new.state == RecordState::Withdrawn { Verdict::Withdrawn } else { Verdict::New };
    };
    let ends = new.state == RecordState::Withdrawn && known.state == RecordState::InForce;
    let order = new.stamp.zip(known.stamp).map(|(new, known)| new.cmp(&known));
    match order {
        _ if new.content == known.content => Verdict::Repeated,
        _ if new.unit != known.unit || known.by_request => Verdict::Conflicting,
        Some(std::cmp::Ordering::Less) => Verdict::Outdated,
        _ if ends => Verdict::Withdrawn,
        None | Some(std::cmp::Ordering::Equal) if new.delivery == known.delivery => Verdict::Conflicting,
        None | Some(std::cmp::Ordering::Equal | std::cmp::Ordering::Greater) => Verdict::Revised,
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn standing(content: u8, delivery: i64, day: Option<u32>, state: RecordState) -> Standing {
        let stamp = day.map(|it| NaiveDate::from_ymd_opt(2026, 3, it).unwrap().and_hms_opt(0, 0, 0).unwrap());
        Standing { content: [content; 32], delivery, stamp, state, unit: "A".to_owned(), by_request: false }
    }

    #[track_caller]
    fn check(new: Standing, known: Option<Standing>, expected: Verdict) {
        assert_eq!(verdict(&new, known.as_ref()), expected, "{new:?} beside {known:?}");
    }

    #[test]
    fn no_row_changes_what_another_unit_delivered_or_a_person_withdrew() {
        let new = standing(2, 2, None, RecordState::InForce);
        let other = Standing { unit: "B".to_owned(), ..standing(1, 1, None, RecordState::InForce) };
        check(new.clone(), Some(other.clone()), Verdict::Conflicting);
        check(Standing { state: RecordState::Withdrawn, ..new.clone() }, Some(other.clone()), Verdict::Conflicting);
        check(Standing { content: [1; 32], ..new.clone() }, Some(other), Verdict::Repeated);
        let ended = Standing { by_request: true, ..standing(1, 1, None, RecordState::Withdrawn) };
        check(new, Some(ended), Verdict::Conflicting);
    }

    #[test]
    fn a_verdict_follows_from_content_order_and_delivery() {
        use RecordState::{InForce, Withdrawn};
        let v = standing;
        check(v(1, 1, None, InForce), None, Verdict::New);
        check(v(1, 1, None, Withdrawn), None, Verdict::Withdrawn);
        check(v(1, 2, None, InForce), Some(v(1, 1, None, InForce)), Verdict::Repeated);
        check(v(2, 2, None, InForce), Some(v(1, 1, None, InForce)), Verdict::Revised);
        check(v(2, 2, Some(3), InForce), Some(v(1, 1, Some(4), InForce)), Verdict::Outdated);
        check(v(2, 2, Some(5), InForce), Some(v(1, 1, Some(4), InForce)), Verdict::Revised);
        check(v(2, 1, None, InForce), Some(v(1, 1, None, InForce)), Verdict::Conflicting);
        check(v(2, 1, Some(4), InForce), Some(v(1, 1, Some(4), InForce)), Verdict::Conflicting);
        check(v(2, 1, Some(5), InForce), Some(v(1, 1, Some(4), InForce)), Verdict::Revised);
        check(v(2, 1, None, Withdrawn), Some(v(1, 1, None, InForce)), Verdict::Withdrawn);
        check(v(2, 2, Some(3), Withdrawn), Some(v(1, 1, Some(4), InForce)), Verdict::Outdated);
        check(v(2, 2, None, InForce), Some(v(1, 1, None, Withdrawn)), Verdict::Revised);
        check(v(1, 2, None, Withdrawn), Some(v(1, 1, None, Withdrawn)), Verdict::Repeated);
    }
}
