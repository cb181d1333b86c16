//! What a verification finds (核验发现): each names its place, so that a person knows where to look.

use serde::Serialize;

use super::Table;

/// A version of a record, as far as its row can still be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The id of the version.
    pub id: i64,
    /// The subject.
    pub subject: i64,
    /// The resource.
    pub resource: String,
}

impl std::fmt::Display for Named {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "记录版本 {}（主体 {}，资源 {}）", self.id, self.subject, self.resource)
    }
}

/// A contradiction between the ledger and itself, or between the ledger and the records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// An entry's hash is not that of what it says.
    #[error("账本 {chain} 第 {seq} 条的内容被改动")]
    EntryAltered {
        /// The chain.
        chain: String,
        /// The place.
        seq: i64,
    },
    /// An entry does not follow from the one before it.
    #[error("账本 {chain} 第 {seq} 条与前一条不衔接：前一条被替换，或其间有条目被插入")]
    EntryUnlinked {
        /// The chain.
        chain: String,
        /// The place.
        seq: i64,
    },
    /// Entries are gone from the middle or the beginning.
    #[error("账本 {chain} 缺第 {first} 至 {last} 条")]
    EntriesMissing {
        /// The chain.
        chain: String,
        /// The first that is missing.
        first: i64,
        /// The last.
        last: i64,
    },
    /// The head does not stand on the last entry.
    #[error("账本 {chain} 的链头（第 {head} 条）与最后一条（第 {last} 条）不符：链尾被截断或伪造，或链头被改动")]
    HeadWrong {
        /// The chain.
        chain: String,
        /// Where the head stands.
        head: i64,
        /// Where the entries end.
        last: i64,
    },
    /// A chain without a head, or a head that is gone.
    #[error("账本 {chain} 没有链头")]
    HeadMissing {
        /// The chain.
        chain: String,
    },
    /// What an entry says of the versions it wrote does not fit its leaves.
    #[error("账本 {chain} 第 {seq} 条的版本叶与其摘要不符")]
    LeavesAltered {
        /// The chain.
        chain: String,
        /// The place.
        seq: i64,
    },
    /// An entry was altered so far that nothing can be said of the versions it told of.
    #[error("版本编号 {first} 至 {last} 无法核验：所依据的账本条目已被改动")]
    VersionsUnproven {
        /// The first id.
        first: i64,
        /// The last.
        last: i64,
    },
    /// A root's hash is not that of what it says, or its spans are not those it was made with.
    #[error("第 {no} 号存证根被改动")]
    RootAltered {
        /// The root.
        no: i64,
    },
    /// A root does not follow from the one before it.
    #[error("第 {no} 号存证根与前一个根不衔接：有根被删除、插入或替换")]
    RootUnlinked {
        /// The root.
        no: i64,
    },
    /// The ledger is not the one the root was made over.
    #[error("第 {no} 号存证根见证的账本 {chain} 第 {first} 至 {last} 条与现存条目不符：被截断、删除或替换")]
    RootContradicted {
        /// The root.
        no: i64,
        /// The chain.
        chain: String,
        /// The first entry it covers there.
        first: i64,
        /// The last.
        last: i64,
    },
    /// The hashes of the entries a root covers do not make up its tree.
    #[error("第 {no} 号存证根与其见证的条目不符：有条目被替换")]
    RootMismatched {
        /// The root.
        no: i64,
    },
    /// The head says roots cover more or less of the chain than they do.
    #[error("账本 {chain} 链头所记的存证范围（至第 {said} 条）与存证根（至第 {covered} 条）不符")]
    CoverWrong {
        /// The chain.
        chain: String,
        /// What the head says.
        said: i64,
        /// What the roots cover.
        covered: i64,
    },
    /// A published root is not among ours.
    #[error("已公布的存证根 {hash} 不在库中：账本被整体改写，或不是本系统的根")]
    RootUnknown {
        /// The hash, hexadecimal.
        hash: String,
    },
    /// A version says something else than when it was written.
    #[error("{version}被改动：与账本 {chain} 第 {seq} 条不符")]
    RecordAltered {
        /// The version.
        version: Named,
        /// The chain of the entry.
        chain: String,
        /// Its place.
        seq: i64,
    },
    /// A version's fields say something else than when it was written.
    #[error("{version}的数据项被改动：与账本 {chain} 第 {seq} 条所证的内容摘要不符")]
    PayloadAltered {
        /// The version.
        version: Named,
        /// The chain of the entry.
        chain: String,
        /// Its place.
        seq: i64,
    },
    /// A version is gone.
    #[error("记录版本 {id} 缺失：账本 {chain} 第 {seq} 条证明曾写入")]
    RecordMissing {
        /// The id of the version.
        id: i64,
        /// The chain of the entry.
        chain: String,
        /// Its place.
        seq: i64,
    },
    /// No entry tells of a version.
    #[error("{version}没有对应的账本条目：被直接插入数据库")]
    RecordInserted {
        /// The version.
        version: Named,
    },
    /// A version stands twice.
    #[error("{version}重复出现")]
    RecordDoubled {
        /// The version.
        version: Named,
    },
    /// A version is known although it was replaced, or former although nothing replaced it.
    #[error("{version}的现行或历史状态与账本不符")]
    RecordMisplaced {
        /// The version.
        version: Named,
    },
    /// The moment until which a version was known is another.
    #[error("{version}的失效时间被改动：与账本不符")]
    UntilAltered {
        /// The version.
        version: Named,
    },
    /// A version's row cannot even be read.
    #[error("记录版本 {id} 的数据库行已损坏，无法读取")]
    RecordUnreadable {
        /// The id of the version.
        id: i64,
    },
    /// A used block of ids without an entry.
    #[error("版本编号段 {first} 起（批次 {delivery}）没有账本条目")]
    BlockWithoutEntry {
        /// The first id.
        first: i64,
        /// The delivery.
        delivery: i64,
    },
    /// An entry without the block of ids it used.
    #[error("账本 {chain} 第 {seq} 条所用的版本编号段 {first} 不存在或不属于该批次")]
    EntryWithoutBlock {
        /// The first id.
        first: i64,
        /// The chain.
        chain: String,
        /// The place.
        seq: i64,
    },
    /// An answer is logged otherwise than it was given.
    #[error("答复 {id}（主体 {subject}）的留痕被改动：与账本 {chain} 第 {seq} 条不符")]
    AnswerAltered {
        /// The answer.
        id: i64,
        /// The subject it stands under.
        subject: i64,
        /// The chain of the entry.
        chain: String,
        /// Its place.
        seq: i64,
    },
    /// The log of an answer is gone.
    #[error("账本 {chain} 第 {seq} 条所证的答复留痕缺失")]
    AnswerMissing {
        /// The chain of the entry.
        chain: String,
        /// Its place.
        seq: i64,
    },
    /// No entry tells of a logged answer.
    #[error("答复 {id}（主体 {subject}）的留痕没有对应的账本条目：被直接插入数据库")]
    AnswerInserted {
        /// The answer.
        id: i64,
        /// The subject it stands under.
        subject: i64,
    },
    /// More than one adoption, or one of versions that came after the ledger.
    #[error("账本 {chain} 第 {seq} 条的存量确认不成立：每个库只能确认一次，且只及于早于账本的数据")]
    AdoptionRefuted {
        /// The chain.
        chain: String,
        /// The place.
        seq: i64,
    },
    /// The subjects of an answer that is about several are not those it was about.
    #[error("答复 {id} 所涉主体的留痕被改动：有主体缺失、插入或替换")]
    AnswerSubjectsAltered {
        /// The answer.
        id: i64,
    },
    /// A row says something else than when it was last written.
    #[error("{} {id} 被改动：与账本 {chain} 第 {seq} 条不符", .table.name())]
    RowAltered {
        /// The table.
        table: Table,
        /// Which row.
        id: String,
        /// The chain of an entry that tells of the row.
        chain: String,
        /// Its place.
        seq: i64,
    },
    /// A row is gone.
    #[error("{} {id} 缺失：账本 {chain} 第 {seq} 条证明曾写入", .table.name())]
    RowMissing {
        /// The table.
        table: Table,
        /// Which row.
        id: String,
        /// The chain of an entry that tells of the row.
        chain: String,
        /// Its place.
        seq: i64,
    },
    /// No entry tells of a row.
    #[error("{} {id} 没有对应的账本条目：被直接插入数据库", .table.name())]
    RowInserted {
        /// The table.
        table: Table,
        /// Which row.
        id: String,
    },
    /// A row cannot even be read.
    #[error("{} {id} 的数据库行已损坏，无法读取", .table.name())]
    RowUnreadable {
        /// The table.
        table: Table,
        /// Which row, or behind which.
        id: String,
    },
    /// A subject points to another than the one it was merged into, or to one though it was not merged.
    #[error("主体 {subject} 的合并指向与主体合并的记载不符")]
    MergeLinkWrong {
        /// The subject.
        subject: i64,
    },
    /// A subject is not the one its id comes from, or its code is not its own.
    #[error("主体 {subject} 的来源标识或代码被改动：与其编号或标识不符")]
    SubjectAltered {
        /// The subject.
        subject: i64,
    },
    /// An identifier a subject has its id from leads to another one.
    #[error("主体 {subject} 的标识被改动：现指向主体 {to}")]
    IdentifierMoved {
        /// The subject it belongs to.
        subject: i64,
        /// Where it leads.
        to: i64,
    },
    /// A delivery is gone or says something else than when it arrived.
    #[error("批次 {id} 缺失或被改动：与账本所证的单位、资源、文件摘要或大小不符")]
    DeliveryAltered {
        /// The delivery.
        id: i64,
    },
    /// No entry tells of a delivery.
    #[error("批次 {id} 没有对应的账本条目：被直接插入数据库")]
    DeliveryInserted {
        /// The delivery.
        id: i64,
    },
}

/// How much a verification looked at (核验范围).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Seen {
    /// Chains,
    pub chains: u64,
    /// their entries,
    pub entries: u64,
    /// the roots over them,
    pub roots: u64,
    /// versions of records, known and former,
    pub versions: u64,
    /// deliveries,
    pub deliveries: u64,
    /// rows of cases, designations, consents, packs and other acts,
    pub rows: u64,
    /// and answers.
    pub answers: u64,
}
