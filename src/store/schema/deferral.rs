//! Tables of deferrals.

diesel::table! {
    deferral_case (subject_id, id) {
        subject_id -> BigInt,
        id -> BigInt,
        number -> Text,
        unit -> Text,
        item -> Text,
        pack -> Text,
        answer -> BigInt,
        missing -> Text,
        opened_on -> Date,
        due_on -> Date,
        state -> Text,
        signed -> Nullable<Binary>,
        owes -> Nullable<Text>,
        delivery -> Nullable<BigInt>,
    }
}

diesel::table! {
    deferral_step (subject_id, deferral, seq) {
        subject_id -> BigInt,
        deferral -> BigInt,
        seq -> BigInt,
        kind -> Text,
        made_on -> Date,
        made_at -> Timestamp,
        actor -> Text,
        body -> Text,
    }
}
