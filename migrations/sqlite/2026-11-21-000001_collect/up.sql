-- Collecting: units, deliveries, subjects, records in versions, doubtful rows.
-- Large tables carry subject_id, and every unique index on them contains it, so that they can be sharded by it.
-- No triggers, no sequences, no deferrable constraints: keys are made by the application.

CREATE TABLE unit (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    region TEXT,
    active BOOLEAN NOT NULL,
    made_at TIMESTAMP NOT NULL
);

CREATE TABLE api_key (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    label TEXT NOT NULL,
    secret BLOB NOT NULL,
    made_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);

CREATE TABLE delivery (
    id INTEGER PRIMARY KEY NOT NULL,
    unit TEXT NOT NULL,
    resource TEXT NOT NULL,
    resource_version INTEGER NOT NULL,
    digest BLOB NOT NULL,
    claim TEXT UNIQUE,
    source TEXT NOT NULL,
    file_name TEXT NOT NULL,
    size BIGINT NOT NULL,
    format TEXT,
    encoding TEXT,
    dialect TEXT,
    state TEXT NOT NULL,
    released BOOLEAN NOT NULL,
    day DATE NOT NULL,
    received_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    lease_by TEXT,
    lease_until TIMESTAMP,
    surveyed BIGINT,
    progress BIGINT NOT NULL,
    report TEXT,
    report_hash TEXT,
    refusal TEXT,
    message TEXT
);
CREATE INDEX delivery_by_state ON delivery (state, id);
CREATE INDEX delivery_by_unit ON delivery (unit, id);

CREATE TABLE tally (
    delivery INTEGER PRIMARY KEY NOT NULL,
    n_rows BIGINT NOT NULL,
    n_new BIGINT NOT NULL,
    n_revised BIGINT NOT NULL,
    n_repeated BIGINT NOT NULL,
    n_outdated BIGINT NOT NULL,
    n_withdrawn BIGINT NOT NULL,
    n_conflicting BIGINT NOT NULL,
    n_rejected BIGINT NOT NULL,
    n_unlinked BIGINT NOT NULL,
    n_timed BIGINT NOT NULL,
    n_late BIGINT NOT NULL
);

CREATE TABLE zero_report (
    unit TEXT NOT NULL,
    resource TEXT NOT NULL,
    period TEXT NOT NULL,
    actor TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (unit, resource, period)
);

CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    next BIGINT NOT NULL
);
INSERT INTO counter (name, next) VALUES ('version', 1), ('delivery', 1), ('doubt', 1), ('merging', 1);

CREATE TABLE batch (
    first_id INTEGER PRIMARY KEY NOT NULL,
    last_id BIGINT NOT NULL,
    delivery BIGINT NOT NULL,
    is_open BOOLEAN NOT NULL,
    made_at TIMESTAMP NOT NULL
);
CREATE INDEX batch_by_delivery ON batch (delivery);

CREATE TABLE subject (
    subject_id INTEGER PRIMARY KEY NOT NULL,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT,
    name_key TEXT,
    registered BOOLEAN NOT NULL,
    credit_code TEXT,
    representative TEXT,
    region TEXT,
    industry TEXT,
    status TEXT,
    former_names TEXT,
    merged_into BIGINT,
    made_at TIMESTAMP NOT NULL
);
-- Bigrams of the comparison key: the trigram tokenizer finds nothing for two Chinese characters.
CREATE INDEX subject_by_merge ON subject (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX subject_by_name ON subject (name_key) WHERE name_key IS NOT NULL;
CREATE VIRTUAL TABLE subject_grams USING fts5 (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61');

CREATE TABLE identifier (
    value TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    PRIMARY KEY (value, kind)
) WITHOUT ROWID;
CREATE INDEX identifier_by_subject ON identifier (subject_id);

CREATE TABLE merging (
    id INTEGER PRIMARY KEY NOT NULL,
    loser BIGINT NOT NULL,
    winner BIGINT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    undone_at TIMESTAMP
);

CREATE TABLE record (
    id INTEGER PRIMARY KEY NOT NULL,
    subject_id BIGINT NOT NULL,
    key BLOB NOT NULL,
    resource TEXT NOT NULL,
    unit TEXT NOT NULL,
    delivery BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    exposure TEXT NOT NULL,
    fact_on DATE,
    valid_from DATE,
    valid_until DATE,
    ended_on DATE,
    stamp TIMESTAMP,
    known_from TIMESTAMP NOT NULL,
    content BLOB NOT NULL,
    payload TEXT NOT NULL,
    sealed BLOB,
    note TEXT,
    UNIQUE (subject_id, key)
);

CREATE TABLE former (
    id INTEGER PRIMARY KEY NOT NULL,
    subject_id BIGINT NOT NULL,
    key BLOB NOT NULL,
    resource TEXT NOT NULL,
    unit TEXT NOT NULL,
    delivery BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    exposure TEXT NOT NULL,
    fact_on DATE,
    valid_from DATE,
    valid_until DATE,
    ended_on DATE,
    stamp TIMESTAMP,
    known_from TIMESTAMP NOT NULL,
    known_until TIMESTAMP NOT NULL,
    content BLOB NOT NULL,
    payload TEXT NOT NULL,
    sealed BLOB,
    note TEXT,
    UNIQUE (subject_id, key, id)
);

CREATE TABLE doubt (
    id INTEGER PRIMARY KEY NOT NULL,
    delivery BIGINT NOT NULL,
    last_delivery BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    unit TEXT NOT NULL,
    resource TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    print BLOB NOT NULL,
    by_name BLOB,
    by_code BLOB,
    faults TEXT NOT NULL,
    candidates TEXT,
    cells BLOB NOT NULL,
    reason TEXT,
    actor TEXT,
    closed_by BIGINT,
    made_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    UNIQUE (unit, resource, print)
);
CREATE INDEX doubt_by_delivery ON doubt (delivery, row_no);
-- State first: with the unit first PostgreSQL, without statistics, takes this index for the unique one, and a look-up
-- by print reads every doubt of the unit.
CREATE INDEX doubt_by_state ON doubt (state, unit, resource);

-- Warnings of rows that were taken; bounded per delivery, their full counts stand in the delivery's report.
CREATE TABLE remark (
    delivery BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    fault TEXT NOT NULL,
    PRIMARY KEY (delivery, seq)
);

CREATE TABLE cursor_mark (
    name TEXT PRIMARY KEY,
    position TEXT NOT NULL,
    moved_at TIMESTAMP NOT NULL
);
