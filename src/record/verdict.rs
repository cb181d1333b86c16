//! What becomes of a draft beside what is known, and the count of a delivery's rows.

named! {
    /// What a draft is beside the records that are known (判定).
    pub enum Verdict {
        /// 新增: no record has its key.
        New = "new",
        /// 更新: a record has its key and other content; the former version is kept.
        Revised = "revised",
        /// 重复: the same content is known already.
        Repeated = "repeated",
        /// 旧版: a version older than the one known; kept as a former version, the known one stays in force.
        Outdated = "outdated",
        /// 冲突: another row of the same delivery has its key and other content, and nothing tells which is later.
        Conflicting = "conflicting",
        /// 撤销: the row ends a known record, or arrives already ended.
        Withdrawn = "withdrawn",
    }
}

/// Every row of a delivery, counted once (归集计数). The parts add up to `rows`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// 上报: rows delivered.
    pub rows: u64,
    /// 入库: new records.
    pub new: u64,
    /// 更新: revised records.
    pub revised: u64,
    /// 重复: rows known already.
    pub repeated: u64,
    /// 旧版: rows older than what is known.
    pub outdated: u64,
    /// 撤销: rows that ended a record.
    pub withdrawn: u64,
    /// 冲突: rows held because another row of the delivery contradicts them.
    pub conflicting: u64,
    /// 疑问: rows with faults.
    pub rejected: u64,
    /// 未关联: rows whose subject a person has to decide.
    pub unlinked: u64,
}

impl Tally {
    /// Whether each row is counted exactly once.
    #[must_use]
    pub const fn adds_up(&self) -> bool {
        self.rows
            == self.new
                + self.revised
                + self.repeated
                + self.outdated
                + self.withdrawn
                + self.conflicting
                + self.rejected
                + self.unlinked
    }

    /// Counts a row that was given a verdict.
    pub const fn count(&mut self, verdict: Verdict) {
        self.rows += 1;
        match verdict {
            Verdict::New => self.new += 1,
            Verdict::Revised => self.revised += 1,
            Verdict::Repeated => self.repeated += 1,
            Verdict::Outdated => self.outdated += 1,
            Verdict::Conflicting => self.conflicting += 1,
            Verdict::Withdrawn => self.withdrawn += 1,
        }
    }

    /// Counts a row that was rejected for its faults.
    pub const fn reject(&mut self) {
        self.rows += 1;
        self.rejected += 1;
    }

    /// Counts a row that is held because its subject is not certain.
    pub const fn hold(&mut self) {
        self.rows += 1;
        self.unlinked += 1;
    }

    /// Adds the counts of another part of the delivery.
    pub const fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.new += other.new;
        self.revised += other.revised;
        self.repeated += other.repeated;
        self.outdated += other.outdated;
        self.withdrawn += other.withdrawn;
        self.conflicting += other.conflicting;
        self.rejected += other.rejected;
        self.unlinked += other.unlinked;
    }

    /// Whether every row was taken: none has a fault, a conflict or an uncertain subject.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.rejected == 0 && self.conflicting == 0 && self.unlinked == 0
    }
}
