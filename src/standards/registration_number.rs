//! Registration numbers of the former business register (工商注册号, GS15-2006) and tax numbers (税务登记号).

use std::fmt;

use super::code::{self, InvalidCode};
use super::credit_code::UnifiedSocialCreditCode;
use super::{mask, organisation_code, person};

/// What a registration number is, and so how far it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegistrationKind {
    /// 15 digits with a right check digit (ISO 7064 MOD 11,10).
    Verified,
    /// 12 or 13 digits, from before 2007: no check digit.
    Old,
    /// A co-operative's number: region, `NA`, six digits and a check character nobody publishes the rule of.
    Cooperative,
    /// A foreign-invested firm's number from before 2007: 企独湘总字第000001号.
    Foreign,
    /// The unified social credit code that replaced the number.
    Unified,
}

/// A registration number (工商注册号).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistrationNumber {
    text: String,
    kind: RegistrationKind,
}

impl RegistrationNumber {
    /// Reads a number; those without a check digit are accepted as unverifiable.
    ///
    /// # Errors
    /// [`InvalidCode`]: length, character, check, placeholder, masked, scientific.
    pub fn parse(text: &str) -> Result<Self, InvalidCode> {
        let code = code::canonical(text);
        if let Some(fault) = code::common_fault(text, &code) {
            return Err(fault);
        }
        let kind = match code.len() {
            18 => UnifiedSocialCreditCode::parse(&code).map(|_| RegistrationKind::Unified)?,
            _ if is_foreign(&code) => RegistrationKind::Foreign,
            15 if is_cooperative(code.as_bytes()) => RegistrationKind::Cooperative,
            12 | 13 => all_digits(&code).map(|()| RegistrationKind::Old)?,
            15 => verified(&code).map(|()| RegistrationKind::Verified)?,
            _ => return Err(InvalidCode::Length { found: code.chars().count(), expected: "15位" }),
        };
        Ok(Self { text: code.into_owned(), kind })
    }

    /// The number, half width and upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the number is.
    #[must_use]
    pub const fn kind(&self) -> RegistrationKind {
        self.kind
    }

    /// Whether a check digit vouches for the number.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        matches!(self.kind, RegistrationKind::Verified | RegistrationKind::Unified)
    }
}

impl fmt::Debug for RegistrationNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

fn all_digits(code: &str) -> Result<(), InvalidCode> {
    match code::first_wrong(code, |c| c.is_ascii_digit()) {
        Some((char, position)) => Err(InvalidCode::Character { char, position, proposal: None }),
        None => Ok(()),
    }
}

/// ISO 7064 MOD 11,10 over fifteen digits.
fn verified(code: &str) -> Result<(), InvalidCode> {
    all_digits(code)?;
    let digits = code.as_bytes();
    let product = digits[..14].iter().fold(10, |product, &digit| {
        let sum = (product + u32::from(digit - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    let expected = b'0' + ((11 - product) % 10) as u8;
    if digits[14] == expected {
        Ok(())
    } else {
        Err(InvalidCode::Check { found: digits[14].into(), expected: expected.into() })
    }
}

/// `431121NA000123X`: region, NA, six digits, a digit or X.
fn is_cooperative(code: &[u8]) -> bool {
    code.len() == 15
        && code[..6].iter().all(u8::is_ascii_digit)
        && &code[6..8] == b"NA"
        && code[8..14].iter().all(u8::is_ascii_digit)
        && (code[14].is_ascii_digit() || code[14] == b'X')
}

fn is_foreign(code: &str) -> bool {
    ["企独", "企合", "企作", "企股"].iter().any(|start| code.starts_with(start))
        && code.ends_with('号')
        && code.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// What a tax number is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaxKind {
    /// The unified social credit code, since three certificates became one.
    Unified,
    /// Region and organisation code, 15 characters, with a right GB 11714 check.
    Organisation,
    /// 15 characters whose last nine are no organisation code: issued for a time, unverifiable.
    Unverifiable,
    /// A person's identity number (18), or one with two digits behind it (15 + 2 or 18 + 2).
    Person,
}

/// A tax registration number (税务登记号, 纳税人识别号). It may hold a person's number, so its debug form is masked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxNumber {
    text: String,
    kind: TaxKind,
}

impl TaxNumber {
    /// Reads a number of 15, 17, 18 or 20 characters.
    ///
    /// # Errors
    /// [`InvalidCode`]: length, character, check, placeholder, masked, scientific.
    pub fn parse(text: &str) -> Result<Self, InvalidCode> {
        let code = code::canonical(text);
        if let Some(fault) = code::common_fault(text, &code) {
            return Err(fault);
        }
        if let Some((char, position)) = code::first_wrong(&code, |c| c.is_ascii_digit() || c.is_ascii_uppercase()) {
            return Err(InvalidCode::Character { char, position, proposal: None });
        }
        let bytes = code.as_bytes();
        let kind = match bytes.len() {
            15 if organisation_code::is_right(&bytes[6..]) => TaxKind::Organisation,
            15 if person::is_old_citizen_number(bytes) => TaxKind::Person,
            15 => TaxKind::Unverifiable,
            17 if person::is_old_citizen_number(&bytes[..15]) => TaxKind::Person,
            18 if person::is_citizen_number(bytes) => TaxKind::Person,
            18 => UnifiedSocialCreditCode::parse(&code).map(|_| TaxKind::Unified)?,
            20 if person::is_citizen_number(&bytes[..18]) => TaxKind::Person,
            17 | 20 => TaxKind::Unverifiable,
            found => return Err(InvalidCode::Length { found, expected: "15、17、18或20位" }),
        };
        Ok(Self { text: code.into_owned(), kind })
    }

    /// The number, half width and upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the number is made of.
    #[must_use]
    pub const fn kind(&self) -> TaxKind {
        self.kind
    }

    /// Whether a check character vouches for the number.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        !matches!(self.kind, TaxKind::Unverifiable)
    }

    /// The number as it may be shown: a person's is masked.
    #[must_use]
    pub fn masked(&self) -> String {
        if self.kind == TaxKind::Person { mask::person_number(&self.text) } else { self.text.clone() }
    }
}

impl fmt::Debug for TaxNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn kind(text: &str) -> Result<RegistrationKind, InvalidCode> {
        RegistrationNumber::parse(text).map(|number| number.kind())
    }

    #[test]
    fn fifteen_digits_are_verified() {
        assert_eq!(kind("110108000000016"), Ok(RegistrationKind::Verified));
        assert_eq!(kind(" 110108 000000016 "), Ok(RegistrationKind::Verified));
        assert_eq!(kind("440306503241987"), Err(InvalidCode::Check { found: '7', expected: '9' }));
    }

    #[test]
    fn old_numbers_and_those_of_co_operatives_are_taken_as_unverifiable() {
        for (text, expected) in [
            ("1101082100016", RegistrationKind::Old),
            ("110108210001", RegistrationKind::Old),
            ("431121NA000123X", RegistrationKind::Cooperative),
            ("431121na0001234", RegistrationKind::Cooperative),
            ("企独湘永总字第000123号", RegistrationKind::Foreign),
        ] {
            let number = RegistrationNumber::parse(text).expect("taken");
            assert_eq!((number.kind(), number.is_verified()), (expected, false), "{text}");
        }
        assert_eq!(kind("91350100M000100Y43"), Ok(RegistrationKind::Unified));
    }

    #[test]
    fn other_texts_are_no_registration_numbers() {
        assert_eq!(kind("12345"), Err(InvalidCode::Length { found: 5, expected: "15位" }));
        assert_eq!(kind("000000000000000"), Err(InvalidCode::Placeholder));
        let fault = InvalidCode::Character { char: 'A', position: 7, proposal: None };
        assert_eq!(kind("110108A00000016"), Err(fault));
    }

    #[test]
    fn a_tax_number_tells_what_it_is_made_of() {
        for (text, expected) in [
            ("110108D2143569X", TaxKind::Organisation),
            ("91350100M000100Y43", TaxKind::Unified),
            ("11010519491231002X", TaxKind::Person),
            ("11010549123100200", TaxKind::Person),
            ("11010519491231002X00", TaxKind::Person),
            ("431121D21435690", TaxKind::Unverifiable),
        ] {
            assert_eq!(TaxNumber::parse(text).map(|number| number.kind()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_tax_number_made_of_a_persons_number_is_never_printed_whole() {
        let number = TaxNumber::parse("11010519491231002X").expect("taken");
        assert_eq!(format!("{number:?}"), "110105********002X");
    }
}
