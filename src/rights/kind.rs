//! The closed sets of a case: its kinds, steps, states, grounds, ways in, and whose turn a step is.

named! {
    /// What is asked for (事项类别).
    pub enum CaseKind {
        /// 信用修复
        Repair = "repair",
        /// 异议
        Objection = "objection",
        /// 破产重整期间的暂时屏蔽
        Shield = "shield",
    }
}

named! {
    /// A step of a case (办理环节). The name stands in every stored step: add, never rename.
    pub enum StepKind {
        /// 提出申请
        Filed = "filed",
        /// 一次性告知补正; once
        CorrectionAsked = "correction_asked",
        /// 补正: the papers that were asked for have been handed in.
        Corrected = "corrected",
        /// 受理 (修复)
        Accepted = "accepted",
        /// 不予受理
        Refused = "refused",
        /// 延长办理期限; once
        Extended = "extended",
        /// 准予修复
        Granted = "granted",
        /// 不予修复
        Denied = "denied",
        /// 撤销: the papers were false, the commitment was broken, or bankruptcy was abused.
        Reversed = "reversed",
        /// 转认定机关核查 (异议)
        Forwarded = "forwarded",
        /// 认定机关答复：更正; it delivers the record again.
        Corrects = "corrects",
        /// 认定机关答复：撤销该记录
        Withdraws = "withdraws",
        /// 认定机关答复：维持原记录
        Keeps = "keeps",
        /// 更正完成: the correcting version has arrived.
        Closed = "closed",
        /// 申请复核; once
        Review = "review",
        /// 暂时屏蔽 on the court's ruling that approves the plan
        Shielded = "shielded",
        /// 重整计划执行完毕
        Completed = "completed",
        /// 重整计划未能执行: the shield is lifted.
        Failed = "failed",
        /// 申请人撤回申请
        Retracted = "retracted",
    }
}

named! {
    /// Where a case stands (办理状态).
    pub enum CaseState {
        /// 待受理
        Filed = "filed",
        /// 待补正: the applicant's turn; the clock of the case stands still.
        AwaitingPapers = "awaiting_papers",
        /// 已受理
        Accepted = "accepted",
        /// 核查中: the source unit's turn.
        Forwarded = "forwarded",
        /// 待更正: the source unit corrects; the record is not yet delivered again.
        Correcting = "correcting",
        /// 复核中
        Reviewing = "reviewing",
        /// 屏蔽中
        Shielded = "shielded",
        /// 不予受理
        Refused = "refused",
        /// 已修复
        Granted = "granted",
        /// 不予修复
        Denied = "denied",
        /// 原决定已撤销
        Reversed = "reversed",
        /// 已更正
        Corrected = "corrected",
        /// 记录已撤销
        Withdrawn = "withdrawn",
        /// 维持原记录
        Kept = "kept",
        /// 重整完成
        Completed = "completed",
        /// 屏蔽已解除
        Failed = "failed",
        /// 已撤回
        Retracted = "retracted",
    }
}

impl CaseState {
    /// Whether somebody still has to act.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Filed
                | Self::AwaitingPapers
                | Self::Accepted
                | Self::Forwarded
                | Self::Correcting
                | Self::Reviewing
                | Self::Shielded
        )
    }
}

named! {
    /// Whose turn a step is (环节主体).
    pub enum Party {
        /// 申请人
        Applicant = "applicant",
        /// 信用办
        Office = "office",
        /// 认定机关: the unit that delivered the record (谁认定、谁修复).
        Unit = "unit",
    }
}

impl StepKind {
    /// Who takes the step in a case of a kind. The office may do for an applicant what the applicant may.
    #[must_use]
    pub const fn party(self, kind: CaseKind) -> Party {
        match (self, kind) {
            (Self::Filed | Self::Corrected | Self::Review | Self::Retracted, _) => Party::Applicant,
            (Self::Granted | Self::Denied | Self::Corrects | Self::Withdraws | Self::Keeps | Self::Closed, _)
            | (Self::Extended | Self::Reversed, CaseKind::Repair | CaseKind::Objection) => Party::Unit,
            (
                Self::Accepted
                | Self::CorrectionAsked
                | Self::Refused
                | Self::Forwarded
                | Self::Shielded
                | Self::Completed
                | Self::Failed
                | Self::Extended
                | Self::Reversed,
                _,
            ) => Party::Office,
        }
    }

    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Filed => "提出申请",
            Self::CorrectionAsked => "要求补正",
            Self::Corrected => "补正",
            Self::Accepted => "受理",
            Self::Refused => "不予受理",
            Self::Extended => "延长办理期限",
            Self::Granted => "准予修复",
            Self::Denied => "不予修复",
            Self::Reversed => "撤销原决定",
            Self::Forwarded => "转认定机关核查",
            Self::Corrects => "答复更正",
            Self::Withdraws => "答复撤销记录",
            Self::Keeps => "答复维持",
            Self::Closed => "更正完成",
            Self::Review => "申请复核",
            Self::Shielded => "暂时屏蔽",
            Self::Completed => "重整完成",
            Self::Failed => "解除屏蔽",
            Self::Retracted => "撤回申请",
        }
    }
}

impl CaseKind {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Repair => "信用修复",
            Self::Objection => "异议",
            Self::Shield => "重整屏蔽",
        }
    }
}

impl CaseState {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Filed => "待受理",
            Self::AwaitingPapers => "待补正",
            Self::Accepted => "已受理",
            Self::Forwarded => "核查中",
            Self::Correcting => "待更正",
            Self::Reviewing => "复核中",
            Self::Shielded => "屏蔽中",
            Self::Refused => "不予受理",
            Self::Granted => "已修复",
            Self::Denied => "不予修复",
            Self::Reversed => "原决定已撤销",
            Self::Corrected => "已更正",
            Self::Withdrawn => "记录已撤销",
            Self::Kept => "维持原记录",
            Self::Completed => "重整完成",
            Self::Failed => "屏蔽已解除",
            Self::Retracted => "已撤回",
        }
    }
}
