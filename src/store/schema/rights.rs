//! The tables of rights cases, and of what was told upward.

use super::standings::standing;

diesel::table! {
    rights_case (subject_id, id) {
        subject_id -> BigInt,
        id -> BigInt,
        kind -> Text,
        keys -> Binary,
        unit -> Text,
        rules_id -> Text,
        rules_version -> Integer,
        ground -> Nullable<Text>,
        missing_resource -> Nullable<Text>,
        missing_document -> Nullable<Text>,
        channel -> Text,
        filed_by -> Text,
        filed_at -> Timestamp,
        state -> Text,
        is_open -> Bool,
        due_on -> Nullable<Date>,
    }
}

diesel::table! {
    case_step (subject_id, case_id, seq) {
        subject_id -> BigInt,
        case_id -> BigInt,
        seq -> Integer,
        kind -> Text,
        made_at -> Timestamp,
        day -> Date,
        actor -> Text,
        reason -> Text,
        source -> Nullable<Text>,
        delivery -> Nullable<BigInt>,
        named -> Text,
    }
}

diesel::table! {
    case_paper (subject_id, case_id, seq) {
        subject_id -> BigInt,
        case_id -> BigInt,
        seq -> Integer,
        kind -> Text,
        file_name -> Text,
        digest -> Binary,
        size -> BigInt,
        actor -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    upward_notice (subject_id, id) {
        subject_id -> BigInt,
        id -> BigInt,
        kind -> Text,
        key -> Nullable<Binary>,
        body -> Text,
        made_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    upward_record (receiver, subject_id, key) {
        receiver -> Text,
        subject_id -> BigInt,
        key -> Binary,
        owner -> BigInt,
        mark -> BigInt,
        turns_on -> Date,
        is_live -> Bool,
    }
}

diesel::allow_tables_to_appear_in_same_query!(upward_record, standing);
