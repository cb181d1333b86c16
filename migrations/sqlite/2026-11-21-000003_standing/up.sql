-- What was derived of each subject, and until which day it holds. It can be dropped and derived again.
-- due_on of a subject that something has changed for is the first day there is.
CREATE TABLE standing (
    subject_id INTEGER PRIMARY KEY NOT NULL,
    mark BIGINT NOT NULL,
    due_on DATE NOT NULL,
    derived_on DATE,
    level TEXT,
    points BIGINT,
    brief TEXT,
    digest BLOB
);
CREATE INDEX standing_by_due ON standing (due_on);
