DELETE FROM counter WHERE name = 'deferral';
DROP INDEX delivery_by_resource;
DROP INDEX consent_by_id;
DROP TABLE deferral_step;
DROP TABLE deferral_case;
