-- Rule packs: every version that was ever proposed, by whom, and when it was in force. A row is never removed.
CREATE TABLE pack (
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    hash BYTEA NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    activated_by TEXT,
    activated_at TIMESTAMP,
    retiring_by TEXT,
    retiring_at TIMESTAMP,
    retired_by TEXT,
    retired_at TIMESTAMP,
    PRIMARY KEY (id, version)
);

-- What a version would change, by its hash: without it no version is put in force.
CREATE TABLE pack_simulation (
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    hash BYTEA NOT NULL,
    day DATE NOT NULL,
    actor TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (id, version, hash)
);

-- Rises with every change of what is in force: whoever remembers packs looks whether it is still the same.
INSERT INTO counter (name, next) VALUES ('pack_edition', 0);
