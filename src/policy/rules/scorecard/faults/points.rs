//! Faults of dimensions, characteristics, attributes and the validity of their points.

use std::collections::BTreeSet;

use super::{Finder, MOST_POINTS, months};
use crate::{
    catalog::FieldType,
    policy::rules::{Afterwards, Attribute, Characteristic, Start, Steps, ValidityBand},
};

impl<'c> Finder<'c> {
    pub(super) fn dimensions(&mut self) {
        let card = self.card;
        let mut seen = BTreeSet::new();
        for it in &card.dimensions {
            let key = format!("dimension.{}", it.code);
            if !seen.insert(&it.code) {
                self.fault(&*key, "维度重复");
            }
            self.bounds(&key, it.floor, it.ceiling, Some(it.initial));
        }
        let sum: i64 = card.dimensions.iter().map(|it| it.initial.clamp(-MOST_POINTS, MOST_POINTS)).sum();
        if !card.dimensions.is_empty() && sum != card.initial_score {
            self.fault("initial_score", format!("各维度 initial 之和为 {sum}，应与 initial_score 相等"));
        }
        self.bounds("initial_score", card.floor, card.ceiling, Some(card.initial_score));
        if card.repeat_factor.is_some_and(|it| !(1..=10).contains(&it)) {
            self.fault("repeat_factor", "应为 1—10");
        }
    }

    fn bounds(&mut self, key: &str, floor: Option<i64>, ceiling: Option<i64>, value: Option<i64>) {
        if floor.zip(ceiling).is_some_and(|(floor, ceiling)| floor > ceiling) {
            self.fault(key, "floor 大于 ceiling");
        }
        let outside = |it: i64| floor.is_some_and(|least| it < least) || ceiling.is_some_and(|most| it > most);
        if value.is_some_and(outside) {
            self.fault(key, "初始分不在 floor 与 ceiling 之间");
        }
        for it in [floor, ceiling, value].into_iter().flatten() {
            self.size(key, it);
        }
    }

    pub(super) fn size(&mut self, key: &str, points: i64) {
        if points.checked_abs().is_none_or(|it| it > MOST_POINTS) {
            self.fault(key, format!("分值不得超过 {MOST_POINTS}"));
        }
    }

    pub(super) fn validity(&mut self) {
        let card = self.card;
        self.bands("validity.deductions", &card.validity.deductions);
        self.bands("validity.additions", &card.validity.additions);
    }

    fn bands(&mut self, key: &str, bands: &[ValidityBand]) {
        let rising = bands.windows(2).all(|it| it[0].up_to.is_some_and(|low| it[1].up_to.is_none_or(|top| low < top)));
        if !rising || bands.last().is_some_and(|it| it.up_to.is_some()) {
            self.fault(key, "up_to 应由小到大，最后一档不设 up_to");
        }
        if bands.iter().any(|it| !months(it.months)) {
            self.fault(key, "months 应为 1—1200");
        }
    }

    pub(super) fn characteristics(&mut self) {
        let mut seen = BTreeSet::new();
        for it in &self.card.characteristics {
            let key = format!("characteristic.{}", it.code);
            if !seen.insert(&it.code) {
                self.fault(&*key, "指标重复");
            }
            self.characteristic(&key, it);
            for attribute in &it.attributes {
                self.attribute(&format!("{key}.{}", attribute.id), attribute);
            }
        }
    }

    fn characteristic(&mut self, key: &str, it: &Characteristic) {
        self.reason(key, &it.reason);
        if it.attributes.is_empty() {
            self.fault(key, "指标没有评价要素");
        }
        if it.dimension.as_ref().is_some_and(|code| self.card.dimensions.iter().all(|it| it.code != *code)) {
            self.fault(key, "没有这一维度");
        }
        self.bounds(key, it.floor, it.ceiling, None);
        self.size(key, it.otherwise);
        self.size(key, it.per_year.unwrap_or_default());
        if it.per_year.is_some_and(|it| it <= 0) {
            self.fault(key, "per_year 应大于 0");
        }
        if it.window_months.is_some_and(|it| !months(it)) {
            self.fault(key, "window_months 应为 1—1200");
        }
    }

    fn attribute(&mut self, key: &str, it: &'c Attribute) {
        self.id(key, &it.id);
        self.condition(key, &it.given);
        if let Some(code) = &it.reason {
            self.reason(key, code);
        }
        self.size(key, it.points);
        let told = [it.points != 0, it.points_field.is_some(), it.steps.is_some()];
        if told.iter().filter(|it| **it).count() > 1 {
            self.fault(key, "points、points_field、steps 只能有一项");
        }
        if let Some(told) = &it.points_field {
            self.field(key, &it.given, &told.field, &[FieldType::Integer]);
            if told.least > told.most || told.least.signum() * told.most.signum() < 0 {
                self.fault(key, "least 不得大于 most，且须同号");
            }
            self.size(key, told.least);
            self.size(key, told.most);
        }
        if let Some(steps) = &it.steps {
            self.field(key, &it.given, &steps.field, &AMOUNTS);
            self.steps(key, steps);
        }
        self.terms(key, it);
    }

    fn steps(&mut self, key: &str, steps: &'c Steps) {
        let tiers = &steps.tiers;
        let rising = tiers.windows(2).all(|it| it[0].up_to.is_some_and(|low| it[1].up_to.is_none_or(|top| low < top)));
        if tiers.is_empty() || !rising {
            self.fault(key, "tiers 的 up_to 应由小到大");
        }
        for tier in tiers {
            self.id(key, &tier.id);
            self.size(key, tier.points);
            self.size(key, tier.at_most.unwrap_or_default());
            if tier.step <= 0 || tier.points < 0 || tier.at_most.is_some_and(|it| it < 0) {
                self.fault(key, "step 应大于 0，points、at_most 不得为负");
            }
        }
    }

    /// What is said of the time points are valid.
    fn terms(&mut self, key: &str, it: &Attribute) {
        if [it.months, it.every_months].into_iter().flatten().any(|it| !months(it)) {
            self.fault(key, "months 应为 1—1200");
        }
        if it.start == Start::InForce && it.months.is_some() {
            self.fault(key, "start = in_force 时不设 months");
        }
        if it.every_months.is_some() && it.start != Start::End {
            self.fault(key, "every_months 只用于 start = end 的持续行为");
        }
        let later = |pair: &[_]| matches!(pair, [one, other] if one < other);
        let after: Vec<u32> = it.decay.iter().map(|it| it.after_months).collect();
        if !after.windows(2).all(later) || after.iter().any(|it| !months(*it)) {
            self.fault(key, "decay 的 after_months 应由小到大");
        }
        for step in &it.decay {
            self.size(key, step.points);
        }
        self.left(key, it.repair.as_ref());
    }

    /// What is left after a repair.
    pub(super) fn left(&mut self, key: &str, it: Option<&Afterwards>) {
        let Some(it) = it else { return };
        self.size(key, it.points);
        if !months(it.months) {
            self.fault(key, "repair 的 months 应为 1—1200");
        }
    }
}

/// The types of fields that steps can count.
const AMOUNTS: [FieldType; 3] = [FieldType::MoneyWan, FieldType::MoneyYuan, FieldType::Integer];
