//! Which subject a text names: a code of any kind, or `@id`; several are looked up by the same two queries.

use std::collections::HashMap;

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
}
