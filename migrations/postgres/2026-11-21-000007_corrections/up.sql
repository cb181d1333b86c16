-- What departments confirm of single records, and the tasks of the privacy self-check.
-- No personal data stands here: a hit is a field, a kind and a count; print is a keyed digest of the field's text.

CREATE TABLE class_confirmation (
    subject_id BIGINT NOT NULL,
    key BYTEA NOT NULL,
    made_at TIMESTAMP NOT NULL,
    from_on DATE NOT NULL,
    class TEXT,
    performed BOOLEAN,
    unit TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (subject_id, key, made_at)
);

CREATE TABLE correction (
    id BIGINT PRIMARY KEY NOT NULL,
    subject_id BIGINT NOT NULL,
    key BYTEA NOT NULL,
    record BIGINT NOT NULL,
    resource TEXT NOT NULL,
    field TEXT NOT NULL,
    kind TEXT NOT NULL,
    hits INTEGER NOT NULL,
    print BYTEA NOT NULL,
    unit TEXT NOT NULL,
    state TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    actor TEXT,
    reason TEXT
);
CREATE INDEX correction_by_subject ON correction (subject_id);
CREATE INDEX correction_by_unit ON correction (unit, state);
