//! The summary of a standing: what is kept of each subject, so that many can be asked at once.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{Dossier, ListEffect, ListKind, Listed, Standing};

/// The summary of a standing (信用概况). Sent as it is, so its fields are described in Chinese.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Brief {
    /// 各评价结果，默认评价在前
    pub scores: Vec<BriefScore>,
    /// 所在名单
    pub lists: Vec<BriefList>,
    /// 各资源的记录数，按资源编码
    pub records: BTreeMap<String, BriefCount>,
    /// 状况自行变化的下一日
    pub next: Option<NaiveDate>,
}

/// One score, shortly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BriefScore {
    /// 评分卡
    pub scorecard: String,
    /// 等级
    pub level: String,
    /// 等级名称
    pub level_name: String,
    /// 分值；只导入等级的为空
    pub points: Option<i64>,
    /// 是否为默认评价
    pub default: bool,
    /// 行业领域（行业信用评价）
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// One entry of a list, shortly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BriefList {
    /// 名单编码
    pub list: String,
    /// 名单名称
    pub name: String,
    /// 名单类别
    pub kind: String,
    /// 认定记录的版本编号
    pub record: i64,
    /// 认定记录所属信息类别
    #[serde(default)]
    pub resource: String,
    /// 是否向社会公布
    pub published: bool,
    /// 是否正在异议处理
    #[serde(default)]
    pub objected: bool,
}

/// How many records of a resource there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BriefCount {
    /// 可共享使用的
    pub usable: u32,
    /// 其中公示中的
    pub published: u32,
    /// 可共享使用的之中正在异议处理的
    pub objected: u32,
    /// 公示中的之中正在异议处理的
    pub published_objected: u32,
}

impl Brief {
    /// What of it is public: published records and lists, no scores, and nothing that tells of more.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.scores.clear();
        self.lists.retain(|it| it.published);
        self.records.retain(|_, it| it.published > 0);
        for it in self.records.values_mut() {
            (it.usable, it.objected) = (it.published, it.published_objected);
        }
        self.next = None;
        self
    }
}

impl Brief {
    /// What of it may be used in conclusions: without entries of lists that have no basis or document.
    #[must_use]
    pub fn usable(mut self) -> Self {
        self.lists.retain(|it| it.kind != ListKind::Unconfirmed.as_str());
        self
    }
}

impl Standing {
    /// The summary. `dossier` is what the standing was derived from.
    #[must_use]
    pub fn brief(&self, dossier: &Dossier) -> Brief {
        let mut records: BTreeMap<String, BriefCount> = BTreeMap::new();
        for (fact, it) in dossier.facts.iter().zip(&self.records) {
            if !it.usable {
                continue;
            }
            if !records.contains_key(&fact.resource) {
                records.insert(fact.resource.clone(), BriefCount::default());
            }
            let count = records.get_mut(&fact.resource).expect("it was put there");
            count.usable += 1;
            let shown = it.state.is_shown();
            count.published += u32::from(shown);
            count.objected += u32::from(it.objected);
            count.published_objected += u32::from(shown && it.objected);
        }
        let scores = self.scores.iter().map(|it| BriefScore {
            scorecard: it.pack.id.clone(),
            level: it.level.clone(),
            level_name: it.level_name.clone(),
            points: it.points,
            default: it.default,
            group: it.group.clone(),
        });
        let resource_of = |record: i64| {
            let fact = dossier.facts.iter().find(|it| it.id == record);
            fact.map(|it| it.resource.clone()).unwrap_or_default()
        };
        let lists = self.lists.iter().map(|it| BriefList {
            list: it.list.clone(),
            name: it.name.clone(),
            kind: it.kind.as_str().to_owned(),
            record: it.record,
            resource: resource_of(it.record),
            published: self.publishes(it),
            objected: it.objected,
        });
        Brief { scores: scores.collect(), lists: lists.collect(), records, next: self.next }
    }

    /// Whether an entry of a list is published: its record is, it has its full effect, and it is neither a watch list,
    /// which is for departments, nor without a basis.
    #[must_use]
    pub fn publishes(&self, entry: &Listed) -> bool {
        !matches!(entry.kind, ListKind::Watch | ListKind::Unconfirmed)
            && entry.effect == ListEffect::Full
            && self.records.iter().any(|it| it.record == entry.record && it.state.is_shown())
    }

    /// SHA-256 of everything it says, except the day it was asked for: equal on all days on which it holds. It is taken of
    /// its MessagePack with names of fields, which is written in half the time of JSON.
    ///
    /// # Panics
    /// Never: nothing in it fails to be written so.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        // In one piece: many small parts cost a digest more than the copy does.
        let mut told = Vec::with_capacity(4096);
        let mut writer = rmp_serde::Serializer::new(&mut told).with_struct_map();
        let everything = (&self.records, &self.lists, &self.scores, self.next);
        everything.serialize(&mut writer).expect("names, numbers and texts are written to memory");
        Sha256::digest(&told).into()
    }
}
