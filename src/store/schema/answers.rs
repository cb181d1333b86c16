//! Tables of answers, of answers that are given again, and of consents.

diesel::table! {
    answer (subject_id, id) {
        subject_id -> BigInt,
        id -> BigInt,
        asked_at -> Timestamp,
        unit -> Text,
        caller -> Text,
        role -> Text,
        kind -> Text,
        purpose -> Nullable<Text>,
        consent -> Nullable<BigInt>,
        question -> Text,
        outcome -> Text,
        digest -> Binary,
        chain -> Text,
        seq -> BigInt,
    }
}

diesel::table! {
    answer_subject (subject_id, answer) {
        subject_id -> BigInt,
        answer -> BigInt,
    }
}

diesel::table! {
    idempotency (holder, key) {
        holder -> Text,
        key -> Text,
        digest -> Binary,
        status -> Nullable<Integer>,
        body -> Nullable<Binary>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    consent (subject_id, id) {
        subject_id -> BigInt,
        id -> BigInt,
        grantee -> Text,
        purpose -> Text,
        resources -> Text,
        valid_from -> Date,
        valid_until -> Date,
        evidence -> Nullable<Binary>,
        signer -> Nullable<Binary>,
        capacity -> Text,
        made_by -> Text,
        made_at -> Timestamp,
        confirmed_by -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        ending -> Nullable<Text>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    consent_paper (holder, digest) {
        holder -> Text,
        digest -> Binary,
        actor -> Text,
        made_at -> Timestamp,
        subject_id -> Nullable<BigInt>,
        grantee -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(answer, answer_subject);
