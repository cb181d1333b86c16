//! The tables as diesel sees them, one for both engines; a test compares them with both migrations.

mod answers;
mod corrections;
mod deferral;
mod designations;
mod ledger;
mod packs;
mod rights;
mod standings;

pub use answers::{answer, answer_subject, consent, consent_paper, idempotency};
pub use corrections::{class_confirmation, correction};
pub use deferral::{deferral_case, deferral_step};
pub use designations::{designation, designation_step, list_entry};
pub use ledger::{ledger_entry, ledger_head, ledger_root, ledger_span};
pub use packs::{pack, pack_simulation};
pub use rights::{case_paper, case_step, rights_case, upward_notice, upward_record};
pub use standings::{source, standing};

diesel::table! {
    unit (code) {
        code -> Text,
        name -> Text,
        region -> Nullable<Text>,
        active -> Bool,
        made_at -> Timestamp,
    }
}

diesel::table! {
    api_key (id) {
        id -> Text,
        unit -> Text,
        role -> Text,
        label -> Text,
        secret -> Binary,
        made_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        subject_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    delivery (id) {
        id -> BigInt,
        unit -> Text,
        resource -> Text,
        resource_version -> Integer,
        digest -> Binary,
        claim -> Nullable<Text>,
        source -> Text,
        file_name -> Text,
        size -> BigInt,
        format -> Nullable<Text>,
        encoding -> Nullable<Text>,
        dialect -> Nullable<Text>,
        state -> Text,
        released -> Bool,
        day -> Date,
        received_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        lease_by -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        surveyed -> Nullable<BigInt>,
        progress -> BigInt,
        report -> Nullable<Text>,
        report_hash -> Nullable<Text>,
        refusal -> Nullable<Text>,
        message -> Nullable<Text>,
    }
}

diesel::table! {
    tally (delivery) {
        delivery -> BigInt,
        n_rows -> BigInt,
        n_new -> BigInt,
        n_revised -> BigInt,
        n_repeated -> BigInt,
        n_outdated -> BigInt,
        n_withdrawn -> BigInt,
        n_conflicting -> BigInt,
        n_rejected -> BigInt,
        n_unlinked -> BigInt,
        n_timed -> BigInt,
        n_late -> BigInt,
    }
}

diesel::table! {
    zero_report (unit, resource, period) {
        unit -> Text,
        resource -> Text,
        period -> Text,
        actor -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    counter (name) {
        name -> Text,
        next -> BigInt,
    }
}

diesel::table! {
    batch (first_id) {
        first_id -> BigInt,
        last_id -> BigInt,
        delivery -> BigInt,
        is_open -> Bool,
        made_at -> Timestamp,
    }
}

diesel::table! {
    subject (subject_id) {
        subject_id -> BigInt,
        origin -> Text,
        kind -> Text,
        name -> Nullable<Text>,
        name_key -> Nullable<Text>,
        registered -> Bool,
        credit_code -> Nullable<Text>,
        representative -> Nullable<Text>,
        region -> Nullable<Text>,
        industry -> Nullable<Text>,
        status -> Nullable<Text>,
        former_names -> Nullable<Text>,
        merged_into -> Nullable<BigInt>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    identifier (value, kind) {
        value -> Text,
        kind -> Text,
        subject_id -> BigInt,
    }
}

diesel::table! {
    merging (id) {
        id -> BigInt,
        loser -> BigInt,
        winner -> BigInt,
        reason -> Text,
        actor -> Text,
        made_at -> Timestamp,
        undone_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    record (subject_id, key) {
        id -> BigInt,
        subject_id -> BigInt,
        key -> Binary,
        resource -> Text,
        unit -> Text,
        delivery -> BigInt,
        row_no -> BigInt,
        revision -> Integer,
        state -> Text,
        exposure -> Text,
        fact_on -> Nullable<Date>,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        ended_on -> Nullable<Date>,
        stamp -> Nullable<Timestamp>,
        known_from -> Timestamp,
        content -> Binary,
        payload -> Text,
        sealed -> Nullable<Binary>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    former (subject_id, key, id) {
        id -> BigInt,
        subject_id -> BigInt,
        key -> Binary,
        resource -> Text,
        unit -> Text,
        delivery -> BigInt,
        row_no -> BigInt,
        revision -> Integer,
        state -> Text,
        exposure -> Text,
        fact_on -> Nullable<Date>,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        ended_on -> Nullable<Date>,
        stamp -> Nullable<Timestamp>,
        known_from -> Timestamp,
        known_until -> Timestamp,
        content -> Binary,
        payload -> Text,
        sealed -> Nullable<Binary>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    doubt (id) {
        id -> BigInt,
        delivery -> BigInt,
        last_delivery -> BigInt,
        row_no -> BigInt,
        unit -> Text,
        resource -> Text,
        kind -> Text,
        state -> Text,
        print -> Binary,
        by_name -> Nullable<Binary>,
        by_code -> Nullable<Binary>,
        faults -> Text,
        candidates -> Nullable<Text>,
        cells -> Binary,
        reason -> Nullable<Text>,
        actor -> Nullable<Text>,
        closed_by -> Nullable<BigInt>,
        made_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    remark (delivery, seq) {
        delivery -> BigInt,
        seq -> BigInt,
        row_no -> BigInt,
        fault -> Text,
    }
}

diesel::table! {
    cursor_mark (name) {
        name -> Text,
        position -> Text,
        moved_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    delivery, tally, subject, identifier, record, former, batch, doubt, standing
);
