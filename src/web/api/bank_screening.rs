//! Batch screening (批量筛查): up to 100,000 codes in one request, a line of JSON for each, in the order they were asked.

use std::{
    collections::{HashMap, HashSet},
    thread,
};

use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Bytes, Data, Payload, Query},
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use super::bank;
use crate::{
    affairs::consents,
    dossier,
    ingest::Workshop,
    ledger::hex,
    lending::{self, Line, LineState, Summary},
    policy::rules::{RiskRules, Screening},
    record::SubjectKind,
    rights::Purpose,
    standards::UnifiedSocialCreditCode,
    standing::Brief,
    store::{screening, screening::Screened},
    web::{
        access::{Bank, Late},
        desk::Desk,
        error::ApiError,
        moment, recorded,
    },
};

/// Bytes of a list: 100,000 codes, each in a line of JSON.
const LIST: usize = 8 << 20;
/// Bytes of a piece of the answer.
const PIECE: usize = 64 << 10;

/// What for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// 用途：before_loan 贷前、during_loan 贷中、after_loan 贷后
    pub purpose: String,
}

/// Screens many codes.
#[utoipa::path(
    tag = "信易贷",
    summary = "批量筛查",
    description = "请求体每行一个统一社会信用代码，或一个 JSON（字符串，或带 code 的对象），至多 100000 行，空行不计。\
        答复为 JSON 行，与所问次序一致，每问必答：found、unknown_code、malformed_code、duplicate。只含公开信息，无须授权。\
        回执在 Credence-Receipt 头中，其 digest 为答复全文的 SHA-256。",
    params(Asked),
    request_body(content = String, content_type = "text/plain"),
    responses((status = 200, body = Line, content_type = "application/x-ndjson")),
    security(("key" = ["bank"]))
)]
#[post("/bank/screenings")]
pub async fn ask(
    Bank(caller): Bank,
    desk: Data<Desk>,
    query: Late<Query<Asked>>,
    payload: Payload,
    _request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let purpose: Purpose = moment::parse_name("purpose", &query.get()?.purpose)?;
    let text = whole(payload).await?;
    let done = desk.run(move |shop| screen(shop, &text)).await?;
    let question = json!({"lines": done.lines, "digest": hex(&done.digest)});
    let asked = recorded::Asked {
        purpose: Some(purpose.to_string()),
        ..recorded::Asked::of("bank.screening", done.subjects, question)
    };
    let receipt = recorded::record(&desk, &caller, asked, ("screened", &done.body)).await?;
    let body = Bytes::from(done.body);
    let pieces = (0..body.len()).step_by(PIECE).map(move |at| {
        let piece = body.slice(at..body.len().min(at + PIECE));
        Ok::<_, std::convert::Infallible>(piece)
    });
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .insert_header(("Credence-Receipt", serde_json::to_string(&receipt)?))
        .streaming(stream::iter(pieces)))
}

async fn whole(mut payload: Payload) -> Result<String, ApiError> {
    let mut bytes = Vec::new();
    while let Some(piece) = payload.next().await {
        bytes.extend_from_slice(&piece.map_err(|_| ApiError::BodyBroken)?);
        if bytes.len() > LIST {
            return Err(ApiError::TooLarge(LIST as u64));
        }
    }
    String::from_utf8(bytes).map_err(|_| ApiError::BadRequest("请求体应为 UTF-8".to_owned()))
}

/// An answer, ready to be sent.
struct Done {
    lines: usize,
    /// SHA-256 of what was asked.
    digest: [u8; 32],
    subjects: Vec<i64>,
    body: Vec<u8>,
}

/// A code that was asked: right, or as it was written.
type Code = Result<UnifiedSocialCreditCode, String>;

fn screen(shop: &Workshop, text: &str) -> Result<Done, ApiError> {
    let day = consents::now(shop).day;
    let (_, rules) = bank::rules(&shop.packs, day)?;
    let codes: Vec<Code> = text.lines().map(str::trim).filter(|it| !it.is_empty()).map(parse).collect();
    if codes.is_empty() {
        return Err(ApiError::EmptyBody);
    }
    if codes.len() > rules.screening.most {
        return Err(ApiError::BadRequest(format!("一次至多 {} 个代码", rules.screening.most)));
    }
    let known = known(shop, &codes, rules)?;
    let mut subjects: Vec<i64> = known.values().map(|it| it.0).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let body = lines(&codes, &known)?;
    Ok(Done { lines: codes.len(), digest: Sha256::digest(text).into(), subjects, body })
}

fn parse(line: &str) -> Code {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Asked {
        Code(String),
        Object { code: String },
    }
    let code = match line.as_bytes().first() {
        Some(b'"' | b'{') => match serde_json::from_str(line) {
            Ok(Asked::Code(code) | Asked::Object { code }) => code,
            Err(_) => return Err(line.chars().take(64).collect()),
        },
        _ => line.to_owned(),
    };
    code.parse().map_err(|_| code.chars().take(64).collect())
}

/// Subjects of one look at the database; each is done on a thread of its own.
const SHARE: usize = 25_000;

type Known = HashMap<String, (i64, Summary)>;

fn known(shop: &Workshop, codes: &[Code], rules: &RiskRules) -> Result<Known, ApiError> {
    let mut seen = HashSet::with_capacity(codes.len());
    let mut wanted: Vec<String> =
        codes.iter().flatten().filter(|it| seen.insert(**it)).map(|it| it.as_str().to_owned()).collect();
    // Neighbours in the index are looked up together.
    wanted.sort_unstable();
    let shares = thread::scope(|scope| {
        let look = |share: &'_ [String]| look_up(shop, share, &rules.screening);
        let looking: Vec<_> = wanted.chunks(SHARE).map(|share| scope.spawn(move || look(share))).collect();
        looking.into_iter().map(|it| it.join().map_err(|_| ApiError::Crashed)?).collect::<Result<Vec<Known>, _>>()
    })?;
    Ok(shares.into_iter().flatten().collect())
}

fn look_up(shop: &Workshop, codes: &[String], rules: &Screening) -> Result<Known, ApiError> {
    let day = consents::now(shop).day;
    let found = shop.database.read(|conn| screening::by_codes(conn, codes, day))?;
    let (kept, stale): (Vec<_>, Vec<_>) =
        found.into_iter().filter(|(_, it)| it.kind != SubjectKind::Person).partition(|(_, it)| it.brief.is_some());
    let mut known = Known::with_capacity(kept.len() + stale.len());
    for (code, it) in kept {
        let brief: Brief = serde_json::from_str(it.brief.as_deref().unwrap_or("{}"))?;
        known.insert(code, (it.subject, lending::summary(rules, it.status.as_deref(), &brief)));
    }
    derive(shop, &stale, rules, &mut known)?;
    Ok(known)
}

/// Subjects derived at once: what is kept of them does not hold today.
const DERIVED: usize = 500;

fn derive(shop: &Workshop, stale: &[(String, Screened)], rules: &Screening, known: &mut Known) -> Result<(), ApiError> {
    let day = consents::now(shop).day;
    for part in stale.chunks(DERIVED) {
        let ids: Vec<i64> = part.iter().map(|(_, it)| it.subject).collect();
        let asked = shop.database.read(|conn| dossier::ask_many(conn, shop, &ids, day, None))?;
        let briefs: HashMap<i64, Brief> =
            asked.iter().map(|it| (it.dossier.subject.id, it.standing.brief(&it.dossier))).collect();
        for (code, it) in part {
            let Some(brief) = briefs.get(&it.subject) else { continue };
            known.insert(code.clone(), (it.subject, lending::summary(rules, it.status.as_deref(), brief)));
        }
    }
    Ok(())
}

fn lines(codes: &[Code], known: &Known) -> Result<Vec<u8>, ApiError> {
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(codes.len());
    let mut out = Vec::with_capacity(codes.len() * 160);
    for (n, code) in (1..).zip(codes) {
        let text = code.as_ref().map_or_else(String::as_str, UnifiedSocialCreditCode::as_str);
        let before = *first.entry(text).or_insert(n);
        let summary = known.get(text).map(|it| it.1.clone());
        let state = match code {
            Err(_) => LineState::MalformedCode,
            Ok(_) if before < n => LineState::Duplicate,
            Ok(_) if summary.is_some() => LineState::Found,
            Ok(_) => LineState::UnknownCode,
        };
        let same_as = (state == LineState::Duplicate).then_some(before);
        serde_json::to_writer(&mut out, &Line { n, code: text.to_owned(), state: state.as_str(), same_as, summary })?;
        out.push(b'\n');
    }
    Ok(out)
}
