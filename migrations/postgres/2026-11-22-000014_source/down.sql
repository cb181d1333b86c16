DROP TABLE source;
