//! Values of one row: the scene it tells of, and what each field says about it.

use std::fmt::Write;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::catalog::{Class, FieldType, SubjectKind};

use super::code;
use super::plan::{Column, DayOf, Filler};
use super::random::Random;
use super::subject::Subject;
use super::text;
use super::words::{AGENCIES, Agency, CITY, FAMILIES, GIVEN, OFFENCES, Offence};

/// Appends formatted text to a `String`, which never fails.
macro_rules! put {
    ($out:expr, $($rest:tt)+) => { write!($out, $($rest)+).expect("a String takes all text") };
}
pub(super) use put;

/// What one row tells of; all its fields agree with it.
pub(super) struct Scene {
    pub(super) class: Class,
    /// The number of the record, which no other of the seed has.
    pub(super) number: u64,
    /// How many records of the same subject came before it, where subjects take turns.
    pub(super) round: u64,
    pub(super) subject: Subject,
    pub(super) agency: Agency,
    pub(super) offence: Offence,
    /// The day of the fact.
    pub(super) fact: NaiveDate,
    /// The day of the delivery; nothing is later unless it may be.
    pub(super) day: NaiveDate,
    pub(super) seed: u64,
    pub(super) subjects: u64,
    /// Whether days are written with slashes, as the first generation does.
    pub(super) slashes: bool,
}

impl Scene {
    /// Which agency decides the record of a number, and under which number of its own.
    pub(super) fn agency(number: u64) -> Agency {
        AGENCIES[usize::try_from(number % AGENCIES.len() as u64).expect("below the length")]
    }

    pub(super) fn offence(random: &mut Random) -> Offence {
        random.pick(OFFENCES)
    }

    /// The agency's own number for the record.
    pub(super) const fn sequence(&self) -> u64 {
        self.number / AGENCIES.len() as u64 + 1
    }

    /// Writes a day in the form of the dialect.
    pub(super) fn write_day(&self, day: NaiveDate, out: &mut String) {
        let mark = if self.slashes { '/' } else { '-' };
        put!(out, "{:04}{mark}{:02}{mark}{:02}", day.year(), day.month(), day.day());
    }

    /// A later day, but none after the delivery.
    pub(super) fn after(&self, days: u64) -> NaiveDate {
        (self.fact + Days::new(days)).min(self.day)
    }
}

/// Fills one field, within its bounds. Leaves it empty when it says nothing of this subject.
pub(super) fn fill(column: &Column<'_>, scene: &Scene, out: &mut String) {
    let mut random = Random::of(column.seed, scene.number);
    out.clear();
    match &column.filler {
        Filler::SubjectName | Filler::SubjectKind | Filler::SubjectCode | Filler::OrganisationCode => {
            who(column, scene, out);
        }
        Filler::RegistrationNumber | Filler::TaxNumber | Filler::PersonNumber | Filler::Representative => {
            who(column, scene, out);
        }
        Filler::RepresentativeNumber | Filler::AnyNumber => who(column, scene, out),
        Filler::PersonName => put!(out, "{}{}", random.pick(FAMILIES), random.pick(GIVEN)),
        Filler::OtherName => out.push_str(&other(scene, &mut random).name),
        Filler::OtherCode => out.push_str(code::text(&other(scene, &mut random).credit_code)),
        Filler::Agency => out.push_str(scene.agency.name),
        Filler::Office(name) => out.push_str(name),
        Filler::AgencyCode => out.push_str(code::text(&agency_code(scene.agency))),
        Filler::DocumentNumber => document_number(scene, out),
        Filler::Day(which) => day(*which, column, scene, &mut random, out),
        Filler::Month => month(column, scene, out),
        Filler::Moment => moment(scene.fact, scene, &mut random, out),
        Filler::Amount { wan, low, high } => amount(*wan, *low..=*high, &mut random, out),
        Filler::Number { low, high, decimals } => number(*low..=*high, *decimals, &mut random, out),
        Filler::Year(least) => put!(out, "{}", year(column, scene).max(*least)),
        Filler::Term => out.push_str(term(column, scene, &mut random)),
        Filler::Terms => terms(column, &mut random, out),
        Filler::Region => out.push_str(scene.subject.region),
        Filler::Series => series(scene, out),
        Filler::SeriesLength => put!(out, "{}", series_length(scene)),
        Filler::Text(topic) => text::write(*topic, column, scene, &mut random, out),
        Filler::Pattern(pattern) => pattern.write(&mut random, out),
        // These follow from other fields, and are filled behind them.
        Filler::DocumentKind(_) | Filler::PartOf(..) => {}
    }
    if matches!(column.field.kind, FieldType::Text | FieldType::Name | FieldType::DocumentNumber) {
        bound(column, out);
    }
}

/// Cuts or lengthens a text to its bounds in characters.
fn bound(column: &Column<'_>, out: &mut String) {
    let length = &column.field.length;
    if out.len() > *length.end()
        && let Some((at, _)) = out.char_indices().nth(*length.end())
    {
        out.truncate(at);
    }
    if out.is_empty() || matches!(column.filler, Filler::Pattern(_)) {
        return;
    }
    for _ in out.chars().count()..*length.start() {
        out.push('示');
    }
}

/// What says who the subject is. A person has no code, and nobody else has a person's number.
fn who(column: &Column<'_>, scene: &Scene, out: &mut String) {
    let subject = &scene.subject;
    let person = subject.is_person();
    match column.filler {
        Filler::SubjectName => out.push_str(&subject.name),
        Filler::SubjectKind => out.push_str(match subject.kind {
            SubjectKind::Organisation => "法人及非法人组织",
            SubjectKind::IndividualBusiness => "个体工商户",
            SubjectKind::Person => "自然人",
        }),
        Filler::PersonNumber if person => out.push_str(code::text(&subject.citizen_id)),
        Filler::AnyNumber => out.push_str(code::text(&subject.citizen_id)),
        _ if person => {}
        Filler::SubjectCode | Filler::TaxNumber => out.push_str(code::text(&subject.credit_code)),
        Filler::OrganisationCode => out.push_str(subject.organisation_code()),
        Filler::RegistrationNumber => out.push_str(code::text(&subject.registration_number)),
        Filler::Representative => out.push_str(&subject.representative),
        Filler::RepresentativeNumber => out.push_str(code::text(&subject.citizen_id)),
        _ => {}
    }
}

fn other(scene: &Scene, random: &mut Random) -> Subject {
    Subject::of(scene.seed, Subject::nth_registered(random.below(scene.subjects)))
}

/// The credit code of an agency (机关: 11).
fn agency_code(agency: Agency) -> [u8; 18] {
    code::credit_code(*b"11", CITY, code::organisation_code(agency.serial))
}

fn document_number(scene: &Scene, out: &mut String) {
    let act = match scene.class {
        Class::Penalty => "罚",
        Class::Licence => "许",
        Class::Judicial => "执",
        _ => "信",
    };
    put!(out, "{}{act}〔{}〕{}号", scene.agency.mark, scene.fact.year(), scene.sequence());
}

fn day(which: DayOf, column: &Column<'_>, scene: &Scene, random: &mut Random, out: &mut String) {
    let day = match which {
        DayOf::Fact => scene.fact,
        // Before the day of delivery: a revision's stamp is that day.
        DayOf::Stamp if scene.class == Class::Register => scene.day - Days::new(1 + random.below(30)),
        DayOf::Stamp => scene.after(1 + random.below(2)),
        DayOf::Founded => scene.subject.founded,
        DayOf::Other => scene.after(random.below(20)),
        DayOf::Until { open_end: true } if random.chance(15) => {
            NaiveDate::from_ymd_opt(2099, 12, 31).expect("a day of the calendar")
        }
        DayOf::Until { .. } => {
            let end = scene.fact + Months::new(12 * (1 + u32::try_from(random.below(5)).expect("below 5")));
            if column.field.future { end } else { end.min(scene.day) }
        }
    };
    if column.field.kind == FieldType::Moment {
        moment(day, scene, random, out);
    } else {
        scene.write_day(day, out);
    }
}

fn moment(day: NaiveDate, scene: &Scene, random: &mut Random, out: &mut String) {
    scene.write_day(day, out);
    put!(out, " {:02}:{:02}:{:02}", 8 + random.below(10), random.below(60), random.below(60));
}

/// The month of the fact; in a key, one month back for every record the subject has already.
fn month(column: &Column<'_>, scene: &Scene, out: &mut String) {
    let month = if column.in_key { series_end(scene) } else { scene.fact };
    put!(out, "{:04}-{:02}", month.year(), month.month());
}

fn series_end(scene: &Scene) -> NaiveDate {
    scene.day - Months::new(1 + u32::try_from(scene.round).unwrap_or(600).min(600))
}

fn series_length(scene: &Scene) -> u32 {
    1 + u32::try_from(scene.number % 12).expect("below 12")
}

/// The months that end with the one of the record, without a gap.
fn series(scene: &Scene, out: &mut String) {
    let length = series_length(scene);
    for back in (0..length).rev() {
        let month = series_end(scene) - Months::new(back);
        put!(out, "{:04}-{:02}{}", month.year(), month.month(), if back == 0 { "" } else { "；" });
    }
}

fn year(column: &Column<'_>, scene: &Scene) -> i64 {
    let back = if column.in_key { i64::try_from(scene.round).unwrap_or(0).min(60) } else { 0 };
    i64::from(scene.day.year()) - 1 - back
}

fn amount(wan: bool, bounds: std::ops::RangeInclusive<u64>, random: &mut Random, out: &mut String) {
    let round =
        random.pick(&[500, 1_000, 2_000, 3_000, 5_000, 8_500, 10_000, 20_000, 33_000, 50_000, 100_000, 250_000]);
    let yuan = round.clamp(*bounds.start(), *bounds.end());
    if wan { write_wan(yuan, out) } else { put!(out, "{yuan}") }
}

/// 元 written in 万元: 2000 as 0.2.
fn write_wan(yuan: u64, out: &mut String) {
    put!(out, "{}", yuan / 10_000);
    if !yuan.is_multiple_of(10_000) {
        put!(out, ".{:04}", yuan % 10_000);
        out.truncate(out.trim_end_matches('0').len());
    }
}

fn number(bounds: std::ops::RangeInclusive<u64>, decimals: u32, random: &mut Random, out: &mut String) {
    let (low, high) = (*bounds.start(), *bounds.end());
    let whole = low + random.below(high - low + 1);
    put!(out, "{whole}");
    if decimals > 0 && whole < high {
        put!(out, ".{:02}", random.below(100));
    }
}

/// A term; the first of a list is the usual one.
fn term<'c>(column: &Column<'c>, scene: &Scene, random: &mut Random) -> &'c str {
    let Some(first) = column.terms.first() else { return "" };
    match column.terms.iter().find(|term| **term == scene.subject.industry) {
        Some(industry) => industry,
        None if random.chance(column.usual) => first,
        None => random.pick(&column.terms),
    }
}

/// One or two terms; a fine is the most frequent penalty.
fn terms(column: &Column<'_>, random: &mut Random, out: &mut String) {
    let Some(first) = column.terms.first() else { return };
    let usual = column.terms.iter().find(|term| term.contains("罚款")).unwrap_or(first);
    let one = if random.chance(70) { usual } else { &column.terms[random.index(column.terms.len())] };
    out.push_str(one);
    let two = random.pick(&column.terms);
    if random.chance(25) && two != *one {
        put!(out, "；{two}");
    }
}
