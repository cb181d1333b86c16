//! The unified social credit code (统一社会信用代码, GB 32100-2015 with amendment 1 of 2016).

use std::fmt;
use std::str::FromStr;

use super::authority;
use super::code::{self, InvalidCode};
use super::organisation_code;
use super::person;

const LENGTH: usize = 18;

/// The standard leaves out I, O, S, V and Z: they are easily misread.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// 3 to the power of the place, modulo 31.
const WEIGHTS: [u8; LENGTH - 1] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// The mark of a byte that is not in the alphabet; no value has this bit.
const FOREIGN: u8 = 0x80;

const VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let mut table = [FOREIGN; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        table[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    table
}

/// The value 0–30 of a character, `None` outside the alphabet.
pub(super) const fn value(byte: u8) -> Option<u8> {
    let value = VALUES[byte as usize];
    if value == FOREIGN { None } else { Some(value) }
}

/// A unified social credit code (统一社会信用代码).
///
/// A value of this type has 18 characters of the standard's alphabet, a known registration authority and category,
/// and a right check character. It is no known placeholder and not a citizen's number.
///
/// ```
/// use credence::standards::{InvalidCode, UnifiedSocialCreditCode};
///
/// let code: UnifiedSocialCreditCode = " 91350100m000100y43 ".parse()?;
/// assert_eq!(code.as_str(), "91350100M000100Y43");
/// assert_eq!(code.organisation_code(), "M000100Y4");
/// assert_eq!(code.region(), "350100");
/// let wrong = "91350100M000100Y44".parse::<UnifiedSocialCreditCode>();
/// assert_eq!(wrong, Err(InvalidCode::Check { found: '4', expected: '3' }));
/// # Ok::<(), InvalidCode>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnifiedSocialCreditCode([u8; LENGTH]);

impl UnifiedSocialCreditCode {
    /// Reads a code in the forms people type it; a canonical one costs no allocation.
    ///
    /// # Errors
    /// The first thing a clerk should look at; see [`InvalidCode`].
    #[inline]
    pub fn parse(text: &str) -> Result<Self, InvalidCode> {
        match <[u8; LENGTH]>::try_from(text.as_bytes()) {
            Ok(bytes) if is_right(&bytes) => Ok(Self(bytes)),
            _ => Self::parse_slowly(text),
        }
    }

    #[cold]
    fn parse_slowly(text: &str) -> Result<Self, InvalidCode> {
        let code = code::canonical(text);
        match <[u8; LENGTH]>::try_from(code.as_bytes()) {
            Ok(bytes) if is_right(&bytes) => Ok(Self(bytes)),
            _ => Err(fault(text, &code)),
        }
    }

    /// The 18 characters.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }

    /// The 18 characters as bytes.
    #[must_use]
    #[inline]
    pub const fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// Characters 9–17: the organisation code (主体标识码, GB 11714), nine characters without a hyphen.
    #[must_use]
    pub fn organisation_code(&self) -> &str {
        &self.as_str()[8..17]
    }

    /// Whether characters 9–17 carry a right GB 11714 check. A few registered codes do not: a warning, never a refusal.
    #[must_use]
    pub fn embedded_code_is_right(&self) -> bool {
        organisation_code::is_right(self.organisation_code().as_bytes())
    }

    /// Characters 3–8: the region of the *first* registration (GB/T 2260), abolished ones included.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.as_str()[2..8]
    }

    /// Whether the code is that of an individual business (个体工商户, 92…).
    #[must_use]
    pub fn is_individual_business(&self) -> bool {
        self.0.starts_with(b"92")
    }

    /// The registration authority (登记管理部门) and the category under it (机构类别), in Chinese.
    #[must_use]
    pub fn authority(&self) -> (&'static str, &'static str) {
        authority::names(self.0[0], self.0[1]).expect("a value of this type has a known authority")
    }
}

/// Every rule, without telling which is broken; compiled to table look-ups.
#[inline]
fn is_right(bytes: &[u8; LENGTH]) -> bool {
    let mut foreign = 0;
    let mut sum = 0_u32;
    for (place, weight) in WEIGHTS.iter().enumerate() {
        let value = VALUES[bytes[place] as usize];
        foreign |= value;
        sum += u32::from(value) * u32::from(*weight);
    }
    let check = VALUES[bytes[LENGTH - 1] as usize];
    (foreign | check) & FOREIGN == 0
        && (sum + u32::from(check)).is_multiple_of(31)
        && authority::is_known(bytes[0], bytes[1])
        && !is_placeholder(bytes)
        && !is_person_number(bytes)
}

/// Placeholders that pass the check character: 123456789012345678, and organisation codes of one repeated character.
fn is_placeholder(bytes: &[u8; LENGTH]) -> bool {
    bytes[8] == bytes[9] && code::is_repeated(&bytes[8..17]) || bytes == b"123456789012345678"
}

/// A citizen's number of digits that happens to pass; a code whose embedded organisation code is right is a code.
fn is_person_number(bytes: &[u8; LENGTH]) -> bool {
    bytes[..17].iter().all(u8::is_ascii_digit)
        && !organisation_code::is_right(&bytes[8..17])
        && person::is_citizen_number(bytes)
}

/// Why a canonical text is no code.
fn fault(delivered: &str, code: &str) -> InvalidCode {
    if let Some(fault) = code::common_fault(delivered, code) {
        return fault;
    }
    let found = code.chars().count();
    if found != LENGTH {
        return if person::is_old_citizen_number(code.as_bytes()) {
            InvalidCode::PersonNumber
        } else {
            InvalidCode::Length { found, expected: "18位" }
        };
    }
    let Ok(bytes) = <[u8; LENGTH]>::try_from(code.as_bytes()) else {
        return wrong_character(code);
    };
    if person::is_citizen_number(&bytes) {
        return InvalidCode::PersonNumber;
    }
    if is_placeholder(&bytes) {
        return InvalidCode::Placeholder;
    }
    match bytes.iter().all(|&byte| value(byte).is_some()) {
        true => wrong_sum(&bytes),
        false => wrong_character(code),
    }
}

fn wrong_sum(bytes: &[u8; LENGTH]) -> InvalidCode {
    let expected = check_character(bytes);
    if !authority::is_known(bytes[0], bytes[1]) {
        return InvalidCode::Authority { authority: bytes[0].into(), category: bytes[1].into() };
    }
    InvalidCode::Check { found: bytes[LENGTH - 1].into(), expected: expected.into() }
}

/// The check character the first 17 characters call for; they are of the alphabet.
fn check_character(bytes: &[u8; LENGTH]) -> u8 {
    let sum: u32 =
        bytes.iter().zip(WEIGHTS).map(|(&byte, weight)| u32::from(VALUES[byte as usize]) * u32::from(weight)).sum();
    ALPHABET[((31 - sum % 31) % 31) as usize]
}

fn wrong_character(code: &str) -> InvalidCode {
    let allowed = |c: char| u8::try_from(c).is_ok_and(|byte| value(byte).is_some());
    let (char, position) = code::first_wrong(code, allowed).expect("the caller found one");
    let proposal = code.replace('O', "0").replace('I', "1");
    let right = <[u8; LENGTH]>::try_from(proposal.as_bytes()).is_ok_and(|bytes| is_right(&bytes));
    InvalidCode::Character { char, position, proposal: right.then_some(proposal) }
}

impl FromStr for UnifiedSocialCreditCode {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        Self::parse(text)
    }
}

impl fmt::Display for UnifiedSocialCreditCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for UnifiedSocialCreditCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn refused(text: &str) -> InvalidCode {
        UnifiedSocialCreditCode::parse(text).expect_err("not a code")
    }

    #[test]
    fn a_code_with_a_wrong_check_character_names_the_expected_one() {
        assert_eq!(refused("91350100M000100Y44"), InvalidCode::Check { found: '4', expected: '3' });
        assert_eq!(refused("91350100M000100Y44").to_string(), "校验位应为“3”，实为“4”");
    }

    #[test]
    fn a_letter_o_is_proposed_as_zero_and_never_applied() {
        let fault = refused("9135O100M000100Y43");
        let proposal = Some("91350100M000100Y43".to_owned());
        assert_eq!(fault, InvalidCode::Character { char: 'O', position: 5, proposal });
        assert_eq!(fault.to_string(), "第5位“O”不是允许的字符，疑为 91350100M000100Y43");
        let fault = refused("91350100I000100Y43");
        assert_eq!(fault, InvalidCode::Character { char: 'I', position: 9, proposal: None });
    }

    #[test]
    fn placeholders_are_refused_even_where_the_check_passes() {
        for text in [
            "000000000000000000",
            "00000000000000000X",
            "123456789012345678",
            "111111111111111111",
            "999999999999999999",
        ] {
            assert_eq!(refused(text), InvalidCode::Placeholder, "{text}");
        }
    }

    #[test]
    fn what_is_no_code_at_all_says_what_it_is() {
        assert_eq!(refused("9.12305E+17"), InvalidCode::Scientific);
        assert_eq!(refused("9143**********002X"), InvalidCode::Masked);
        assert_eq!(refused("91430681XXXXXXXXXX"), InvalidCode::Masked);
        assert_eq!(refused("54420281XXXX00XXXX"), InvalidCode::Masked);
        assert_eq!(refused("11010519491231002X"), InvalidCode::PersonNumber);
        assert_eq!(refused("110105491231002"), InvalidCode::PersonNumber);
        assert_eq!(refused("91440300708461136"), InvalidCode::Length { found: 17, expected: "18位" });
        assert_eq!(refused("无"), InvalidCode::Length { found: 1, expected: "18位" });
        assert_eq!(refused(""), InvalidCode::Length { found: 0, expected: "18位" });
    }

    #[test]
    fn an_unknown_authority_is_refused_before_its_check_character() {
        assert_eq!(refused("98431100MA4L1A2B9E"), InvalidCode::Authority { authority: '9', category: '8' });
    }

    #[test]
    fn a_code_tells_its_parts() {
        let code = UnifiedSocialCreditCode::parse("92431102MA4L9W8Y9X").expect("right");
        assert_eq!((code.region(), code.organisation_code()), ("431102", "MA4L9W8Y9"));
        assert!(code.is_individual_business() && code.embedded_code_is_right());
        assert_eq!(code.authority(), ("市场监管", "个体工商户"));
        let code = UnifiedSocialCreditCode::parse("91431100MA4L00000U").expect("right");
        assert!(!code.embedded_code_is_right(), "only a warning");
    }

    proptest! {
        #[test]
        fn every_substitution_of_one_character_is_found(place in 0_usize..18, other in 0_usize..31) {
            let right = *b"91431100MA4L1A2B9E";
            let mut bytes = right;
            bytes[place] = ALPHABET[other];
            prop_assert_eq!(is_right(&bytes), bytes == right);
        }

        #[test]
        fn any_seventeen_characters_have_exactly_one_check_character(body in "9[123][1-6][0-9]{5}[0-9A-HJ-NPQRTUWXY]{9}") {
            let right = ALPHABET.iter().filter(|&&check| {
                UnifiedSocialCreditCode::parse(&format!("{body}{}", char::from(check))).is_ok()
            });
            prop_assert!(right.count() <= 1);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,24}") {
            let _ = UnifiedSocialCreditCode::parse(&text);
        }
    }
}
