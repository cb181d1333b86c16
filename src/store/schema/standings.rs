//! What was derived of each subject.

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
