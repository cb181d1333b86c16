//! What a check makes of a row: a draft, typed and complete, or the row rejected with every fault it has.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime};

use crate::standards::{Decimal, Money, Month, PersonNumber, UnifiedSocialCreditCode};

use super::fault::Fault;

/// A checked value. Its variant follows from the field's type in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'r> {
    /// Empty, or a placeholder (无, /, —, null …) that means empty.
    Absent,
    /// Text as it stands in the register or document, trimmed of stray white space, never NFKC-folded;
    /// also the canonical term of a code list and verifiable codes in their canonical form.
    Text(Cow<'r, str>),
    /// Canonical terms of a multi-valued field, in the order of the code list, without repeats.
    Terms(Vec<Cow<'r, str>>),
    /// A day; 长期 is [`crate::standards::OPEN_END`].
    Day(NaiveDate),
    /// A calendar month of a series.
    Month(Month),
    /// A moment, local (Asia/Shanghai) as delivered.
    Moment(NaiveDateTime),
    /// An amount, exact in 分, whatever unit it was delivered in.
    Money(Money),
    /// An exact number: integers, percentages, volumes.
    Number(Decimal),
    /// A unified social credit code.
    Code(UnifiedSocialCreditCode),
    /// The number of a person's document. Never written in clear: sealed in the payload, hashed in keys, masked in answers.
    Person(PersonNumber),
}

impl Value<'_> {
    /// The same value, independent of the row it was read from.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Absent => Value::Absent,
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Terms(terms) => Value::Terms(terms.into_iter().map(|it| Cow::Owned(it.into_owned())).collect()),
            Self::Day(day) => Value::Day(day),
            Self::Month(month) => Value::Month(month),
            Self::Moment(moment) => Value::Moment(moment),
            Self::Money(money) => Value::Money(money),
            Self::Number(number) => Value::Number(number),
            Self::Code(code) => Value::Code(code),
            Self::Person(number) => Value::Person(number),
        }
    }
}

/// A row that passed: one value a field, in the order of the resource's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft<'r> {
    /// The row's number in its delivery.
    pub row: u64,
    /// Values by the index of the field in the resource.
    pub values: Vec<Value<'r>>,
    /// Index of the dialect the row was delivered in, in the resource's dialects.
    pub dialect: usize,
    /// Faults graded as warnings: they are reported, and the row is taken all the same.
    pub warnings: Vec<Fault>,
}

impl Draft<'_> {
    /// The same draft, independent of the row it was read from.
    #[must_use]
    pub fn into_owned(self) -> Draft<'static> {
        Draft {
            row: self.row,
            values: self.values.into_iter().map(Value::into_owned).collect(),
            dialect: self.dialect,
            warnings: self.warnings,
        }
    }
}

/// A row that did not pass, with every fault, errors and warnings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The row's number in its delivery.
    pub row: u64,
    /// All faults, in the order of the columns; at least one is an error.
    pub faults: Vec<Fault>,
}
