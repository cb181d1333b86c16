//! Batch screening (批量筛查): one short line for every code that was asked, in the order it was asked.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{policy::rules::Screening, standing::Brief};

named! {
    /// What came of a code (查询情况).
    pub enum LineState {
        /// 有此主体
        Found = "found",
        /// 平台没有这一主体的任何信息
        UnknownCode = "unknown_code",
        /// 代码格式或校验位有误
        MalformedCode = "malformed_code",
        /// 与前面某行的代码相同
        Duplicate = "duplicate",
    }
}

/// What is said of a code. Sent as it is, so its fields are described in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Line {
    /// 第几个，从 1 起
    pub n: usize,
    /// 所问的代码
    pub code: String,
    /// 查询情况：found、unknown_code、malformed_code、duplicate
    pub state: &'static str,
    /// duplicate 时，与第几个相同
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<usize>,
    /// 筛查结果
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
}

/// What the screening found of a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Summary {
    /// 登记状态
    pub status: Option<String>,
    /// 是否已注销、吊销、撤销；没有登记信息时为空
    pub gone: Option<bool>,
    /// 各类名单中已公布的条目数
    pub lists: BTreeMap<String, usize>,
    /// 各资源公示中的记录数
    pub records: BTreeMap<String, u32>,
    /// 其中正在异议处理的
    pub objected: u32,
    /// 是否没有任何上述情形
    pub clear: bool,
}

/// The summary of a subject by what is public of it: `brief` is [`Brief::public`].
#[must_use]
pub fn summary(rules: &Screening, status: Option<&str>, brief: &Brief) -> Summary {
    let on = |kind: &String| brief.lists.iter().filter(|it| it.kind == *kind).count();
    let lists: BTreeMap<String, usize> = rules.lists.iter().map(|it| (it.clone(), on(it))).collect();
    let count = |resource: &String| brief.records.get(resource).copied().unwrap_or_default();
    let records: BTreeMap<String, u32> = rules.resources.iter().map(|it| (it.clone(), count(it).published)).collect();
    let objected = rules.resources.iter().map(|it| count(it).objected).sum();
    let gone = status.map(|it| rules.gone.iter().any(|gone| gone == it));
    let clear = gone != Some(true) && lists.values().all(|it| *it == 0) && records.values().all(|it| *it == 0);
    Summary { status: status.map(str::to_owned), gone, lists, records, objected, clear }
}
