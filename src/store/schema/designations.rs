//! The tables of designations and of the entries of lists.

diesel::table! {
    designation (subject_id, id) {
        subject_id -> BigInt,
        id -> BigInt,
        list -> Text,
        kind -> Text,
        unit -> Text,
        rule -> Nullable<Text>,
        records -> Text,
        content -> Binary,
        opened_at -> Timestamp,
        state -> Text,
        open_key -> Nullable<Text>,
        is_owed -> Bool,
        delivery -> Nullable<BigInt>,
        trouble -> Nullable<Text>,
    }
}

diesel::table! {
    designation_step (subject_id, designation, seq) {
        subject_id -> BigInt,
        designation -> BigInt,
        seq -> Integer,
        kind -> Text,
        made_at -> Timestamp,
        day -> Date,
        actor -> Text,
        reason -> Text,
        document -> Nullable<Text>,
        digest -> Nullable<Binary>,
        until_on -> Nullable<Date>,
        removal -> Nullable<Text>,
    }
}

diesel::table! {
    list_entry (subject_id, key, record) {
        subject_id -> BigInt,
        key -> Binary,
        record -> BigInt,
        list -> Text,
        name -> Text,
        kind -> Text,
        effect -> Text,
        subject_kind -> Text,
        unit -> Text,
        exposure -> Text,
        body -> Nullable<Text>,
        entered_on -> Nullable<Date>,
        until_on -> Nullable<Date>,
        gone_on -> Date,
        year -> Nullable<Integer>,
        known_from -> Timestamp,
        known_until -> Nullable<Timestamp>,
    }
}
