//! The closed sets of a designation: its steps, its states, and why an entry ends.

pub use crate::policy::rules::Removal;

named! {
    /// A step of a designation (认定环节). The name stands in every stored step: add, never rename.
    pub enum StepKind {
        /// 提出: by a unit, or as a candidate by a rule.
        Proposed = "proposed",
        /// 交办: by the office, to a unit that may designate.
        Assigned = "assigned",
        /// 认定前公示 (红名单)
        Publicised = "publicised",
        /// 公示期间有异议
        Objected = "objected",
        /// 告知: the reasons, the basis, the measures and the rights, in writing.
        Notified = "notified",
        /// 听取陈述申辩，或者核实异议
        Heard = "heard",
        /// 当事人书面放弃陈述申辩
        Waived = "waived",
        /// 上一级机关同意
        Consented = "consented",
        /// 认定 (列入决定)
        Designated = "designated",
        /// 公布
        Published = "published",
        /// 信用修复: its record was repaired, so that the unit has to remove the entry. Follows from a case of repair.
        Repaired = "repaired",
        /// 修复撤销: the repair was reversed. Follows from the same case.
        Restored = "restored",
        /// 移出
        Removed = "removed",
        /// 不予认定
        Dropped = "dropped",
    }
}

named! {
    /// Where a designation stands (认定状态).
    pub enum State {
        /// 已提出
        Proposed = "proposed",
        /// 公示中
        Publicised = "publicised",
        /// 有异议待核实
        Objected = "objected",
        /// 已告知
        Notified = "notified",
        /// 已听取陈述申辩
        Heard = "heard",
        /// 已放弃陈述申辩
        Waived = "waived",
        /// 已认定
        Designated = "designated",
        /// 已公布
        Published = "published",
        /// 已修复，待移出
        Repaired = "repaired",
        /// 已移出
        Removed = "removed",
        /// 不予认定
        Dropped = "dropped",
    }
}

impl StepKind {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "提出",
            Self::Assigned => "交办",
            Self::Publicised => "认定前公示",
            Self::Objected => "登记异议",
            Self::Notified => "告知",
            Self::Heard => "听取陈述申辩",
            Self::Waived => "放弃陈述申辩",
            Self::Consented => "上级同意",
            Self::Designated => "认定",
            Self::Published => "公布",
            Self::Repaired => "信用修复",
            Self::Restored => "修复撤销",
            Self::Removed => "移出",
            Self::Dropped => "不予认定",
        }
    }

    /// Whether the step is nothing without its document: all that a person takes, from the record of a hearing to the
    /// announcement. A proposal has its records, and what follows from a case of repair the documents of that case.
    #[must_use]
    pub const fn needs_document(self) -> bool {
        match self {
            Self::Notified
            | Self::Publicised
            | Self::Objected
            | Self::Heard
            | Self::Waived
            | Self::Consented
            | Self::Designated
            | Self::Published
            | Self::Removed
            | Self::Dropped => true,
            Self::Proposed | Self::Assigned | Self::Repaired | Self::Restored => false,
        }
    }

    /// Whether the step follows from a case of repair, and nobody takes it by hand.
    #[must_use]
    pub const fn follows(self) -> bool {
        matches!(self, Self::Repaired | Self::Restored)
    }

    /// Whether the unit takes the step in its own case.
    #[must_use]
    pub const fn is_of_the_unit(self) -> bool {
        !self.follows() && !matches!(self, Self::Assigned)
    }

    /// Whether the step changes the list itself, so that a record follows from it.
    #[must_use]
    pub const fn is_on_record(self) -> bool {
        matches!(self, Self::Designated | Self::Removed)
    }
}

impl State {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "已提出",
            Self::Publicised => "公示中",
            Self::Objected => "有异议待核实",
            Self::Notified => "已告知",
            Self::Heard => "已听取陈述申辩",
            Self::Waived => "已放弃陈述申辩",
            Self::Designated => "已认定",
            Self::Published => "已公布",
            Self::Repaired => "已修复，待移出",
            Self::Removed => "已移出",
            Self::Dropped => "不予认定",
        }
    }

    /// Whether it is still undecided: of one subject, list and unit there is one such case at a time.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Proposed | Self::Publicised | Self::Objected | Self::Notified | Self::Heard | Self::Waived => true,
            Self::Designated | Self::Published | Self::Repaired | Self::Removed | Self::Dropped => false,
        }
    }
}
