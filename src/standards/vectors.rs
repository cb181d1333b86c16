//! The vectors of `tests/fixtures/standards`, every line of them: published examples and synthetic codes.

use chrono::NaiveDate;

use super::day::InvalidDay;
use super::{CitizenId, OrganisationCode, RegistrationKind, RegistrationNumber, UnifiedSocialCreditCode, day, text};

fn lines(file: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    reader.records().map(|line| line.expect("a line").iter().map(str::to_owned).collect()).collect()
}

/// `right`, or the name of the fault.
fn outcome<T, E: std::fmt::Debug>(read: Result<T, E>) -> String {
    match read {
        Ok(_) => "right".to_owned(),
        Err(fault) => {
            let text = format!("{fault:?}");
            text.split([' ', '(']).next().expect("a name").to_owned()
        }
    }
}

#[test]
fn identifiers_are_taken_and_refused_as_the_vectors_say() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
    for line in lines(include_str!("../../tests/fixtures/standards/identifiers.csv")) {
        let [kind, value, expected, note] = line.as_slice() else { panic!("four columns") };
        let found = match kind.as_str() {
            "USCC" => outcome(UnifiedSocialCreditCode::parse(value)),
            "ORG" => outcome(OrganisationCode::parse(value)),
            "REGNO" => match RegistrationNumber::parse(value) {
                Ok(number) if number.kind() == RegistrationKind::Old => "unverifiable".to_owned(),
                other => outcome(other),
            },
            "CN_ID" => outcome(CitizenId::parse(value, today)),
            other => panic!("no such kind: {other}"),
        };
        assert_eq!(&found, expected, "{kind} {value:?} {note}");
    }
}

#[test]
fn days_are_read_and_refused_as_the_vectors_say() {
    for line in lines(include_str!("../../tests/fixtures/standards/days.csv")) {
        let [value, expected] = line.as_slice() else { panic!("two columns") };
        let found = match day::parse(value) {
            Ok(None) => "empty".to_owned(),
            Ok(Some(day)) => day.to_string(),
            Err(fault @ (InvalidDay::Impossible | InvalidDay::Incomplete)) => format!("{fault:?}"),
            Err(fault) => format!("{fault:?}"),
        };
        assert_eq!(&found, expected, "{value:?}");
    }
}

#[test]
fn placeholders_seen_mean_empty() {
    for line in lines(include_str!("../../tests/fixtures/standards/placeholders.csv")) {
        let [value, column] = line.as_slice() else { panic!("two columns") };
        assert!(text::is_code_placeholder(value), "{value:?}");
        assert_eq!(text::is_placeholder(value), column == "any", "{value:?}");
    }
}
