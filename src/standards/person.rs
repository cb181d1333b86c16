//! Numbers of persons' documents: the citizen identity number (GB 11643) and the other kinds, shown only masked.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use super::{code, mask};

/// Why a text is not a person's number. The display is Chinese and never holds the number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPersonNumber {
    /// The length fits no form of the kind.
    #[error("证件号码位数不对，实为{found}位")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// A character the kind does not have.
    #[error("证件号码第{position}位不是允许的字符")]
    Character {
        /// Its place, from 1.
        position: usize,
    },
    /// The check character is wrong. Which one would be right is not said: it would help to forge numbers.
    #[error("身份证号码校验位不符")]
    Check,
    /// The first two digits are no province's.
    #[error("身份证号码前两位不是有效的省级代码")]
    Province,
    /// The digits 7–14 are no day of the calendar, a day before 1900, or one still to come.
    #[error("身份证号码中的出生日期不存在或不合理")]
    Birth,
    /// Digits are hidden.
    #[error("证件号码已被掩去部分字符")]
    Masked,
    /// Typed to fill the cell.
    #[error("证件号码是占位值")]
    Placeholder,
    /// A spreadsheet made it a number and lost digits.
    #[error("证件号码被表格软件改成了科学计数法，末位数字已丢失")]
    Scientific,
}

/// Province prefixes of identity numbers; 81–83 are residence permits of Hong Kong, Macao and Taiwan residents.
const PROVINCES: &[u8] = &[
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83,
];

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// A citizen identity number (公民身份号码, GB 11643), 18 characters. Printed only masked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenId([u8; 18]);

impl CitizenId {
    /// Reads 18 characters, or the 15 digits of the first generation, which become 18.
    ///
    /// # Errors
    /// [`InvalidPersonNumber`]; a birth later than `day` or before 1900 is one.
    pub fn parse(text: &str, day: NaiveDate) -> Result<Self, InvalidPersonNumber> {
        let number = code::canonical(text);
        common_fault(text, &number)?;
        let bytes = match number.chars().count() {
            15 => upgraded(&number)?,
            18 => eighteen(&number)?,
            found => return Err(InvalidPersonNumber::Length { found }),
        };
        if !has_province(&bytes) {
            return Err(InvalidPersonNumber::Province);
        }
        if check_character(&bytes) != bytes[17] {
            return Err(InvalidPersonNumber::Check);
        }
        match birth(&bytes) {
            Some(born) if born.year() >= 1900 && born <= day => Ok(Self(bytes)),
            _ => Err(InvalidPersonNumber::Birth),
        }
    }

    /// The 18 characters, in clear.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits and X are ASCII")
    }

    /// The day of birth.
    #[must_use]
    pub fn birth(&self) -> NaiveDate {
        birth(&self.0).expect("a value of this type has a real birth date")
    }

    /// The region of the first registration (GB/T 2260).
    #[must_use]
    pub fn region(&self) -> &str {
        &self.as_str()[..6]
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&mask::person_number(self.as_str()))
    }
}

fn common_fault(delivered: &str, number: &str) -> Result<(), InvalidPersonNumber> {
    match code::common_fault(delivered, number) {
        Some(code::InvalidCode::Masked) => Err(InvalidPersonNumber::Masked),
        Some(code::InvalidCode::Scientific) => Err(InvalidPersonNumber::Scientific),
        Some(_) => Err(InvalidPersonNumber::Placeholder),
        None => Ok(()),
    }
}

fn digits(number: &str, count: usize) -> Result<(), InvalidPersonNumber> {
    match code::first_wrong(number, |c| c.is_ascii_digit()) {
        Some((_, position)) if position <= count => Err(InvalidPersonNumber::Character { position }),
        _ => Ok(()),
    }
}

fn eighteen(number: &str) -> Result<[u8; 18], InvalidPersonNumber> {
    digits(number, 17)?;
    let bytes = <[u8; 18]>::try_from(number.as_bytes()).map_err(|_| InvalidPersonNumber::Character { position: 18 })?;
    let last = bytes[17];
    if last.is_ascii_digit() || last == b'X' { Ok(bytes) } else { Err(InvalidPersonNumber::Character { position: 18 }) }
}

/// The 18 characters of a 15-digit number: the century 19 is put in and the check character put on.
fn upgraded(number: &str) -> Result<[u8; 18], InvalidPersonNumber> {
    digits(number, 15)?;
    let old = number.as_bytes();
    let mut bytes = [b'0'; 18];
    bytes[..6].copy_from_slice(&old[..6]);
    bytes[6..8].copy_from_slice(b"19");
    bytes[8..17].copy_from_slice(&old[6..]);
    bytes[17] = check_character(&bytes);
    Ok(bytes)
}

fn check_character(bytes: &[u8; 18]) -> u8 {
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(&byte, weight)| u32::from(byte - b'0') * weight).sum();
    CHECKS[(sum % 11) as usize]
}

fn has_province(bytes: &[u8]) -> bool {
    PROVINCES.contains(&((bytes[0] - b'0') * 10 + bytes[1] - b'0'))
}

fn birth(bytes: &[u8; 18]) -> Option<NaiveDate> {
    let number = |part: &[u8]| part.iter().fold(0_u32, |value, byte| value * 10 + u32::from(byte - b'0'));
    NaiveDate::from_ymd_opt(i32::try_from(number(&bytes[6..10])).ok()?, number(&bytes[10..12]), number(&bytes[12..14]))
}

/// Whether 18 bytes are a citizen's number by every rule that needs no clock.
pub(super) fn is_citizen_number(bytes: &[u8]) -> bool {
    let Ok(bytes) = <[u8; 18]>::try_from(bytes) else { return false };
    bytes[..17].iter().all(u8::is_ascii_digit)
        && has_province(&bytes)
        && birth(&bytes).is_some_and(|born| (1900..2100).contains(&born.year()))
        && check_character(&bytes) == bytes[17]
}

/// Whether 15 bytes are a citizen's number of the first generation: province and a real day of birth.
pub(super) fn is_old_citizen_number(bytes: &[u8]) -> bool {
    bytes.len() == 15
        && bytes.iter().all(u8::is_ascii_digit)
        && std::str::from_utf8(bytes).is_ok_and(|text| upgraded(text).is_ok_and(|full| is_citizen_number(&full)))
}

/// The kind of a person's document (证件类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonDocument {
    /// 身份证
    ResidentId,
    /// 护照
    Passport,
    /// 港澳居民来往内地通行证
    HongKongMacaoPermit,
    /// 台湾居民来往大陆通行证
    TaiwanPermit,
    /// 外国人永久居留身份证
    ForeignResidence,
    /// 其他
    Other,
}

/// A text that names no kind of a person's document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不是证件类型")]
pub struct UnknownDocument(pub String);

impl PersonDocument {
    /// Every kind, in the order of the local code list (01–05).
    pub const ALL: &'static [Self] = &[
        Self::ResidentId,
        Self::Passport,
        Self::HongKongMacaoPermit,
        Self::TaiwanPermit,
        Self::ForeignResidence,
        Self::Other,
    ];

    /// The term of the standard.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResidentId => "身份证",
            Self::Passport => "护照",
            Self::HongKongMacaoPermit => "港澳居民来往内地通行证",
            Self::TaiwanPermit => "台湾居民来往大陆通行证",
            Self::ForeignResidence => "外国人永久居留身份证",
            Self::Other => "其他",
        }
    }
}

impl fmt::Display for PersonDocument {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// The standard's terms, the usual short ones, and the local codes 01–05; `其他-…` is [`PersonDocument::Other`].
impl FromStr for PersonDocument {
    type Err = UnknownDocument;

    fn from_str(text: &str) -> Result<Self, UnknownDocument> {
        if let Some(kind) = Self::ALL.iter().find(|kind| kind.as_str() == text) {
            return Ok(*kind);
        }
        let name: String = super::text::fold_width(text).chars().filter(|c| !c.is_whitespace()).collect();
        match name.trim_end_matches('号').trim_start_matches('0') {
            "1" | "身份证" | "居民身份证" | "中华人民共和国居民身份证" | "二代身份证" | "公民身份证" => {
                Ok(Self::ResidentId)
            }
            "2" | "护照" | "外国护照" | "中国护照" => Ok(Self::Passport),
            "3" | "港澳通行证" | "回乡证" | "港澳居民来往内地通行证" | "港澳居民来往通行证" => {
                Ok(Self::HongKongMacaoPermit)
            }
            "4" | "台湾通行证" | "台胞证" | "台湾居民来往大陆通行证" | "台湾居民来往通行证" => {
                Ok(Self::TaiwanPermit)
            }
            "5" | "外国人永久居留证" | "外国人永久居留身份证" | "外国人居留证" => {
                Ok(Self::ForeignResidence)
            }
            "9" | "99" => Ok(Self::Other),
            other if other.starts_with("其他") || other.starts_with("其它") => Ok(Self::Other),
            _ => Err(UnknownDocument(text.to_owned())),
        }
    }
}
