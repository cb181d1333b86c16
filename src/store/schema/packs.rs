//! Rule packs and what they would change.

diesel::table! {
    pack (id, version) {
        id -> Text,
        version -> Integer,
        kind -> Text,
        title -> Text,
        hash -> Binary,
        body -> Text,
        state -> Text,
        proposed_by -> Text,
        proposed_at -> Timestamp,
        activated_by -> Nullable<Text>,
        activated_at -> Nullable<Timestamp>,
        retiring_by -> Nullable<Text>,
        retiring_at -> Nullable<Timestamp>,
        retired_by -> Nullable<Text>,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    pack_simulation (id, version, hash) {
        id -> Text,
        version -> Integer,
        hash -> Binary,
        day -> Date,
        actor -> Text,
        made_at -> Timestamp,
        result -> Text,
    }
}
