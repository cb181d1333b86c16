-- Cases of rights (repair, objection, shield), their steps, the papers handed in, and what is to be told upward.
-- A case's row is its opening and where it stands; its steps are only ever added.

CREATE TABLE rights_case (
    subject_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    keys BYTEA NOT NULL,
    unit TEXT NOT NULL,
    rules_id TEXT NOT NULL,
    rules_version INTEGER NOT NULL,
    ground TEXT,
    -- What is said to be missing, when no record can be named.
    missing_resource TEXT,
    missing_document TEXT,
    channel TEXT NOT NULL,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    due_on DATE,
    PRIMARY KEY (subject_id, id)
);
CREATE INDEX rights_case_by_id ON rights_case (id);
CREATE INDEX rights_case_by_due ON rights_case (due_on, id) WHERE due_on IS NOT NULL;

CREATE TABLE case_step (
    subject_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    day DATE NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    source TEXT,
    delivery BIGINT,
    named TEXT NOT NULL,
    PRIMARY KEY (subject_id, case_id, seq)
);

CREATE TABLE case_paper (
    subject_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    digest BYTEA NOT NULL,
    size BIGINT NOT NULL,
    actor TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (subject_id, case_id, seq)
);

CREATE TABLE upward_notice (
    subject_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    key BYTEA,
    body TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP,
    PRIMARY KEY (subject_id, id)
);
CREATE INDEX upward_notice_waiting ON upward_notice (id) WHERE sent_at IS NULL;

INSERT INTO counter (name, next) VALUES ('case', 1), ('notice', 1);
