DELETE FROM counter WHERE name = 'pack_edition';
DROP TABLE pack_simulation;
DROP TABLE pack;
