CREATE TABLE answer_by_subject (
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
    digest BLOB NOT NULL,
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (subject_id, id)
) WITHOUT ROWID;
INSERT INTO answer_by_subject SELECT * FROM answer;
DROP TABLE answer;
ALTER TABLE answer_by_subject RENAME TO answer;
