//! What a pack would change: two standings of one subject beside each other, and the sums over many.

use std::{cmp::Reverse, collections::BTreeMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Dossier, Score};
use crate::{policy::PackRef, record::SubjectKind};

/// What a pack would change (模拟结果).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Simulation {
    /// 被模拟的规则包
    pub pack: PackRef,
    /// 与之比较的：现行的同名版本；没有的，现行默认评分卡；都没有的为空
    pub against: Option<PackRef>,
    /// 模拟之日
    pub day: NaiveDate,
    /// 参加的主体数
    pub subjects: u64,
    /// 等级有变化的
    pub levels_changed: u64,
    /// 仅分值有变化的
    pub points_changed: u64,
    /// 公示或使用状态有变化的记录数
    pub records_changed: u64,
    /// 所在名单有变化的主体数
    pub lists_changed: u64,
    /// 各等级之间的变化，没有变化的也列出
    pub transitions: Vec<Transition>,
    /// 变化最大的主体
    pub most: Vec<Moved>,
}

/// How many went from one level to another (等级变化).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Transition {
    /// 原等级；空为没有评价
    pub from: Option<String>,
    /// 新等级
    pub to: Option<String>,
    /// 主体数
    pub subjects: u64,
}

/// A subject whose result changes (变化的主体).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Moved {
    /// 主体编号
    pub subject: i64,
    /// 名称
    pub name: Option<String>,
    /// 统一社会信用代码
    pub credit_code: Option<String>,
    /// 行业领域
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// 原等级
    pub from_level: Option<String>,
    /// 新等级
    pub to_level: Option<String>,
    /// 原分值
    pub from_points: Option<i64>,
    /// 新分值
    pub to_points: Option<i64>,
}

impl Moved {
    /// How much it moves: a change of level before one of points alone, then by points, then by subject.
    fn weight(&self) -> (bool, u64, Reverse<i64>) {
        let points = self.from_points.unwrap_or_default().abs_diff(self.to_points.unwrap_or_default());
        (self.from_level != self.to_level, points, Reverse(self.subject))
    }
}

/// The sums over subjects, as they are looked at.
#[derive(Debug, Clone, Default)]
pub struct Shifts {
    /// See [`Simulation`].
    pub subjects: u64,
    /// See [`Simulation`].
    pub records_changed: u64,
    /// See [`Simulation`].
    pub lists_changed: u64,
    levels_changed: u64,
    points_changed: u64,
    transitions: BTreeMap<(Option<String>, Option<String>), u64>,
    most: Vec<Moved>,
}

impl Shifts {
    /// Adds the old and the new results of one subject; of those that change it keeps at most about so many.
    pub fn add(&mut self, dossier: &Dossier, old: &[Score], new: &[Score], keep: usize) {
        self.subjects += 1;
        let mut groups: Vec<&Option<String>> = old.iter().chain(new).map(|it| &it.group).collect();
        groups.sort_unstable();
        groups.dedup();
        for group in groups {
            let of = |scores: &[Score]| -> (Option<String>, Option<i64>) {
                let found = scores.iter().find(|it| it.group == *group);
                found.map_or((None, None), |it| (Some(it.level.clone()), it.points))
            };
            let ((from_level, from_points), (to_level, to_points)) = (of(old), of(new));
            *self.transitions.entry((from_level.clone(), to_level.clone())).or_default() += 1;
            match (from_level != to_level, from_points != to_points) {
                (true, _) => self.levels_changed += 1,
                (false, true) => self.points_changed += 1,
                (false, false) => continue,
            }
            let subject = &dossier.subject;
            let is_person = subject.kind == SubjectKind::Person;
            self.most.push(Moved {
                subject: subject.id,
                name: subject.name.clone().filter(|_| !is_person),
                credit_code: subject.credit_code.clone().filter(|_| !is_person),
                group: group.clone(),
                from_level,
                to_level,
                from_points,
                to_points,
            });
        }
        if self.most.len() > keep.saturating_mul(2).max(64) {
            self.cut(keep);
        }
    }

    fn cut(&mut self, keep: usize) {
        self.most.sort_by(|one, other| other.weight().cmp(&one.weight()).then_with(|| one.cmp(other)));
        self.most.truncate(keep);
    }

    /// Adds the sums over other subjects.
    pub fn merge(&mut self, other: Self, keep: usize) {
        self.subjects += other.subjects;
        self.records_changed += other.records_changed;
        self.lists_changed += other.lists_changed;
        self.levels_changed += other.levels_changed;
        self.points_changed += other.points_changed;
        for (change, n) in other.transitions {
            *self.transitions.entry(change).or_default() += n;
        }
        self.most.extend(other.most);
        self.cut(keep);
    }

    /// The result.
    #[must_use]
    pub fn finish(mut self, pack: PackRef, against: Option<PackRef>, day: NaiveDate, keep: usize) -> Simulation {
        self.cut(keep);
        let transitions = self.transitions.into_iter();
        Simulation {
            pack,
            against,
            day,
            subjects: self.subjects,
            levels_changed: self.levels_changed,
            points_changed: self.points_changed,
            records_changed: self.records_changed,
            lists_changed: self.lists_changed,
            transitions: transitions.map(|((from, to), subjects)| Transition { from, to, subjects }).collect(),
            most: self.most,
        }
    }
}
