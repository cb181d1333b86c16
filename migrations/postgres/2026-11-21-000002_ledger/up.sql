-- The ledger: chains of hashed entries, their heads, and the periodic roots over them.
-- Spread by chain, not by subject: a chain is one sequence.

CREATE TABLE ledger_head (
    chain TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    -- How far the roots cover the chain.
    rooted BIGINT NOT NULL
);
INSERT INTO ledger_head (chain, seq, hash, rooted)
    SELECT chain, 0, decode(repeat('00', 32), 'hex'), 0 FROM unnest(ARRAY[
        'collect-0', 'collect-1', 'collect-2', 'collect-3', 'collect-4', 'collect-5', 'collect-6', 'collect-7',
        'acts-0', 'acts-1', 'acts-2', 'acts-3', 'answers-0', 'answers-1', 'answers-2', 'answers-3'
    ]) AS chain;

CREATE TABLE ledger_entry (
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    moment TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    subject_id BIGINT,
    body TEXT NOT NULL,
    first_id BIGINT,
    prev BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    leaves BYTEA,
    PRIMARY KEY (chain, seq)
);
-- Digests do not compress; kept apart, they are read only when asked for.
ALTER TABLE ledger_entry ALTER COLUMN leaves SET STORAGE EXTERNAL;
CREATE INDEX ledger_entry_by_first ON ledger_entry (first_id) WHERE first_id IS NOT NULL;

CREATE TABLE ledger_root (
    no BIGINT PRIMARY KEY,
    made_at TIMESTAMP NOT NULL,
    entries BIGINT NOT NULL,
    spans TEXT NOT NULL,
    tree BYTEA NOT NULL,
    prev BYTEA NOT NULL,
    hash BYTEA NOT NULL
);

-- Which root covers an entry: an index into the spans of the roots, which alone are hashed.
CREATE TABLE ledger_span (
    chain TEXT NOT NULL,
    last_seq BIGINT NOT NULL,
    root BIGINT NOT NULL,
    PRIMARY KEY (chain, last_seq)
);
