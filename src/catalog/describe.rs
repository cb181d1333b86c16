//! A resource in words: the field list of the API, the docs and the template's instruction sheet.

use super::form;
use super::pattern::Pattern;
use super::{Condition, Demand, Exposure, Field, FieldIndex, FieldType, Resource, Rule, Test};

named! {
    /// Whether a field must be filled (填报要求).
    pub enum Need {
        /// 必填
        Always = "必填",
        /// 条件必填: a rule demands it in some rows.
        Sometimes = "条件必填",
        /// 选填
        Never = "选填",
    }
}

/// A field in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldLine {
    /// The code.
    pub code: String,
    /// The Chinese name.
    pub name: String,
    /// The type.
    pub kind: FieldType,
    /// Whether it must be filled, in the current standard.
    pub need: Need,
    /// Length or bounds in Chinese; may be empty.
    pub bounds: String,
    /// The values it may have, in Chinese: the terms of its list, or the form of its type.
    pub values: String,
    /// What to fill in.
    pub note: String,
    /// The dialects that have it.
    pub dialects: Vec<String>,
    /// Whether the current standard, and so the template, has it.
    pub in_template: bool,
    /// Who may see it.
    pub exposure: Exposure,
    /// Every heading that means it, in normal form.
    pub headings: Vec<String>,
}

/// All fields, in the order of the resource file.
#[must_use]
pub fn fields(resource: &Resource) -> Vec<FieldLine> {
    (0..resource.fields.len()).map(|index| line(resource, index)).collect()
}

fn line(resource: &Resource, index: FieldIndex) -> FieldLine {
    let field = &resource.fields[index];
    let has = |dialect: usize| field.dialects.is_empty() || field.dialects.contains(&dialect);
    let dialects = resource.dialects.iter().enumerate().filter(|(at, _)| has(*at)).map(|(_, it)| it.name.clone());
    let own = field.dialect_headings.iter().map(|(_, heading)| heading);
    FieldLine {
        code: field.code.clone(),
        name: field.name.clone(),
        kind: field.kind,
        need: need(resource, index),
        bounds: bounds(field),
        values: values(field),
        note: field.note.clone(),
        dialects: dialects.collect(),
        in_template: has(0),
        exposure: field.exposure,
        headings: field.headings.iter().chain(own).cloned().collect(),
    }
}

fn need(resource: &Resource, index: FieldIndex) -> Need {
    let demands = |rule: &Rule| match &rule.demand {
        Demand::Filled(field) | Demand::Positive(field) => *field == index,
        Demand::OneOf(fields) => fields.contains(&index),
        Demand::Together(one, other) => *one == index || *other == index,
        Demand::Empty(_)
        | Demand::Order { .. }
        | Demand::AmountInText { .. }
        | Demand::NoPhrase { .. }
        | Demand::KindOfCode { .. }
        | Demand::Series { .. } => false,
    };
    if form::is_required(resource, index) {
        Need::Always
    } else if resource.rules.iter().any(demands) {
        Need::Sometimes
    } else {
        Need::Never
    }
}

/// The type in Chinese.
#[must_use]
pub const fn type_name(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "文本",
        FieldType::Name => "名称",
        FieldType::Agency => "机关名称",
        FieldType::DocumentNumber => "文号",
        FieldType::Day => "日期",
        FieldType::Month => "月份",
        FieldType::Moment => "时间",
        FieldType::MoneyWan => "金额（万元）",
        FieldType::MoneyYuan => "金额（元）",
        FieldType::Integer => "整数",
        FieldType::Decimal => "小数",
        FieldType::Term => "代码表（单选）",
        FieldType::Terms => "代码表（多选）",
        FieldType::CreditCode => "统一社会信用代码",
        FieldType::OrganisationCode => "组织机构代码",
        FieldType::RegistrationNumber => "工商注册号",
        FieldType::TaxNumber => "税务登记号",
        FieldType::PersonNumber => "身份证件号码",
        FieldType::Region => "行政区划代码",
    }
}

fn bounds(field: &Field) -> String {
    let (least, most) = (field.length.start(), field.length.end());
    match field.kind {
        FieldType::Text | FieldType::Name | FieldType::Agency | FieldType::DocumentNumber | FieldType::Terms => {
            match least {
                least if least == most => format!("{most} 字"),
                0 | 1 => format!("≤ {most} 字"),
                least => format!("{least} 至 {most} 字"),
            }
        }
        _ => match (&field.min, &field.max) {
            (Some(min), Some(max)) => format!("{min} 至 {max}"),
            (Some(min), None) => format!("≥ {min}"),
            (None, Some(max)) => format!("≤ {max}"),
            (None, None) => String::new(),
        },
    }
}

fn values(field: &Field) -> String {
    if let Some(list) = form::list_of(field) {
        let single = list.terms.iter().filter(|term| term.means.is_empty()).map(|term| term.text.as_str());
        let terms: Vec<&str> = single.chain(list.other.then_some("其他-说明")).collect();
        let several = if field.kind == FieldType::Terms { "（多项以分号分隔）" } else { "" };
        return format!("{}{several}", terms.join("；"));
    }
    let usual = match field.kind {
        FieldType::Day if field.open_end => "YYYY-MM-DD，或“长期”",
        FieldType::Day => "YYYY-MM-DD",
        FieldType::Month => "YYYY-MM",
        FieldType::Moment => "YYYY-MM-DD HH:MM:SS",
        FieldType::MoneyWan => "数字，最多六位小数：2000 元填 0.2",
        FieldType::MoneyYuan => "数字，最多两位小数",
        FieldType::CreditCode => "18 位",
        FieldType::OrganisationCode => "9 位",
        FieldType::RegistrationNumber => "15 位或旧 13 位",
        FieldType::TaxNumber => "15、17、18 或 20 位",
        FieldType::Region => "GB/T 2260 六位数字",
        FieldType::Text
        | FieldType::Name
        | FieldType::Agency
        | FieldType::DocumentNumber
        | FieldType::Integer
        | FieldType::Decimal
        | FieldType::Term
        | FieldType::Terms
        | FieldType::PersonNumber => "",
    };
    match &field.pattern {
        Some(pattern) => {
            let example = Pattern::parse(pattern).map(|it| format!("，如 {}", it.example())).unwrap_or_default();
            format!("格式 `{pattern}`{example}")
        }
        None => usual.to_owned(),
    }
}

/// A rule in Chinese: its condition and its demand.
#[must_use]
pub fn rule(resource: &Resource, rule: &Rule) -> String {
    let when = rule.when.as_ref().map(|it| format!("{}时，", condition(resource, it))).unwrap_or_default();
    format!("{when}{}", demand(resource, &rule.demand))
}

fn name(resource: &Resource, field: FieldIndex) -> &str {
    resource.fields.get(field).map_or("", |it| it.name.as_str())
}

fn names(resource: &Resource, fields: &[FieldIndex]) -> String {
    fields.iter().map(|it| format!("“{}”", name(resource, *it))).collect::<Vec<_>>().join("、")
}

fn condition(resource: &Resource, when: &Condition) -> String {
    let name = name(resource, when.field);
    match &when.test {
        Test::Is(terms) => format!("“{name}”为{}", terms.join("或")),
        Test::IsNot(terms) => format!("“{name}”不为{}", terms.join("、")),
        Test::Has(texts) => format!("“{name}”含{}", texts.join("或")),
        Test::Filled => format!("已填“{name}”"),
        Test::Empty => format!("未填“{name}”"),
    }
}

fn demand(resource: &Resource, demand: &Demand) -> String {
    let name = |field: &FieldIndex| name(resource, *field);
    match demand {
        Demand::Filled(field) => format!("“{}”必填", name(field)),
        Demand::Empty(fields) => format!("{}应为空", names(resource, fields)),
        Demand::OneOf(fields) => format!("{}至少填写一项", names(resource, fields)),
        Demand::Together(one, other) => format!("“{}”与“{}”同时填写或同时为空", name(one), name(other)),
        Demand::Order { earlier, later, .. } => format!("“{}”不晚于“{}”", name(earlier), name(later)),
        Demand::Positive(field) => format!("“{}”必填且大于零", name(field)),
        Demand::AmountInText { amount, text, words } => {
            format!("“{}”与“{}”中“{}”后写明的金额一致", name(amount), name(text), words.join("、"))
        }
        Demand::NoPhrase { text, phrases } => format!("“{}”不应含{}", name(text), phrases.join("、")),
        Demand::KindOfCode { code, kind } => format!("“{}”与“{}”相符：92 开头的为个体工商户", name(kind), name(code)),
        Demand::Series { series, months } => format!("“{}”连续，月数与“{}”相符", name(series), name(months)),
    }
}
