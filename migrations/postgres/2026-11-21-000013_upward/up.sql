-- What each receiver upward was last told of a record, and by which state of its subject: what has changed since is found
-- without reading the records.

CREATE TABLE upward_record (
    receiver TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    key BYTEA NOT NULL,
    -- The subject the record's standing is derived with, which the first may have been merged into, and its mark.
    owner BIGINT NOT NULL,
    mark BIGINT NOT NULL,
    turns_on DATE NOT NULL,
    is_live BOOLEAN NOT NULL,
    PRIMARY KEY (receiver, subject_id, key)
);
