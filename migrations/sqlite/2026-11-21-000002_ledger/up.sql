-- The ledger: chains of hashed entries, their heads, and the periodic roots over them.
-- Spread by chain, not by subject: a chain is one sequence.

CREATE TABLE ledger_head (
    chain TEXT PRIMARY KEY NOT NULL,
    seq BIGINT NOT NULL,
    hash BLOB NOT NULL,
    -- How far the roots cover the chain.
    rooted BIGINT NOT NULL
);
INSERT INTO ledger_head (chain, seq, hash, rooted) VALUES
    ('collect-0', 0, zeroblob(32), 0), ('collect-1', 0, zeroblob(32), 0),
    ('collect-2', 0, zeroblob(32), 0), ('collect-3', 0, zeroblob(32), 0),
    ('collect-4', 0, zeroblob(32), 0), ('collect-5', 0, zeroblob(32), 0),
    ('collect-6', 0, zeroblob(32), 0), ('collect-7', 0, zeroblob(32), 0),
    ('acts-0', 0, zeroblob(32), 0), ('acts-1', 0, zeroblob(32), 0),
    ('acts-2', 0, zeroblob(32), 0), ('acts-3', 0, zeroblob(32), 0),
    ('answers-0', 0, zeroblob(32), 0), ('answers-1', 0, zeroblob(32), 0),
    ('answers-2', 0, zeroblob(32), 0), ('answers-3', 0, zeroblob(32), 0);

-- The leaves come last: a row is read without them, however many they are.
CREATE TABLE ledger_entry (
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    moment TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    subject_id BIGINT,
    body TEXT NOT NULL,
    first_id BIGINT,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL,
    leaves BLOB,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX ledger_entry_by_first ON ledger_entry (first_id) WHERE first_id IS NOT NULL;

CREATE TABLE ledger_root (
    no INTEGER PRIMARY KEY NOT NULL,
    made_at TIMESTAMP NOT NULL,
    entries BIGINT NOT NULL,
    spans TEXT NOT NULL,
    tree BLOB NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL
);

-- Which root covers an entry: an index into the spans of the roots, which alone are hashed.
CREATE TABLE ledger_span (
    chain TEXT NOT NULL,
    last_seq BIGINT NOT NULL,
    root BIGINT NOT NULL,
    PRIMARY KEY (chain, last_seq)
);
