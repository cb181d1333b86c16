//! The lists a subject is on: the entries among its records, and what may be done because of them.

mod exit;

use std::cmp::Reverse;

use chrono::{Months, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

pub use self::exit::exit;
use super::{
    Dossier, PublicityState, RecordStanding, sooner,
    window::{known_day, open},
};
pub use crate::policy::rules::ListKind;
use crate::{
    policy::{
        Body, Pack, Packs,
        rules::{LISTING, ListRule},
    },
    record::{Effect, Fact, Reason, RecordKey, RecordState, RuleRef, SubjectKind},
};

named! {
    /// What may follow from an entry (名单条目的效力).
    pub enum ListEffect {
        /// 有效: the measures of the list may be applied.
        Full = "full",
        /// 暂停: shielded while a restructuring plan is carried out; no measures.
        Shielded = "shielded",
        /// 无依据: the policy has no such list, or not for such a subject or by such a body; no measures.
        WithoutBasis = "without_basis",
        /// 无文书: no document of a designation, as in forwarded summaries; no measures.
        WithoutDocument = "without_document",
    }
}

impl ListEffect {
    /// Whether the entry has a basis and a document. From one that has not nothing follows, and it is not published.
    #[must_use]
    pub const fn is_founded(self) -> bool {
        matches!(self, Self::Full | Self::Shielded)
    }
}

impl Serialize for ListEffect {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

/// The code under which entries of lists stand that the policy does not know.
pub const UNKNOWN_LIST: &str = "unconfirmed";

/// An entry of a list (名单条目) in force on the day. Sent as it is, so its fields are described in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Listed {
    /// 名单编码；没有设立依据的为 `unconfirmed`
    pub list: String,
    /// 名单名称
    pub name: String,
    /// 名单类别；没有依据或文书的一律为 `unconfirmed`
    #[schema(value_type = String)]
    pub kind: ListKind,
    /// 可以产生的后果
    #[schema(value_type = String)]
    pub effect: ListEffect,
    /// 认定记录的版本编号
    pub record: i64,
    /// 记录
    #[serde(skip)]
    pub key: RecordKey,
    /// 认定机关
    pub body: Option<String>,
    /// 列入日期
    pub entered_on: Option<NaiveDate>,
    /// 列入至（含）
    pub until: Option<NaiveDate>,
    /// 可以实施的措施编码
    pub measures: Vec<String>,
    /// 是否正在异议处理
    pub objected: bool,
    /// 规则与依据
    pub reason: Reason,
}

/// An entry whatever the day (名单条目): what its record and the rules say of it, without what cases do to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntry {
    /// See [`Listed::list`].
    pub list: String,
    /// See [`Listed::name`].
    pub name: String,
    /// See [`Listed::kind`].
    pub kind: ListKind,
    /// See [`ListEffect`]; never shielded, which a case does.
    pub effect: ListEffect,
    /// See [`Listed::body`].
    pub body: Option<String>,
    /// On the list since,
    pub entered_on: Option<NaiveDate>,
    /// until, inclusive,
    pub until: Option<NaiveDate>,
    /// but no longer on this day.
    pub ended_on: Option<NaiveDate>,
    /// The rule that says so.
    pub reason: Reason,
}

impl ListEntry {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.entered_on.is_none_or(|it| it <= day)
            && self.until.is_none_or(|it| day <= it)
            && self.ended_on.is_none_or(|it| day < it)
    }

    /// The last day on which it is in force; `None` when none is known.
    pub(super) fn last(&self) -> Option<NaiveDate> {
        sooner(open(self.until), self.ended_on.and_then(|it| it.pred_opt()))
    }

    /// The next day after `day` on which it begins or ends.
    fn next(&self, day: NaiveDate) -> Option<NaiveDate> {
        let past = self.until.and_then(|it| it.succ_opt());
        [self.entered_on, past, self.ended_on].into_iter().flatten().filter(|it| *it > day).min()
    }
}

/// The entries in force among records that were looked at, by list and record, and the next day one changes by itself.
pub(super) fn of(
    dossier: &Dossier,
    records: &[RecordStanding],
    packs: &Packs,
    day: NaiveDate,
) -> (Vec<Listed>, Option<NaiveDate>) {
    let (mut listed, mut next) = (Vec::new(), None);
    for (fact, record) in dossier.facts.iter().zip(records) {
        let Some(entry) = record.entry.as_deref() else { continue };
        let marks = dossier.marks.iter().filter(|it| it.key == fact.key);
        let turns = marks.flat_map(|it| [Some(it.from), it.until]).flatten().filter(|it| *it > day);
        next = sooner(sooner(next, entry.next(day)), turns.min());
        let does = |effect| dossier.marks_on(fact, day).any(|it| it.effect == effect);
        let ended =
            does(Effect::Repaired) || matches!(record.state, PublicityState::Repaired | PublicityState::Withdrawn);
        if ended || !entry.holds(day) {
            continue;
        }
        let shielded = does(Effect::Shielded) || record.state == PublicityState::Shielded;
        listed.push(shown(entry, fact, (shielded, record.objected), (packs, day)));
    }
    listed.sort_by(|one, other| (&one.list, one.record).cmp(&(&other.list, other.record)));
    (listed, next)
}

fn shown(
    entry: &ListEntry,
    fact: &Fact,
    (shielded, objected): (bool, bool),
    (packs, day): (&Packs, NaiveDate),
) -> Listed {
    let effect = if shielded && entry.effect == ListEffect::Full { ListEffect::Shielded } else { entry.effect };
    let measures = if effect == ListEffect::Full { measures(&entry.list, packs, day) } else { Vec::new() };
    Listed {
        list: entry.list.clone(),
        name: entry.name.clone(),
        kind: entry.kind,
        effect,
        record: fact.id,
        key: fact.key,
        body: entry.body.clone(),
        entered_on: entry.entered_on,
        until: entry.until,
        measures,
        objected,
        reason: entry.reason.clone(),
    }
}

/// The codes of the measures that may be applied on a day to those on a list.
#[must_use]
pub fn measures(list: &str, packs: &Packs, day: NaiveDate) -> Vec<String> {
    let is_known = packs.lists(day).any(|(_, rules)| rules.lists.iter().any(|it| it.code == list));
    if !is_known {
        return Vec::new();
    }
    let all = packs.lists(day).flat_map(|(_, rules)| &rules.measures);
    let mut codes: Vec<String> =
        all.filter(|it| it.lists.iter().any(|it| it == list)).map(|it| it.code.clone()).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// The entry a record is; `None` when it is none of any list.
///
/// The rules in force on the day it was entered decide; for an older one the first that came after. Of several lists that
/// its words may mean it is the one its body may designate.
#[must_use]
pub fn entry(fact: &Fact, kind: SubjectKind, packs: &Packs) -> Option<ListEntry> {
    match rule_of(fact, packs) {
        Some((pack, rule)) => Some(founded(fact, kind, pack, rule)),
        None if fact.resource == LISTING => Some(unfounded(fact, packs)),
        None => None,
    }
}

fn rule_of<'p>(fact: &Fact, packs: &'p Packs) -> Option<(&'p Pack, &'p ListRule)> {
    let day = fact.valid_from.or(fact.fact_on).unwrap_or_else(|| known_day(fact));
    let mut best: Option<(Rank, &Pack, &ListRule)> = None;
    for pack in packs.iter() {
        let Body::Lists(rules) = &pack.body else { continue };
        let Some(rule) = rules.lists.iter().find(|it| it.means(fact)) else { continue };
        let head = &pack.head;
        if head.until.is_some_and(|it| it < day) {
            continue;
        }
        // In force counts as beginning on the day itself; then the latest version wins.
        let rank = (!may_designate(fact, rule), head.from.max(day), Reverse(head.version));
        if best.is_none_or(|(it, ..)| rank < it) {
            best = Some((rank, pack, rule));
        }
    }
    best.map(|(_, pack, rule)| (pack, rule))
}

/// The smaller, the better: whether its body may not, from when the rules are in force, and their version.
type Rank = (bool, NaiveDate, Reverse<u32>);

/// Whether the body that designated, where the record names one, may do so for the list.
fn may_designate(fact: &Fact, rule: &ListRule) -> bool {
    let body = rule.body.as_deref().and_then(|it| fact.fields.text(it));
    body.is_none_or(|it| rule.names_designator(it))
}

/// What follows from an entry that has no basis or no document.
const NOTHING: &str = "不得据以采取措施，不予公示，也不共享和使用";

fn founded(fact: &Fact, kind: SubjectKind, pack: &Pack, rule: &ListRule) -> ListEntry {
    let body = rule.body.as_deref().and_then(|it| fact.fields.text(it)).map(str::to_owned);
    let documented = rule.document.as_deref().is_none_or(|it| fact.fields.has(it));
    let is_for_it = rule.subjects.contains(&kind);
    let effect = if !is_for_it || !may_designate(fact, rule) {
        ListEffect::WithoutBasis
    } else if !documented {
        ListEffect::WithoutDocument
    } else {
        ListEffect::Full
    };
    let (entered_on, until) = term(fact, rule);
    let text = match effect {
        ListEffect::Full | ListEffect::Shielded => format!("列入{}", rule.name),
        ListEffect::WithoutBasis if is_for_it => {
            let told = body.as_deref().unwrap_or_default();
            format!("记录称由{told}列入{}，但该机关不是这一名单的认定机关，{NOTHING}", rule.name)
        }
        ListEffect::WithoutBasis => format!("记录称列入{}，但该名单不适用于此类主体，{NOTHING}", rule.name),
        ListEffect::WithoutDocument => {
            format!("记录称列入{}，但没有认定文书，{NOTHING}", rule.name)
        }
    };
    ListEntry {
        list: rule.code.clone(),
        name: rule.name.clone(),
        kind: if effect == ListEffect::Full { rule.kind } else { ListKind::Unconfirmed },
        effect,
        body,
        entered_on,
        until,
        ended_on: ended_on(fact, entered_on),
        reason: pack.reason(&rule.code, &rule.basis_text(), vec![fact.id], text),
    }
}

/// The first day on the list and the last.
fn term(fact: &Fact, rule: &ListRule) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let told = fact.valid_from.or(fact.fact_on);
    let yearly = rule.yearly.as_ref().and_then(|it| it.term(fact));
    let entered = told.or(yearly.map(|it| it.0));
    // A term of months ends on the day that corresponds to its first (民法典第二百零二条).
    let by_rule = rule.term_months.and_then(|it| entered?.checked_add_months(Months::new(it)));
    (entered, fact.valid_until.or(yearly.map(|it| it.1)).or(by_rule))
}

fn ended_on(fact: &Fact, entered_on: Option<NaiveDate>) -> Option<NaiveDate> {
    match (fact.ended_on, fact.state) {
        (Some(day), _) => Some(day),
        // When is not known: it is as if it had never been.
        (None, RecordState::Withdrawn) => Some(entered_on.unwrap_or_else(|| known_day(fact))),
        (None, RecordState::InForce) => None,
    }
}

/// A record of a designation on a list that the policy does not know. What is said of it stands in the pack in force on
/// the day it was entered, or in the first that came after.
fn unfounded(fact: &Fact, packs: &Packs) -> ListEntry {
    let name = fact.fields.text("MDMC").unwrap_or("未写明名称的名单").to_owned();
    let entered_on = fact.valid_from.or(fact.fact_on);
    let day = entered_on.unwrap_or_else(|| known_day(fact));
    let said = packs.iter().filter_map(|pack| match &pack.body {
        Body::Lists(rules) if pack.head.until.is_none_or(|it| day <= it) => Some((pack, rules.unfounded.as_ref()?)),
        _ => None,
    });
    let first = said.min_by_key(|(pack, _)| (pack.head.from.max(day), Reverse(pack.head.version)));
    let reason = match first {
        Some((pack, it)) => pack.reason(UNKNOWN_LIST, &it.source, vec![fact.id], it.text.replace("{name}", &name)),
        None => Reason {
            rule: RuleRef { pack: "lists".to_owned(), version: 0, rule: UNKNOWN_LIST.to_owned() },
            source: String::new(),
            records: vec![fact.id],
            text: String::new(),
        },
    };
    ListEntry {
        list: UNKNOWN_LIST.to_owned(),
        body: fact.fields.text("JDJG").map(str::to_owned),
        name,
        kind: ListKind::Unconfirmed,
        effect: ListEffect::WithoutBasis,
        entered_on,
        until: fact.valid_until,
        ended_on: ended_on(fact, entered_on),
        reason,
    }
}

#[cfg(test)]
mod tests;
