//! A person's number with the kind of its document. Whatever prints it prints the masked form.

use std::fmt;

use chrono::NaiveDate;

use super::person::{CitizenId, InvalidPersonNumber, PersonDocument};
use super::{code, mask, text};

/// The number of a person's document (证件号码). `Debug` and `Display` show only the masked form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonNumber {
    kind: PersonDocument,
    number: String,
}

impl PersonNumber {
    /// Reads the number of a document of this kind; `day` is the latest plausible day of birth.
    ///
    /// An identity number of 15 digits becomes one of 18. Foreign kinds have no published check: length and characters only.
    ///
    /// # Errors
    /// [`InvalidPersonNumber`]
    pub fn parse(kind: PersonDocument, text: &str, day: NaiveDate) -> Result<Self, InvalidPersonNumber> {
        let number = match kind {
            PersonDocument::ResidentId => CitizenId::parse(text, day)?.as_str().to_owned(),
            PersonDocument::Other => free(text)?,
            _ => permit(kind, text)?,
        };
        Ok(Self { kind, number })
    }

    /// A number that was checked before, as the store keeps it sealed.
    #[must_use]
    pub const fn trusted(kind: PersonDocument, number: String) -> Self {
        Self { kind, number }
    }

    /// The kind of the document.
    #[must_use]
    pub const fn kind(&self) -> PersonDocument {
        self.kind
    }

    /// The number in clear: to be sealed, hashed or compared, never to be shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// What may be shown: an identity number keeps its first six and last four characters, others less.
    #[must_use]
    pub fn masked(&self) -> String {
        mask::person_number(&self.number)
    }
}

impl fmt::Debug for PersonNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.kind, self.masked())
    }
}

impl fmt::Display for PersonNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.masked())
    }
}

/// A document nobody fixed a form for: 1–64 characters.
fn free(delivered: &str) -> Result<String, InvalidPersonNumber> {
    let number = text::fold_width(&text::clean(delivered)).into_owned();
    let found = number.chars().count();
    if text::is_placeholder(&number) {
        return Err(InvalidPersonNumber::Placeholder);
    }
    if number.contains('*') {
        return Err(InvalidPersonNumber::Masked);
    }
    if found <= 64 { Ok(number) } else { Err(InvalidPersonNumber::Length { found }) }
}

/// Passports and permits: letters and digits, of the lengths the kind has.
fn permit(kind: PersonDocument, delivered: &str) -> Result<String, InvalidPersonNumber> {
    let number = code::canonical(delivered);
    match code::common_fault(delivered, &number) {
        Some(code::InvalidCode::Masked) => return Err(InvalidPersonNumber::Masked),
        Some(code::InvalidCode::Scientific) => return Err(InvalidPersonNumber::Scientific),
        Some(_) => return Err(InvalidPersonNumber::Placeholder),
        None => {}
    }
    // A letter in brackets ends some Taiwan permits: 12345678(A).
    let number: String = number.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    if let Some((_, position)) = code::first_wrong(&number, |c| c.is_ascii_digit() || c.is_ascii_uppercase()) {
        return Err(InvalidPersonNumber::Character { position });
    }
    let found = number.len();
    let fits = match kind {
        PersonDocument::HongKongMacaoPermit => matches!(found, 9 | 11 | 18),
        PersonDocument::TaiwanPermit => matches!(found, 8..=11 | 18),
        PersonDocument::ForeignResidence => matches!(found, 15 | 18),
        _ => matches!(found, 5..=20),
    };
    if fits { Ok(number) } else { Err(InvalidPersonNumber::Length { found }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day")
    }

    fn parse(kind: PersonDocument, text: &str) -> Result<String, InvalidPersonNumber> {
        PersonNumber::parse(kind, text, today()).map(|number| number.as_str().to_owned())
    }

    #[test]
    fn an_old_identity_number_becomes_one_of_eighteen() {
        assert_eq!(parse(PersonDocument::ResidentId, "110105491231002"), Ok("11010519491231002X".into()));
        assert_eq!(parse(PersonDocument::ResidentId, "11010519491231002x"), Ok("11010519491231002X".into()));
    }

    #[test]
    fn a_wrong_identity_number_says_what_is_wrong() {
        for (text, expected) in [
            ("431101199002290018", InvalidPersonNumber::Birth),
            ("440524188001010014", InvalidPersonNumber::Birth),
            ("431101209912310010", InvalidPersonNumber::Birth),
            ("991102199001010016", InvalidPersonNumber::Province),
            ("110105194912310025", InvalidPersonNumber::Check),
            ("110105********002X", InvalidPersonNumber::Masked),
            ("1.10105E+17", InvalidPersonNumber::Scientific),
            ("000000000000000000", InvalidPersonNumber::Placeholder),
            ("11010519491231", InvalidPersonNumber::Length { found: 14 }),
            ("1101051949123100AX", InvalidPersonNumber::Character { position: 17 }),
            ("11010519491231002永", InvalidPersonNumber::Character { position: 18 }),
        ] {
            assert_eq!(parse(PersonDocument::ResidentId, text), Err(expected), "{text}");
        }
    }

    #[test]
    fn permits_and_passports_are_taken_by_length_and_characters() {
        assert_eq!(parse(PersonDocument::Passport, "e12345678"), Ok("E12345678".into()));
        assert_eq!(parse(PersonDocument::HongKongMacaoPermit, "H01234567"), Ok("H01234567".into()));
        assert_eq!(parse(PersonDocument::TaiwanPermit, "01234567(a)"), Ok("01234567A".into()));
        assert_eq!(parse(PersonDocument::ForeignResidence, "USA123456789012"), Ok("USA123456789012".into()));
        assert_eq!(parse(PersonDocument::Passport, "E123"), Err(InvalidPersonNumber::Length { found: 4 }));
        assert_eq!(parse(PersonDocument::Other, "军字第0012号"), Ok("军字第0012号".into()));
        assert_eq!(parse(PersonDocument::Other, "无"), Err(InvalidPersonNumber::Placeholder));
    }

    #[test]
    fn no_form_of_printing_shows_the_number_or_the_birth() {
        let number = PersonNumber::parse(PersonDocument::ResidentId, "11010519491231002X", today()).expect("right");
        for shown in [format!("{number}"), format!("{number:?}"), number.masked()] {
            assert!(shown.ends_with("110105********002X") && !shown.contains("1949"), "{shown}");
        }
    }

    #[test]
    fn a_kind_is_read_by_term_short_name_and_local_code() {
        for (text, kind) in [
            ("01", PersonDocument::ResidentId),
            ("居民身份证", PersonDocument::ResidentId),
            ("护照号", PersonDocument::Passport),
            ("03", PersonDocument::HongKongMacaoPermit),
            ("台胞证", PersonDocument::TaiwanPermit),
            (" 外国人永久居留身份证 ", PersonDocument::ForeignResidence),
            ("其他-军官证", PersonDocument::Other),
        ] {
            assert_eq!(text.parse(), Ok(kind), "{text}");
        }
        assert!("营业执照".parse::<PersonDocument>().is_err());
        for kind in PersonDocument::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
    }
}
