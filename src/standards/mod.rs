//! What national standards fix: codes, identity numbers, dates, money, names, regions, working days.
//!
//! Values are right by construction; nothing here knows a resource, a file or a database.

use chrono::NaiveDate;

pub mod agency;
mod authority;
pub mod code;
mod credit_code;
pub mod day;
mod decimal;
pub mod document;
pub mod mask;
pub mod money;
mod month;
pub mod name;
mod organisation_code;
mod person;
mod person_number;
pub mod privacy;
pub mod region;
mod registration_number;
pub mod text;
mod words;
pub mod workday;

#[cfg(test)]
mod vectors;

pub use code::InvalidCode;
pub use credit_code::UnifiedSocialCreditCode;
pub use day::InvalidDay;
pub use decimal::{Decimal, InvalidDecimal};
pub use money::{InvalidMoney, Money};
pub use month::{InvalidMonth, Month};
pub use organisation_code::OrganisationCode;
pub use person::{CitizenId, InvalidPersonNumber, PersonDocument, UnknownDocument};
pub use person_number::PersonNumber;
pub use region::Regions;
pub use registration_number::{RegistrationKind, RegistrationNumber, TaxKind, TaxNumber};
pub use words::Words;

/// 长期: no end. Delivered as 长期, 2099-12-31 or 9999-12-31.
pub const OPEN_END: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day of the calendar");

/// 长期 as departments write it for a day.
pub const LONG_TERM: NaiveDate = NaiveDate::from_ymd_opt(2099, 12, 31).expect("a day of the calendar");
