DROP TABLE upward_record;
