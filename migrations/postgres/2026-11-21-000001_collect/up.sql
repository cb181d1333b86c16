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
    secret BYTEA NOT NULL,
    made_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);

CREATE TABLE delivery (
    id BIGINT PRIMARY KEY,
    unit TEXT NOT NULL,
    resource TEXT NOT NULL,
    resource_version INTEGER NOT NULL,
    digest BYTEA NOT NULL,
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
    delivery BIGINT PRIMARY KEY,
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
    first_id BIGINT PRIMARY KEY,
    last_id BIGINT NOT NULL,
    delivery BIGINT NOT NULL,
    is_open BOOLEAN NOT NULL,
    made_at TIMESTAMP NOT NULL
);
CREATE INDEX batch_by_delivery ON batch (delivery);

CREATE TABLE subject (
    subject_id BIGINT PRIMARY KEY,
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
-- Bigrams of the comparison key, so that a query of two Chinese characters is an index look-up.
CREATE FUNCTION credence_grams(key TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT array_agg(DISTINCT substr(key, i, 2)) FROM generate_series(1, greatest(length(key) - 1, 1)) AS i $$;
CREATE INDEX subject_by_grams ON subject USING gin (credence_grams(name_key)) WHERE name_key IS NOT NULL;
CREATE INDEX subject_by_merge ON subject (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX subject_by_name ON subject (name_key) WHERE name_key IS NOT NULL;

CREATE TABLE identifier (
    value TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    PRIMARY KEY (value, kind)
);
CREATE INDEX identifier_by_subject ON identifier (subject_id);

CREATE TABLE merging (
    id BIGINT PRIMARY KEY,
    loser BIGINT NOT NULL,
    winner BIGINT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    undone_at TIMESTAMP
);

CREATE TABLE record (
    id BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    key BYTEA NOT NULL,
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
    content BYTEA NOT NULL,
    payload TEXT NOT NULL,
    sealed BYTEA,
    note TEXT,
    PRIMARY KEY (subject_id, key)
);
-- Ids rise with time: a block range index finds a delivery's rows and a cursor's next page at almost no cost.
CREATE INDEX record_by_id ON record USING brin (id) WITH (pages_per_range = 16, autosummarize = on);

CREATE TABLE former (
    id BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    key BYTEA NOT NULL,
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
    content BYTEA NOT NULL,
    payload TEXT NOT NULL,
    sealed BYTEA,
    note TEXT,
    PRIMARY KEY (subject_id, key, id)
);
CREATE INDEX former_by_id ON former USING brin (id) WITH (pages_per_range = 16, autosummarize = on);

CREATE TABLE doubt (
    id BIGINT PRIMARY KEY,
    delivery BIGINT NOT NULL,
    last_delivery BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    unit TEXT NOT NULL,
    resource TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    print BYTEA NOT NULL,
    by_name BYTEA,
    by_code BYTEA,
    faults TEXT NOT NULL,
    candidates TEXT,
    cells BYTEA NOT NULL,
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
