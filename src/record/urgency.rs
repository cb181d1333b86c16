//! How urgent something is: reports that are owed, cases, promises and tasks are warned of in the same colours.

named! {
    /// How urgent a duty is (预警级别). The variants rise.
    pub enum Urgency {
        /// 蓝色: due soon.
        Blue = "blue",
        /// 黄色: due now or next.
        Yellow = "yellow",
        /// 红色: overdue.
        Red = "red",
    }
}

impl Urgency {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blue => "蓝色",
            Self::Yellow => "黄色",
            Self::Red => "红色",
        }
    }
}
