//! A proof (存证证明): that a version or an entry stands under a published root. Checked without a database.

use chrono::{NaiveDate, NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Digest, Entry, Leaf, Root, Short,
    digest::{hex, sha256, unhex},
    tree,
};

/// The name of the form.
pub const FORMAT: &str = "credence-proof-1";

/// A way up a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// Which leaf, from 0,
    pub index: u64,
    /// of how many.
    pub size: u64,
    /// The hashes beside the way, the lowest first.
    pub path: Vec<String>,
}

/// A version in a proof: digests instead of what they are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionText {
    /// See [`Leaf`] for this and the rest.
    pub id: i64,
    /// 主体
    pub subject: i64,
    /// 记录编号
    pub key: String,
    /// 资源
    pub resource: String,
    /// 报送单位
    pub unit: String,
    /// 批次
    pub delivery: i64,
    /// 行号
    pub row: i64,
    /// 版次
    pub revision: i32,
    /// 记录状态
    pub state: String,
    /// 公开属性
    pub exposure: String,
    /// 事实发生日
    pub fact_on: Option<NaiveDate>,
    /// 有效期自
    pub valid_from: Option<NaiveDate>,
    /// 有效期至
    pub valid_until: Option<NaiveDate>,
    /// 撤销之日
    pub ended_on: Option<NaiveDate>,
    /// 单位时间戳
    pub stamp: Option<NaiveDateTime>,
    /// 入库时间
    pub known_from: NaiveDateTime,
    /// 内容的 SHA-256
    pub content: String,
    /// 密封个人信息的 SHA-256
    pub sealed: Option<String>,
    /// 说明的 SHA-256
    pub note: Option<String>,
}

/// An entry in a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryText {
    /// 链
    pub chain: String,
    /// 序号
    pub seq: i64,
    /// 事项
    pub kind: String,
    /// 时间（UTC）
    pub moment: NaiveDateTime,
    /// 经办
    pub actor: String,
    /// 主体
    pub subject: Option<i64>,
    /// 内容，逐字节
    pub body: String,
    /// 首个版本编号
    pub first_id: Option<i64>,
    /// 版本叶的 SHA-256
    pub leaves: Option<String>,
    /// 前一条的哈希
    pub prev: String,
}

/// A root in a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootText {
    /// 编号
    pub no: i64,
    /// 生成时间（UTC）
    pub made_at: NaiveDateTime,
    /// 覆盖条目数
    pub entries: i64,
    /// 覆盖范围的 SHA-256
    pub spans: String,
    /// 前一个根
    pub prev: String,
}

/// The whole proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// [`FORMAT`].
    pub format: String,
    /// The version, when one is proved, and its way to the root in the entry's body.
    pub version: Option<(VersionText, Way)>,
    /// The entry.
    pub entry: EntryText,
    /// Its way to the root's tree.
    pub way: Way,
    /// The root.
    pub root: RootText,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// Another form, or text where digits should be.
    #[error("不是本系统的存证证明，或内容不完整：{0}")]
    Malformed(&'static str),
    /// The version is not under the entry.
    #[error("记录与账本条目不符：记录内容或证明被改动")]
    Version,
    /// The root is not the published one.
    #[error("账本条目与存证根不符：条目或证明被改动，或不是这一个根（本证明对应第 {no} 号根，计算结果 {found}）")]
    Root {
        /// The number the proof names.
        no: i64,
        /// What the proof leads to, hexadecimal.
        found: String,
    },
}

impl VersionText {
    /// The text of a leaf.
    #[must_use]
    pub fn of(leaf: &Leaf<'_>) -> Self {
        let [fact_on, valid_from, valid_until, ended_on] = leaf.days;
        Self {
            id: leaf.id,
            subject: leaf.subject,
            key: hex(leaf.key),
            resource: leaf.resource.to_owned(),
            unit: leaf.unit.to_owned(),
            delivery: leaf.delivery,
            row: leaf.row,
            revision: leaf.revision,
            state: leaf.state.to_owned(),
            exposure: leaf.exposure.to_owned(),
            fact_on,
            valid_from,
            valid_until,
            ended_on,
            stamp: leaf.stamp,
            known_from: leaf.known_from,
            content: hex(leaf.content),
            sealed: leaf.sealed.map(|it| hex(&it)),
            note: leaf.note.map(|it| hex(&it)),
        }
    }

    fn short(&self) -> Result<Short, ProofFault> {
        whole(self.known_from, "known_from")?;
        self.stamp.map_or(Ok(()), |it| whole(it, "stamp"))?;
        let (key, content): ([u8; 16], Digest) = (bytes(&self.key, "key")?, bytes(&self.content, "content")?);
        let leaf = Leaf {
            id: self.id,
            subject: self.subject,
            key: &key,
            resource: &self.resource,
            unit: &self.unit,
            delivery: self.delivery,
            row: self.row,
            revision: self.revision,
            state: &self.state,
            exposure: &self.exposure,
            days: [self.fact_on, self.valid_from, self.valid_until, self.ended_on],
            stamp: self.stamp,
            known_from: self.known_from,
            content: &content,
            sealed: self.sealed.as_deref().map(|it| bytes(it, "sealed")).transpose()?,
            note: self.note.as_deref().map(|it| bytes(it, "note")).transpose()?,
        };
        Ok(leaf.short(&mut Vec::new()))
    }
}

fn bytes<const N: usize>(text: &str, what: &'static str) -> Result<[u8; N], ProofFault> {
    unhex(text).ok_or(ProofFault::Malformed(what))
}

/// Moments are hashed by their microseconds.
fn whole(moment: NaiveDateTime, what: &'static str) -> Result<(), ProofFault> {
    if moment.nanosecond().is_multiple_of(1000) { Ok(()) } else { Err(ProofFault::Malformed(what)) }
}

impl Way {
    /// The way from a leaf of a tree.
    #[must_use]
    pub fn new(index: usize, size: usize, path: &[Digest]) -> Self {
        Self { index: index as u64, size: size as u64, path: path.iter().map(|it| hex(it)).collect() }
    }

    fn climb(&self, leaf: &[u8]) -> Result<Option<Digest>, ProofFault> {
        let path: Vec<Digest> = self.path.iter().map(|it| bytes(it, "path")).collect::<Result<_, _>>()?;
        Ok(tree::climb(leaf, (self.index, self.size), &path))
    }
}

impl Proof {
    /// Whether it proves what it says under the root of this hash.
    ///
    /// # Errors
    /// [`ProofFault`].
    pub fn check(&self, root: &Digest) -> Result<(), ProofFault> {
        if self.format != FORMAT {
            return Err(ProofFault::Malformed("format"));
        }
        if let Some((version, way)) = &self.version {
            self.check_version(version, way)?;
        }
        let found = self.led_to()?;
        if found == Some(*root) {
            return Ok(());
        }
        let found = found.map_or_else(|| "无".to_owned(), |it| hex(&it));
        Err(ProofFault::Root { no: self.root.no, found })
    }

    /// The version's leaf must climb to the root its entry's body names, at the place its id has in the block.
    fn check_version(&self, version: &VersionText, way: &Way) -> Result<(), ProofFault> {
        let body: Value = serde_json::from_str(&self.entry.body).map_err(|_| ProofFault::Malformed("body"))?;
        let said = body["root"].as_str().ok_or(ProofFault::Malformed("body.root"))?;
        let (first, n) = (body["first"].as_i64(), body["n"].as_u64());
        let place = first.and_then(|it| version.id.checked_sub(it)).and_then(|it| u64::try_from(it).ok());
        let top = way.climb(&version.short()?)?;
        let fits = place == Some(way.index) && n == Some(way.size);
        if fits && top == Some(bytes(said, "body.root")?) { Ok(()) } else { Err(ProofFault::Version) }
    }

    /// The hash of the root the entry leads to; `None` when the way does not fit.
    ///
    /// # Errors
    /// [`ProofFault::Malformed`].
    pub fn led_to(&self) -> Result<Option<Digest>, ProofFault> {
        let entry = &self.entry;
        // What no hash covers must not stand in a proof: leaves without their first id, parts of a microsecond.
        if entry.first_id.is_some() != entry.leaves.is_some() {
            return Err(ProofFault::Malformed("leaves"));
        }
        whole(entry.moment, "moment")?;
        whole(self.root.made_at, "root.made_at")?;
        let digest = entry.leaves.as_deref().map(|it| bytes(it, "leaves")).transpose()?;
        let hashed = Entry {
            chain: &entry.chain,
            seq: entry.seq,
            kind: &entry.kind,
            moment: entry.moment,
            actor: &entry.actor,
            subject: entry.subject,
            body: &entry.body,
            leaves: entry.first_id.zip(digest),
        };
        let hash = hashed.hash(&bytes(&entry.prev, "prev")?, &mut Vec::new());
        let Some(tree) = self.way.climb(&hash)?.filter(|_| i64::try_from(self.way.size) == Ok(self.root.entries))
        else {
            return Ok(None);
        };
        let root = Root {
            no: self.root.no,
            made_at: self.root.made_at,
            entries: self.root.entries,
            spans: bytes(&self.root.spans, "spans")?,
            tree,
            prev: bytes(&self.root.prev, "root.prev")?,
        };
        Ok(Some(root.hash()))
    }

    /// Whether a record's fields, canonical JSON, are those that are proved; `None` when no version is.
    #[must_use]
    pub fn is_of(&self, payload: &[u8]) -> Option<bool> {
        self.version.as_ref().map(|(it, _)| it.content == hex(&sha256(payload)))
    }
}
