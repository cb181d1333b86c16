//! The tables of publicity: confirmed classes of records, and correction tasks of the privacy self-check.

diesel::table! {
    class_confirmation (subject_id, key, made_at) {
        subject_id -> BigInt,
        key -> Binary,
        made_at -> Timestamp,
        from_on -> Date,
        class -> Nullable<Text>,
        performed -> Nullable<Bool>,
        unit -> Text,
        actor -> Text,
        reason -> Text,
    }
}

diesel::table! {
    correction (id) {
        id -> BigInt,
        subject_id -> BigInt,
        key -> Binary,
        record -> BigInt,
        resource -> Text,
        field -> Text,
        kind -> Text,
        hits -> Integer,
        print -> Binary,
        unit -> Text,
        state -> Text,
        made_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
        actor -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}
