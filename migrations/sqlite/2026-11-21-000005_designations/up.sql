-- Designations (名单认定) with their steps, and the entries of lists by list.
-- A designation's row is its opening and where it stands; its steps are only ever added.

CREATE TABLE designation (
    subject_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    list TEXT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    rule TEXT,
    records TEXT NOT NULL,
    content BLOB NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL,
    -- List and unit, or list and rule, while it is undecided: of each there is one at a time.
    open_key TEXT,
    -- Whether a record is still to follow from the last step.
    is_owed BOOLEAN NOT NULL,
    delivery BIGINT,
    trouble TEXT,
    PRIMARY KEY (subject_id, id),
    UNIQUE (subject_id, open_key)
);
CREATE INDEX designation_by_id ON designation (id);
CREATE INDEX designation_by_unit ON designation (unit, id);
CREATE INDEX designation_owed ON designation (id) WHERE is_owed;

CREATE TABLE designation_step (
    subject_id BIGINT NOT NULL,
    designation BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    day DATE NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    document TEXT,
    digest BLOB,
    until_on DATE,
    removal TEXT,
    PRIMARY KEY (subject_id, designation, seq)
);

-- What follows from versions of records and the packs alone; filled behind collecting, by rising id, and filled anew when
-- the packs change. So a list is asked by its name without reading every record, and collecting does not wait for it.
CREATE TABLE list_entry (
    subject_id BIGINT NOT NULL,
    key BLOB NOT NULL,
    record BIGINT NOT NULL,
    list TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    effect TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    exposure TEXT NOT NULL,
    body TEXT,
    entered_on DATE,
    until_on DATE,
    -- The first day on which it is no longer in force.
    gone_on DATE NOT NULL,
    year INTEGER,
    known_from TIMESTAMP NOT NULL,
    known_until TIMESTAMP,
    PRIMARY KEY (subject_id, key, record)
);
CREATE INDEX list_entry_by_list ON list_entry (list, subject_id, record);

-- Only records that can be entries are in these: one in twenty, and by rising id, so that collecting hardly notices.
CREATE INDEX record_of_lists ON record (id) WHERE resource IN ('a_taxpayer', 'abnormal', 'dishonest_executed', 'listing');
CREATE INDEX former_of_lists ON former (id) WHERE resource IN ('a_taxpayer', 'abnormal', 'dishonest_executed', 'listing');

INSERT INTO counter (name, next) VALUES ('designation', 1);
