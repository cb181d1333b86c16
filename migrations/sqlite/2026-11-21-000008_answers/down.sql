DELETE FROM counter WHERE name IN ('answer', 'consent');
DROP TABLE consent_paper;
DROP TABLE consent;
DROP TABLE idempotency;
DROP TABLE answer_subject;
DROP TABLE answer;
ALTER TABLE api_key DROP COLUMN subject_id;
