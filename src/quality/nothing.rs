//! Which period a zero report (零报告) may be about: one the resource reports by, and that has begun.

use chrono::NaiveDate;

use super::{InvalidSpan, Span};
use crate::catalog::Resource;

/// A period nobody can report nothing for. The display is the Chinese message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchPeriod {
    /// The text is no period.
    #[error(transparent)]
    Invalid(#[from] InvalidSpan),
    /// The resource is not reported by periods.
    #[error("{0}不按期报送，无需零报告")]
    NotByPeriods(String),
    /// It is reported by periods of another length.
    #[error("{resource}的报送期写法如 {example}，不是 {given}")]
    OtherLength {
        /// The resource's name.
        resource: String,
        /// The period of today.
        example: Span,
        /// The period that was given.
        given: Span,
    },
    /// It is yet to come.
    #[error("{0} 期尚未开始")]
    NotBegun(Span),
}

/// The period a text names, if nothing can be reported for it today.
///
/// # Errors
/// [`NoSuchPeriod`].
pub fn reportable(resource: &Resource, text: &str, today: NaiveDate) -> Result<Span, NoSuchPeriod> {
    let span: Span = text.parse()?;
    let name = || resource.name.clone();
    match resource.duty.period {
        None => Err(NoSuchPeriod::NotByPeriods(name())),
        Some(period) if period != span.period => {
            Err(NoSuchPeriod::OtherLength { resource: name(), example: Span::of(period, today), given: span })
        }
        Some(_) if span.first > today => Err(NoSuchPeriod::NotBegun(span)),
        Some(_) => Ok(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, Period};

    #[test]
    fn nothing_is_reported_only_for_a_begun_period_of_the_resource_s_own_length() {
        let mut resource = Resource::clone(Catalog::embedded().get("penalty").expect("it is shipped"));
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        let mut told = |period, text: &str| {
            resource.duty.period = period;
            reportable(&resource, text, today).map_or_else(|err| err.to_string(), |span| span.to_string())
        };
        assert_eq!(told(Some(Period::Month), "2026-11"), "2026-11");
        assert_eq!(told(Some(Period::Month), "2026-12"), "2026-12 期尚未开始");
        assert!(told(Some(Period::Month), "2026-W47").ends_with("的报送期写法如 2026-11，不是 2026-W47"));
        assert!(told(None, "2026-11").ends_with("不按期报送，无需零报告"));
        assert_ne!(told(Some(Period::Month), "2026-13"), "2026-13");
    }
}
