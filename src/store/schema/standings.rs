//! What was derived of each subject, and who delivers what.

diesel::table! {
    standing (subject_id) {
        subject_id -> BigInt,
        mark -> BigInt,
        due_on -> Date,
        derived_on -> Nullable<Date>,
        level -> Nullable<Text>,
        points -> Nullable<BigInt>,
        brief -> Nullable<Text>,
        digest -> Nullable<Binary>,
    }
}

diesel::table! {
    source (resource, unit) {
        resource -> Text,
        unit -> Text,
        ended_at -> Timestamp,
    }
}
