//! The figures of a unit and a resource in a month: exact counts, and shares that stay fractions until they are shown.

use std::{cmp::Ordering, fmt};

use crate::record::Tally;

named! {
    /// A figure whose rows can be had (可追溯的指标).
    pub enum Figure {
        /// 上报: the deliveries and their rows.
        Delivered = "delivered",
        /// 未入库: rows with faults, conflicts or an uncertain subject.
        Doubtful = "doubtful",
        /// 计时: new records whose resource has a limit in working days.
        Timed = "timed",
        /// 迟报: those of them that came after the limit.
        Late = "late",
        /// 应报期次: the periods that were owed, and what became of them.
        Owed = "owed",
    }
}

/// What a unit did with a resource in a month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Activity {
    /// The unit.
    pub unit: String,
    /// The resource.
    pub resource: String,
    /// Deliveries received.
    pub deliveries: u64,
    /// Those of them that were refused as a whole.
    pub refused: u64,
    /// What became of the rows.
    pub tally: Tally,
    /// New records that have a limit in working days and a day of the fact.
    pub timed: u64,
    /// Those of them that came after the limit.
    pub late: u64,
}

/// A part of a whole, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// The part.
    pub part: u64,
    /// The whole.
    pub whole: u64,
}

impl Share {
    /// In hundredths of a percent, rounded half up; `None` of nothing.
    #[must_use]
    pub fn basis_points(self) -> Option<u64> {
        let (part, whole) = (u128::from(self.part), u128::from(self.whole));
        let points = (part * 20_000 + whole).checked_div(whole * 2)?;
        Some(u64::try_from(points).unwrap_or(u64::MAX))
    }

    /// Compares as fractions, without rounding; a share of nothing counts as the whole: nobody failed.
    #[must_use]
    pub fn compare(self, other: Self) -> Ordering {
        let (one, two) = (self.or_whole(), other.or_whole());
        (u128::from(one.part) * u128::from(two.whole)).cmp(&(u128::from(two.part) * u128::from(one.whole)))
    }

    const fn or_whole(self) -> Self {
        if self.whole == 0 { Self { part: 1, whole: 1 } } else { self }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.basis_points() {
            Some(points) => out.pad(&format!("{}.{:02}%", points / 100, points % 100)),
            None => out.pad("—"),
        }
    }
}

/// The figures of a unit and resource, or the sum of several, in a month (质量指标).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Deliveries received.
    pub deliveries: u64,
    /// Those of them that were refused as a whole.
    pub refused: u64,
    /// What became of the rows.
    pub tally: Tally,
    /// New records that have a limit in working days.
    pub timed: u64,
    /// 迟报: those of them that came after it.
    pub late: u64,
    /// 疑问: doubtful rows still open today, whenever they came.
    pub open_doubts: u64,
    /// 零报告: periods ending in the month for which nothing to report was stated.
    pub zero_reports: u64,
    /// 应报: periods ending in the month.
    pub owed: u64,
    /// 漏报: those of them past their due day without delivery or zero report.
    pub missed: u64,
}

impl Figures {
    /// 报送: rows delivered.
    #[must_use]
    pub const fn delivered(&self) -> u64 {
        self.tally.rows
    }

    /// 入库: rows whose content the base holds now or holds as a former version: new, revised, repeated, outdated, withdrawn.
    #[must_use]
    pub const fn stored(&self) -> u64 {
        let it = &self.tally;
        it.new + it.revised + it.repeated + it.outdated + it.withdrawn
    }

    /// 合规率: rows without faults and conflicts, of those delivered.
    #[must_use]
    pub const fn compliance(&self) -> Share {
        let it = &self.tally;
        Share { part: it.rows - it.rejected - it.conflicting, whole: it.rows }
    }

    /// 入库率: rows taken into the base, of those delivered; rows that wait for their subject are not yet.
    #[must_use]
    pub const fn intake(&self) -> Share {
        Share { part: self.stored(), whole: self.tally.rows }
    }

    /// 迟报率: late of those that have a limit.
    #[must_use]
    pub const fn lateness(&self) -> Share {
        Share { part: self.late, whole: self.timed }
    }

    /// 及时率: the rest of 迟报率.
    #[must_use]
    pub const fn timeliness(&self) -> Share {
        Share { part: self.timed - self.late, whole: self.timed }
    }

    /// Adds another unit's or resource's.
    pub const fn add(&mut self, other: &Self) {
        self.deliveries += other.deliveries;
        self.refused += other.refused;
        self.tally.add(&other.tally);
        self.timed += other.timed;
        self.late += other.late;
        self.open_doubts += other.open_doubts;
        self.zero_reports += other.zero_reports;
        self.owed += other.owed;
        self.missed += other.missed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_only_when_it_is_shown() {
        for (part, whole, text) in
            [(0, 3, "0.00%"), (1, 3, "33.33%"), (2, 3, "66.67%"), (9_999_999, 10_000_000, "100.00%"), (1, 0, "—")]
        {
            assert_eq!(Share { part, whole }.to_string(), text);
        }
        let (nearly, all) = (Share { part: 9_999_999, whole: 10_000_000 }, Share { part: 5, whole: 5 });
        assert_eq!(nearly.compare(all), Ordering::Less);
        assert_eq!(Share::default().compare(all), Ordering::Equal);
        assert_eq!(Share { part: u64::MAX, whole: u64::MAX }.basis_points(), Some(10_000));
    }

    #[test]
    fn rows_waiting_for_their_subject_comply_and_are_not_yet_in() {
        let tally =
            Tally { rows: 10, new: 5, repeated: 1, rejected: 2, conflicting: 1, unlinked: 1, ..Tally::default() };
        let figures = Figures { tally, timed: 5, late: 1, ..Figures::default() };
        assert_eq!(figures.compliance(), Share { part: 7, whole: 10 });
        assert_eq!(figures.intake(), Share { part: 6, whole: 10 });
        assert_eq!(figures.lateness().to_string(), "20.00%");
        assert_eq!(figures.timeliness().to_string(), "80.00%");
    }
}
