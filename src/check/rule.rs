//! Rules over several fields: one function for each demand a catalogue can make.

use std::collections::BTreeMap;

use crate::catalog::{Condition, Demand, FieldIndex, Resource, Rule, Test};
use crate::record::{FaultCode, Value};
use crate::standards::{Decimal, Money, Month};

use super::amount;
use super::faults::{Faults, Finding};
use super::phrases::Phrases;
use super::sheet::Sheet;
use super::text;

/// Words that make a text a penalty whatever else it says (行政处罚法第九条).
const PENALTIES: [&str; 13] = [
    "罚款",
    "警告",
    "通报批评",
    "没收",
    "暂扣",
    "吊销",
    "降低资质",
    "限制开展",
    "停产停业",
    "责令关闭",
    "限制从业",
    "拘留",
    "罚金",
];

/// The rules that hold in the dialect of a delivery, compiled.
#[derive(Debug)]
pub(super) struct Rules {
    /// Each condition once: many rules share one.
    conditions: Vec<Condition>,
    /// The phrases of all rules on one text together: a sentence with none of them is looked at once.
    doubts: Vec<(FieldIndex, Phrases)>,
    rules: Vec<RulePlan>,
}

#[derive(Debug)]
struct RulePlan {
    /// The index in the resource's rules.
    index: usize,
    /// The index in the conditions.
    when: Option<usize>,
    /// The bit of the text that must hold a phrase before the rule is worth a look; none where it always is.
    doubt: Option<u64>,
    words: Phrases,
}

impl Rules {
    /// The rules whose fields the dialect can express.
    pub(super) fn of(resource: &Resource, expressed: &impl Fn(FieldIndex) -> bool) -> Self {
        let mut conditions: Vec<Condition> = Vec::new();
        let mut rules = Vec::new();
        for (index, rule) in resource.rules.iter().enumerate().filter(|(_, it)| !is_waived(&it.demand, expressed)) {
            let when = rule.when.as_ref().map(|when| {
                conditions.iter().position(|it| it == when).unwrap_or_else(|| {
                    conditions.push(when.clone());
                    conditions.len() - 1
                })
            });
            let doubt = match rule.demand {
                Demand::NoPhrase { text, .. } => Some(bit_of(text)),
                _ => None,
            };
            rules.push(RulePlan { index, when, doubt, words: words(&rule.demand) });
        }
        Self { conditions, doubts: doubts(resource), rules }
    }

    /// Applies the rules to a row, looking at each condition once.
    pub(super) fn apply(&self, resource: &Resource, sheet: &Sheet<'_, '_>, faults: &mut Faults) {
        let mut held = 0_u64;
        for (bit, condition) in self.conditions.iter().take(64).enumerate() {
            held |= u64::from(holds(condition, sheet)) << bit;
        }
        let doubted = self.doubted(sheet);
        for plan in &self.rules {
            let applies = match plan.when {
                None => true,
                Some(bit) if bit < 64 => held >> bit & 1 == 1,
                Some(index) => holds(&self.conditions[index], sheet),
            };
            if applies && plan.doubt.is_none_or(|it| it & doubted != 0) {
                Application { rule: &resource.rules[plan.index], sheet, faults }.demand(&plan.words);
            }
        }
    }

    /// The texts in which some phrase occurs.
    fn doubted(&self, sheet: &Sheet<'_, '_>) -> u64 {
        let mut doubted = 0;
        for (field, phrases) in &self.doubts {
            if let Value::Text(sentence) = &sheet.values[*field]
                && phrases.find_in(sentence).next().is_some()
            {
                doubted |= bit_of(*field);
            }
        }
        doubted
    }
}

/// A field's place in a set of fields; two fields may share it, and are then both looked at.
const fn bit_of(field: FieldIndex) -> u64 {
    1 << (field % 64)
}

fn doubts(resource: &Resource) -> Vec<(FieldIndex, Phrases)> {
    let mut all: BTreeMap<FieldIndex, Vec<String>> = BTreeMap::new();
    for rule in &resource.rules {
        if let Demand::NoPhrase { text, phrases } = &rule.demand {
            all.entry(*text).or_default().extend(phrases.iter().cloned());
        }
    }
    all.into_iter().map(|(field, phrases)| (field, Phrases::of(&phrases))).collect()
}

/// A demand that fields be filled is waived when the dialect has no way to fill them.
fn is_waived(demand: &Demand, expressed: &impl Fn(FieldIndex) -> bool) -> bool {
    match demand {
        Demand::Filled(field) | Demand::Positive(field) => !expressed(*field),
        Demand::OneOf(fields) => !fields.iter().any(|it| expressed(*it)),
        Demand::Together(one, other) => !expressed(*one) || !expressed(*other),
        _ => false,
    }
}

fn words(demand: &Demand) -> Phrases {
    match demand {
        Demand::AmountInText { words, .. } => Phrases::of(words),
        Demand::NoPhrase { phrases, .. } => Phrases::of(phrases),
        _ => Phrases::default(),
    }
}

/// Whether a condition holds for a row. A field whose value is faulty is filled, and is none of any terms.
pub(super) fn holds(condition: &Condition, sheet: &Sheet<'_, '_>) -> bool {
    let value = &sheet.values[condition.field];
    let is_one_of = |terms: &[String]| match value {
        Value::Text(text) => terms.iter().any(|it| it == text),
        Value::Terms(all) => all.iter().any(|text| terms.iter().any(|it| it == text)),
        _ => false,
    };
    match &condition.test {
        Test::Is(terms) => is_one_of(terms),
        Test::IsNot(terms) => !matches!(value, Value::Absent) && !is_one_of(terms),
        Test::Has(parts) => match value {
            Value::Text(text) => parts.iter().any(|it| contains(text, it)),
            Value::Terms(all) => all.iter().any(|text| parts.iter().any(|it| contains(text, it))),
            _ => false,
        },
        Test::Filled => sheet.is_filled(condition.field),
        Test::Empty => !sheet.is_filled(condition.field),
    }
}

/// Whether a term holds a text. Terms are short: looking at every place beats preparing a search.
fn contains(term: &str, text: &str) -> bool {
    let (term, text) = (term.as_bytes(), text.as_bytes());
    let [first, second, ..] = text else {
        return term.contains(text.first().unwrap_or(&0));
    };
    term.windows(text.len()).any(|it| it[0] == *first && it[1] == *second && it == text)
}

/// One rule on one row.
struct Application<'a, 'c, 'r> {
    rule: &'a Rule,
    sheet: &'a Sheet<'c, 'r>,
    faults: &'a mut Faults,
}

impl Application<'_, '_, '_> {
    fn demand(&mut self, words: &Phrases) {
        match &self.rule.demand {
            Demand::Filled(field) => self.filled(*field),
            Demand::Empty(fields) => self.empty(fields),
            Demand::OneOf(fields) => self.one_of(fields),
            Demand::Together(one, other) => self.together(*one, *other),
            Demand::Order { earlier, later, swapped } => self.order(*earlier, *later, *swapped),
            Demand::Positive(field) => self.positive(*field),
            Demand::AmountInText { amount, text, .. } => self.amount_in_text(*amount, *text, words),
            Demand::NoPhrase { text, phrases } => self.no_phrase(*text, phrases, words),
            Demand::KindOfCode { code, kind } => self.kind_of_code(*code, *kind),
            Demand::Series { series, months } => self.series(*series, *months),
        }
    }

    /// Reports the rule as broken at a field; the catalogue's message goes before ours.
    fn broken(&mut self, at: FieldIndex, code: FaultCode, particulars: String) {
        let message = if self.rule.message.is_empty() { particulars } else { self.rule.message.clone() };
        let spot = self.sheet.spot(at);
        let value = self.sheet.text(at);
        self.faults.add_graded(&spot, &value, Finding::new(code).saying(message), self.rule.grade);
    }

    fn name(&self, field: FieldIndex) -> String {
        self.sheet.spot(field).heading
    }

    fn names(&self, fields: &[FieldIndex]) -> String {
        fields.iter().map(|it| self.name(*it)).collect::<Vec<_>>().join("、")
    }

    fn filled(&mut self, field: FieldIndex) {
        if !self.sheet.is_filled(field) && !self.faults.has(&self.sheet.spot(field), &[FaultCode::Required]) {
            let code = if self.is_of_category() { FaultCode::MissingPart } else { FaultCode::Required };
            self.broken(field, code, String::new());
        }
    }

    /// A term of 处罚类别 demands a part of the content; any other condition makes a field simply required.
    fn is_of_category(&self) -> bool {
        self.rule.when.as_ref().is_some_and(|it| matches!(it.test, Test::Has(_)))
    }

    fn empty(&mut self, fields: &[FieldIndex]) {
        for &field in fields {
            if self.sheet.is_filled(field) {
                self.broken(field, FaultCode::MustBeEmpty, String::new());
            }
        }
    }

    fn one_of(&mut self, fields: &[FieldIndex]) {
        if !fields.iter().any(|it| self.sheet.is_filled(*it)) {
            let message = format!("以下各项至少填写一项，均为空：{}", self.names(fields));
            self.broken(fields[0], FaultCode::OneOfGroup, message);
        }
    }

    fn together(&mut self, one: FieldIndex, other: FieldIndex) {
        let (empty, filled) = match (self.sheet.is_filled(one), self.sheet.is_filled(other)) {
            (true, false) => (other, one),
            (false, true) => (one, other),
            _ => return,
        };
        let message = format!("填写了“{}”，未填写“{}”，两项须同时填写或同时为空", self.name(filled), self.name(empty));
        self.broken(empty, FaultCode::Together, message);
    }

    fn order(&mut self, earlier: FieldIndex, later: FieldIndex, swapped: bool) {
        let (before, after) = (&self.sheet.values[earlier], &self.sheet.values[later]);
        let reversed = match (before, after) {
            (Value::Day(before), Value::Day(after)) => before > after,
            (Value::Month(before), Value::Month(after)) => before > after,
            (Value::Moment(before), Value::Moment(after)) => before > after,
            (Value::Day(before), Value::Moment(after)) => *before > after.date(),
            (Value::Moment(before), Value::Day(after)) => before.date() > *after,
            _ => false,
        };
        if reversed {
            let (before, after) = (self.sheet.text(earlier), self.sheet.text(later));
            let message = format!(
                "“{}”（{}）晚于“{}”（{}）{}",
                self.name(earlier),
                super::mask::short(&before),
                self.name(later),
                super::mask::short(&after),
                if swapped { "，疑似两列填反" } else { "" }
            );
            self.broken(later, if swapped { FaultCode::SwappedTerm } else { FaultCode::DateOrder }, message);
        }
    }

    fn positive(&mut self, field: FieldIndex) {
        let lacking = match &self.sheet.values[field] {
            Value::Money(amount) => amount.fen() <= 0,
            Value::Number(number) => *number <= Decimal::ZERO,
            Value::Absent => !self.sheet.is_filled(field),
            _ => false,
        };
        if lacking {
            self.broken(field, FaultCode::AmountMissing, String::new());
        }
    }

    fn amount_in_text(&mut self, amount: FieldIndex, text: FieldIndex, words: &Phrases) {
        let (Value::Money(delivered), Value::Text(sentence)) = (&self.sheet.values[amount], &self.sheet.values[text])
        else {
            return;
        };
        if amount::agrees(sentence, words, *delivered) == Some(false) {
            let message = mismatch(&amount::written(sentence, words), *delivered, &self.name(text));
            self.broken(amount, FaultCode::AmountMismatch, message);
        }
    }

    fn no_phrase(&mut self, field: FieldIndex, phrases: &[String], words: &Phrases) {
        let Value::Text(sentence) = &self.sheet.values[field] else {
            return;
        };
        let Some((_, at)) = words.find_in(sentence).next() else {
            return;
        };
        // 责令停止违法行为，并处罚款 is a penalty; 责令停止违法行为 alone is none.
        let rest = phrases.iter().fold(sentence.to_string(), |rest, phrase| rest.replace(phrase.as_str(), ""));
        if !PENALTIES.iter().any(|it| rest.contains(it)) {
            let message = format!("内容为“{}”，这不是行政处罚", words.word(at));
            self.broken(field, FaultCode::NotAPenalty, message);
        }
    }

    fn kind_of_code(&mut self, code: FieldIndex, kind: FieldIndex) {
        let (Value::Code(delivered), Value::Text(given)) = (&self.sheet.values[code], &self.sheet.values[kind]) else {
            return;
        };
        let individual = delivered.is_individual_business();
        if individual != (given == "个体工商户") {
            let right = if individual { "个体工商户" } else { "法人及非法人组织" };
            let message = format!("主体类别为“{given}”，但统一社会信用代码属于{right}");
            self.broken(kind, FaultCode::KindMismatch, message);
        }
    }

    /// The months a series lists run back from the last one without a gap, as many as `months` says.
    fn series(&mut self, series: FieldIndex, months: FieldIndex) {
        let (Value::Text(listed), Value::Number(claimed)) = (&self.sheet.values[series], &self.sheet.values[months])
        else {
            return;
        };
        // With amounts behind the months (202401，300；202402，300) the commas stand inside the entries.
        let entries: &[char] =
            if listed.contains([';', '；']) { &[';', '；', '\n'] } else { &[',', '，', '、', ' ', '\n'] };
        let mut listed: Vec<Month> = listed.split(entries).filter_map(month_of).collect();
        listed.sort_unstable();
        listed.dedup();
        let run =
            listed.windows(2).rev().take_while(|it| it[0].next() == it[1]).count() + usize::from(!listed.is_empty());
        if claimed.to_string() != run.to_string() {
            let message = format!("所列月份自最近一月起连续 {run} 个月，填报为 {claimed} 个月");
            self.broken(series, FaultCode::SeriesGap, message);
        }
    }
}

/// The month an entry of a series begins with: `2024-01`, `202401，1200`.
fn month_of(piece: &str) -> Option<Month> {
    let piece = text::trim(piece);
    let end = piece.find([',', '，', '、', ':', '：', '=', '(', '（', ' ']).unwrap_or(piece.len());
    piece[..end].parse().ok()
}

/// Says both amounts, and when they differ by the units people confuse, that too.
fn mismatch(written: &[Money], delivered: Money, sentence: &str) -> String {
    let yuan_as_wan = written.iter().any(|it| it.fen().checked_mul(10_000) == Some(delivered.fen()));
    let hint = if yuan_as_wan { "，疑似将“元”填作“万元”" } else { "" };
    let written: Vec<String> = written.iter().map(|it| format!("{} 元", it.to_yuan_string())).collect();
    format!("“{sentence}”中写明 {}，本栏折合 {} 元{hint}", written.join("、"), delivered.to_yuan_string())
}
