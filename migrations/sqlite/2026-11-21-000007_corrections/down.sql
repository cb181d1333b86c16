DROP TABLE correction;
DROP TABLE class_confirmation;
