//! The head of a rule pack: what it is called, when it is in force, where it comes from and how sure that is.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use super::PackKind;

/// How sure the source of a pack is (把握程度).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// 原文: the official text was read.
    Confirmed,
    /// 二手: known from a secondary text; check before going live.
    Secondary,
    /// 未证实: general knowledge; check before going live.
    General,
}

/// The head of a pack (规则包信息).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The id, `kind.name`; all versions share it.
    pub id: String,
    /// Rises with every change.
    pub version: u32,
    /// What kind of rules it holds.
    #[serde(deserialize_with = "kind")]
    pub kind: PackKind,
    /// The Chinese title.
    pub title: String,
    /// In force from this day,
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// until this one, inclusive; open when it is missing.
    #[serde(default, deserialize_with = "open_day")]
    pub until: Option<NaiveDate>,
    /// The legal sources: orders, articles, standards.
    pub sources: Vec<String>,
    /// How sure they are.
    pub certainty: Certainty,
}

impl Head {
    /// Whether the pack is in force on a day.
    #[must_use]
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|it| day <= it)
    }
}

fn kind<'de, D: Deserializer<'de>>(input: D) -> Result<PackKind, D::Error> {
    String::deserialize(input)?.parse().map_err(D::Error::custom)
}

/// A day of a pack: a TOML date, or the same as text.
///
/// # Errors
/// When it is no day.
pub fn day<'de, D: Deserializer<'de>>(input: D) -> Result<NaiveDate, D::Error> {
    let told = Day::deserialize(input)?;
    told.day().ok_or_else(|| D::Error::custom("应为日期，如 2026-04-01"))
}

/// The same, or none.
///
/// # Errors
/// When it is no day.
pub fn open_day<'de, D: Deserializer<'de>>(input: D) -> Result<Option<NaiveDate>, D::Error> {
    day(input).map(Some)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Day {
    Date(toml::value::Datetime),
    Text(NaiveDate),
}

impl Day {
    fn day(self) -> Option<NaiveDate> {
        match self {
            Self::Text(day) => Some(day),
            Self::Date(it) => {
                let date = it.date?;
                NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
            }
        }
    }
}
