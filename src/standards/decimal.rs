//! Exact decimal numbers: counts, percentages, volumes. No floating point.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::money::without_separators;
use super::text;

/// An exact number of at most 18 digits, kept in its canonical form: no needless zeros, no negative zero.
///
/// ```
/// use credence::standards::Decimal;
///
/// let share: Decimal = "097.50".parse()?;
/// assert_eq!(share.to_string(), "97.5");
/// # Ok::<(), credence::standards::InvalidDecimal>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal {
    mantissa: i64,
    scale: u8,
}

/// Why a text is no number. The display is the Chinese message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDecimal {
    /// Not digits with at most one point.
    #[error("不是数字")]
    Unreadable,
    /// More than 18 digits.
    #[error("数字超过18位")]
    TooLong,
}

const MAX_DIGITS: usize = 18;

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { mantissa: 0, scale: 0 };

    /// Reads digits with a sign, thousand separators and a fraction, full width too.
    ///
    /// # Errors
    /// [`InvalidDecimal`]; a unit, a percent sign or an exponent makes it unreadable.
    pub fn parse(text: &str) -> Result<Self, InvalidDecimal> {
        if !text.is_empty() && text.len() <= MAX_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self { mantissa: text.parse().expect("at most 18 digits fit"), scale: 0 });
        }
        let cleaned = text::clean(text);
        let folded = text::fold_width(&cleaned);
        let negative = folded.starts_with(['-', '−']);
        let bare = folded.strip_prefix(['-', '−', '+']).unwrap_or(&folded);
        let (whole, fraction) = bare.split_once('.').unwrap_or((bare, "0"));
        let whole = without_separators(whole).ok_or(InvalidDecimal::Unreadable)?;
        if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidDecimal::Unreadable);
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        if whole.len() + fraction.len() > MAX_DIGITS {
            return Err(InvalidDecimal::TooLong);
        }
        let digits = format!("0{whole}{fraction}");
        let mantissa: i64 = digits.parse().expect("at most 18 digits fit");
        Ok(Self { mantissa: if negative { -mantissa } else { mantissa }, scale: fraction.len() as u8 })
    }

    /// The number as an integer, `None` when it has a fraction.
    #[must_use]
    pub const fn to_integer(self) -> Option<i64> {
        if self.scale == 0 { Some(self.mantissa) } else { None }
    }

    /// How many decimals the canonical form has.
    #[must_use]
    pub const fn decimals(self) -> u8 {
        self.scale
    }

    /// Whether the number is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// The sum, `None` when it needs more than 18 digits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Self::canonical(self.widened(scale) + other.widened(scale), scale)
    }

    fn widened(self, scale: u8) -> i128 {
        i128::from(self.mantissa) * 10_i128.pow(u32::from(scale - self.scale))
    }

    fn canonical(mut mantissa: i128, mut scale: u8) -> Option<Self> {
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        let fits = mantissa.unsigned_abs() < 10_u128.pow(MAX_DIGITS as u32);
        fits.then(|| i64::try_from(mantissa).expect("18 digits fit")).map(|mantissa| Self { mantissa, scale })
    }
}

/// An integer of more than 18 digits does not exist in this type, so 32 bits are what it is made from.
impl From<i32> for Decimal {
    fn from(number: i32) -> Self {
        Self { mantissa: number.into(), scale: 0 }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.widened(scale).cmp(&other.widened(scale))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for Decimal {
    type Err = InvalidDecimal;

    fn from_str(text: &str) -> Result<Self, InvalidDecimal> {
        Self::parse(text)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs();
        match self.scale {
            0 => write!(out, "{sign}{digits}"),
            scale => {
                let unit = 10_u64.pow(u32::from(scale));
                write!(out, "{sign}{}.{:0width$}", digits / unit, digits % unit, width = usize::from(scale))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_kept_in_one_form() {
        for (text, expected) in [
            ("097.50", "97.5"),
            ("-0.0", "0"),
            ("１２", "12"),
            ("1,234.5", "1234.5"),
            ("+3", "3"),
            ("-0.25", "-0.25"),
            ("100", "100"),
        ] {
            assert_eq!(Decimal::parse(text).map(|number| number.to_string()), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_says_why() {
        for text in ["", "-", "95%", "1e5", "1.2.3", "1.", ".5", "12个"] {
            assert_eq!(Decimal::parse(text), Err(InvalidDecimal::Unreadable), "{text}");
        }
        assert_eq!(Decimal::parse("1234567890.1234567891"), Err(InvalidDecimal::TooLong));
    }

    proptest! {
        #[test]
        fn a_number_written_is_read_again(mantissa in -999_999_999_999_999_999_i64..=999_999_999_999_999_999, scale in 0_u8..=18) {
            let number = Decimal::canonical(mantissa.into(), scale).expect("18 digits");
            prop_assert_eq!(Decimal::parse(&number.to_string()), Ok(number));
        }

        #[test]
        fn numbers_are_ordered_by_value(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000, scale in 0_u8..6) {
            let number = |mantissa: i64| Decimal::canonical(mantissa.into(), scale).expect("few digits");
            prop_assert_eq!(number(a).cmp(&number(b)), a.cmp(&b));
        }
    }
}
