//! Codes with right check characters, worked out here and not by `standards`: so that each is a test of the other.

use chrono::{Datelike, NaiveDate};

/// GB 32100: the standard leaves out I, O, S, V and Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The values of the alphabet's characters, by byte.
const VALUES: [u8; 128] = {
    let mut values = [0; 128];
    let mut value = 0;
    while value < ALPHABET.len() {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// 组织机构代码 (GB 11714) number `serial`, of the kind given since 2015: MA, six characters, the check character.
pub(super) fn organisation_code(serial: u64) -> [u8; 9] {
    let mut code = *b"MA0000000";
    let mut rest = serial;
    for place in (2..8).rev() {
        code[place] = ALPHABET[digit(rest, 31)];
        rest /= 31;
    }
    let value = |letter: u8| u32::from(if letter.is_ascii_digit() { letter - b'0' } else { letter - b'A' + 10 });
    let sum: u32 =
        code[..8].iter().zip([3, 7, 9, 10, 5, 8, 4, 2]).map(|(letter, weight)| value(*letter) * weight).sum();
    code[8] = match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        check => b"0123456789"[check as usize],
    };
    code
}

/// 统一社会信用代码 (GB 32100) with its registration authority and category, region and organisation code.
pub(super) fn credit_code(kind: [u8; 2], region: &str, organisation: [u8; 9]) -> [u8; 18] {
    let mut code = [b'0'; 18];
    code[..2].copy_from_slice(&kind);
    code[2..8].copy_from_slice(region.as_bytes());
    code[8..17].copy_from_slice(&organisation);
    let (sum, _) = code[..17].iter().fold((0, 1), |(sum, weight), letter| {
        (sum + u32::from(VALUES[usize::from(*letter)]) * weight, weight * 3 % 31)
    });
    code[17] = ALPHABET[digit((31 - u64::from(sum) % 31) % 31, 31)];
    code
}

/// 工商注册号 (GS 15): six digits of region, eight of number, the check digit by ISO 7064 MOD 11,10.
pub(super) fn registration_number(region: &str, serial: u64) -> [u8; 15] {
    let mut code = [b'0'; 15];
    code[..6].copy_from_slice(region.as_bytes());
    decimal(&mut code[6..14], serial);
    let product = code[..14].iter().fold(10, |product, letter| match (product + u32::from(letter - b'0')) % 10 {
        0 => 20 % 11,
        sum => 2 * sum % 11,
    });
    code[14] = b"0123456789"[((11 - product) % 10) as usize];
    code
}

/// 公民身份号码 (GB 11643) of the person born on a day with a serial number.
pub(super) fn citizen_id(region: &str, birth: NaiveDate, serial: u64) -> [u8; 18] {
    let mut code = [b'0'; 18];
    code[..6].copy_from_slice(region.as_bytes());
    decimal(&mut code[6..10], u64::try_from(birth.year()).expect("after year 0"));
    decimal(&mut code[10..12], birth.month().into());
    decimal(&mut code[12..14], birth.day().into());
    decimal(&mut code[14..17], serial % 1000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = code[..17].iter().zip(weights).map(|(letter, weight)| usize::from(letter - b'0') * weight).sum();
    code[17] = b"10X98765432"[sum % 11];
    code
}

/// The text of a code; all its characters are ASCII.
pub(super) fn text(code: &[u8]) -> &str {
    std::str::from_utf8(code).expect("a code is ASCII")
}

fn decimal(place: &mut [u8], mut number: u64) {
    for letter in place.iter_mut().rev() {
        *letter = b"0123456789"[digit(number, 10)];
        number /= 10;
    }
}

fn digit(number: u64, base: u64) -> usize {
    usize::try_from(number % base).expect("below the base")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_characters_are_those_of_published_examples() {
        let organisation = |text: &str| <[u8; 9]>::try_from(text.as_bytes()).expect("nine characters");
        assert_eq!(text(&credit_code(*b"91", "230500", organisation("MA1B3N1N2"))), "91230500MA1B3N1N2M");
        assert_eq!(text(&registration_number("110108", 1)), "110108000000016");
        let birth = NaiveDate::from_ymd_opt(1949, 12, 31).expect("a day");
        assert_eq!(text(&citizen_id("110105", birth, 2)), "11010519491231002X");
    }

    #[test]
    fn the_organisation_code_has_the_check_character_of_gb_11714() {
        let sum: u32 = organisation_code(77)[..8]
            .iter()
            .zip([3, 7, 9, 10, 5, 8, 4, 2])
            .map(|(letter, weight)| char::from(*letter).to_digit(36).expect("a letter or digit") * weight)
            .sum();
        let check = match organisation_code(77)[8] {
            b'X' => 10,
            digit => u32::from(digit - b'0'),
        };
        assert_eq!((sum + check) % 11, 0);
    }
}
