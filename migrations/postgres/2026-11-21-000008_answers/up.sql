-- Answers: who asked what about whom, answers that are given again, consents, and keys of subjects.
-- An answer about several subjects or none has subject 0; the several stand in answer_subject.

ALTER TABLE api_key ADD COLUMN subject_id BIGINT;

CREATE TABLE answer (
    subject_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    unit TEXT NOT NULL,
    caller TEXT NOT NULL,
    role TEXT NOT NULL,
    kind TEXT NOT NULL,
    purpose TEXT,
    consent BIGINT,
    question TEXT NOT NULL,
    outcome TEXT NOT NULL,
    digest BYTEA NOT NULL,
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (subject_id, id)
);

CREATE TABLE answer_subject (
    subject_id BIGINT NOT NULL,
    answer BIGINT NOT NULL,
    PRIMARY KEY (subject_id, answer)
);

CREATE TABLE idempotency (
    holder TEXT NOT NULL,
    key TEXT NOT NULL,
    digest BYTEA NOT NULL,
    status INTEGER,
    body BYTEA,
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (holder, key)
);
CREATE INDEX idempotency_by_moment ON idempotency (made_at);

CREATE TABLE consent (
    subject_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    grantee TEXT NOT NULL,
    purpose TEXT NOT NULL,
    resources TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    evidence BYTEA,
    signer BYTEA,
    capacity TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    confirmed_by TEXT,
    confirmed_at TIMESTAMP,
    ended_by TEXT,
    ended_at TIMESTAMP,
    ending TEXT,
    note TEXT,
    PRIMARY KEY (subject_id, id)
);
CREATE INDEX consent_by_grantee ON consent (grantee, id);

-- Papers filed as evidence of consents, by who filed them; the first use ties one to a subject and a grantee.
CREATE TABLE consent_paper (
    holder TEXT NOT NULL,
    digest BYTEA NOT NULL,
    actor TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    subject_id BIGINT,
    grantee TEXT,
    PRIMARY KEY (holder, digest)
);

INSERT INTO counter (name, next) VALUES ('answer', 1), ('consent', 1);
