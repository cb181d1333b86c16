//! Letters of a window: a decision that was answered, as it was known then, brought together for the page.

use serde_json::Value;

use super::unit_name;
use crate::{
    affairs::{
        AffairError,
        deferrals::{self, Clerk},
    },
    ingest::Workshop,
    report::letters::{Letter, WindowLetter, WindowMatter, window_letter},
    store::{Conn, answers::Logged},
};

/// The letter of a kind about a decision that was answered about a subject, or about one that was not known.
///
/// # Errors
/// [`AffairError`]; a letter there is none of for such a decision is [`AffairError::WrongState`].
pub fn of_decision(
    conn: &mut Conn,
    shop: &Workshop,
    (subject, answer): (Option<i64>, i64),
    kind: WindowLetter,
    clerk: &Clerk,
) -> Result<Letter, AffairError> {
    let told = deferrals::told(conn, shop, (subject, answer), clerk)?;
    let unit = unit_name(conn, &told.logged.unit)?;
    let wrong = |text: String| AffairError::WrongState(text);
    let (pack, rules) =
        told.packs.deferral(told.day).next().ok_or_else(|| wrong("当日没有适用的容缺受理规则".to_owned()))?;
    let asked = asked_code(&told.logged);
    let applicant = told.decided.asked.as_ref().map(|it| &it.dossier.subject);
    let matter = WindowMatter {
        pack,
        rules,
        decision: &told.decided.decision,
        answer,
        day: told.day,
        item: &told.wanted.item,
        missing: &told.wanted.missing,
        promised: told.wanted.promised,
        subject: applicant.and_then(|it| it.name.as_deref()),
        code: applicant.and_then(|it| it.credit_code.as_deref()).or(asked.as_deref()),
        unit: &unit,
    };
    window_letter(kind, &matter).map_err(|it| wrong(it.to_string()))
}
/// The code a question named.
fn asked_code(logged: &Logged) -> Option<String> {
    let question: Value = serde_json::from_str(&logged.question).ok()?;
    Some(question["code"].as_str()?.to_owned())
}
