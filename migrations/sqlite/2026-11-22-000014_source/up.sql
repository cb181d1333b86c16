-- Who has ever delivered what to the end, and when last: a row a resource and unit, so that an answer need not go through
-- all deliveries.
CREATE TABLE source (
    resource TEXT NOT NULL,
    unit TEXT NOT NULL,
    ended_at TIMESTAMP NOT NULL,
    PRIMARY KEY (resource, unit)
);
INSERT INTO source (resource, unit, ended_at)
SELECT resource, unit, max(ended_at) FROM delivery WHERE state = 'done' AND ended_at IS NOT NULL GROUP BY resource, unit;
