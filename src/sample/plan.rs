//! What each field of a resource is filled with, decided once from its type, its role and the words of its name.

use crate::catalog::{CodeList, Demand, Field, FieldIndex, FieldType, Resource};

use super::heading;
use super::pattern::Pattern;
use super::random::mix;
use super::words::OFFICES;

/// What a field is filled with.
#[derive(Debug, Clone)]
pub(super) enum Filler {
    SubjectName,
    SubjectKind,
    SubjectCode,
    OrganisationCode,
    RegistrationNumber,
    TaxNumber,
    /// The citizen ID of a subject that is a person.
    PersonNumber,
    Representative,
    /// The citizen ID of the representative of a subject that is none.
    RepresentativeNumber,
    /// Either: the first generation has one column for both.
    AnyNumber,
    /// The kind of document of the number in another field.
    DocumentKind(FieldIndex),
    PersonName,
    /// The name of another subject.
    OtherName,
    /// The credit code of another subject.
    OtherCode,
    Agency,
    Office(&'static str),
    AgencyCode,
    DocumentNumber,
    /// The day of the fact and days counted from it.
    Day(DayOf),
    Month,
    Moment,
    /// An amount in whole 元, between these; in 万元 if so said.
    Amount {
        wan: bool,
        low: u64,
        high: u64,
    },
    /// A number between these with so many decimals.
    Number {
        low: u64,
        high: u64,
        decimals: u32,
    },
    /// A year, none before this.
    Year(i64),
    Term,
    Terms,
    /// The first term of another field (处罚类别1), or the rest (处罚类别2).
    PartOf(FieldIndex, usize),
    Region,
    /// Months of a series, and how many there are.
    Series,
    SeriesLength,
    Text(Topic),
    Pattern(Pattern),
}

/// Which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayOf {
    Fact,
    Until { open_end: bool },
    Stamp,
    Founded,
    Other,
}

/// What a text speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Offence,
    Finding,
    Law,
    /// What the other fields amount to; filled last.
    Decision,
    Case,
    LicenceContent,
    Matter,
    Certificate,
    CertificateWithNumber,
    Serial,
    Address,
    Phone,
    Remark,
    Industry,
    Scope,
    Honour,
    Promise,
    Plain,
}

/// Words of a field's name and what they tell of a text. The first that fits decides.
const TOPICS: &[(&str, Topic)] = &[
    ("违法行为类型", Topic::Offence),
    ("违法行为", Topic::Offence),
    ("处罚名称", Topic::Case),
    ("案件名称", Topic::Case),
    ("违法事实", Topic::Finding),
    ("事由", Topic::Finding),
    ("失信行为", Topic::Finding),
    ("情形", Topic::Finding),
    ("原因", Topic::Finding),
    ("法律依据", Topic::Law),
    ("处罚依据", Topic::Law),
    ("依据", Topic::Law),
    ("处罚内容", Topic::Decision),
    ("处罚结果", Topic::Decision),
    ("许可内容", Topic::LicenceContent),
    ("证照名称及编号", Topic::CertificateWithNumber),
    ("证书名称", Topic::Certificate),
    ("证照名称", Topic::Certificate),
    ("文书名称", Topic::Matter),
    ("项目名称", Topic::Matter),
    ("事项名称", Topic::Matter),
    ("承诺", Topic::Promise),
    ("荣誉", Topic::Honour),
    ("表彰", Topic::Honour),
    ("地址", Topic::Address),
    ("住所", Topic::Address),
    ("住址", Topic::Address),
    ("电话", Topic::Phone),
    ("手机", Topic::Phone),
    ("备注", Topic::Remark),
    ("经营范围", Topic::Scope),
    ("业务范围", Topic::Scope),
    ("行业", Topic::Industry),
    ("编号", Topic::Serial),
    ("编码", Topic::Serial),
    ("证号", Topic::Serial),
    ("书号", Topic::Serial),
    ("案号", Topic::Serial),
    ("文号", Topic::Serial),
    ("户号", Topic::Serial),
    ("账号", Topic::Serial),
];

/// Words of a name that say that a person bears it.
const PERSON_WORDS: &[&str] = &["姓名", "负责人", "经营者", "联系人", "代表人", "法官", "执行人员"];

/// Words of optional fields that hardly any subject of the sample city could fill.
const UNUSUAL: &[&str] = &["事业单位", "社会组织", "注销", "吊销日期", "移出"];

/// One field with all that filling it needs.
#[derive(Debug, Clone)]
pub(super) struct Column<'c> {
    pub(super) filler: Filler,
    pub(super) field: &'c Field,
    /// The code list in the dialect; without terms that end a record.
    pub(super) terms: Vec<&'c str>,
    /// In how many of a hundred rows it is filled.
    pub(super) percent: u64,
    /// In how many of a hundred rows a term is the first of its list.
    pub(super) usual: u64,
    /// Whether the dialect can express it, and the file has it.
    pub(super) written: bool,
    /// Whether the value tells records of one subject apart.
    pub(super) in_key: bool,
    pub(super) seed: u64,
}

/// Plans every field of the resource in one of its dialects.
pub(super) fn columns(resource: &Resource, dialect: usize, seed: u64) -> Vec<Column<'_>> {
    let plan = |(index, field)| Column {
        filler: filler(resource, dialect, index, field),
        field,
        terms: terms(resource, dialect, index, field),
        percent: percent(resource, dialect, index, field),
        usual: usual(resource, index),
        written: is_written(resource, dialect, index, field),
        in_key: resource.key.fields.contains(&index),
        seed: mix(seed ^ mix(index as u64 + 1)),
    };
    resource.fields.iter().enumerate().map(plan).collect()
}

/// Whether the file has the field: not what the dialect tells in parts, leaves to be inferred, or does not know.
fn is_written(resource: &Resource, dialect: usize, index: FieldIndex, field: &Field) -> bool {
    let expressible = field.dialects.is_empty() || field.dialects.contains(&dialect);
    let told_otherwise = resource.dialects.get(dialect).is_some_and(|it| {
        it.joins.iter().any(|join| join.to == index) || it.infer_kind && resource.subject.kind == Some(index)
    });
    expressible && !told_otherwise && !heading::tells_of_another(resource, dialect, field)
}

/// Nearly all records are in force, and for everybody.
fn usual(resource: &Resource, index: FieldIndex) -> u64 {
    let state =
        resource.withdrawal.as_ref().is_some_and(|it| it.field == index) || resource.subject.status == Some(index);
    let usage = resource.usage.as_ref().is_some_and(|(it, _)| *it == index);
    if state || usage { 97 } else { 50 }
}

fn terms<'c>(resource: &'c Resource, dialect: usize, index: FieldIndex, field: &'c Field) -> Vec<&'c str> {
    let Some(list) = list_of(field, dialect) else { return Vec::new() };
    let ending: &[String] = match &resource.withdrawal {
        Some(withdrawal) if withdrawal.field == index => &withdrawal.terms,
        _ => &[],
    };
    let plain = list.terms.iter().filter(|term| term.means.is_empty()).map(|term| term.text.as_str());
    plain.filter(|text| !ending.iter().any(|it| it == text)).collect()
}

/// The code list of a field in a dialect.
pub(super) fn list_of(field: &Field, dialect: usize) -> Option<&CodeList> {
    field.dialect_lists.iter().find(|(it, _)| *it == dialect).map(|(_, list)| list).or(field.list.as_ref())
}

/// How often a field is filled. What a condition demands is filled only then, by the rules.
fn percent(resource: &Resource, dialect: usize, index: FieldIndex, field: &Field) -> u64 {
    let roles = &resource.subject;
    let waived = resource.dialects.get(dialect).is_some_and(|it| it.waives.contains(&index));
    let sure = [roles.name, roles.kind, roles.credit_code, roles.person_number, roles.representative];
    let times = [resource.times.fact, resource.times.from, resource.times.until, resource.times.stamp];
    if field.required && !waived || sure.contains(&Some(index)) || times.contains(&Some(index)) {
        return 100;
    }
    let demanded = resource.rules.iter().any(|rule| {
        rule.when.is_some() && matches!(rule.demand, Demand::Filled(it) | Demand::Positive(it) if it == index)
    });
    match field.kind {
        _ if demanded || UNUSUAL.iter().any(|word| field.name.contains(word)) => 0,
        FieldType::PersonNumber => 3,
        FieldType::RegistrationNumber | FieldType::OrganisationCode | FieldType::TaxNumber => 20,
        _ if field.name.contains("备注") => 3,
        _ => 60,
    }
}

fn filler(resource: &Resource, dialect: usize, index: FieldIndex, field: &Field) -> Filler {
    if let Some(filler) = part_filler(resource, dialect, index) {
        return filler;
    }
    if let Some(number) = resource.fields.iter().position(|it| it.kind_field == Some(index)) {
        return Filler::DocumentKind(number);
    }
    if let Some(pattern) = field.pattern.as_deref().and_then(Pattern::parse) {
        return Filler::Pattern(pattern);
    }
    role_filler(resource, index).unwrap_or_else(|| type_filler(resource, index, field))
}

/// The parts a dialect splits a field into, and the one column it has for two persons.
fn part_filler(resource: &Resource, dialect: usize, index: FieldIndex) -> Option<Filler> {
    let dialect = resource.dialects.get(dialect)?;
    for join in &dialect.joins {
        let parts: Vec<FieldIndex> = join.from.iter().copied().filter(|part| *part != join.to).collect();
        if let Some(place) = parts.iter().position(|part| *part == index) {
            return Some(Filler::PartOf(join.to, place));
        }
    }
    let person = resource.subject.person_number?;
    dialect.moves.iter().any(|it| it.from == index && it.to == person).then_some(Filler::AnyNumber)
}

fn role_filler(resource: &Resource, index: FieldIndex) -> Option<Filler> {
    let roles = &resource.subject;
    let times = &resource.times;
    let until = Filler::Day(DayOf::Until { open_end: resource.fields[index].open_end });
    let day = matches!(resource.fields[index].kind, FieldType::Day | FieldType::Moment);
    let by_role = [
        (roles.name, Filler::SubjectName),
        (roles.kind, Filler::SubjectKind),
        (roles.credit_code, Filler::SubjectCode),
        (roles.organisation_code, Filler::OrganisationCode),
        (roles.registration_number, Filler::RegistrationNumber),
        (roles.tax_number, Filler::TaxNumber),
        (roles.person_number, Filler::PersonNumber),
        (roles.representative, Filler::Representative),
    ];
    let by_time = [
        (times.stamp, Filler::Day(DayOf::Stamp)),
        (times.fact, Filler::Day(DayOf::Fact)),
        (times.from, Filler::Day(DayOf::Fact)),
        (times.until, until),
    ];
    let of = |table: &[(Option<FieldIndex>, Filler)]| {
        table.iter().find(|(role, _)| *role == Some(index)).map(|(_, filler)| filler.clone())
    };
    of(&by_role).or_else(|| if day { of(&by_time) } else { None })
}

fn type_filler(resource: &Resource, index: FieldIndex, field: &Field) -> Filler {
    let name = field.name.as_str();
    let series = resource.rules.iter().find_map(|rule| match rule.demand {
        Demand::Series { series, .. } if series == index => Some(Filler::Series),
        Demand::Series { months, .. } if months == index => Some(Filler::SeriesLength),
        _ => None,
    });
    if let Some(series) = series {
        return series;
    }
    match field.kind {
        FieldType::Text => text_filler(field),
        FieldType::Name if PERSON_WORDS.iter().any(|word| name.contains(word)) => Filler::PersonName,
        FieldType::Name => Filler::OtherName,
        FieldType::Agency => {
            OFFICES.iter().find(|(word, _)| name.contains(word)).map_or(Filler::Agency, |(_, it)| Filler::Office(it))
        }
        FieldType::DocumentNumber => Filler::DocumentNumber,
        FieldType::Day if name.contains("成立") || name.contains("注册日期") => Filler::Day(DayOf::Founded),
        FieldType::Day if field.open_end => Filler::Day(DayOf::Until { open_end: true }),
        FieldType::Day => Filler::Day(DayOf::Other),
        FieldType::Month => Filler::Month,
        FieldType::Moment => Filler::Moment,
        FieldType::MoneyWan => amount(field, true),
        FieldType::MoneyYuan => amount(field, false),
        FieldType::Integer if name.contains("年度") || name.contains("年份") => year(field),
        FieldType::Integer => number(field, 0),
        FieldType::Decimal => number(field, 2),
        FieldType::Term => Filler::Term,
        FieldType::Terms => Filler::Terms,
        FieldType::CreditCode if name.contains("机关") || name.contains("单位") || name.contains("部门") => {
            Filler::AgencyCode
        }
        FieldType::CreditCode => Filler::OtherCode,
        FieldType::OrganisationCode => Filler::OrganisationCode,
        FieldType::RegistrationNumber => Filler::RegistrationNumber,
        FieldType::TaxNumber => Filler::TaxNumber,
        FieldType::PersonNumber => Filler::RepresentativeNumber,
        FieldType::Region => Filler::Region,
    }
}

fn text_filler(field: &Field) -> Filler {
    let name = field.name.as_str();
    if name.contains("年度") || name.contains("年份") {
        return year(field);
    }
    if PERSON_WORDS.iter().any(|word| name.contains(word)) {
        return Filler::PersonName;
    }
    Filler::Text(TOPICS.iter().find(|(word, _)| name.contains(word)).map_or(Topic::Plain, |(_, topic)| *topic))
}

fn year(field: &Field) -> Filler {
    Filler::Year(bound(field.min.as_deref()).and_then(|year| i64::try_from(year).ok()).unwrap_or(0))
}

fn amount(field: &Field, wan: bool) -> Filler {
    let unit = if wan { 10_000 } else { 1 };
    let low = bound(field.min.as_deref()).map_or(0, |low| low.saturating_mul(unit)).max(100);
    let high = bound(field.max.as_deref()).map_or(u64::MAX, |high| high.saturating_mul(unit)).min(low + 2_000_000);
    Filler::Amount { wan, low, high }
}

fn number(field: &Field, decimals: u32) -> Filler {
    let low = bound(field.min.as_deref()).unwrap_or(0);
    let high = bound(field.max.as_deref()).unwrap_or(low + 100).min(low + 1_000);
    Filler::Number { low, high: high.max(low), decimals }
}

/// The whole part of a bound; the catalogue has checked that it is a number.
fn bound(text: Option<&str>) -> Option<u64> {
    text.and_then(|text| text.split('.').next()).and_then(|whole| whole.parse().ok())
}
