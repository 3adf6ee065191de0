ALTER TABLE imports DROP COLUMN done_by;
DROP INDEX enrolments_by_issuer;
DROP INDEX one_time_by_issuer;
ALTER TABLE one_time DROP COLUMN issued_by;
