//! Money, exact in 分, read from and written as 元 and 万元. No floating point anywhere.

mod spoken;

pub use spoken::amounts_in_text;

use super::text;

/// An amount of money in 分 (1/100 元), negative only by arithmetic.
///
/// ```
/// use credence::standards::Money;
///
/// let fine = Money::parse_wan("0.2")?;
/// assert_eq!((fine.fen(), fine.to_yuan_string().as_str()), (200_000, "2000"));
/// # Ok::<(), credence::standards::InvalidMoney>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i64);

/// Why a text is no amount. The display is the Chinese message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    /// Not a decimal number.
    #[error("不是数字")]
    Unreadable,
    /// A number with a unit behind it: the column fixes the unit.
    #[error("数字后带有单位")]
    Unit,
    /// Below zero.
    #[error("金额为负")]
    Negative,
    /// Finer than one 分.
    #[error("小数位数过多，不足一分")]
    TooFine,
    /// More than fits (about 9.2 × 10¹⁶ 元).
    #[error("金额过大")]
    TooLarge,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of so many 分.
    #[must_use]
    pub const fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// The amount in 分.
    #[must_use]
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Reads an amount in 万元 with at most six decimals, as the 2018 standard delivers it.
    ///
    /// # Errors
    /// [`InvalidMoney`]; decimals that are zeros do not count.
    pub fn parse_wan(text: &str) -> Result<Self, InvalidMoney> {
        parse(text, 6)
    }

    /// Reads an amount in 元 with at most two decimals.
    ///
    /// # Errors
    /// [`InvalidMoney`]; decimals that are zeros do not count.
    pub fn parse_yuan(text: &str) -> Result<Self, InvalidMoney> {
        parse(text, 2)
    }

    /// The amount in 万元 without needless zeros: `0.2`.
    #[must_use]
    pub fn to_wan_string(self) -> String {
        let text = self.fixed(6);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// The amount in 元: `2000`, or with both decimals `98412.27`.
    #[must_use]
    pub fn to_yuan_string(self) -> String {
        let text = self.fixed(2);
        text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
    }

    fn fixed(self, decimals: u32) -> String {
        let unit = 10_u64.pow(decimals);
        let fen = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:0width$}", fen / unit, fen % unit, width = decimals as usize)
    }

    /// The sum, `None` beyond the bounds.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(fen) => Some(Self(fen)),
            None => None,
        }
    }
}

fn parse(text: &str, decimals: u32) -> Result<Money, InvalidMoney> {
    match plain(text.as_bytes(), decimals) {
        Some(fen) => Ok(Money(fen)),
        None => parse_slowly(text, decimals),
    }
}

/// The clean case: digits, perhaps a point and at most `decimals` digits; short enough not to overflow.
fn plain(bytes: &[u8], decimals: u32) -> Option<i64> {
    let (mut fen, mut seen) = (0_i64, None);
    if bytes.is_empty() || bytes.len() > 12 {
        return None;
    }
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                fen = fen * 10 + i64::from(byte - b'0');
                seen = seen.map(|count: u32| count + 1);
            }
            b'.' if seen.is_none() && at > 0 && at + 1 < bytes.len() => seen = Some(0),
            _ => return None,
        }
    }
    let missing = decimals.checked_sub(seen.unwrap_or(0))?;
    fen.checked_mul(10_i64.pow(missing))
}

#[cold]
fn parse_slowly(delivered: &str, decimals: u32) -> Result<Money, InvalidMoney> {
    let cleaned = text::clean(delivered);
    let folded = text::fold_width(&cleaned);
    let bare = folded.strip_prefix('+').unwrap_or(&folded);
    match bare.strip_prefix(['-', '−']) {
        Some(positive) => match unsigned(positive, decimals)? {
            Money::ZERO => Ok(Money::ZERO),
            _ => Err(InvalidMoney::Negative),
        },
        None => unsigned(bare, decimals),
    }
}

fn unsigned(text: &str, decimals: u32) -> Result<Money, InvalidMoney> {
    let number = ["亿元", "万元", "元整", "元", "万", "圆"].iter().find_map(|unit| text.strip_suffix(unit));
    if let Some(number) = number {
        return unsigned(number.trim_end(), decimals).and(Err(InvalidMoney::Unit));
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let whole = without_separators(whole).ok_or(InvalidMoney::Unreadable)?;
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidMoney::Unreadable);
    }
    let fraction = fraction.trim_end_matches('0');
    let missing = decimals.checked_sub(fraction.len() as u32).ok_or(InvalidMoney::TooFine)?;
    format!("{whole}{fraction}{}", "0".repeat(missing as usize)).parse().map(Money).map_err(|_| InvalidMoney::TooLarge)
}

/// Digits without their thousand separators; `None` when the groups are not of three.
pub(super) fn without_separators(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next().filter(|group| !group.is_empty())?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_in_wan_are_exact() {
        for (text, fen) in [
            ("0.2", 200_000),
            ("0.000001", 1),
            ("1.6666", 1_666_600),
            ("16,666.5", 16_666_500_000),
            ("０．２", 200_000),
            (" 5 ", 5_000_000),
            ("0", 0),
            ("-0", 0),
            ("1.2000000000", 1_200_000),
            ("007", 7_000_000),
        ] {
            assert_eq!(Money::parse_wan(text), Ok(Money(fen)), "{text}");
        }
    }

    #[test]
    fn amounts_in_yuan_are_exact() {
        assert_eq!(Money::parse_yuan("98412.27"), Ok(Money(9_841_227)));
        assert_eq!(Money::parse_yuan("2,000"), Ok(Money(200_000)));
        assert_eq!(Money::parse_yuan("1.005"), Err(InvalidMoney::TooFine));
    }

    #[test]
    fn what_is_no_amount_says_why() {
        for (text, expected) in [
            ("", InvalidMoney::Unreadable),
            ("abc", InvalidMoney::Unreadable),
            ("1.2.3", InvalidMoney::Unreadable),
            ("1.", InvalidMoney::Unreadable),
            (".5", InvalidMoney::Unreadable),
            ("1,23", InvalidMoney::Unreadable),
            ("1234,567", InvalidMoney::Unreadable),
            ("1E5", InvalidMoney::Unreadable),
            ("-1", InvalidMoney::Negative),
            ("2000元", InvalidMoney::Unit),
            ("0.2 万元", InvalidMoney::Unit),
            ("0.0000001", InvalidMoney::TooFine),
            ("99999999999999999999", InvalidMoney::TooLarge),
        ] {
            assert_eq!(Money::parse_wan(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn amounts_are_written_without_needless_zeros() {
        assert_eq!(Money(200_000).to_wan_string(), "0.2");
        assert_eq!(Money(100_000_000).to_wan_string(), "100");
        assert_eq!(Money(-1).to_wan_string(), "-0.000001");
        assert_eq!(Money(9_841_227).to_yuan_string(), "98412.27");
        assert_eq!(Money(50).to_yuan_string(), "0.50");
    }

    proptest! {
        #[test]
        fn an_amount_written_is_read_again(fen in 0..=i64::MAX) {
            prop_assert_eq!(Money::parse_wan(&Money(fen).to_wan_string()), Ok(Money(fen)));
            prop_assert_eq!(Money::parse_yuan(&Money(fen).to_yuan_string()), Ok(Money(fen)));
        }

        #[test]
        fn the_fast_way_and_the_slow_way_agree(text in "[0-9,.]{0,13}") {
            prop_assert_eq!(Money::parse_wan(&text), parse_slowly(&text, 6));
        }
    }
}
