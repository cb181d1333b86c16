//! Faults of levels and of what gives them.

use super::{Finder, months};

impl Finder<'_> {
    /// The bands follow one another without gap or overlap, the best first; outside there is nothing.
    pub(super) fn levels(&mut self) {
        let levels = &self.card.levels;
        if levels.is_empty() {
            return self.fault("level", "须有等级");
        }
        for (at, level) in levels.iter().enumerate() {
            let key = format!("level.{}", level.code);
            if levels[..at].iter().any(|it| it.code == level.code) {
                self.fault(&*key, "等级重复");
            }
            for points in [level.from, level.to].into_iter().flatten() {
                self.size(&key, points);
            }
            if level.from.zip(level.to).is_some_and(|(from, to)| from > to) {
                self.fault(key, "from 大于 to");
            }
        }
        if !self.card.is_own() {
            return;
        }
        if levels.first().is_some_and(|it| it.to.is_some()) || levels.last().is_some_and(|it| it.from.is_some()) {
            self.fault("level", "最高等级不设 to，最低等级不设 from");
        }
        for pair in levels.windows(2) {
            let key = format!("level.{}", pair[1].code);
            match (pair[0].from, pair[1].to) {
                (Some(from), Some(to)) if to >= from => self.fault(key, format!("与 {} 重叠", pair[0].code)),
                (Some(from), Some(to)) if to.saturating_add(1) < from => {
                    self.fault(key, format!("与 {} 之间有空档", pair[0].code))
                }
                (Some(_), Some(_)) => {}
                _ => self.fault(key, format!("与 {} 的分界不明", pair[0].code)),
            }
        }
    }

    fn level(&mut self, key: &str, level: &str) {
        if self.card.rank(level).is_none() {
            self.fault(key, format!("没有等级 {level}"));
        }
    }

    pub(super) fn directs(&mut self) {
        for it in &self.card.directs {
            let key = format!("direct.{}", it.id);
            self.id(&key, &it.id);
            self.condition(&key, &it.given);
            self.level(&key, &it.level);
            self.reason(&key, &it.reason);
            self.left(&key, it.repair.as_ref());
            if it.months.is_some_and(|it| !months(it)) {
                self.fault(key, "months 应为 1—1200");
            }
        }
    }

    pub(super) fn imports(&mut self) {
        for it in &self.card.imports {
            let key = format!("imported.{}", it.id);
            self.id(&key, &it.id);
            self.condition(&key, &it.given);
            self.reason(&key, &it.reason);
            self.field(&key, &it.given, &it.field, &[]);
            if let Some(group) = &it.group {
                self.field(&key, &it.given, group, &[]);
                if self.card.is_own() {
                    self.fault(&*key, "有评价指标的评分卡不能按 group 分别导入");
                }
            }
            if it.levels.is_empty() {
                self.fault(&*key, "levels 不能为空");
            }
            for map in &it.levels {
                self.level(&key, &map.level);
            }
            if it.months.is_some_and(|it| !months(it)) {
                self.fault(key, "months 应为 1—1200");
            }
        }
        for it in &self.card.bars {
            let key = format!("bar.{}", it.id);
            self.id(&key, &it.id);
            self.level(&key, &it.best);
            self.reason(&key, &it.reason);
            if it.levels.is_empty() {
                self.fault(key, "levels 不能为空");
            }
        }
    }
}
