//! The rules of a pack of kind `risk` (信易贷): consents, the blocks of a profile, the dimensions of risk, batch screening.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, de::Error};

use crate::{
    catalog::{Catalog, Exposure},
    policy::{Condition, Rules},
};

/// 信易贷的规则
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskRules {
    /// What holds for consents.
    pub consent: ConsentRules,
    /// The blocks of a profile, in their order.
    #[serde(rename = "block")]
    pub blocks: Vec<Block>,
    /// The dimensions of risk, in their order.
    #[serde(rename = "dimension")]
    pub dimensions: Vec<RiskDimension>,
    /// Batch screening.
    pub screening: Screening,
}

/// What holds for consents (授权规则).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRules {
    /// The longest term, in days.
    pub longest_days: u16,
    /// Whose confirmation a consent brought by its grantee needs; any of them.
    pub confirmed_by: Vec<Confirmer>,
    /// Where it stands.
    pub source: String,
}

/// Who confirms a consent (确认方).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmer {
    /// 信息主体: by its own key.
    Subject,
    /// 信用办: after looking at the paper.
    Office,
}

/// What a block shows (信息块内容).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Records of its resources.
    #[default]
    Records,
    /// 基本信息: what the register says of the subject.
    Base,
    /// 名单: the lists the subject is on.
    Lists,
    /// 评价: its scores.
    Scores,
}

/// A block of a profile (信息块).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it shows.
    #[serde(default)]
    pub content: Content,
    /// The resources it rests on.
    pub resources: Vec<String>,
    /// For what is not a record, who may see it; with `authorised` a consent must name the block's code.
    #[serde(default, deserialize_with = "exposure")]
    pub exposure: Option<Exposure>,
    /// The most records that are shown; the count is of all.
    #[serde(default = "most")]
    pub most: usize,
}

const fn most() -> usize {
    50
}

/// A dimension of risk (风险维度): records that mean it, and lists.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskDimension {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Where it stands that this is a risk.
    pub source: String,
    /// Records that count: those any of these means,
    pub any: Vec<Condition>,
    /// and, with this, only while they are in force.
    #[serde(default)]
    pub in_force: bool,
}

/// Batch screening (批量筛查): by what is public.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screening {
    /// Codes asked at once at the most.
    pub most: usize,
    /// Kinds of lists that count, by their names.
    pub lists: Vec<String>,
    /// Resources whose published records count.
    pub resources: Vec<String>,
    /// Terms of the register's state that say a subject is gone (注销、吊销).
    pub gone: Vec<String>,
}

fn exposure<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Exposure>, D::Error> {
    String::deserialize(input)?.parse().map(Some).map_err(D::Error::custom)
}

impl RiskRules {
    /// What a consent may name: resources, and the codes of blocks that are not made of records.
    pub fn grantable<'r>(&'r self, catalog: &'r Catalog) -> impl Iterator<Item = &'r str> {
        let blocks = self.blocks.iter().filter(|it| it.content != Content::Records).map(|it| it.code.as_str());
        catalog.iter().map(|it| it.code.as_str()).chain(blocks)
    }
}

impl Rules for RiskRules {
    fn faults(&self, catalog: &Catalog) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut fault = |key: String, message: String| faults.push((key, message));
        if self.consent.longest_days == 0 || self.consent.confirmed_by.is_empty() {
            fault("consent".into(), "须有最长期限和确认方".into());
        }
        let unknown = |codes: &[String]| {
            codes
                .iter()
                .filter(|it| catalog.get(it).is_none())
                .map(|it| format!("目录中没有资源 {it}"))
                .collect::<Vec<_>>()
        };
        let mut codes = BTreeSet::new();
        for block in &self.blocks {
            let key = format!("block.{}", block.code);
            unknown(&block.resources).into_iter().for_each(|it| fault(key.clone(), it));
            if block.content == Content::Records && block.resources.is_empty() {
                fault(key.clone(), "记录块须有资源".into());
            }
            if !codes.insert(&block.code) {
                fault(key, "编码重复".into());
            }
        }
        for dimension in &self.dimensions {
            let key = format!("dimension.{}", dimension.code);
            dimension.any.iter().flat_map(|it| it.faults(catalog)).for_each(|it| fault(key.clone(), it));
            if dimension.any.is_empty() {
                fault(key.clone(), "须有条件".into());
            }
            if !codes.insert(&dimension.code) {
                fault(key, "编码重复".into());
            }
        }
        unknown(&self.screening.resources).into_iter().for_each(|it| fault("screening".into(), it));
        if self.screening.most == 0 {
            fault("screening.most".into(), "须大于 0".into());
        }
        faults
    }
}
