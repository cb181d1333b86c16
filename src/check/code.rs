//! Codes and numbers of documents: what a workbook did to them, what is wrong with them, what to tell the clerk.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::catalog::FieldType;
use crate::record::{Cell, FaultCode, Shape, Value};
use crate::standards::region::{Regions, Status};
use crate::standards::{
    InvalidCode, InvalidPersonNumber, OrganisationCode, PersonDocument, PersonNumber, RegistrationNumber, TaxKind,
    TaxNumber, UnifiedSocialCreditCode,
};

use super::faults::Finding;
use super::value::Setting;

/// A number cell where a code should stand: digits may be lost, leading zeros are.
pub(super) fn number_cell(kind: FieldType, cell: Cell<'_>) -> Option<Finding> {
    if cell.shape != Shape::Number {
        return None;
    }
    let lost = cell.text.contains(['E', 'e']) || cell.text.trim().len() > 15;
    let code = match kind {
        FieldType::DocumentNumber
        | FieldType::CreditCode
        | FieldType::OrganisationCode
        | FieldType::RegistrationNumber
        | FieldType::TaxNumber
        | FieldType::PersonNumber => FaultCode::NumberInCodeColumn,
        _ => return None,
    };
    let finding = Finding::new(code);
    Some(if lost { finding.saying("代码列存成了数值，末位数字已丢失") } else { finding })
}

/// A unified social credit code, with its warnings.
pub(super) fn credit_code<'r>(text: &'r str, setting: &Setting<'_>, notes: &mut Vec<Finding>) -> Value<'r> {
    match UnifiedSocialCreditCode::parse(text) {
        Ok(code) => {
            if !code.embedded_code_is_right() {
                notes.push(Finding::new(FaultCode::EmbeddedCode));
            }
            let region = region_number(code.as_bytes());
            if !setting.seen.contains(region) {
                match doubtful_region(code.region(), setting.regions) {
                    Some(finding) => notes.push(finding),
                    None => setting.seen.insert(region),
                }
            }
            Value::Code(code)
        }
        Err(error) => {
            notes.push(invalid(&error, "统一社会信用代码"));
            Value::Absent
        }
    }
}

/// Characters 3–8 as one number, to be remembered by.
fn region_number(code: &[u8; 18]) -> u64 {
    code[2..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The region of the first registration may be abolished since, and the list may lag behind: never more than a warning.
fn doubtful_region(region: &str, regions: &Regions) -> Option<Finding> {
    /// The national registration authority itself.
    const NATIONAL: &str = "100000";
    let state = match regions.status(region) {
        Status::Current { .. } => return None,
        _ if region == NATIONAL => return None,
        Status::Obsolete { name, .. } => format!("（{name}）已撤销"),
        Status::UnknownInKnownProvince { .. } | Status::Unknown => "未收录".to_owned(),
    };
    Some(Finding::new(FaultCode::CodeRegion).saying(format!("代码中的行政区划 {region} {state}")))
}

/// An organisation code in its canonical form, without the hyphen.
pub(super) fn organisation_code<'r>(text: &'r str, notes: &mut Vec<Finding>) -> Value<'r> {
    match OrganisationCode::parse(text) {
        Ok(code) => canonical(text, code.as_str()),
        Err(error) => refused(&error, "组织机构代码", notes),
    }
}

/// A registration number; old ones cannot be verified.
pub(super) fn registration_number<'r>(text: &'r str, notes: &mut Vec<Finding>) -> Value<'r> {
    match RegistrationNumber::parse(text) {
        Ok(number) => {
            if !number.is_verified() {
                notes.push(Finding::new(FaultCode::UnverifiableCode).saying("该工商注册号没有校验位，无法验证"));
            }
            canonical(text, number.as_str())
        }
        Err(error) => refused(&error, "工商注册号", notes),
    }
}

/// A tax number; it may be a person's.
pub(super) fn tax_number<'r>(text: &'r str, notes: &mut Vec<Finding>) -> Value<'r> {
    match TaxNumber::parse(text) {
        Ok(number) => {
            if !number.is_verified() {
                notes.push(Finding::new(FaultCode::UnverifiableCode).saying("该税务登记号没有校验位，无法验证"));
            }
            match number.kind() {
                // 个体工商户's old number is its owner's identity number: it is kept like one.
                TaxKind::Person => {
                    Value::Person(PersonNumber::trusted(PersonDocument::ResidentId, number.as_str().to_owned()))
                }
                TaxKind::Unified | TaxKind::Organisation | TaxKind::Unverifiable => canonical(text, number.as_str()),
            }
        }
        Err(error) => refused(&error, "税务登记号", notes),
    }
}

/// A number of a person's document of the kind that another field names.
pub(super) fn person_number<'r>(
    text: &str,
    kind: PersonDocument,
    day: NaiveDate,
    notes: &mut Vec<Finding>,
) -> Value<'r> {
    match PersonNumber::parse(kind, text, day) {
        Ok(number) => Value::Person(number),
        Err(error) => {
            notes.push(invalid_person(&error, kind).of_a_person());
            Value::Absent
        }
    }
}

fn canonical<'r>(text: &'r str, code: &str) -> Value<'r> {
    Value::Text(if text == code { Cow::Borrowed(text) } else { Cow::Owned(code.to_owned()) })
}

fn refused<'r>(error: &InvalidCode, name: &str, notes: &mut Vec<Finding>) -> Value<'r> {
    notes.push(invalid(error, name));
    Value::Absent
}

/// What the standard says against a code, with what a clerk can do.
fn invalid(error: &InvalidCode, name: &str) -> Finding {
    let said = |code: FaultCode, message: String| Finding::new(code).saying(message);
    match error {
        InvalidCode::Length { found, expected } => {
            said(FaultCode::CodeLength, format!("{name}应为 {}，实为 {found} 位", spaced(expected)))
        }
        InvalidCode::Character { char, position, proposal } => {
            let finding = said(FaultCode::CodeCharacter, format!("{name}第 {position} 位“{char}”不是允许的字符"));
            match proposal {
                Some(code) => finding.advising(confused(*char, code)),
                None => finding,
            }
        }
        InvalidCode::Check { found, expected } => {
            said(FaultCode::CodeCheck, format!("{name}末位应为 {expected}，实为 {found}"))
        }
        InvalidCode::Placeholder => said(FaultCode::CodePlaceholder, format!("{name}是占位值，不是真实代码")),
        InvalidCode::Authority { authority, category } => said(
            FaultCode::CodeAuthority,
            format!("{name}首两位“{authority}{category}”不是有效的登记管理部门与机构类别"),
        ),
        InvalidCode::PersonNumber => {
            said(FaultCode::PersonNumberInCode, format!("{name}栏填写了身份证号码")).of_a_person()
        }
        InvalidCode::Masked => said(FaultCode::CodeMasked, format!("{name}已被掩去部分字符")),
        InvalidCode::Scientific => {
            said(FaultCode::ScientificNotation, format!("{name}被表格软件改成了科学计数法，末位数字已丢失"))
        }
    }
}

/// `18位` as `18 位`.
fn spaced(expected: &str) -> String {
    expected.replace('位', " 位")
}

/// Letters that look like digits: what was probably meant, proposed and never applied.
fn confused(found: char, proposal: &str) -> String {
    let digit = if found == 'I' { '1' } else { '0' };
    format!("疑似将 {digit} 录成 {found}，是否为 {}？请对照证照核对", super::mask::quoted(proposal))
}

fn invalid_person(error: &InvalidPersonNumber, kind: PersonDocument) -> Finding {
    let code = match error {
        InvalidPersonNumber::Birth => FaultCode::PersonBirth,
        InvalidPersonNumber::Masked => FaultCode::CodeMasked,
        InvalidPersonNumber::Placeholder => FaultCode::CodePlaceholder,
        InvalidPersonNumber::Scientific => FaultCode::ScientificNotation,
        InvalidPersonNumber::Length { .. }
        | InvalidPersonNumber::Character { .. }
        | InvalidPersonNumber::Check
        | InvalidPersonNumber::Province => FaultCode::PersonNumber,
    };
    Finding::new(code).saying(format!("{}：{error}", kind.as_str()))
}
