//! Which subject a text names: a code of any kind, or `@id`; several are looked up by the same two queries.

use std::{collections::HashMap, ops::RangeInclusive};

use crate::{
    record::{Identifier, IdentifierKind},
    standards::{UnifiedSocialCreditCode, mask},
    store::{Conn, StoreError, subjects},
};

/// What a text names (所指主体).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// By its id.
    Id(i64),
    /// By a code.
    Code {
        /// As it was written, in capitals.
        code: String,
        /// The organisation code within it, or the code without hyphens.
        organisation: String,
    },
}

/// A person's number where a code belongs: logs would keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("不得以身份证件号码查询")]
pub struct NamedByPersonNumber;

/// Kinds of codes, the strongest first.
const KINDS: [IdentifierKind; 4] = [
    IdentifierKind::CreditCode,
    IdentifierKind::OrganisationCode,
    IdentifierKind::RegistrationNumber,
    IdentifierKind::TaxNumber,
];

impl Named {
    /// Reads a text; one that is no code and no id names nobody that is known.
    ///
    /// # Errors
    /// [`NamedByPersonNumber`].
    pub fn read(text: &str) -> Result<Self, NamedByPersonNumber> {
        if let Some(id) = text.strip_prefix('@').and_then(|it| it.parse().ok()) {
            return Ok(Self::Id(id));
        }
        let code = text.trim().to_ascii_uppercase();
        // Fifteen digits are a registration number, even when they could be an old identity number.
        if code.len() == 18 && mask::citizens_in_text(&code) != code {
            return Err(NamedByPersonNumber);
        }
        let organisation = match code.parse::<UnifiedSocialCreditCode>() {
            Ok(code) => code.as_str()[8..17].to_owned(),
            Err(_) => code.replace('-', ""),
        };
        Ok(Self::Code { code, organisation })
    }
}

/// A code that cannot be one (代码有误).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("代码格式或校验位有误")]
pub struct Malformed;

/// Characters of a code of any kind: an organisation code has nine, a tax number at most twenty.
const LENGTHS: RangeInclusive<usize> = 9..=20;

impl Named {
    /// The same, when it can name somebody: an id, or a code of a length and letters some kind of code has, whose check
    /// character is right where it has eighteen.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn well_formed(self) -> Result<Self, Malformed> {
        let Self::Code { code, .. } = &self else { return Ok(self) };
        let bare = code.replace('-', "");
        let fits = LENGTHS.contains(&bare.len()) && bare.bytes().all(|it| it.is_ascii_alphanumeric());
        let right = bare.len() != 18 || bare.parse::<UnifiedSocialCreditCode>().is_ok();
        if fits && right { Ok(self) } else { Err(Malformed) }
    }

    /// The code, as it was written, in capitals; none when an id was.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Id(_) => None,
            Self::Code { code, .. } => Some(code),
        }
    }
}

/// The subjects these names mean, in their order; of merged ones the ones they were found to be, and none for what is not
/// known.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, names: &[&Named]) -> Result<Vec<Option<i64>>, StoreError> {
    let (mut values, mut ids) = (Vec::with_capacity(names.len() * 2), Vec::new());
    for name in names {
        match name {
            Named::Id(id) => ids.push(*id),
            Named::Code { code, organisation } => values.extend([code.as_str(), organisation]),
        }
    }
    let owners = if values.is_empty() { HashMap::new() } else { subjects::named(conn, &values)? };
    let known = if ids.is_empty() { HashMap::new() } else { subjects::by_ids(conn, &ids)? };
    let owner = |kind, value: &str| owners.get(&Identifier { kind, value: value.to_owned() }).copied();
    let named = |name: &&Named| match name {
        Named::Id(id) => known.get(id).map(|it| it.merged_into.unwrap_or(it.id)),
        Named::Code { code, organisation } => {
            KINDS.into_iter().find_map(|kind| owner(kind, code).or_else(|| owner(kind, organisation)))
        }
    };
    Ok(names.iter().map(named).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_an_id_or_a_code_and_never_a_persons_number() {
        let code =
            |code: &str, organisation: &str| Named::Code { code: code.into(), organisation: organisation.into() };
        for (text, expected) in [
            ("@42", Ok(Named::Id(42))),
            ("@四十二", Ok(code("@四十二", "@四十二"))),
            (" 91440300708461136t ", Ok(code("91440300708461136T", "708461136"))),
            ("70846113-6", Ok(code("70846113-6", "708461136"))),
            ("440301501139999", Ok(code("440301501139999", "440301501139999"))),
            ("11010519491231002X", Err(NamedByPersonNumber)),
        ] {
            assert_eq!(Named::read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_can_be_no_code_is_told_as_such() {
        for (text, expected) in [
            ("@42", true),
            ("91440300708461136T", true),
            ("91440300708461136A", false),
            ("70846113-6", true),
            ("440301501139999", true),
            ("", false),
            ("abc", false),
            ("示例甲有限公司示例甲有限", false),
            ("9144030070846113;DROP", false),
            ("123456789012345678901", false),
        ] {
            assert_eq!(Named::read(text).unwrap().well_formed().is_ok(), expected, "{text}");
        }
    }
}
