//! The tables of the ledger.

diesel::table! {
    ledger_head (chain) {
        chain -> Text,
        seq -> BigInt,
        hash -> Binary,
        rooted -> BigInt,
    }
}

diesel::table! {
    ledger_entry (chain, seq) {
        chain -> Text,
        seq -> BigInt,
        kind -> Text,
        moment -> Timestamp,
        actor -> Text,
        subject_id -> Nullable<BigInt>,
        body -> Text,
        first_id -> Nullable<BigInt>,
        prev -> Binary,
        hash -> Binary,
        leaves -> Nullable<Binary>,
    }
}

diesel::table! {
    ledger_root (no) {
        no -> BigInt,
        made_at -> Timestamp,
        entries -> BigInt,
        spans -> Text,
        tree -> Binary,
        prev -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    ledger_span (chain, last_seq) {
        chain -> Text,
        last_seq -> BigInt,
        root -> BigInt,
    }
}
