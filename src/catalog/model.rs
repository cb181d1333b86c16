//! A resource as the rest of the house sees it: parsed, complete, its references resolved to field indices.

use std::ops::RangeInclusive;

use crate::record::Grade;

use super::kinds::{Class, Exposure, FieldType, Masking, Period};

/// The index of a field in [`Resource::fields`].
pub type FieldIndex = usize;

/// A kind of record departments deliver (资源). One file under `schemas/catalog` each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The stable code, as in `--resource` and the API, e.g. `penalty`.
    pub code: String,
    /// The Chinese name, e.g. 行政处罚.
    pub name: String,
    /// What its records mean.
    pub class: Class,
    /// The version of the definition; it rises with every change that alters what is accepted.
    pub version: u32,
    /// Where the definition comes from: standards, orders, notices.
    pub sources: Vec<String>,
    /// What it is, for the clerk, in Chinese.
    pub description: String,
    /// Who may see its records, unless a row says less.
    pub exposure: Exposure,
    /// The departments that own it, in Chinese.
    pub owners: Vec<String>,
    /// The fields, in the order of the template.
    pub fields: Vec<Field>,
    /// The generations and dialects it is delivered in; the first is the current standard, the template's.
    pub dialects: Vec<Dialect>,
    /// Which fields say who the subject is.
    pub subject: SubjectRoles,
    /// Which fields make the record's identity beside its subject.
    pub key: Key,
    /// Which fields say when.
    pub times: Times,
    /// How a row says that it ends a record.
    pub withdrawal: Option<Withdrawal>,
    /// A field whose term narrows who may see the record (信息使用范围), with the exposure of each term.
    pub usage: Option<(FieldIndex, Vec<(String, Exposure)>)>,
    /// The rules over several fields.
    pub rules: Vec<Rule>,
    /// Normalised headings that are known and deliberately not collected (序号 …): the scope decision.
    pub ignore: Vec<String>,
    /// When a delivery is held for a person.
    pub thresholds: Thresholds,
    /// When deliveries are due.
    pub duty: Duty,
    /// The national layout for sending upward, if there is one.
    pub upward: Option<Upward>,
}

impl Resource {
    /// The exposures its records can have: its own, and those a row may narrow it to.
    pub fn exposures(&self) -> impl Iterator<Item = Exposure> {
        let narrowed = self.usage.iter().flat_map(|(_, terms)| terms.iter().map(|(_, exposure)| *exposure));
        narrowed.chain([self.exposure])
    }
}

/// One field of a resource (数据项).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The code: the national one where there is one (`CF_WSH`), upper-case Latin otherwise.
    pub code: String,
    /// The Chinese name; the template's heading.
    pub name: String,
    /// What to fill in, in Chinese: the template's comment.
    pub note: String,
    /// The type of its values.
    pub kind: FieldType,
    /// Whether it must be filled in every row.
    pub required: bool,
    /// The bounds of its length, in characters (not bytes).
    pub length: RangeInclusive<usize>,
    /// The bounds of a number or of an amount, in the unit it is delivered in.
    pub min: Option<String>,
    /// See `min`.
    pub max: Option<String>,
    /// An anchored pattern its text must match, in the subset of XSD patterns that `catalog` allows.
    pub pattern: Option<String>,
    /// The code list of a `Term` or `Terms` field.
    pub list: Option<CodeList>,
    /// Code lists that replace `list` in a dialect (V1 状态 and V2 状态 mean different things by the same digits).
    pub dialect_lists: Vec<(usize, CodeList)>,
    /// The dialects that can express the field; empty means all. What a dialect cannot say keeps the value already known.
    pub dialects: Vec<usize>,
    /// Normalised headings (see [`super::heading`]) and codes that mean the field, in any dialect.
    pub headings: Vec<String>,
    /// Headings that mean the field in one dialect only.
    pub dialect_headings: Vec<(usize, String)>,
    /// Extra texts that count as empty in this field, beside the usual placeholders.
    pub placeholders: Vec<String>,
    /// Texts that look like placeholders but are values here (文号 “空”).
    pub keep: Vec<String>,
    /// For a person's number: the field with the kind of document.
    pub kind_field: Option<FieldIndex>,
    /// Whether a day may be later than the day of delivery.
    pub future: bool,
    /// Whether 长期 (2099-12-31, 9999-12-31) is a value.
    pub open_end: bool,
    /// How the field is shown when it holds personal data.
    pub masking: Masking,
    /// Who may see the field in a record that may be seen.
    pub exposure: Exposure,
    /// The grade of a fault in this field's own format, when it is not the code's default.
    pub grade: Option<Grade>,
}

/// A code list (代码表): canonical terms, each with the texts that mean it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeList {
    /// Its name, e.g. 处罚类别.
    pub name: String,
    /// The terms, in canonical order.
    pub terms: Vec<Term>,
    /// Whether “其他-说明” is accepted beside the terms; the explanation is kept.
    pub other: bool,
}

/// One term of a code list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The canonical text, which is stored.
    pub text: String,
    /// Codes and other wordings that mean it, e.g. `01`, `1`, 企业法人.
    pub also: Vec<String>,
    /// Canonical terms a wording stands for when it is several (没收违法所得、没收非法财物); empty when it is one.
    pub means: Vec<String>,
}

/// A generation or dialect of a resource's layout (标准版本).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Its name: `V2`, `V1`, `XY`.
    pub name: String,
    /// Normalised headings that occur in no other dialect: one of them in a heading row tells the dialect.
    pub marks: Vec<String>,
    /// Values moved between fields before checking (V1's one ID column means the person or the representative).
    pub moves: Vec<Move>,
    /// Fields joined into a multi-valued one before checking (处罚类别1 and 2).
    pub joins: Vec<Join>,
    /// Values given when the dialect has no such column.
    pub defaults: Vec<Default_>,
    /// The subject's kind is inferred from which codes are filled, because the dialect has no 相对人类别.
    pub infer_kind: bool,
    /// Requirements the current standard makes that this dialect cannot meet are waived for these fields.
    pub waives: Vec<FieldIndex>,
}

/// See [`Dialect::moves`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// From this field,
    pub from: FieldIndex,
    /// to this one,
    pub to: FieldIndex,
    /// for a row that meets this.
    pub when: Condition,
}

/// See [`Dialect::joins`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// The parts, in order,
    pub from: Vec<FieldIndex>,
    /// and where they go, separated by `；`.
    pub to: FieldIndex,
}

/// See [`Dialect::defaults`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Default_ {
    /// The field that is filled when it is empty,
    pub field: FieldIndex,
    /// with this text,
    pub value: String,
    /// in a row that meets this; always when `None`.
    pub when: Option<Condition>,
}

/// A condition on one field of the same row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The field it looks at.
    pub field: FieldIndex,
    /// What must hold.
    pub test: Test,
}

/// What a [`Condition`] asks of its field, after normalising.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// It is one of these (canonical terms).
    Is(Vec<String>),
    /// It is filled and none of these.
    IsNot(Vec<String>),
    /// It is multi-valued and one of its terms contains one of these texts.
    Has(Vec<String>),
    /// It is filled.
    Filled,
    /// It is empty.
    Empty,
}

/// A rule over several fields (校验规则).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The stable id within the resource, e.g. `amount_of_fine`.
    pub id: String,
    /// Error or warning.
    pub grade: Grade,
    /// Only for rows that meet this.
    pub when: Option<Condition>,
    /// What must hold.
    pub demand: Demand,
    /// The message in Chinese when the default does not say enough; may be empty.
    pub message: String,
}

/// What a [`Rule`] demands. Closed: each has one function in `check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// The field is filled (`required`).
    Filled(FieldIndex),
    /// Each field is empty (`must_be_empty`).
    Empty(Vec<FieldIndex>),
    /// At least one field is filled (`one_of_group`).
    OneOf(Vec<FieldIndex>),
    /// Both are filled or both are empty (`together`).
    Together(FieldIndex, FieldIndex),
    /// The first day is not after the second (`date_order`); with `swapped` the message says that the columns look exchanged (`swapped_term`).
    Order { earlier: FieldIndex, later: FieldIndex, swapped: bool },
    /// The amount is filled and above zero (`amount_missing`).
    Positive(FieldIndex),
    /// An amount written in the text after one of the words equals the amount field (`amount_mismatch`).
    AmountInText { amount: FieldIndex, text: FieldIndex, words: Vec<String> },
    /// The text is, or contains, none of these (`not_a_penalty`).
    NoPhrase { text: FieldIndex, phrases: Vec<String> },
    /// The subject's kind agrees with its code: 92… is 个体工商户, others are not (`kind_mismatch`).
    KindOfCode { code: FieldIndex, kind: FieldIndex },
    /// Monthly values: the number of months that `series` lists without a gap from the last one equals `months` (`series_gap`).
    Series { series: FieldIndex, months: FieldIndex },
}

/// Which fields say who the subject is. All optional: resources differ, and one code is enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubjectRoles {
    /// The subject's name.
    pub name: Option<FieldIndex>,
    /// 主体类别; its list's canonical terms are 法人及非法人组织, 个体工商户, 自然人.
    pub kind: Option<FieldIndex>,
    /// 统一社会信用代码
    pub credit_code: Option<FieldIndex>,
    /// 组织机构代码
    pub organisation_code: Option<FieldIndex>,
    /// 工商注册号
    pub registration_number: Option<FieldIndex>,
    /// 税务登记号
    pub tax_number: Option<FieldIndex>,
    /// 自然人证件号码
    pub person_number: Option<FieldIndex>,
    /// 法定代表人
    pub representative: Option<FieldIndex>,
    /// 行政区划
    pub region: Option<FieldIndex>,
    /// 登记状态 (of the register)
    pub status: Option<FieldIndex>,
    /// 行业 (of the register)
    pub industry: Option<FieldIndex>,
    /// 曾用名 (of the register), several separated by ；
    pub former_names: Option<FieldIndex>,
}

/// What makes a record's identity beside its subject (自然键).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Key {
    /// The fields; agencies and document numbers enter by their comparison key.
    pub fields: Vec<FieldIndex>,
    /// Added when the field named first in `fallback_when_empty` holds no real number (文号 “空”): then content tells records apart.
    pub fallback: Vec<FieldIndex>,
    /// The field whose emptiness or placeholder calls for the fallback.
    pub fallback_when_empty: Option<FieldIndex>,
}

/// Which fields say when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Times {
    /// The day of the fact: the decision, the designation, the month's end.
    pub fact: Option<FieldIndex>,
    /// In force from; the day of the fact if there is none.
    pub from: Option<FieldIndex>,
    /// In force until, inclusive.
    pub until: Option<FieldIndex>,
    /// The department's own time stamp of the version (数据更新时间戳): it orders versions.
    pub stamp: Option<FieldIndex>,
}

/// How a row says that it ends a record: a term of a status field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The status field.
    pub field: FieldIndex,
    /// The canonical terms that end the record, e.g. 撤销, 无效, 移出.
    pub terms: Vec<String>,
    /// The field with the day it ended, if the resource has one.
    pub ended_on: Option<FieldIndex>,
}

/// When a delivery is held for a person instead of being taken (暂存待核).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Thresholds {
    /// Held when more than this share of the rows has errors, in percent.
    pub faults_percent: Option<u8>,
    /// Held when it has fewer rows than this share of the unit's usual delivery, in percent.
    pub shrink_percent: Option<u8>,
    /// The thresholds act only on deliveries of at least this many rows.
    pub from_rows: u64,
}

/// When deliveries are due (报送要求).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Duty {
    /// Working days from the day of the fact to the report (7 for 双公示).
    pub working_days: Option<u8>,
    /// How often a unit reports, if by calendar.
    pub period: Option<Period>,
    /// A period without facts needs a zero report (零报告).
    pub zero_report: bool,
}

/// The layout for sending records upward (上报): which element or column each field becomes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Upward {
    /// The name of the target layout.
    pub name: String,
    /// Element names with their field, in order.
    pub elements: Vec<(String, FieldIndex)>,
    /// How days are written: `%Y/%m/%d`.
    pub date_format: String,
}
