-- Deferrals 容缺受理: cases, their steps, and what answers look up.

CREATE TABLE deferral_case (
    subject_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    number TEXT NOT NULL,
    unit TEXT NOT NULL,
    item TEXT NOT NULL,
    pack TEXT NOT NULL,
    answer BIGINT NOT NULL,
    missing TEXT NOT NULL,
    opened_on DATE NOT NULL,
    due_on DATE NOT NULL,
    state TEXT NOT NULL,
    -- SHA-256 of the signed promise.
    signed BLOB,
    -- The breach whose record is still to be written.
    owes TEXT,
    delivery BIGINT,
    PRIMARY KEY (subject_id, id),
    -- An answer opens one case, however often it is asked to.
    UNIQUE (subject_id, answer)
);
CREATE INDEX deferral_case_by_due ON deferral_case (state, due_on);
CREATE INDEX deferral_case_by_unit ON deferral_case (unit, id);
CREATE INDEX deferral_case_by_id ON deferral_case (id);
CREATE INDEX deferral_case_owing ON deferral_case (id) WHERE owes IS NOT NULL;

CREATE TABLE deferral_step (
    subject_id BIGINT NOT NULL,
    deferral BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    made_on DATE NOT NULL,
    made_at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (subject_id, deferral, seq)
);

CREATE INDEX consent_by_id ON consent (id);
-- Who delivers what, from the index alone.
CREATE INDEX delivery_by_resource ON delivery (state, resource, unit, ended_at);

INSERT INTO counter (name, next) VALUES ('deferral', 1);
