//! Tasks of the privacy self-check: a field of a published record that must be corrected or explained.

named! {
    /// Where a correction task stands (更正任务状态).
    pub enum CorrectionState {
        /// 待更正: the field is held back masked.
        Open = "open",
        /// 已更正: the record was delivered again without it, or withdrawn.
        Corrected = "corrected",
        /// 保留公示: the unit or the office has said why it may be published.
        Kept = "kept",
    }
}
