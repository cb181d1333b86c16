//! What a resource may not collect, and what it may not show.

use unicode_normalization::UnicodeNormalization;

use crate::catalog::{Field, FieldType, Masking, Resource, heading};

use super::super::page::Page;

/// 征信业管理条例 article 14 and the local credit regulations: never collected, however useful it may seem.
/// With each kind the words that speak of it.
const PROHIBITED: [(&str, &[&str]); 6] = [
    ("宗教信仰", &["宗教", "信仰", "教派", "信教"]),
    ("基因", &["基因", "遗传信息", "DNA"]),
    ("指纹", &["指纹", "掌纹", "指静脉"]),
    ("血型", &["血型"]),
    ("疾病", &["疾病", "患病", "所患", "病种", "残疾原因"]),
    ("病史", &["病史", "病历", "诊断结果", "就诊"]),
];

/// The same in a field's code, as whole words between underscores.
const PROHIBITED_CODES: [&str; 12] = [
    "RELIGION",
    "FAITH",
    "GENE",
    "GENES",
    "DNA",
    "FINGERPRINT",
    "FINGERPRINTS",
    "BLOOD",
    "DISEASE",
    "ILLNESS",
    "ZJXY",
    "MEDICAL",
];

/// Words in a field's name that tell of personal data.
const PERSONAL: [&str; 9] = ["手机", "电话", "住址", "家庭地址", "身份证", "证件号", "银行账号", "银行账户", "银行卡"];

pub(super) fn resource(page: &Page<'_>, resource: &Resource) {
    if let Some(kind) = prohibited(&resource.name) {
        page.fault("name", format!("法律禁止归集：{kind}"));
    }
}

pub(super) fn field(page: &Page<'_>, field: &Field) {
    let key = |name: &str| format!("field.{}.{name}", field.code);
    if field.code.split('_').any(|word| PROHIBITED_CODES.contains(&word)) {
        page.fault(&key("code"), "法律禁止归集的内容（宗教信仰、基因、指纹、血型、疾病和病史）");
    }
    if let Some(kind) = prohibited(&field.name) {
        page.fault(&key("name"), format!("法律禁止归集：{kind}"));
    }
    let all = field.headings.iter().chain(field.dialect_headings.iter().map(|(_, heading)| heading));
    let mut others = all.filter(|heading| **heading != heading::normalise(&field.name));
    if let Some(kind) = others.find_map(|heading| prohibited(heading)) {
        page.fault(&key("headings"), format!("法律禁止归集：{kind}"));
    }
    let is_personal = field.kind == FieldType::PersonNumber
        || PERSONAL.iter().any(|word| field.name.contains(word)) && !is_about_documents(field);
    if is_personal && field.masking == Masking::None {
        page.fault(&key("masking"), "个人信息须写明脱敏方式（person_number、phone、address 或 hidden）");
    }
}

/// 证件号码类型 and the like are lists, not numbers.
fn is_about_documents(field: &Field) -> bool {
    matches!(field.kind, FieldType::Term | FieldType::Terms | FieldType::Day)
}

fn prohibited(text: &str) -> Option<&'static str> {
    let text: String = text.nfkc().filter(|it| !it.is_whitespace()).collect::<String>().to_uppercase();
    PROHIBITED.iter().find(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(kind, _)| *kind)
}
