-- Answers stand in the order they were given: kept in the order of subjects, each made a large page of its own dirty.
CREATE TABLE answer_in_order (
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
);
INSERT INTO answer_in_order SELECT * FROM answer ORDER BY id;
DROP TABLE answer;
ALTER TABLE answer_in_order RENAME TO answer;
