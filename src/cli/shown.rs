//! What the command line shows of a subject is recorded like an answer over the API: as asked there, whoever sat at it.

use chrono::NaiveDateTime;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::store::answers::Given;

/// How who asks at the command line is recorded: whoever runs the installation, on behalf of the unit that is named.
pub const CLI: &str = "cli";

/// An answer to a question of a kind about some subjects, asked at a moment (UTC) on behalf of a unit: what came of it, and
/// the text that is printed.
pub fn given(
    (asked_at, unit, kind): (NaiveDateTime, &str, &str),
    (subjects, question): (Vec<i64>, Value),
    (outcome, text): (&str, &[u8]),
) -> Given {
    Given {
        asked_at,
        unit: unit.to_owned(),
        caller: CLI.to_owned(),
        role: CLI.to_owned(),
        kind: kind.to_owned(),
        purpose: None,
        consent: None,
        subjects,
        question,
        outcome: outcome.to_owned(),
        digest: Sha256::digest(text).into(),
    }
}
