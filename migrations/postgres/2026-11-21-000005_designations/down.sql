DELETE FROM counter WHERE name = 'designation';
DROP INDEX former_of_lists;
DROP INDEX record_of_lists;
DROP TABLE list_entry;
DROP TABLE designation_step;
DROP TABLE designation;
