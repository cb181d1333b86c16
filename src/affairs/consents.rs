//! The steps of a consent (授权): brought in, confirmed, refused, revoked; each with its entry in the ledger.

use std::io::Read;

use chrono::NaiveDate;
use serde_json::json;

use super::{AffairError, sheet::is_told_of};
use crate::{
    collect::BlobError,
    ingest::Workshop,
    ledger::{Change, Event, EventKind, Lane, hex},
    policy::rules::{Confirmer, ConsentRules, RiskRules},
    rights::{Capacity, Consent, ConsentState, Ending, Purpose, When},
    store::{
        Conn, StoreError, consent_papers, consents,
        counters::{self, Counter},
        ledger, merges, subjects, units,
    },
};

/// Who takes a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// 被授权方: the unit.
    Grantee(String),
    /// 信息主体: the subject, as it and those merged into it.
    Subject(Vec<i64>),
    /// 信用办
    Office,
}

/// Who takes a step, and how it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// In what part.
    pub party: Party,
    /// The signature.
    pub actor: String,
}

/// A consent to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Who gives it.
    pub subject: i64,
    /// The unit that may ask.
    pub grantee: String,
    /// What for.
    pub purpose: Purpose,
    /// Codes of resources.
    pub resources: Vec<String>,
    /// From this day; today unless said.
    pub from: Option<NaiveDate>,
    /// Until this day, inclusive.
    pub until: NaiveDate,
    /// SHA-256 of the paper, which is filed.
    pub evidence: Option<[u8; 32]>,
    /// Whose papers may be cited: who files the consent.
    pub holder: String,
    /// The signer's name.
    pub signer: Option<String>,
    /// In what capacity it was signed.
    pub capacity: Capacity,
}

fn wrong(text: &str) -> AffairError {
    AffairError::WrongState(text.to_owned())
}

/// When a workshop looks at consents: now.
#[must_use]
pub fn now(shop: &Workshop) -> When {
    When { moment: shop.clock.now(), day: shop.clock.day() }
}

/// What a signer's name is sealed for.
fn place(subject: i64) -> Vec<u8> {
    format!("consent:signer:{subject}").into_bytes()
}

/// The signer's name.
///
/// # Errors
/// [`StoreError::Spoiled`] when it does not open with this installation's key.
pub fn signer(shop: &Workshop, consent: &Consent) -> Result<Option<String>, StoreError> {
    let spoiled = || StoreError::Spoiled { place: "consent.signer", value: consent.id.to_string() };
    let open = |it: &Vec<u8>| {
        let clear = shop.keys.open(it, &place(consent.subject)).map_err(|_| spoiled())?;
        String::from_utf8(clear).map_err(|_| spoiled())
    };
    consent.signer.as_ref().map(open).transpose()
}

/// Keeps a consent: in force at once when the subject gives it by its own key, to be confirmed when its grantee brings it.
///
/// # Errors
/// [`AffairError`].
pub fn give(conn: &mut Conn, shop: &Workshop, by: &By, offer: Offer) -> Result<Consent, AffairError> {
    let when = now(shop);
    let from = offer.from.unwrap_or(when.day);
    check(conn, shop, &offer, (from, when.day))?;
    let subject = subjects::find(conn, offer.subject)?.ok_or(AffairError::NotFound("主体"))?;
    if !is_told_of(subject.kind) {
        return Err(wrong("自然人的信用信息不向其他单位提供查询，这样的授权不能使用"));
    }
    let cited = match &offer.evidence {
        Some(digest) => Some(cite(conn, &offer, digest)?),
        None if matches!(by.party, Party::Subject(_)) => None,
        None => {
            return Err(AffairError::Incomplete("须先上传授权书，并在 evidence 中给出其 SHA-256".to_owned()));
        }
    };
    let own = matches!(&by.party, Party::Subject(ids) if ids.contains(&offer.subject));
    let signer = offer.signer.map(|it| shop.keys.seal(it.as_bytes(), &place(offer.subject)));
    let mut resources = offer.resources;
    resources.sort();
    resources.dedup();
    let consent = Consent {
        id: counters::take(conn, Counter::Consent, 1)?,
        subject: offer.subject,
        grantee: offer.grantee,
        purpose: offer.purpose,
        resources,
        from,
        until: offer.until,
        evidence: offer.evidence,
        signer,
        capacity: offer.capacity,
        made_by: by.actor.clone(),
        made_at: when.moment,
        confirmed: own.then(|| (when.moment, by.actor.clone())),
        ended: None,
        note: None,
    };
    let change = consents::add(conn, &consent)?;
    tell(conn, (&consent, cited.into_iter().chain([change]).collect()), "made", (when, by))?;
    Ok(consent)
}

fn rules(shop: &Workshop, day: NaiveDate) -> Result<&RiskRules, AffairError> {
    shop.packs.risk(day).next().map(|(_, rules)| rules).ok_or_else(|| wrong("当日没有适用的授权规则"))
}

fn check(
    conn: &mut Conn,
    shop: &Workshop,
    offer: &Offer,
    (from, day): (NaiveDate, NaiveDate),
) -> Result<(), AffairError> {
    let bad = |text: String| Err(AffairError::Incomplete(text));
    let rules = rules(shop, day)?;
    let unit = units::find(conn, &offer.grantee)?;
    if !unit.is_some_and(|it| it.active) {
        return bad(format!("被授权单位 {} 未登记或已停用", offer.grantee));
    }
    if offer.resources.is_empty() {
        return bad("resources 不能为空".to_owned());
    }
    for code in &offer.resources {
        if !rules.grantable(&shop.catalog).any(|it| it == code) {
            return bad(format!("没有可授权的信息“{code}”"));
        }
    }
    let longest = i64::from(rules.consent.longest_days);
    if offer.until < from || offer.until < day {
        return bad("授权期限已过，或止日早于起日".to_owned());
    }
    if (offer.until - from).num_days() >= longest {
        return bad(format!("授权期限最长 {longest} 天"));
    }
    Ok(())
}

/// Files a paper as evidence, to be cited by consents of who files it; the same paper again changes nothing.
///
/// # Errors
/// [`StoreError`].
pub fn file_paper(
    conn: &mut Conn,
    shop: &Workshop,
    (holder, digest): (&str, &[u8; 32]),
    actor: &str,
) -> Result<(), StoreError> {
    let now = shop.clock.now();
    if let Some(change) = consent_papers::file(conn, (holder, digest), (actor, now))? {
        let body = json!({"step": "paper", "holder": holder, "evidence": hex(digest)});
        let event = Event::new(Lane::Acts, EventKind::Consent, now, actor).saying(body);
        ledger::append(conn, &[event.changing([change])])?;
    }
    Ok(())
}

/// Ties the paper to what it is evidence of. One paper may carry several consents of a subject to a unit, and none any
/// more once one of them was revoked: the subject has taken back what it signed.
fn cite(conn: &mut Conn, offer: &Offer, digest: &[u8; 32]) -> Result<Change, AffairError> {
    let group = merges::group(conn, offer.subject)?;
    let tied = consent_papers::tie(conn, (&offer.holder, digest), (&group, offer.subject, &offer.grantee))?;
    let Some(change) = tied else {
        let text = "evidence 不是本单位为这一主体对这一单位的授权上传的授权书，请先上传授权书";
        return Err(AffairError::Incomplete(text.to_owned()));
    };
    let revoked = |it: &Consent| {
        it.evidence.as_ref() == Some(digest) && it.ended.as_ref().is_some_and(|(_, _, how)| *how == Ending::Revoked)
    };
    if consents::between(conn, &group, &offer.grantee)?.iter().any(revoked) {
        return Err(wrong("这份授权书上的授权已被撤回，须由主体重新签署"));
    }
    Ok(change)
}

/// The consent a party may act on.
///
/// # Errors
/// [`AffairError::NotFound`].
pub fn own(conn: &mut Conn, id: i64, party: &Party) -> Result<Consent, AffairError> {
    let found = consents::find(conn, id)?.filter(|it| match party {
        Party::Grantee(unit) => it.grantee == *unit,
        Party::Subject(ids) => ids.contains(&it.subject),
        Party::Office => true,
    });
    found.ok_or(AffairError::NotFound("授权"))
}

/// The paper a consent rests on, as it was filed.
///
/// # Errors
/// [`AffairError::NotFound`] when it was given without one.
pub fn paper(shop: &Workshop, consent: &Consent) -> Result<Vec<u8>, AffairError> {
    let digest = consent.evidence.ok_or(AffairError::NotFound("授权书"))?;
    let mut bytes = Vec::new();
    // Bounded when it was filed.
    shop.blobs.read(&digest)?.read_to_end(&mut bytes).map_err(BlobError::from)?;
    Ok(bytes)
}

/// Confirms a consent that was brought in: the subject by its own key, or somebody of the office who did not bring it.
///
/// # Errors
/// [`AffairError`]; [`AffairError::SamePerson`] when who brought it confirms it.
pub fn confirm(conn: &mut Conn, shop: &Workshop, id: i64, by: &By) -> Result<Consent, AffairError> {
    let (consent, when) = (own(conn, id, &by.party)?, now(shop));
    if !may_confirm(&rules(shop, when.day)?.consent, &by.party) {
        return Err(wrong("这一方不能确认授权"));
    }
    if !matches!(by.party, Party::Subject(_)) && consent.made_by == by.actor {
        return Err(AffairError::SamePerson("授权须由报送人以外的另一人，或由主体以自己的密钥确认"));
    }
    let waits = consent.state(when) == ConsentState::Pending;
    let change = if waits { consents::confirm(conn, &consent, when.moment, &by.actor)? } else { None };
    let change = change.ok_or_else(|| wrong("该授权不在待确认状态"))?;
    tell(conn, (&consent, vec![change]), "confirmed", (when, by))?;
    Ok(Consent { confirmed: Some((when.moment, by.actor.clone())), ..consent })
}

fn may_confirm(rules: &ConsentRules, party: &Party) -> bool {
    let wanted = match party {
        Party::Grantee(_) => return false,
        Party::Subject(_) => Confirmer::Subject,
        Party::Office => Confirmer::Office,
    };
    rules.confirmed_by.contains(&wanted)
}

/// Ends a consent at once: one that waits is refused, any other revoked. Whoever is a party to it may.
///
/// # Errors
/// [`AffairError`].
pub fn end(conn: &mut Conn, shop: &Workshop, (id, note): (i64, &str), by: &By) -> Result<Consent, AffairError> {
    let (consent, when) = (own(conn, id, &by.party)?, now(shop));
    let how = match consent.state(when) {
        ConsentState::Pending => Ending::Refused,
        ConsentState::InForce | ConsentState::NotYet => Ending::Revoked,
        ConsentState::Expired | ConsentState::Refused | ConsentState::Revoked => {
            return Err(wrong("该授权已经终止"));
        }
    };
    let change = consents::end(conn, &consent, (when.moment, &by.actor, how), note)?;
    let change = change.ok_or_else(|| wrong("该授权已经终止"))?;
    tell(conn, (&consent, vec![change]), how.as_str(), (when, by))?;
    Ok(Consent { ended: Some((when.moment, by.actor.clone(), how)), note: Some(note.to_owned()), ..consent })
}

fn tell(
    conn: &mut Conn,
    (it, changes): (&Consent, Vec<Change>),
    step: &str,
    (when, by): (When, &By),
) -> Result<(), StoreError> {
    let body = json!({
        "consent": it.id,
        "step": step,
        "grantee": it.grantee,
        "purpose": it.purpose.as_str(),
        "resources": it.resources,
        "from": it.from,
        "until": it.until,
        "evidence": it.evidence.map(|it| hex(&it)),
    });
    let event = Event::new(Lane::Acts, EventKind::Consent, when.moment, by.actor.clone());
    ledger::append(conn, &[event.about(it.subject).saying(body).changing(changes)]).map(drop)
}
