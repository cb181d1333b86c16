//! The organisation code (组织机构代码, GB 11714): eight characters and a check character.

use std::fmt;
use std::str::FromStr;

use super::code::{self, InvalidCode};

const LENGTH: usize = 9;
const WEIGHTS: [u32; LENGTH - 1] = [3, 7, 9, 10, 5, 8, 4, 2];

/// An organisation code (组织机构代码) with a right check character, kept without its hyphen.
///
/// ```
/// use credence::standards::OrganisationCode;
///
/// let code = OrganisationCode::parse("d2143569-x")?;
/// assert_eq!((code.as_str(), code.to_string().as_str()), ("D2143569X", "D2143569-X"));
/// # Ok::<(), credence::standards::InvalidCode>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationCode([u8; LENGTH]);

impl OrganisationCode {
    /// Reads a code with or without its hyphen.
    ///
    /// # Errors
    /// [`InvalidCode`]: length, character, check, placeholder, masked.
    pub fn parse(text: &str) -> Result<Self, InvalidCode> {
        let code = code::canonical(text);
        if let Some(fault) = code::common_fault(text, &code) {
            return Err(fault);
        }
        let found = code.chars().count();
        if found != LENGTH {
            return Err(InvalidCode::Length { found, expected: "9位" });
        }
        if let Some((char, position)) = code::first_wrong(&code, |c| c.is_ascii_digit() || c.is_ascii_uppercase()) {
            return Err(InvalidCode::Character { char, position, proposal: None });
        }
        let bytes = <[u8; LENGTH]>::try_from(code.as_bytes()).expect("nine ASCII characters");
        Self::checked(bytes)
    }

    fn checked(bytes: [u8; LENGTH]) -> Result<Self, InvalidCode> {
        let expected = check_character(&bytes);
        if bytes[LENGTH - 1] != expected {
            return Err(InvalidCode::Check { found: bytes[LENGTH - 1].into(), expected: expected.into() });
        }
        // 12345678-8 passes the check.
        if &bytes == b"123456788" {
            return Err(InvalidCode::Placeholder);
        }
        Ok(Self(bytes))
    }

    /// The nine characters without the hyphen: characters 9–17 of the same subject's unified code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the characters are ASCII")
    }
}

/// Whether nine characters (digits and capital letters) carry a right check character.
pub(super) fn is_right(code: &[u8]) -> bool {
    code.len() == LENGTH
        && code.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && code[LENGTH - 1] == check_character(code)
}

fn check_character(code: &[u8]) -> u8 {
    let sum: u32 = code.iter().zip(WEIGHTS).map(|(&byte, weight)| value(byte) * weight).sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    }
}

/// 0–9 for digits, 10–35 for letters.
fn value(byte: u8) -> u32 {
    u32::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 })
}

impl FromStr for OrganisationCode {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        Self::parse(text)
    }
}

/// As printed on the certificate, with the hyphen.
impl fmt::Display for OrganisationCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (body, check) = self.as_str().split_at(LENGTH - 1);
        write!(out, "{body}-{check}")
    }
}

impl fmt::Debug for OrganisationCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_check_character_names_the_expected_one() {
        let fault = OrganisationCode::parse("D21435690").expect_err("wrong");
        assert_eq!(fault, InvalidCode::Check { found: '0', expected: 'X' });
    }

    #[test]
    fn placeholders_that_pass_the_check_are_refused() {
        for text in ["00000000-0", "000000000", "12345678-8"] {
            assert_eq!(OrganisationCode::parse(text), Err(InvalidCode::Placeholder), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused_with_a_reason() {
        assert_eq!(OrganisationCode::parse("1"), Err(InvalidCode::Length { found: 1, expected: "9位" }));
        let fault = InvalidCode::Character { char: '湘', position: 1, proposal: None };
        assert_eq!(OrganisationCode::parse("湘21435690"), Err(fault));
        assert_eq!(OrganisationCode::parse("D214****X"), Err(InvalidCode::Masked));
    }
}
