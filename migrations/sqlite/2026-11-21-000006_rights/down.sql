DELETE FROM counter WHERE name IN ('case', 'notice');
DROP TABLE upward_notice;
DROP TABLE case_paper;
DROP TABLE case_step;
DROP TABLE rights_case;
